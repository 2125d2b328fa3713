"""The exact sum on NumPy arrays: in blocks that stay in cache, on all cores.

Probabilities of many outcomes are summed quickly, where the result is large enough for that. All
others are summed directly, as if the totals of P and Q were equal, in one pass that also finds what
validation needs. An error bound that comes with the sum says when this will not do
(nearly equal distributions, totals that differ); those are summed again with care. The idea is that
of Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18 (1997).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum import compiled, matrix
from divergences.methods.exact_sum.careful import careful_totals
from divergences.methods.exact_sum.direct import (
    DRIFT,
    LEAST,
    TINY,
    UNEVEN,
    balance,
    direct,
    judged,
    least,
    level,
    sums,
)
from divergences.methods.exact_sum.quick import joined, may_be_quick, normalised, quick
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair, scaled, settled
from divergences.numerics.parallel import BLOCK, map_blocks
from divergences.numerics.recycler import recycler
from divergences.numerics.sums import double_word, fold, fold_compensated
from divergences.numerics.twoproduct import divide


def total(member: Perspective, p: Masses, q: Masses) -> Any:
    """Return the sum of T over P and Q normalised: of every pair of a batch, or a float of one."""
    if p.values.ndim == 1 and q.values.ndim == 1:
        return _vector(member, p, q, p.values, q.values)
    shape = np.broadcast_shapes(p.values.shape, q.values.shape)
    if shape[-1] <= BLOCK // 4 and _are_rows_and_columns(p.values, q.values):
        return matrix.total(member, p, q)
    x, y = (np.broadcast_to(side.values, shape).reshape(-1, shape[-1]) for side in (p, q))
    n = shape[-1]
    if n > BLOCK // 4:
        one = partial(_vector, member, p, q)
        values = map_blocks(lambda a, b: one(a[0], b[0]), 1, x, y)
        return np.array(values, float).reshape(shape[:-1])
    result, good = np.empty(x.shape[0]), np.zeros(x.shape[0], bool)
    step = max(1, BLOCK // n)
    ways: list[Callable[..., tuple[Array, Array]]] = [_careful_rows]
    if compiled.serves(member, x.size):
        ways = [compiled.total, _careful_rows]
    elif p.tolerance is not None and q.tolerance is not None:
        if may_be_quick(member, x, y):
            result, good = _quickly(member, p, q, x, y, step)
        ways = [*(partial(_rows, way) for way in _ways(member)), _careful_rows]
    for way in ways:
        if good.all():
            break
        rest = np.flatnonzero(~good) if good.any() else slice(None)
        parts = map_blocks(partial(way, member, p, q), step, x[rest], y[rest])
        found = [np.concatenate(part) for part in zip(*parts, strict=True)]
        if isinstance(rest, slice):  # to copy long results costs as much as some of the loops
            result, good = found
        else:
            result[rest], good[rest] = found
    return result.reshape(shape[:-1])


def _ways(member: Perspective) -> tuple[Callable[..., tuple[Any, Any]], ...]:
    """Return the direct ways to the total, in the order in which to try them."""
    if not member.smooth:
        return (_evenly,)
    return (_directly, _evenly) if member.laws.symmetric else (_directly,)


def _are_rows_and_columns(x: Array, y: Array) -> bool:
    """Whether every distribution of `x` meets every one of `y`, and each several."""
    return x.ndim == y.ndim == 3 and x.shape[1] == y.shape[0] == 1 < min(x.shape[0], y.shape[1])


def _vector(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> float:
    """Return the total for one pair of distributions, in blocks of its outcomes."""
    n = x.shape[0]
    if compiled.serves(member, n):
        values, good = compiled.total(member, p, q, x[None], y[None])
        if good[0]:
            return float(values[0])
    elif p.tolerance is not None and q.tolerance is not None:
        if n > FEW and may_be_quick(member, x, y):
            value, good = _quickly(member, p, q, x, y, BLOCK)
            if good:
                return value
        for way in _ways(member):
            value, good = way(member, p, q, x, y)
            if good:
                return value
    if n <= BLOCK or not member.smooth:
        if p.tolerance is None or q.tolerance is None:
            mass_p, mass_q = sums(x, y)
            _check(p, q, mass_p, mass_q, least(x), least(y))
        return float(careful_totals(member, x, y))
    *parts, leasts_p, leasts_q = zip(*map_blocks(_totals, BLOCK, x, y), strict=True)
    mass_p, mass_q = double_word(parts[0], parts[1]), double_word(parts[2], parts[3])
    _check(p, q, mass_p[0], mass_q[0], min(leasts_p), min(leasts_q))
    if member.laws.symmetric and _comes_second(x, y):
        x, y, mass_p, mass_q = y, x, mass_q, mass_p
    ratio = divide(mass_p, mass_q, np)
    excess = fsum(map_blocks(partial(_difference, ratio), BLOCK, x, y)) / mass_p[0]
    terms = partial(_terms, member, ratio, excess)
    return fsum(map_blocks(terms, BLOCK, x, y)) / mass_p[0]


def _quickly(
    member: Perspective, p: Masses, q: Masses, x: Array, y: Array, step: int
) -> tuple[Any, Any]:
    """Return the quick totals, outcomes last, and which are good."""
    if x.shape[0] <= step:
        return normalised(member, p, q, quick(member, _lined(x), _lined(y)))
    parts = map_blocks(lambda a, b: quick(member, _lined(a), _lined(b)), step, x, y)
    return normalised(member, p, q, joined(parts))


def _lined(x: Array) -> Array:
    """Return rows whose entries follow each other in memory."""
    return x if x.strides[-1] == x.itemsize else np.ascontiguousarray(x)


def _rows(
    way: Callable[..., tuple[Array, Array]],
    member: Perspective,
    p: Masses,
    q: Masses,
    x: Array,
    y: Array,
) -> tuple[Array, Array]:
    """Return what `way` does, for a block of complete distributions, one a row."""
    columns = [recycler().take((x.shape[1], x.shape[0])) for _ in range(2)]
    for column, rows in zip(columns, (x, y), strict=True):
        np.copyto(column, rows.T)
    result = way(member, p, q, columns[0], columns[1])
    for column in columns:
        recycler().give(column)
    return result


def _careful_rows(
    member: Perspective, p: Masses, q: Masses, x: Array, y: Array
) -> tuple[Array, Array]:
    """Return the totals for a block of distributions, one a row, with every care: all are good."""
    if p.tolerance is None or q.tolerance is None:  # the others have been checked
        _check(p, q, x.sum(axis=-1), y.sum(axis=-1), x.min(), y.min())
    return careful_totals(member, x, y), np.ones(x.shape[0], bool)


def _directly(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> tuple[Any, Any]:
    """Return the direct totals, and which are good, outcomes first."""
    mass_p, mass_q, value, least_p, least_q = _sums(direct, x, y, member)
    _check(p, q, mass_p, mass_q, least_p, least_q)
    return judged(member, mass_p, mass_q, value)


def _evenly(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> tuple[Any, Any]:
    """Return the totals with those of P and Q made equal, and which are good, outcomes first."""
    mass_p, mass_q, drift, least_p, least_q = _sums(balance, x, y)
    _check(p, q, mass_p, mass_q, least_p, least_q)
    inside = min(least_p, least_q) > TINY
    (value,) = _sums(level, x, y, member, drift / (mass_p + mass_q), inside)
    mass = 0.5 * (mass_p + mass_q)
    if member.smooth:
        return value / mass, (abs(drift) <= UNEVEN * mass) & (value >= LEAST)
    # What is left of differences that are mostly drift has lost digits.
    return value / mass, (abs(drift) <= DRIFT * mass) & (abs(drift) <= 0.25 * value)


def _sums(function: Callable[..., Any], x: Array, y: Array, *how: Any) -> tuple[Any, ...]:
    """Return the sums over all blocks of a vector, and the least masses in any."""
    if x.ndim > 1 or x.shape[0] <= BLOCK:
        return function(x, y, *how)
    results = map_blocks(lambda a, b: function(a, b, *how), BLOCK, x, y)
    columns = list(zip(*results, strict=True))
    return *map(fsum, columns[:3]), *map(min, columns[3:])


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
    p.check_sums(mass_p, least_p)
    q.check_sums(mass_q, least_q)
