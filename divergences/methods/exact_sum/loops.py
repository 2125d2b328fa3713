"""Loops over outcomes, as Numba compiles them: no function here is called as it stands.

Sixteen distributions, or parts of a long one, are summed side by side, all with an account of their
rounding: of tiles that the nearest cache holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.methods.exact_sum.direct import TINY
from divergences.numerics.pairs import Pair

Array = Any

WIDE = 16  # distributions, or parts of one, side by side
DEEP = 64  # outcomes of each in a tile
LONG = 512  # distributions of so many outcomes are cut into parts

# What is summed, each as a high and a low word, and the least of what is met.
P, Q, VALUE, LEAST_P, LEAST_Q, LEAST_POSITIVE = 0, 2, 4, 6, 7, 8
SUMS, ALL = 6, 9
FOUND = 7

# What these names stand for is said when a loop is compiled: what to sum, the term of a member, and
# the namespace of single floats.
summand: Any = None
term: Any = None
xp: Any = None


def nothing(x: float, y: float, scale: Array, j: int, at_p_zero: float, at_q_zero: float) -> float:
    """Return 0: only the totals are wanted."""
    return 0.0


def plain(x: float, y: float, scale: Array, j: int, at_p_zero: float, at_q_zero: float) -> float:
    """Return T of the masses themselves."""
    return _limited(x, 0.0, y, 0.0, at_p_zero, at_q_zero)


def shared(x: float, y: float, scale: Array, j: int, at_p_zero: float, at_q_zero: float) -> float:
    """Return T of the shares of the totals, whose inverses are `scale`, all as double words."""
    p, q = x * scale[0, j], y * scale[2, j]
    p_low = xp.fma(x, scale[0, j], -p) + x * scale[1, j]
    q_low = xp.fma(y, scale[2, j], -q) + y * scale[3, j]
    return _limited(p, p_low, q, q_low, at_p_zero, at_q_zero)


def _limited(
    p: float, p_low: float, q: float, q_low: float, at_p_zero: float, at_q_zero: float
) -> float:
    """Return T of two double words, what it is where one vanishes, and NaN of NaN."""
    inside = (p > 0.0) & (q > 0.0)
    d = (p - q) + (p_low - q_low)
    t = term(None, Pair(p if inside else 1.0, q if inside else 1.0, d if inside else 0.0, None), xp)
    edge = (p * at_q_zero if p > 0.0 else 0.0) + (q * at_p_zero if q > 0.0 else 0.0)
    return t if inside else edge + 0.0 * (p + q)


def rows(x: Array, y: Array, totals: Array, at_p_zero: float, at_q_zero: float) -> Array:
    """Return, for each row, both totals as double words, the sum, and the least masses.

    The sum may be one over shares of the `totals`, which are those of each row or of all.
    """
    count, n = x.shape
    result = np.empty((FOUND, count))
    p, q = np.empty((DEEP, WIDE)), np.empty((DEEP, WIDE))
    sums, scale = np.empty((ALL, WIDE)), np.empty((4, WIDE))
    if n >= LONG:
        whole = n - n % WIDE
        for row in range(count):
            _clear(sums)
            for j in range(WIDE):
                _invert(totals, row, scale, j)
            parts_p, parts_q = x[row, :whole].reshape(-1, WIDE), y[row, :whole].reshape(-1, WIDE)
            _add(parts_p, parts_q, scale, n // WIDE, at_p_zero, at_q_zero, sums)
            p[0], q[0] = 0.0, 0.0
            for j in range(n - whole):
                p[0, j], q[0, j] = x[row, whole + j], y[row, whole + j]
            _add(p, q, scale, 1, at_p_zero, at_q_zero, sums)
            _join(sums)
            _close(sums, result[:, row : row + 1])
        return result
    for start in range(0, count, WIDE):
        _clear(sums)
        for j in range(WIDE):
            _invert(totals, min(start + j, count - 1), scale, j)
        for first in range(0, n, DEEP):
            deep = min(DEEP, n - first)
            for i in range(deep):
                for j in range(WIDE):
                    row = min(start + j, count - 1)  # there may be fewer rows than columns
                    p[i, j] = x[row, first + i]
                    q[i, j] = y[row, first + i]
            _add(p, q, scale, deep, at_p_zero, at_q_zero, sums)
        _close(sums, result[:, start : start + WIDE])
    return result


def pairs(
    p: Array, p_low: Array, q: Array, q_low: Array, at_p_zero: float, at_q_zero: float
) -> Array:
    """Return sum T for every row of the first shares and every column of the second."""
    count, n = p.shape
    columns = q.shape[1]
    result = np.empty((count, columns))
    sums = np.empty((2, WIDE))
    for row in range(count):
        for start in range(0, columns, WIDE):
            for j in range(WIDE):
                sums[0, j], sums[1, j] = 0.0, 0.0
            for i in range(n):
                x, x_low = p[row, i], p_low[row, i]
                for j in range(WIDE):
                    y, y_low = q[i, start + j], q_low[i, start + j]
                    _gather(sums, 0, j, _limited(x, x_low, y, y_low, at_p_zero, at_q_zero))
            for j in range(WIDE):
                result[row, start + j] = _rounded(sums, 0, j)
    return result


def _add(
    p: Array, q: Array, scale: Array, deep: int, at_p_zero: float, at_q_zero: float, sums: Array
) -> None:
    """Add a tile to the sums of its columns."""
    for i in range(deep):
        for j in range(WIDE):
            x, y = p[i, j], q[i, j]
            _gather(sums, P, j, x)
            _gather(sums, Q, j, y)
            _gather(sums, VALUE, j, summand(x, y, scale, j, at_p_zero, at_q_zero))
            share_p, share_q = x * scale[0, j], y * scale[2, j]
            lesser = share_p if share_p < share_q else share_q
            lesser = lesser if (x > 0.0) & (y > 0.0) else 1.0
            sums[LEAST_P, j] = x if x < sums[LEAST_P, j] else sums[LEAST_P, j]
            sums[LEAST_Q, j] = y if y < sums[LEAST_Q, j] else sums[LEAST_Q, j]
            least = sums[LEAST_POSITIVE, j]
            sums[LEAST_POSITIVE, j] = lesser if lesser < least else least


def _gather(sums: Array, k: int, j: int, x: float) -> None:
    """Add x to a sum, and to its low word what rounding leaves out."""
    before = sums[k, j]
    total = before + x
    part = total - before
    sums[k + 1, j] += (before - (total - part)) + (x - part)
    sums[k, j] = total


def _invert(totals: Array, row: int, scale: Array, j: int) -> None:
    """Find the inverse double words of those of a row."""
    column = min(row, totals.shape[1] - 1)
    for k in range(0, 4, 2):
        high, low = totals[k, column], totals[k + 1, column]
        inverse = 1.0 / high
        scale[k, j] = inverse
        scale[k + 1, j] = (xp.fma(-inverse, high, 1.0) - inverse * low) / high


def _rounded(sums: Array, k: int, j: int) -> float:
    """Return a sum as one word; the low word of an infinite one is not known."""
    high = sums[k, j]
    return high if np.isinf(high) else high + sums[k + 1, j]


def _clear(sums: Array) -> None:
    """Start with nothing."""
    sums[:SUMS] = 0.0
    sums[SUMS:] = np.inf


def _join(sums: Array) -> None:
    """Add all columns to the first."""
    for j in range(1, WIDE):
        for k in range(0, SUMS, 2):
            _gather(sums, k, 0, sums[k, j])
            sums[k + 1, 0] += sums[k + 1, j]
        for k in range(SUMS, ALL):
            sums[k, 0] = min(sums[k, 0], sums[k, j])


def _close(sums: Array, result: Array) -> None:
    """Write down what was found: NaN for a sum that may have overflowed, or is made from NaN."""
    for j in range(result.shape[1]):
        for k in range(0, SUMS, 2):
            high, total = sums[k, j], _rounded(sums, k, j)
            result[k, j] = total
            if k < VALUE:
                result[k + 1, j] = 0.0 if np.isinf(high) else sums[k + 1, j] - (total - high)
        if not sums[LEAST_POSITIVE, j] > TINY:
            result[VALUE, j] = np.nan
        result[VALUE + 1, j] = sums[LEAST_P, j] if result[P, j] == result[P, j] else np.nan
        result[VALUE + 2, j] = sums[LEAST_Q, j] if result[Q, j] == result[Q, j] else np.nan
