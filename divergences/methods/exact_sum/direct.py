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
from divergences.numerics.recycler import RECYCLE, Recycled, plain, recycler
from divergences.numerics.sums import short_sum

TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero
# A member's quick stand-in is good where its error bound, in roundings, is at most this many times
# its sum: of many outcomes, whose errors average out. Of few, most sums are too small for it.
BOUND = 8.0
MOST = 0.3  # if more rows than this are not good, all are summed again: to pick them out costs too


def direct(p: Array, q: Array, member: Perspective) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, sum T, the least p and the least q."""
    least_p, least_q = least(p), least(q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return *sums(p, q, member.terms(Pair(p, q, p - q), np)), least_p, least_q
    xp, p, q = _recycled(p, q)
    d = p - q
    y = member.quick(p, q, xp) if p.shape[0] > FEW else None
    if y is None:
        return *sums(p, q, member.term(Pair(p, q, d), xp)), least_p, least_q
    mass, drift, value = sums(p, d, y)
    value = value - drift
    poor = mass + 2.1 * np.add.reduce(plain(xp.abs(y))) > BOUND * value
    if p.ndim == 1:
        if poor:
            (value,) = sums(member.term(Pair(p, q, d), xp))
    elif poor.mean() > MOST:
        (value,) = sums(member.term(Pair(p, q, d), xp))
    elif poor.any():
        few = np.flatnonzero(poor)
        part = Pair(*(_like(x, plain(x).take(few, axis=1)) for x in (p, q, d)))
        (value[few],) = sums(member.term(part, xp))
    return mass, mass - drift, value, least_p, least_q


def balance(p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, the difference of both as that of the masses, the least p and least q.

    The difference is as accurate as sum |p - q|, where that of the sums would be all rounding.
    """
    _, x, y = _recycled(p, q)
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
        xp, p, q = _recycled(p, q)
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


def _recycled(p: Array, q: Array) -> tuple[Any, Array, Array]:
    """Return the namespace to compute in, and the arrays for it."""
    if p.size < RECYCLE:
        return np, p, q
    xp = recycler()
    return xp, xp.asarray(p), xp.asarray(q)


def _like(x: Array, part: Array) -> Array:
    """Return `part` wrapped as `x` is."""
    return x.home.asarray(part) if isinstance(x, Recycled) else part
