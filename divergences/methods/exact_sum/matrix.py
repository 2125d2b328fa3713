"""The exact sum for every pair of a row of one matrix and a row of another.

What rows alone decide is done once for each of them: they are checked, and divided by their totals
in double words. The difference of two is then known as well as with every care taken for the pair,
at the cost of two sums more, and the totals of all are equal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum import compiled
from divergences.methods.exact_sum.careful import careful_totals
from divergences.methods.exact_sum.direct import TINY
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair
from divergences.numerics.parallel import BLOCK, map_blocks, on_all_cores, tiles
from divergences.numerics.recycler import Recycled, recycler
from divergences.numerics.sums import fold_compensated
from divergences.numerics.twoproduct import divide

BOUND = 8.0  # the quick sum is good where its error bound is at most so many roundings


class Shares(NamedTuple):
    """Distributions as double words, outcomes first: `high`, which is 1 in place of 0, and `low`.

    `present` is 1.0 where there is mass and 0.0 elsewhere, or None if there is mass everywhere.
    """

    high: Array
    low: Array
    present: Array | None

    def part(self, *columns: Any) -> Shares:
        """Return some of the distributions, in an axis or two."""
        return Shares(*(None if x is None else x[:, *columns] for x in self))

    def masses(self) -> Array:
        """Return `high` with 0 where there is no mass."""
        return self.high if self.present is None else self.high * self.present


def total(member: Perspective, p: Masses, q: Masses) -> Array:
    """Return the sum of T over P_i and Q_j normalised, for p of (n, 1, k) and q of (1, m, k)."""
    x, y = p.values[:, 0], q.values[0]
    rows, columns = _shares(p, x), _shares(q, y)
    result = np.empty((x.shape[0], y.shape[0]))
    fast = compiled.serves(member, result.size * x.shape[1])

    def tile(spot: tuple[slice, slice]) -> None:
        way = _compiled if fast else _tile
        result[spot] = way(member, rows.part(spot[0]), columns.part(spot[1]))

    size = max(1, BLOCK // x.shape[1])
    on_all_cores(tile, tiles(result.shape, 4 * size if fast else size))
    i, j = np.nonzero(~(result >= compiled.least_by_shares(member)))
    if i.size:
        careful = map_blocks(lambda i, j: careful_totals(member, x[i], y[j]), size, i, j)
        result[i, j] = np.concatenate(careful)
    return result


def _shares(side: Masses, x: Array) -> Shares:
    """Return the rows of `x`, divided by their totals."""
    mass = fold_compensated(x, np)
    side.check(mass[0], x.min(axis=-1), np)
    with np.errstate(all="ignore"):
        high, low = divide((x, 0.0), (mass[0][:, None], mass[1][:, None]), np)
    none, present = x == 0.0, None
    if none.any():
        high, present = np.where(none, 1.0, high), np.ascontiguousarray(1.0 - none.T)
    return Shares(np.ascontiguousarray(high.T), np.ascontiguousarray(low.T), present)


def _compiled(member: Perspective, x: Shares, y: Shares) -> Array:
    """Return the sum of T for all pairs of some rows, compiled: NaN if it may overflow."""
    if not _are_ordinary(x, y):
        return np.full((x.high.shape[1], y.high.shape[1]), np.nan)
    return compiled.pairs(member, (x.masses().T, x.low.T), (y.masses(), y.low))


def _are_ordinary(*sides: Shares) -> bool:
    """Whether no mass is so small that a quotient may overflow."""
    return all(np.fmin.reduce(side.high, axis=None) > TINY for side in sides)


def _tile(member: Perspective, x: Shares, y: Shares) -> Array:
    """Return the sum of T for all pairs of some rows: NaN where this is not the way to find it."""
    x, y = x.part(slice(None), None), y.part(None)
    shape = np.broadcast_shapes(x.high.shape, y.high.shape)
    if not _are_ordinary(x, y):
        return np.full(shape[1:], np.nan)
    xp = recycler()
    p, q, p_low, q_low = (
        xp.asarray(np.broadcast_to(word, shape)) for word in (x.high, y.high, x.low, y.low)
    )
    whole = x.present is None and y.present is None
    # Quick sums with a part for Q are mostly too small for what the shares' roundings cost.
    if whole and shape[0] > FEW and member.quick_least < np.inf and member.share_of_q == 0.0:
        value = _quickly(member, x, y, p, q)
        if value is not None:
            return value
    terms = member.term(Pair(p, q, (p - q) + (p_low - q_low)), xp).array
    return xp.fold(terms) if whole else _with_limits(member, terms, x, y)


def _quickly(member: Perspective, x: Shares, y: Shares, p: Recycled, q: Recycled) -> Array | None:
    """Return the sums by the quick stand-in for dT/dp, or None if too few of them are good."""
    y_p = p * member.quick(p, q, p.home)[0]
    fold = p.home.fold
    excess = fold(y.low) - fold(x.low)  # sum (p - q) of what is high in them
    value = fold(y_p.array) - excess
    # Beside what `quick` says, a rounding of each share.
    poor = 2.0 + 2.1 * fold(abs(y_p.array)) > BOUND * value
    if 10 * np.count_nonzero(poor) > poor.size:
        return None
    value[poor] = np.nan
    return value


def _with_limits(member: Perspective, terms: Array, x: Shares, y: Shares) -> Array:
    """Return the sums of T for rows without mass in places, given what T is with mass 1 there."""
    here, there = (1.0 if side.present is None else side.present for side in (x, y))
    terms *= here * there
    infinite = []
    for mass, absent, limit in (
        (x.high * here, 1.0 - there, member.at_q_zero),
        (y.high * there, 1.0 - here, member.at_p_zero),
    ):
        if np.isinf(limit):
            infinite.append(np.any(mass * absent, axis=0))
        elif limit:
            terms += (limit * mass) * absent
    value = recycler().fold(terms)
    for where in infinite:
        value[np.broadcast_to(where, value.shape)] = np.inf
    return value
