"""The direct sum over a block of NumPy arrays: the stable term, as if P and Q had equal totals.

Outcomes lie along the first axis here: sums over them then run along contiguous rows, however few
they are. With its sums each function returns the least masses, which validation needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair
from divergences.numerics.recycler import RECYCLE, plain, recycler
from divergences.numerics.sums import short_sum

TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero


def direct(p: Array, q: Array, member: Perspective) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, sum T, the least p and the least q."""
    least_p, least_q = least(p), least(q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return *sums(p, q, member.terms(Pair(p, q, p - q), np)), least_p, least_q
    xp, p, q = recycled(p, q)
    return *sums(p, q, member.term(Pair(p, q, p - q), xp)), least_p, least_q


def balance(p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, the difference of both as that of the masses, the least p and least q.

    The difference is as accurate as sum |p - q|, where that of the sums would be all rounding.
    """
    _, x, y = recycled(p, q)
    with np.errstate(invalid="ignore"):
        return *sums(x, y, x - y), least(p), least(q)


def level(p: Array, q: Array, member: Perspective, shift: Any, inside: bool) -> tuple[Any]:
    """Return sum T once the totals are equal: p gives the share `shift` away, q takes as much.

    That is a few roundings: `inside`, where all masses are positive, only p - q notices.
    """
    with np.errstate(all="ignore"):
        if not inside:
            pair = Pair(p - p * shift, q + q * shift, (p - q) - (p + q) * shift)
            return tuple(sums(member.terms(pair, np)))
        xp, p, q = recycled(p, q)
        return tuple(sums(member.term(Pair(p, q, (p - q) - (p + q) * shift), xp)))


def sums(*xs: Array) -> list[Any]:
    """Return the sum of each of `xs` over the first axis: floats, or arrays of column sums."""
    if xs[0].ndim > 1 or xs[0].shape[0] >= RECYCLE:
        fold = recycler().fold
        return [fold(plain(x)) for x in xs]
    return [short_sum(x) for x in xs]


def least(x: Array) -> float:
    """Return the least of all entries."""
    return (
        min(x.tolist()) if x.size <= FEW and x.ndim == 1 else float(np.minimum.reduce(x, axis=None))
    )


def recycled(p: Array, q: Array) -> tuple[Any, Array, Array]:
    """Return the namespace to compute in, and the arrays for it."""
    if p.size < RECYCLE:
        return np, p, q
    xp = recycler()
    return xp, xp.asarray(p), xp.asarray(q)
