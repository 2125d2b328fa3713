"""The oracle: definitions evaluated on the very floats given, with as many digits as they need.

Fifty digits are not always enough: of masses 1 and 1e-100, they lose the smaller one's share of the
total. The precision here is `DIGITS` beyond the range of the masses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, log10
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from divergences.api.members import member_of
from divergences.core import Functional, Located
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures.discrete import Logits, LogProbs, Weights
from divergences.testing.members import is_joint

Number = Any  # an mpf
Vector = Any  # a list of mpf; for a joint distribution, a list of such rows

DIGITS = 80
# The shares of masses further apart than this differ from 0 and 1 by less than any float shows.
WIDEST = 1000


def value(
    functional: Functional | Callable[..., Any] | str, *measures: Any, order: float | None = None
) -> Number:
    """Return the quantity of the distributions that the floats in `measures` stand for.

    Parameters
    ----------
    functional
        The quantity: a `Functional`, or a public function of the library or its name.
    *measures
        Array-likes of masses of any total, or `Weights`, `LogProbs` or `Logits` of them: vectors,
        or one table for a quantity of a joint distribution. The floats are taken as exact.
    order
        The order, of a quantity that has one and does not state it.

    Returns
    -------
    mpf
        The value in nats. Compute with it inside ``mpmath.workdps``.

    Raises
    ------
    ValueError
        If the shapes are not those above, a mass is negative, NaN or infinite, or none is positive.
    TypeError
        If `functional` is no quantity of pmfs.

    Examples
    --------
    >>> from divergences.testing import oracle
    >>> float(oracle.value("kl_divergence", [0.5, 0.5], [0.25, 0.75]))
    0.14384103622589045
    """
    found = _resolved(functional, order)
    _check(found, measures)
    digits = precision(*measures)
    with mpmath.workdps(digits):
        exact = _defined(found, [masses(m) for m in measures])
        # Of what is zero, such as the information of independent variables, rounding is left over.
        return exact if abs(exact) > mp.mpf(10) ** (10 - digits) else mp.mpf(0)


def _resolved(functional: Any, order: float | None = None) -> Functional:
    """Return the functional that is meant, by its name or its function."""
    found = functional if isinstance(functional, Functional) else member_of(functional)
    if found is None or isinstance(found, Located):
        raise TypeError(f"{functional!r} is no quantity of pmfs of the library, nor a Functional.")
    if isinstance(found, OrderDivergence | OrderEntropy) and found.order is None:
        if order is None:
            raise ValueError(
                f"{found.name} is of any order; say which by order=, or pass a Functional of one."
            )
        found = replace(found, order=order)
    return found


def _check(functional: Functional, measures: tuple[Any, ...]) -> None:
    """Refuse what does not stand for distributions."""
    joint = is_joint(functional.name)
    shapes = set()
    for measure in measures:
        values = np.asarray(array(measure))
        shapes.add(values.shape)
        if joint is not None and values.ndim != 1 + joint:
            what = "one table of a joint distribution" if joint else "vectors, not batches of them"
            raise ValueError(
                f"{functional.name} is of {what}; a measure has shape {values.shape}. Take the "
                "oracle's value of each distribution by itself."
            )
        floats = values.astype(np.float64)
        is_log = isinstance(measure, LogProbs | Logits)
        bad = np.isnan(floats) | (floats == np.inf)
        if (bad if is_log else bad | (floats < 0)).any() or values.size == 0:
            raise ValueError(
                "a measure is empty, or has a mass that is negative, NaN or infinite; none has an "
                "exact value."
            )
        if not (floats > (-np.inf if is_log else 0.0)).any():
            raise ValueError("a measure has total mass zero; a distribution needs positive mass.")
    if len(shapes) > 1:
        raise ValueError(
            f"the measures have shapes {sorted(shapes)}; distributions are compared outcome by "
            "outcome."
        )


def derivative(
    functional: Functional | Callable[..., Any] | str,
    measures: tuple[Any, ...],
    directions: tuple[Any, ...],
    order: int = 1,
) -> Number:
    """Return a derivative of `value` when the arrays in `measures` move along `directions`.

    It is a central difference of `order` one or two, with a step so small, and digits so many, that
    it is right to at least `DIGITS` / 2 digits where the quantity is smooth.
    """
    functional = _resolved(functional)
    _check(functional, measures)
    # A step beneath every mass by half of the digits, whose square is what the difference neglects.
    exponent = precision(*measures) - DIGITS // 2
    with mpmath.workdps((1 + order) * exponent + DIGITS):
        step = mp.mpf(10) ** -exponent

        def moved(by: Number) -> Number:
            return _defined(
                functional, [masses(m, d, by) for m, d in zip(measures, directions, strict=True)]
            )

        if order == 1:
            return (moved(step) - moved(-step)) / (2 * step)
        return (moved(step) - 2 * moved(mp.mpf(0)) + moved(-step)) / step**2


def gradient(
    functional: Functional | Callable[..., Any] | str, *measures: Any
) -> list[list[Number]]:
    """Return the derivative with respect to each entry of each array, arrays flattened."""
    shapes = [np.shape(array(m)) for m in measures]
    gradients = []
    for k, shape in enumerate(shapes):
        entries = []
        for i in range(int(np.prod(shape))):
            directions = [np.zeros(s) for s in shapes]
            directions[k].flat[i] = 1.0
            entries.append(derivative(functional, measures, tuple(directions)))
        gradients.append(entries)
    return gradients


def array(measure: Any) -> Any:
    """Return the array inside a measure."""
    return measure.values if isinstance(measure, Weights | LogProbs | Logits) else measure


def masses(measure: Any, direction: Any = None, step: Number = 0) -> Vector:
    """Return the masses that a measure's floats stand for, moved by `step` along `direction`."""
    values = np.asarray(array(measure))
    is_log = isinstance(measure, LogProbs | Logits)
    moves = np.zeros(values.shape) if direction is None else np.asarray(direction)
    top = mp.mpf(float(np.max(values))) if is_log else 0
    temperature = mp.mpf(float(getattr(measure, "temperature", 1.0)))
    flat = []
    for x, d in zip(values.ravel(), moves.ravel(), strict=True):
        moved = mp.mpf(float(x)) + step * float(d) if d else mp.mpf(float(x))
        flat.append(mp.exp((moved - top) / temperature) if is_log else moved)
    if values.ndim == 1:
        return flat
    width = values.shape[1]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def normalised(vector: Vector) -> Vector:
    """Return masses over their total."""
    if isinstance(vector[0], list):
        total = mp.fsum(x for row in vector for x in row)
        return [[x / total for x in row] for row in vector]
    total = mp.fsum(vector)
    return [x / total for x in vector]


def precision(*measures: Any) -> int:
    """Return how many digits the masses of `measures` call for."""
    return DIGITS + min(WIDEST, max(ceil(_decades(m)) for m in measures))


def _decades(measure: Any) -> float:
    """Return the logarithm to base ten of the largest over the smallest positive mass."""
    values = np.asarray(array(measure)).astype(np.float64)
    values = values / float(getattr(measure, "temperature", 1.0))
    if isinstance(measure, LogProbs | Logits):
        finite = values[np.isfinite(values)]
        # Halves, since the difference of two floats may overflow.
        return 2 * min(float(np.max(finite) / 2 - np.min(finite) / 2) / log10(np.e) ** -1, WIDEST)
    positive = values[values > 0]
    return log10(float(np.max(positive))) - log10(float(np.min(positive)))


def _defined(functional: Functional, vectors: list[Vector]) -> Number:
    return functional.definition(mp, *(normalised(v) for v in vectors))
