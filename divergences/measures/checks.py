"""Checks of what users pass. Each message names the argument, what is wrong and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from math import inf, log
from typing import Any

import numpy as np

from divergences.measures import array_likes
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    as_array,
    detached,
    is_array,
    is_floating,
    is_real,
    is_small_float,
    is_staged,
    is_traced,
    namespace,
)
from divergences.numerics.typing import Array

NEAR = 0.01  # totals as near to one are those of probabilities, which have been rounded


def numeric(name: str, x: Any, xp: Any, recorded: bool = False) -> Array:
    """Return `x` as an array of real numbers, none of which is masked.

    PyTorch may have `recorded` how it was made, if gradients are served.
    """
    given = x
    native = backend(xp).native
    if not (native or is_array(x) or isinstance(x, list | tuple | float | int)):
        x = np.array(numeric(name, x, np))  # a copy: PyTorch warns of arrays that are read-only
    if not native or type(x) is not np.ndarray:
        array_likes.unmasked(name, x, recorded)
        try:
            x = x if not native and namespace(x) is xp else xp.asarray(x)
        except ValueError as error:
            if not native:
                raise
            raise ValueError(f"{name} is not a rectangular array of numbers: {error}") from None
    if native and x.dtype.kind == "O":
        if not array_likes.is_nullable(given):
            raise TypeError(f"{name} has dtype object; {instead_of_objects(given)}")
        x = given.to_numpy(dtype=float, na_value=np.nan)
    if is_small_float(x):
        x = x.astype(np.float32)
    if not is_real(x, xp):
        instead = "Pass an array of a floating dtype."
        if native and x.dtype.kind in "US":
            instead = f"Labels that were observed are passed as Sample({name})."
        raise TypeError(f"{name} has dtype {x.dtype}; probabilities are real numbers. {instead}")
    if native and x.dtype.itemsize > 8:
        raise TypeError(f"{name} has dtype {x.dtype}; convert it to float64, the widest supported.")
    if x.ndim == 0:
        raise ValueError(f"{name} is a scalar; pass an array with at least one axis of outcomes.")
    return x


def instead_of_objects(x: Any) -> str:
    """Return what to pass instead of `x`, which NumPy holds as an array of objects."""
    kind = type(x).__name__
    if hasattr(x, "instead"):
        return x.instead
    if isinstance(x, Mapping):
        return f"{kind} is a mapping: pass list(x.values())."
    if hasattr(x, "toarray"):
        return f"{kind} is sparse: pass x.toarray()."
    if isinstance(x, Iterator) or (isinstance(x, Iterable) and not hasattr(x, "__getitem__")):
        return f"{kind} is no array: pass list(x)."
    if isinstance(next(iter(np.asarray(x, object).flat), None), str):
        return "probabilities are real numbers. Labels that were observed are passed as Sample(x)."
    return (
        "pass an array of numbers. Numbers that are Python objects are converted by "
        "numpy.asarray(x, float)."
    )


def unitless(name: str, x: Any) -> None:
    """Refuse quantities of astropy and pint, whose units would be lost."""
    if hasattr(x, "to_value") or hasattr(x, "magnitude"):
        raise TypeError(
            f"{name} has a unit; pass numbers in one unit, x.to_value(unit) or x.magnitude."
        )


def mask(where: Any, xp: Any) -> Array:
    """Return `where` as an array of booleans."""
    array_likes.unmasked("where", where)
    where = xp.asarray(where)
    if where.dtype != xp.bool:
        raise TypeError(f"where has dtype {where.dtype}; pass booleans, True for outcomes to keep.")
    return where


def tolerance(x: Array, xp: Any) -> float:
    """Return how far from one a total may be: the root of the dtype's epsilon."""
    if is_small_float(x):
        return float(sys.modules["ml_dtypes"].finfo(x.dtype).eps) ** 0.5
    return float(xp.finfo(x.dtype if is_floating(xp, x.dtype) else float).eps) ** 0.5


def masses(name: str, total: Array, least: Array, unit: float | None, xp: Any) -> None:
    """Refuse negative masses and wrong totals; NaN is let through, to come out as NaN."""
    if is_traced(total):
        return
    if bool(xp.any(least < 0)):
        # Weights have been scaled by then: theirs would not be recognised.
        which = "" if unit is None else f" ({float(xp.min(least))!r})"
        others = f" If these are observations, pass Sample({name}); if logits, Logits({name})."
        instead = "" if unit is None else others
        raise ValueError(
            f"{name} has a negative entry{which}; probabilities and weights are "
            f"non-negative.{instead}"
        )
    if unit is None:
        if bool(xp.any(total == 0)):
            raise ValueError(
                f"{name} has total mass zero; a distribution needs some positive mass."
            )
        if bool(xp.any(xp.isinf(total))):
            raise ValueError(f"{name} has an infinite entry; weights are finite.")
        return
    _unit_total(name, total, unit, "probabilities", "Weights", xp)


def _unit_total(name: str, total: Array, unit: float, what: str, instead: str, xp: Any) -> None:
    excess = xp.abs(total - 1.0)
    if bool(xp.any(excess > unit)):
        worst = xp.reshape(total, (-1,))[int(xp.argmax(xp.reshape(excess, (-1,))))]
        near = abs(float(worst) - 1.0) < NEAR or instead != "Weights"
        others = (
            "" if near else f"observations, pass Sample({name}); if counts, Counts({name}); if "
        )
        raise ValueError(
            f"{name} sums to {float(worst)!r}, not 1; {what} must sum to 1 along the axis, to "
            f"within {unit:.1e}. If these are {others}masses of any total, pass {instead}({name})."
        )


def logs(name: str, values: Array, unit: float | None, working: Any, xp: Any) -> None:
    """Refuse +inf, and log-probabilities of a total other than one.

    Logits of -inf throughout are let through, to come out as NaN: a row of padding.
    """
    top = xp.max(values, axis=-1)
    if is_traced(top):  # under `jit` also that of values which are known
        return
    if bool(xp.any(top == xp.inf)):
        raise ValueError(f"{name} contains +inf; log-probabilities and logits are below it.")
    if unit is not None:
        total = xp.sum(xp.exp(xp.astype(values, working)), axis=-1)
        _unit_total(name, total, unit, "exp of log-probabilities", "Logits", xp)


def unit_of(base: Any) -> float:
    """Return log(base): how many nats make one unit."""
    if base is None:
        return 1.0
    number = base if isinstance(base, int) else _number(base)
    if number is None or isinstance(base, bool):
        raise TypeError(f"base is {base!r}; pass a number above 1 (2 for bits), or None for nats.")
    if not 1 < number < inf:
        raise ValueError(f"base is {base!r}; it must be finite and above 1.")
    return log(number)


def _number(x: Any) -> float | None:
    """Return a real scalar of any array library as a float, None if it is none."""
    if isinstance(x, float):
        return x
    if is_traced(x) or not is_array(x) or np.ndim(x):
        return None
    return float(x) if not np.iscomplexobj(x) else None


def temperature(x: Any) -> Any:
    """Return a positive number: a float, or a scalar of another array library as it is."""
    if type(x) is float and 0.0 < x < inf:
        return x
    array_likes.unmasked("temperature", x, recorded=True)
    xp = namespace(x)
    known = np.asarray(x) if backend(xp).native else detached(x, xp)
    if known.ndim or not xp.isdtype(known.dtype, ("integral", "real floating")):
        raise TypeError(
            f"temperature is {x!r}; pass one positive number, which divides all logits."
        )
    if not is_traced(known) and not 0.0 < float(known) < inf:
        raise ValueError(f"temperature is {x!r}; pass a positive, finite number.")
    return float(known) if backend(xp).native else x


def number(name: str, x: Any, least: float = -inf) -> Any:
    """Return a real number above `least`: a float, or a scalar of another library as it is."""
    array_likes.unmasked(name, x)
    xp = namespace(x)
    known = np.asarray(x) if backend(xp).native else x
    if known.ndim or not xp.isdtype(known.dtype, ("integral", "real floating")):
        raise TypeError(f"{name} is {x!r}; pass one number.")
    if not is_traced(x) and not least < float(known) < inf:
        which = "finite" if least == -inf else "positive, finite"
        raise ValueError(f"{name} is {x!r}; pass a {which} number.")
    return float(known) if backend(xp).native else x


def shares(weights: Any, k: int, recorded: bool = False) -> Any:
    """Return mixture weights of `k` distributions: non-negative, one each; equal for None.

    PyTorch may have `recorded` how they were made, if gradients are served.
    """
    if weights is None:
        return np.ones(k)
    array_likes.unmasked("weights", weights, recorded)
    xp = namespace(weights)
    weights = numeric("weights", weights, xp) if backend(xp).native else weights
    if tuple(weights.shape) != (k,):
        raise ValueError(
            f"weights has shape {tuple(weights.shape)}; pass one weight for each of {k}."
        )
    if not is_staged(weights):
        known = detached(weights, xp)
        least, total, unit = xp.min(known), float(xp.sum(known)), tolerance(known, xp)
        if not least >= 0:
            what = "NaN" if np.isnan(float(least)) else f"a negative entry ({float(least)!r})"
            raise ValueError(f"weights has {what}; weights are non-negative.")
        if not abs(total - 1.0) <= unit:
            raise ValueError(f"weights sums to {total!r}, not 1; divide by the total.")
    return weights


def order_of(alpha: Any, xp: Any, dtype: Any, batch: tuple[int, ...] = ()) -> Array:
    """Return the order or orders of a quantity: real numbers, infinite ones included."""
    array_likes.unmasked("alpha", alpha, recorded=not backend(xp).native)
    # Of a number PyTorch would keep single precision.
    x = as_array(alpha, np)
    x = x if namespace(x) is xp else xp.asarray(x)
    if x.dtype == xp.bool or not is_real(x, xp):
        raise TypeError(f"alpha has dtype {x.dtype}; an order is a real number, such as 0.5 or 2.")
    if any(size > 1 for size in batch):
        array_likes.unlabelled("alpha", alpha)
    try:
        np.broadcast_shapes(tuple(x.shape), batch)
    except ValueError:
        raise ValueError(
            f"alpha has shape {tuple(x.shape)}, which does not broadcast with the batch of "
            f"distributions, {batch}."
        ) from None
    missing = (1,) * (len(batch) - x.ndim)  # strict JAX does not add axes by itself
    return xp.astype(xp.reshape(x, (*missing, *x.shape)), dtype)


def weight(b: Any, recorded: bool = False) -> Any:
    """Return a weight between 0 and 1: a float, or an array of them; NaN for traced others.

    PyTorch may have `recorded` how it was made, if gradients are served.
    """
    if type(b) in (float,) and 0.0 <= b <= 1.0:
        return b
    array_likes.unmasked("weight", b, recorded)
    array_likes.unlabelled("weight", b)
    xp = namespace(b)
    if backend(xp).native:
        b = np.asarray(b)
        if b.dtype.kind not in "iuf":
            raise TypeError(f"weight has dtype {b.dtype}; pass a real number from 0 to 1.")
        b = b.astype(np.float64)
    inside = (b >= 0.0) & (b <= 1.0)
    if is_traced(inside):
        return xp.where(inside, b, xp.nan)
    if not bool(xp.all(inside)):
        raise ValueError(f"weight is {b}; it is the share of P in the mixture, from 0 to 1.")
    return float(b) if backend(xp).native and not b.ndim else b
