"""The direct sum over a block of NumPy arrays: the stable term, as if P and Q had equal totals.

Outcomes lie along the first axis here: sums over them then run along contiguous rows, however few
they are. With its sums each function returns the least masses, which validation needs.
"""

from __future__ import annotations

import threading
from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair
from divergences.numerics.recycler import Recycled, Recycler, plain
from divergences.numerics.sums import fold_first, short_sum

RECYCLE = 1 << 13  # arrays of this size are worth the bookkeeping of their memory
TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero
# A member's quick stand-in is good where its error bound, in roundings, is at most this many times
# its sum: for few outcomes, where a bound may be reached, and for many, where errors average out.
BOUND_FEW = 5.0
BOUND = 8.0
MOST = 0.3  # if more rows than this are not good, all are summed again: to pick them out costs too


def direct(member: Perspective, p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, sum T, the least p and the least q."""
    least_p, least_q = least(p), least(q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return *sums(p, q, member.terms(Pair(p, q, p - q), np)), least_p, least_q
    xp, p, q = _recycled(p, q)
    d = p - q
    # In short rows most sums are too small for the stand-in.
    y = member.quick(p, q, xp) if p.ndim == 1 or p.shape[0] >= FEW else None
    if y is None:
        return *sums(p, q, member.term(Pair(p, q, d), xp)), least_p, least_q
    mass, drift, value = sums(p, d, y)
    value = value - drift
    size = xp.abs(y)
    if p.ndim == 1 and p.shape[0] <= FEW:
        poor = mass + 2.1 * fsum(size.tolist()) > BOUND_FEW * value
    else:
        poor = mass + 2.1 * np.add.reduce(plain(size)) > BOUND * value
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


def level(member: Perspective, shift: Any, inside: bool, p: Array, q: Array) -> tuple[Any]:
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
        return [_folded(plain(x)) for x in xs]
    return [short_sum(x) for x in xs]


def _folded(x: Array) -> Any:
    """Return the sum over the first axis, added in halves in recycled memory."""
    if x.size < RECYCLE:
        return fold_first(x)
    spare = recycler().take((x.shape[0] - x.shape[0] // 2, *x.shape[1:]))
    total = fold_first(x, spare)
    recycler().give(spare)
    return total if x.ndim == 1 else total.copy()


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


_thread = threading.local()


def recycler() -> Recycler:
    """Return this thread's recycler."""
    if not hasattr(_thread, "recycler"):
        _thread.recycler = Recycler()
    return _thread.recycler
