"""The direct sum by compiled loops, of many outcomes, where Numba is installed.

The functions are those of `direct`, with outcomes last. Sixteen distributions, or parts of a long
one, are summed side by side, all with their rounding errors: of tiles that the nearest cache holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.methods.exact_sum.direct import TINY
from divergences.numerics.pairs import Pair

MANY = 1 << 16  # masses: fewer are summed before Numba is even imported
WIDE = 16  # distributions, or parts of one, side by side
DEEP = 64  # outcomes of each in a tile
LONG = 512  # distributions of so many outcomes are cut into parts

# What is summed, each as a high and a low word, and the least of what is met.
P, Q, VALUE, LEAST_P, LEAST_Q, LEAST_POSITIVE = 0, 2, 4, 6, 7, 8
SUMS, ALL = 6, 9
FOUND = 5


def serves(member: Perspective, x: Array) -> bool:
    """Whether there are loops for `member`, and enough masses in a vector or matrix for them."""
    if x.size < MANY or not member.compiles or not has_numba():
        return False
    loop(member)  # before several threads ask for it
    return True


@cache
def has_numba() -> bool:
    """Whether Numba can be imported, which it refuses where it is older than NumPy, and is on."""
    try:
        from numba.core import config
    except ImportError:
        return False
    return not vars(config).get("DISABLE_JIT")


def direct(x: Array, y: Array, member: Perspective) -> tuple[Any, Any, Any, Any, Any]:
    """Return sum p, sum q, sum T, the least p and the least q."""
    *sums, least_p, least_q = _sums(member, x, y)
    return *sums, _least(least_p), _least(least_q)


def balance(x: Array, y: Array) -> tuple[Any, Any, Any, Any, Any]:
    """Return sum p, sum q, their difference as that of the masses, the least p and the least q."""
    *sums, least_p, least_q = _sums(None, x, y)
    return *sums, _least(least_p), _least(least_q)


def level(x: Array, y: Array, member: Perspective, shift: Any, inside: bool) -> tuple[Any]:
    """Return sum T once the totals are equal: p gives the share `shift` away, q takes as much."""
    return (_sums(member, x, y, shift)[2],)


def _sums(member: Perspective | None, x: Array, y: Array, shift: Any = 0.0) -> Any:
    """Return sum p, sum q, sum T or p - q, NaN if T may overflow, the least p and q."""
    limits = (member.at_p_zero, member.at_q_zero) if member else (0.0, 0.0)
    rows = [np.require(np.atleast_2d(a), requirements=["C", "A"]) for a in (x, y)]
    shifts = np.ascontiguousarray(np.broadcast_to(shift, rows[0].shape[:1]))
    sums = loop(member)(*rows, shifts, *limits)
    return sums if x.ndim > 1 else sums[:, 0].tolist()


def _least(x: Any) -> float:
    """Return the least, NaN if there is one."""
    return x if isinstance(x, float) else float(np.minimum.reduce(x))


@cache
def loop(member: Perspective | None) -> Callable[..., Array]:
    """Return the compiled loop for the terms of `member`, or for differences."""
    from divergences.numerics.compilation import compiled

    types = (2, 2, 1, 0, 0)
    if member is None:
        return compiled(_rows, "differences", types, summand=_difference)
    return compiled(_rows, member.name, types, summand=_term, term=type(member).term)


# What follows is compiled: plain loops over floats. These names are given when it is.

summand: Any = None
term: Any = None
xp: Any = None


def _difference(x: float, y: float, shift: float, at_p_zero: float, at_q_zero: float) -> float:
    """Return p - q."""
    return x - y


def _term(x: float, y: float, shift: float, at_p_zero: float, at_q_zero: float) -> float:
    """Return T, or what it is where a mass vanishes."""
    inside = (x > 0.0) & (y > 0.0)
    p, q = (x if inside else 1.0), (y if inside else 1.0)
    t = term(None, Pair(p, q, (p - q) - (p + q) * shift, None), xp)
    edge = (x * at_q_zero if x > 0.0 else 0.0) + (y * at_p_zero if y > 0.0 else 0.0)
    return t if inside else edge


def _rows(x: Array, y: Array, shift: Array, at_p_zero: float, at_q_zero: float) -> Array:
    """Return the sums over each row, as columns."""
    count, n = x.shape
    result = np.empty((FOUND, count))
    p, q = np.empty((DEEP, WIDE)), np.empty((DEEP, WIDE))
    sums, shifts = np.empty((ALL, WIDE)), np.empty(WIDE)
    if n >= LONG:
        whole = n - n % WIDE
        for row in range(count):
            _clear(sums)
            shifts[:] = shift[row]
            parts_p, parts_q = x[row, :whole].reshape(-1, WIDE), y[row, :whole].reshape(-1, WIDE)
            _add(parts_p, parts_q, shifts, n // WIDE, at_p_zero, at_q_zero, sums)
            p[0], q[0] = 0.0, 0.0
            for j in range(n - whole):
                p[0, j], q[0, j] = x[row, whole + j], y[row, whole + j]
            _add(p, q, shifts, 1, at_p_zero, at_q_zero, sums)
            _join(sums)
            _close(sums, result[:, row : row + 1])
        return result
    for start in range(0, count, WIDE):
        _clear(sums)
        for j in range(WIDE):
            shifts[j] = shift[min(start + j, count - 1)]
        for first in range(0, n, DEEP):
            deep = min(DEEP, n - first)
            for i in range(deep):
                for j in range(WIDE):
                    row = min(start + j, count - 1)  # there may be fewer rows than columns
                    p[i, j] = x[row, first + i]
                    q[i, j] = y[row, first + i]
            _add(p, q, shifts, deep, at_p_zero, at_q_zero, sums)
        _close(sums, result[:, start : start + WIDE])
    return result


def _add(
    p: Array,
    q: Array,
    shifts: Array,
    deep: int,
    at_p_zero: float,
    at_q_zero: float,
    sums: Array,
) -> None:
    """Add a tile to the sums of its columns."""
    for i in range(deep):
        for j in range(WIDE):
            x, y = p[i, j], q[i, j]
            _gather(sums, P, j, x)
            _gather(sums, Q, j, y)
            _gather(sums, VALUE, j, summand(x, y, shifts[j], at_p_zero, at_q_zero))
            lesser = (x if x < y else y) if (x > 0.0) & (y > 0.0) else 1.0
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
    """Round the sums, and make NaN what may have overflowed, or has been made from NaN."""
    for j in range(result.shape[1]):
        mass_p, mass_q = _closed(sums, P, j), _closed(sums, Q, j)
        result[0, j], result[1, j] = mass_p, mass_q
        result[2, j] = _closed(sums, VALUE, j) if sums[LEAST_POSITIVE, j] > TINY else np.nan
        result[3, j] = sums[LEAST_P, j] if mass_p == mass_p else np.nan
        result[4, j] = sums[LEAST_Q, j] if mass_q == mass_q else np.nan


def _closed(sums: Array, k: int, j: int) -> float:
    """Return a sum rounded; that of an infinite one is not known."""
    total = sums[k, j]
    return total if np.isinf(total) else total + sums[k + 1, j]
