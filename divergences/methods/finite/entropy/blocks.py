"""Expected surprisals on NumPy arrays: in blocks that stay in cache, on all cores."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures.discrete import MassArray
from divergences.methods.finite.entropy.surprisals import products, surprisals
from divergences.numerics.compiled import NUMBERS, sums
from divergences.numerics.floats.sums import pairwise_sum, pairwise_sum_axis0
from divergences.numerics.runtime.parallel import BLOCK, fill, map_blocks

TINY = 1e-290  # a smaller share of the greatest mass may make a quotient overflow, or be zero
HEAVY = 0.5  # beyond this share of the total an outcome's surprisal comes from the rest


def expected_surprisal(p: MassArray, q: MassArray) -> Array:
    """Return the mean surprisal of Q under P, the cross-entropy."""
    number = NUMBERS.get("cross_entropy")
    if number is None:
        value = np.full(np.broadcast_shapes(p.values.shape, q.values.shape)[:-1], np.nan)
    else:
        value, of_p, of_q = sums.total(number, p.values, q.values)
        p.check_range(*of_p)
        q.check_range(*of_q)
    sides = (p.values,) if q is p else (p.values, q.values)
    return fill(value, partial(_rows, p, q), *sides)


def _rows(p: MassArray, q: MassArray, *sides: Array) -> Array:
    """Return the mean surprisals for a block of complete distributions, one a row."""
    if sides[0].shape[-1] > BLOCK:
        return np.array([_long(p, q, row[0], row[-1]) for row in zip(*sides, strict=True)])
    columns = [np.ascontiguousarray(side.T) for side in sides]
    return _mean(p, q, columns[0], columns[-1])


def _mean(p: MassArray, q: MassArray, x: Array, y: Array) -> Any:
    """Return the mean surprisals of checked distributions, outcomes first."""
    within, mass_p, mass_q, min_p, min_q = _sums(x, x if q is p else y)
    _check(p, q, mass_p, mass_q, min_p, min_q)
    return within / mass_p


def _long(p: MassArray, q: MassArray, x: Array, y: Array) -> Array:
    """Return the mean surprisal by the chain rule: that of the block, plus that given the block."""
    both = _sums if q is not p else lambda a, _: _sums(a, a)
    parts = map_blocks(both, BLOCK, x, y)
    within, mass_p, mass_q, min_p, min_q = map(np.array, zip(*parts, strict=True))
    total = pairwise_sum(mass_p, np)
    _check(p, q, total, pairwise_sum(mass_q, np), min_p.min(), min_q.min())
    with np.errstate(all="ignore"):
        between = products(mass_p, surprisals(mass_q, False, np), mass_p != 0, np)
    return (pairwise_sum(within, np) + pairwise_sum(between, np)) / total


def _check(p: MassArray, q: MassArray, mass_p: Any, mass_q: Any, min_p: Any, min_q: Any) -> None:
    p.check_sums(mass_p, min_p)
    if q is not p:
        q.check_sums(mass_q, min_q)


def _sums(p: Array, q: Array) -> tuple[Any, Any, Any, Any, Any]:
    """Return the sums over the first axis of p times the surprisal of q, of p and of q.

    The smallest p and the smallest q follow, for validation.
    """
    min_q = min_p = np.minimum.reduce(q, axis=None)
    if q is not p:
        min_p = np.minimum.reduce(p, axis=None)
    top = np.maximum.reduce(q, axis=0)
    if not (min_p > 0.0 and min_q > TINY * top.max()):
        with np.errstate(all="ignore"):
            within = pairwise_sum(products(p.T, surprisals(q.T, False, np), p.T != 0, np), np)
            return within, pairwise_sum(p.T, np), pairwise_sum(q.T, np), min_p, min_q
    total = pairwise_sum_axis0(q)
    surprisal = total / q
    np.log(surprisal, out=surprisal)
    if (top > HEAVY * total).any():
        _replace_most_probable(*(x.reshape(q.shape[0], -1) for x in (surprisal, q)))
    surprisal *= p
    return (
        pairwise_sum_axis0(surprisal),
        total if q is p else pairwise_sum_axis0(p),
        total,
        min_p,
        min_q,
    )


def _replace_most_probable(surprisal: Array, q: Array) -> None:
    """Compute the surprisal of each column's most probable outcome from the sum of the others."""
    column = np.arange(q.shape[1])
    peak = q.argmax(axis=0)
    others = q.copy()
    others[peak, column] = 0.0
    surprisal[peak, column] = np.log1p(pairwise_sum_axis0(others) / q[peak, column])
