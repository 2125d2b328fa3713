"""The exact sum by compiled loops, of many masses, where Numba is installed.

Probabilities are first summed as if the totals of P and Q were equal. Where that will not do, and
of weights, each mass is divided by its total, in double words, and these shares are summed: the
differences of nearly equal distributions are then known as well as with all care.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum import loops
from divergences.methods.exact_sum.direct import judged
from divergences.numerics.parallel import BLOCK, map_blocks
from divergences.numerics.sums import double_word

MANY = 1 << 16  # masses: fewer are summed before Numba is even imported
# Shares are off by some 2^-104 of theirs, their differences by as much. Sums that are of second
# order in these are good to a rounding from here on, and of first order from the root of it.
SHARED = 2.0**-90
ONES = np.array([[1.0], [0.0], [1.0], [0.0]])  # two totals that are one, as double words


def least_by_shares(member: Perspective) -> float:
    """Return the least sum of T that shares are good for."""
    return SHARED if member.smooth else SHARED**0.5


def serves(member: Perspective, size: int) -> bool:
    """Whether there are loops for `member`, and so many masses are enough for them."""
    return size >= MANY and member.compiles and has_numba()


@cache
def has_numba() -> bool:
    """Whether Numba can be imported, which it refuses where it is older than NumPy, and is on."""
    try:
        from numba.core import config
    except ImportError:
        return False
    return not vars(config).get("DISABLE_JIT")


@cache
def loop(member: Perspective | None, how: Callable[..., Any]) -> Callable[..., Array]:
    """Return the compiled loop that sums the terms of `member` as `loops` says, by its `how`."""
    from divergences.numerics.compilation import compiled

    name, term = ("none", None) if member is None else (member.name, type(member).term)
    if how is loops.pairs:
        return compiled(how, f"pairs_{name}", (2, 2, 2, 2, 0, 0), term=term)
    named = {"summand": how, "term": term}
    return compiled(loops.rows, f"{how.__name__}_{name}", (2, 2, 2, 0, 0), **named)


def total(member: Perspective, p: Masses, q: Masses, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the totals of T over the rows of x and y normalised, and which are good."""
    x, y = (np.require(side, requirements=["C", "A"]) for side in (x, y))
    plain = member.smooth and p.tolerance is not None and q.tolerance is not None
    first = loop(member, loops.plain) if plain else loop(None, loops.nothing)
    found = _sums(member, first, x, y, ONES)
    mass_p, _, mass_q, _, value, least_p, least_q = found
    p.check_sums(mass_p, float(np.minimum.reduce(least_p)))
    q.check_sums(mass_q, float(np.minimum.reduce(least_q)))
    good = np.zeros(x.shape[0], bool)
    if plain:
        value, good = judged(member, mass_p, mass_q, value)
    if not good.all():
        rest = np.flatnonzero(~good) if good.any() else slice(None)
        shared = loop(member, loops.shared)
        value[rest] = _sums(member, shared, x[rest], y[rest], found[:4, rest])[loops.VALUE]
        good[rest] = value[rest] >= least_by_shares(member)
    return value, good


def pairs(member: Perspective, x: tuple[Array, Array], y: tuple[Array, Array]) -> Array:
    """Return the sum of T for each row of the shares x and each column of y, double words."""
    missing = -y[0].shape[1] % loops.WIDE
    rows = (np.ascontiguousarray(word) for word in x)
    columns = (np.pad(word, ((0, 0), (0, missing))) for word in y)
    sums = loop(member, loops.pairs)(*rows, *columns, member.at_p_zero, member.at_q_zero)
    return sums[:, : y[0].shape[1]]


def _sums(member: Perspective, rows: Callable[..., Any], x: Array, y: Array, totals: Array) -> Any:
    """Return what the loop finds for all rows; a long one is cut into blocks, for all cores."""
    limits = member.at_p_zero, member.at_q_zero
    totals = np.ascontiguousarray(totals)
    if x.shape[0] > 1 or x.shape[1] <= BLOCK:
        return rows(x, y, totals, *limits)
    parts = map_blocks(lambda a, b: rows(a[None], b[None], totals, *limits), BLOCK, x[0], y[0])
    found = np.concatenate(parts, axis=1).tolist()
    words = double_word(*found[:2]), double_word(*found[2:4])
    leasts = [np.minimum.reduce(least) for least in found[loops.VALUE + 1 :]]
    return np.array([[*words[0], *words[1], fsum(found[loops.VALUE]), *leasts]]).T
