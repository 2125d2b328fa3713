"""Checks of observations: points are finite, symbols are not missing, and neither is the other."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Number
from typing import Any

import numpy as np

from divergences.measures import array_likes, checks
from divergences.measures.array_likes import is_missing
from divergences.numerics.typing import Array


def observations(values: Any, name: str = "values") -> Array:
    """Return observations as an array, float64 if they are continuous."""
    array_likes.unmasked(name, values)
    checks.unitless(name, values)
    if isinstance(values, Mapping):
        raise TypeError(
            f"{name} is a mapping; pass Counts(x) if it counts symbols, list(x.values()) if its "
            "values are the observations."
        )
    labels = array_likes.labels(name, values)
    x = _array(name, values)
    if x.dtype.kind == "c":
        raise TypeError(f"{name} are complex; pass real and imaginary parts as two columns.")
    if x.ndim not in (1, 2):
        raise ValueError(
            f"{name} has shape {x.shape}; pass (n,) observations, or (n, d) for n points in d "
            "dimensions."
        )
    if x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; a sample needs at least one observation.")
    if x.dtype.kind != "f" and x.dtype.name != "bfloat16":
        columns = labels[1] if labels is not None and len(labels) == 2 else None
        _check_symbols(name, x, columns)
        return x
    x = x.astype(np.float64)  # a copy: later changes of the user's array are none of ours
    bad = np.count_nonzero(~np.isfinite(x).reshape(len(x), -1).all(axis=1))
    if bad:
        raise ValueError(
            f"{name} has {bad} observation(s) that are NaN or infinite; drop them, or impute, "
            "before estimating."
        )
    x.flags.writeable = False
    return x


def _array(name: str, values: Any) -> Array:
    try:
        x = np.asarray(values)
        if x.dtype.kind in "US" and isinstance(values, list | tuple):
            x = np.asarray(values, dtype=object)  # NumPy would make text of the numbers beside it
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of observations: {error}") from None
    if x.ndim == 0 and x.dtype.kind == "O":
        raise TypeError(f"{name} has dtype object; {checks.instead_of_objects(values)}")
    return x


def _check_symbols(name: str, x: Array, labels: Any) -> None:
    """Refuse missing symbols, and floats among objects, which would become symbols."""
    missing = np.zeros(len(x), bool)
    if x.dtype.kind in "mM":
        missing = np.isnat(x).reshape(len(x), -1).any(axis=1)
    if x.dtype.names and any(x.dtype[field].kind in "fc" for field in x.dtype.names):
        raise TypeError(f"{name} has fields of floats; {_FLOATS}")
    if x.dtype.kind == "O":
        for j, column in enumerate(x.T if x.ndim == 2 else [x]):
            label = f"column {j if labels is None else labels[j]!r} of {name}"
            missing |= _check_objects(name if x.ndim == 1 else label, column.tolist())
    if missing.any():
        raise ValueError(
            f"{name} has {missing.sum()} missing observation(s) (None, NaN, NaT or NA); drop them, "
            "or give them a symbol of their own."
        )


_FLOATS = (
    "floats are points and no symbols. Pass them by themselves as an array of floats, or make "
    "symbols of them, x.astype(str)."
)


def _check_objects(name: str, column: list[Any]) -> Array:
    """Return which objects of a column are missing."""
    try:
        distinct = set(column)
    except TypeError as error:
        raise TypeError(f"{name} holds no symbols ({error}); pass text, or tuples.") from None
    gone = {x for x in distinct if is_missing(x)}
    if any(isinstance(x, Number) and not isinstance(x, Integral) for x in distinct - gone):
        raise TypeError(f"{name} holds floats as objects; {_FLOATS}")
    return np.array([is_missing(x) for x in column]) if gone else np.zeros(len(column), bool)


def in_order_of(first: tuple[str, Any], other: tuple[str, Any], array: Array) -> Array:
    """Return the rows of `array`, which was made of `other`, in the order of the labels of `first`.

    Both are a name, for messages, and the former's labels, the latter itself.
    """
    labels = array_likes.labels(*other)
    if labels is None or labels[0] is None or first[1] is None or first[1][0] is None:
        return array
    spots = array_likes.order((first[0], first[1][0]), (other[0], labels[0]), 0)
    return array if spots is None else array[spots]


def weights_of(weights: Any, n: int, owner: tuple[str, Any]) -> Array:
    """Return weights as an array of float64, in the order of the labels of their `owner`."""
    array_likes.unmasked("weights", weights)
    w = np.asarray(array_likes.parts("weights", weights).values)
    if w.dtype.kind not in "biuf":
        raise TypeError(f"weights have dtype {w.dtype}; pass real numbers.")
    w = w.astype(np.float64)
    if w.shape != (n,):
        raise ValueError(f"weights has shape {w.shape}; pass one for each of {n} observations.")
    if not np.all(np.isfinite(w)) or np.any(w < 0.0) or not np.any(w > 0.0):
        raise ValueError("weights must be finite and non-negative, and some of them positive.")
    w = in_order_of(owner, ("weights", weights), w)
    w.flags.writeable = False
    return w
