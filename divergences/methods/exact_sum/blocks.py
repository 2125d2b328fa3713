"""The exact sum on NumPy arrays: in blocks that stay in cache, on all cores.

Probabilities are first summed directly, as if the totals of P and Q were equal, in one pass that
also finds what validation needs. An error bound that comes with the sum says when this will not do
(nearly equal distributions, totals that differ); those are summed again with care. The idea is that
of Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18 (1997).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum.careful import normalised_total
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair, scaled, settled
from divergences.numerics.parallel import BLOCK, map_blocks
from divergences.numerics.recycler import Recycled, Recycler, plain
from divergences.numerics.sums import fold, fold_compensated, fold_first
from divergences.numerics.twoproduct import divide

RECYCLE = 1 << 13  # arrays of this size are worth the bookkeeping of their memory
U = 2.0**-53
TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero
# The direct sum is good where the totals of P and Q agree to DRIFT, as those of normalised floats
# do, and the result is at least LEAST, so that the square of the drift does not show in it.
DRIFT = 4.0 * U
LEAST = 512.0 * U
# A member's quick stand-in is good where its error bound, in roundings, is at most this many times
# its sum: for few outcomes, where a bound may be reached, and for many, where errors average out.
BOUND_FEW = 5.0
BOUND = 8.0
MOST = 0.3  # if more rows than this are not good, all are summed again: to pick them out costs too


def total(member: Perspective, p: Masses, q: Masses) -> Array:
    """Return the sum of T over P and Q normalised, for every distribution of the batch."""
    if p.values.ndim == 1 and q.values.ndim == 1:
        return np.float64(_vector(member, p, q, p.values, q.values))
    shape = np.broadcast_shapes(p.values.shape, q.values.shape)
    x, y = (np.broadcast_to(side.values, shape).reshape(-1, shape[-1]) for side in (p, q))
    n = shape[-1]
    if n > BLOCK // 4:
        sums = [_vector(member, p, q, a, b) for a, b in zip(x, y, strict=True)]
        return np.array(sums).reshape(shape[:-1])
    step = max(1, BLOCK // n)
    parts = map_blocks(partial(_rows, member, p, q), step, x, y)
    result, good = (np.concatenate([part[k] for part in parts] or [[]]) for k in range(2))
    if not good.all():
        rest = np.flatnonzero(~good.astype(bool))
        careful = map_blocks(partial(_careful, member), step, x[rest], y[rest])
        result[rest] = np.concatenate(careful)
    return result.reshape(shape[:-1])


def _vector(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> float:
    """Return the total for one pair of distributions, in blocks of its outcomes."""
    if p.tolerance is not None and q.tolerance is not None:
        if x.shape[0] <= BLOCK:
            mass_p, mass_q, value, least_p, least_q = _direct(member, x, y)
        else:
            *sums, leasts_p, leasts_q = _gather(partial(_direct, member), x, y)
            mass_p, mass_q, value = map(fsum, sums)
            least_p, least_q = min(leasts_p), min(leasts_q)
        _check(p, q, mass_p, mass_q, least_p, least_q)
        if _good(member, mass_p, mass_q, value):
            return value / (0.5 * (mass_p + mass_q))
    if x.shape[0] <= BLOCK or not member.smooth:
        if p.tolerance is None or q.tolerance is None:
            mass_p, mass_q = _sums(x, y)
            _check(p, q, mass_p, mass_q, _least(x), _least(y))
        return float(_careful(member, x, y))
    *parts, leasts_p, leasts_q = _gather(_totals, x, y)
    mass_p, mass_q = _double_word(parts[0], parts[1]), _double_word(parts[2], parts[3])
    _check(p, q, mass_p[0], mass_q[0], min(leasts_p), min(leasts_q))
    if member.laws.symmetric and _comes_second(x, y):
        x, y, mass_p, mass_q = y, x, mass_q, mass_p
    ratio = divide(mass_p, mass_q, np)
    excess = fsum(map_blocks(partial(_difference, ratio), BLOCK, x, y)) / mass_p[0]
    terms = partial(_terms, member, ratio, excess)
    return fsum(map_blocks(terms, BLOCK, x, y)) / mass_p[0]


def _rows(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the totals for a block of complete distributions, one a row, and which are good."""
    if p.tolerance is None or q.tolerance is None:
        _check(p, q, x.sum(axis=-1), y.sum(axis=-1), x.min(), y.min())
        return np.empty(x.shape[0]), np.zeros(x.shape[0], bool)
    # Outcomes first: sums over them then run along contiguous rows, however few they are.
    columns = [_recycler().take((x.shape[1], x.shape[0])) for _ in range(2)]
    for column, rows in zip(columns, (x, y), strict=True):
        np.copyto(column, rows.T)
    mass_p, mass_q, value, least_p, least_q = _direct(member, *columns)
    for column in columns:
        _recycler().give(column)
    _check(p, q, mass_p, mass_q, least_p, least_q)
    return value / (0.5 * (mass_p + mass_q)), _good(member, mass_p, mass_q, value)


def _careful(member: Perspective, x: Array, y: Array) -> Array:
    """Return the totals of distributions one a row, or of one, with every care."""
    with np.errstate(all="ignore"):
        return normalised_total(member, x, y, False, False, np)


def _direct(member: Perspective, p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q and sum T over the first axis, and the least p and q."""
    least_p, least_q = _least(p), _least(q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return *_sums(p, q, member.terms(Pair(p, q, p - q), np)), least_p, least_q
    xp: Any = np
    if p.size >= RECYCLE:
        xp = _recycler()
        p, q = xp.asarray(p), xp.asarray(q)
    d = p - q
    # In short rows most sums are too small for the stand-in.
    y = member.quick(p, q, xp) if p.ndim == 1 or p.shape[0] >= FEW else None
    if y is None:
        return *_sums(p, q, member.term(Pair(p, q, d), xp)), least_p, least_q
    mass, drift, value = _sums(p, d, y)
    value = value - drift
    size = xp.abs(y)
    if p.ndim == 1 and p.shape[0] <= FEW:
        poor = mass + 2.1 * fsum(size.tolist()) > BOUND_FEW * value
    else:
        poor = mass + 2.1 * np.add.reduce(plain(size)) > BOUND * value
    if p.ndim == 1:
        if poor:
            (value,) = _sums(member.term(Pair(p, q, d), xp))
    elif poor.mean() > MOST:
        (value,) = _sums(member.term(Pair(p, q, d), xp))
    elif poor.any():
        few = Pair(*(_like(x, plain(x)[:, poor]) for x in (p, q, d)))
        (value[poor],) = _sums(member.term(few, xp))
    return mass, mass - drift, value, least_p, least_q


def _like(x: Array, part: Array) -> Array:
    """Return `part` wrapped as `x` is."""
    return x.home.asarray(part) if isinstance(x, Recycled) else part


def _good(member: Perspective, mass_p: Any, mass_q: Any, value: Any) -> Any:
    """Whether the direct sum is accurate."""
    drift, mass = abs(mass_p - mass_q), 0.5 * (mass_p + mass_q)
    if member.smooth:
        return (drift <= DRIFT * mass) & (value >= LEAST)
    # To first order: what the rounding of either total hides must not show in the value.
    return (drift <= U * mass) & (value >= 1.0)


def _comes_second(x: Array, y: Array) -> bool:
    """Whether x is less than y where they first differ: an order in which to take both."""
    index = np.argmax(x != y)
    return bool(x[index] < y[index])


def _totals(p: Array, q: Array) -> tuple[Array, ...]:
    """Return the totals of p and q as double words, and their least entries."""
    return *fold_compensated(p, np), *fold_compensated(q, np), p.min(), q.min()


def _difference(ratio: tuple[Any, ...], p: Array, q: Array) -> Array:
    """Return the sum of p - r q over a block, r being the `ratio` of the totals."""
    return fold(scaled(p, q, ratio, np)[1], np)


def _terms(member: Perspective, ratio: tuple[Any, ...], excess: Array, p: Array, q: Array) -> Array:
    """Return the sum of T over a block, once q is scaled to the total of p."""
    with np.errstate(all="ignore"):
        x, d = scaled(p, q, ratio, np)
        return fold(member.terms(Pair(p, x, settled(p, x, d, excess, np)), np), np)


def _check(p: Masses, q: Masses, mass_p: Any, mass_q: Any, least_p: Any, least_q: Any) -> None:
    if least_p >= 0.0 and least_q >= 0.0 and _is_unit(p, mass_p) and _is_unit(q, mass_q):
        return
    for side, total, least in ((p, mass_p, least_p), (q, mass_q, least_q)):
        side.check(np.asarray(total), np.asarray(least), np)


def _is_unit(side: Masses, total: Any) -> bool:
    """Whether the total is plainly right, without the cost of a full check."""
    return type(total) is float and side.tolerance is not None and abs(total - 1.0) < 1e-9


def _least(x: Array) -> float:
    return (
        min(x.tolist()) if x.size <= FEW and x.ndim == 1 else float(np.minimum.reduce(x, axis=None))
    )


def _sums(*xs: Array) -> list[Any]:
    """Return the sum of each of `xs` over the first axis: floats, or arrays of column sums."""
    n = xs[0].shape[0]
    if xs[0].ndim > 1 or n >= RECYCLE:
        return [fold_first(plain(x)) for x in xs]
    if n <= FEW:
        return [fsum(x.tolist()) for x in xs]
    # The first term taken out of all: equal terms then add without error, as they do when folded.
    firsts = [float(x[0]) for x in xs]
    return [
        float(np.add.reduce(x - first)) + n * first for x, first in zip(xs, firsts, strict=True)
    ]


def _double_word(high: tuple[Array, ...], low: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return the exact sum of all parts as an unevaluated pair."""
    parts = [*map(float, high), *map(float, low)]
    total = fsum(parts)
    return np.float64(total), np.float64(fsum([*parts, -total]))


def _gather(function: Callable[..., tuple[Any, ...]], x: Array, y: Array) -> list[tuple[Any, ...]]:
    """Apply `function` to every block of outcomes; collect each of its results over the blocks."""
    return list(zip(*map_blocks(function, BLOCK, x, y), strict=True))


_thread = threading.local()


def _recycler() -> Recycler:
    """Return this thread's recycler."""
    if not hasattr(_thread, "recycler"):
        _thread.recycler = Recycler()
    return _thread.recycler
