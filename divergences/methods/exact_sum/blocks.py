"""The exact sum on NumPy arrays: in blocks that stay in cache, on all cores.

Probabilities are first summed directly, as if the totals of P and Q were equal, in one pass that also
finds what validation needs. An error bound that comes with the sum says when this will not do (nearly
equal distributions, totals that differ); those are summed again with care. The idea is that of
Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18 (1997).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.numerics.pairs import Pair, common_total, rescaled
from divergences.numerics.recycler import Recycler, plain
from divergences.numerics.sums import fold, fold_compensated
from divergences.numerics.twoproduct import divide

BLOCK = 1 << 16  # elements: half a megabyte of float64
FEW = 64  # fewer floats than this are added fastest, and exactly, by math.fsum
RECYCLE = 1 << 13  # arrays of this size are worth the bookkeeping of their memory
U = 2.0**-53
TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero
# The direct sum is good where the totals of P and Q agree to DRIFT, as those of normalised floats do,
# and the result is at least LEAST, so that the square of the drift does not show in it.
DRIFT = 4.0 * U
LEAST = 512.0 * U
# A member's quick stand-in is good where its error bound is at most BOUND roundings of its sum.
BOUND = 6.0


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
    rows = _map(lambda a, b: _rows(member, p, q, a, b), max(1, BLOCK // n), x, y)
    return np.concatenate(rows or [np.empty(0)]).reshape(shape[:-1])


def _vector(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> float:
    """Return the total for one pair of distributions, in blocks of its outcomes."""
    if p.tolerance is not None and q.tolerance is not None:
        masses, drifts, values, least_p, least_q = _gather(partial(_direct, member), x, y)
        mass, drift, value = fsum(masses), fsum(drifts), fsum(values)
        _check(p, q, mass, drift, min(least_p), min(least_q))
        if _good(mass, drift, value):
            return value / mass
    *parts, least_p, least_q = _gather(_totals, x, y)
    mass_p, mass_q = _double_word(*parts[:2]), _double_word(*parts[2:])
    _check(p, q, mass_p[0], mass_p[0] - mass_q[0], min(least_p), min(least_q))
    scaled = partial(_scaled, member, divide(mass_p, mass_q, np))
    return fsum(_map(scaled, BLOCK, x, y)) / mass_p[0]


def _rows(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> Array:
    """Return the totals for a block of complete distributions, one a row."""
    good: Array = np.zeros(x.shape[0], bool)
    result = np.empty(x.shape[0])
    if p.tolerance is not None and q.tolerance is not None:
        # Outcomes first: sums over them then run along contiguous rows, however few they are.
        columns = np.ascontiguousarray(x.T), np.ascontiguousarray(y.T)
        mass, drift, value, least_p, least_q = _direct(member, *columns)
        _check(p, q, mass, drift, least_p, least_q)
        good = _good(mass, drift, value)
        np.divide(value, mass, out=result, where=good)
    else:
        mass = x.sum(axis=-1)
        _check(p, q, mass, mass - y.sum(axis=-1), x.min(), y.min())
    if not good.all():
        with np.errstate(all="ignore"):
            pair, mass = common_total(x[~good], y[~good], np)
            result[~good] = fold(member.terms(pair, np), np) / mass
    return result


def _direct(member: Perspective, p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum (p - q), sum T over the first axis, and the least p and q."""
    xp: Any = np if p.size < RECYCLE else _recycler(p.shape)
    least_p, least_q = _least(p), _least(q)
    if not (least_p > TINY and least_q > TINY):
        d = p - q
        with np.errstate(all="ignore"):
            return *_sums(p, d, member.terms(Pair(p, q, d), np)), least_p, least_q
    p, q = xp.asarray(p), xp.asarray(q)
    d = p - q
    y = member.quick(p, q, xp)
    if y is not None:
        mass, drift, value = _sums(p, d, y)
        size = np.add.reduce(plain(xp.abs(y)))
        value = value - drift
        poor = mass + 2.1 * size > BOUND * value
        if poor is True or poor is np.True_:
            (value,) = _sums(member.term(Pair(p, q, d), xp))
        elif poor is not False and poor.any():
            few = Pair(*(plain(x)[:, poor] for x in (p, q, d)))
            (value[poor],) = _sums(member.term(few, np))
        return mass, drift, value, least_p, least_q
    return *_sums(p, d, member.term(Pair(p, q, d), xp)), least_p, least_q


def _good(mass: Any, drift: Any, value: Any) -> Any:
    """Whether the direct sum is accurate."""
    return (abs(drift) <= DRIFT * mass) & (value >= LEAST * mass)


def _totals(p: Array, q: Array) -> tuple[Array, ...]:
    """Return the totals of p and q as double words, and their least entries."""
    return *fold_compensated(p, np), *fold_compensated(q, np), p.min(), q.min()


def _scaled(member: Perspective, ratio: tuple[Any, ...], p: Array, q: Array) -> Array:
    """Return the sum of T over a block, once q is scaled by `ratio` to the total of p."""
    with np.errstate(all="ignore"):
        return fold(member.terms(rescaled(p, q, ratio, np), np), np)


def _check(p: Masses, q: Masses, mass: Any, drift: Any, least_p: Any, least_q: Any) -> None:
    for side, total, least in ((p, mass, least_p), (q, mass - drift, least_q)):
        if not (least >= 0 and _is_unit(side, total)):
            side.check(np.asarray(total), np.asarray(least), np)


def _is_unit(side: Masses, total: Any) -> bool:
    """Whether the total is plainly right, without the cost of a full check."""
    return isinstance(total, float) and side.tolerance is not None and abs(total - 1.0) < 1e-9


def _least(x: Array) -> float:
    return min(x.tolist()) if x.size <= FEW and x.ndim == 1 else float(np.minimum.reduce(x, axis=None))


def _sums(*xs: Array) -> list[Any]:
    """Return the sum of each of `xs` over the first axis, added in halves: floats, or column sums."""
    n, *rest = xs[0].shape
    if n <= (1 if rest else FEW):
        return [plain(x)[0] for x in xs] if rest else [fsum(x.tolist()) for x in xs]
    few, half = 1 if rest else FEW, 1
    while half * few < n:
        half *= 2
    half = half // 2 * -(-n // half)  # of n rounded up, so that it can be halved down to few
    sums = np.empty((len(xs), half, *rest))
    for x, y in zip(map(plain, xs), sums, strict=True):
        np.add(x[: n - half], x[half:], out=y[: n - half])
        y[n - half :] = x[n - half : half]
    while half > few:
        half //= 2
        sums = sums[:, :half] + sums[:, half:]
    return list(sums[:, 0]) if rest else np.add.reduce(sums, axis=-1).tolist()


def _double_word(high: tuple[Array, ...], low: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return the exact sum of all parts as an unevaluated pair."""
    parts = [*map(float, high), *map(float, low)]
    total = fsum(parts)
    return np.float64(total), np.float64(fsum([*parts, -total]))


def _gather(function: Callable[..., tuple[Any, ...]], x: Array, y: Array) -> list[tuple[Any, ...]]:
    """Apply `function` to every block of outcomes, and collect each of its results over the blocks."""
    return list(zip(*_map(function, BLOCK, x, y), strict=True))


def _map(function: Callable[..., Any], step: int, x: Array, y: Array) -> list[Any]:
    """Apply `function` to blocks of `step` along the first axis, on all cores if they are many."""
    n = x.shape[0]
    if n <= step:
        return [function(x, y)] if n else []
    blocks = ((x[i : i + step], y[i : i + step]) for i in range(0, n, step))
    run = _pool().map if n > 2 * step else map
    return list(run(lambda block: function(*block), blocks))


_thread = threading.local()


def _recycler(shape: tuple[int, ...]) -> Recycler:
    """Return this thread's recycler for arrays of `shape`."""
    if getattr(_thread, "recycler", None) is None or _thread.recycler.shape != shape:
        _thread.recycler = Recycler(shape)
    return _thread.recycler


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads that work on blocks; NumPy releases the interpreter lock in its loops."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="divergences")
