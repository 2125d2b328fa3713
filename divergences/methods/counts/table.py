"""Counts by multiplicity: how many outcomes were observed how often.

Estimates from counts are sums over outcomes of functions of the count, so outcomes of equal count
are one term. The tables of a whole batch lie one behind the other in flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from divergences.measures.counts import CountTable
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Table:
    """Distinct positive counts of each row of a batch and the number of outcomes that have them."""

    count: Array  # distinct counts of row 0 in ascending order, then those of row 1, ...
    outcomes: Array  # the number of outcomes with each count
    row: Array  # the row that each belongs to
    starts: Array  # where each row starts
    total: Array  # observations of each row
    alphabet: Array  # outcomes of each row, observed or not
    shape: tuple[int, ...]  # of the batch

    def sum(self, terms: Array) -> Array:
        """Return the sum over the outcomes of each row of a term for each distinct count."""
        return np.add.reduceat(self.outcomes * terms, self.starts)

    def mean(self, terms: Array) -> Array:
        """Return the mean over the observations of each row."""
        return self.sum(self.count / self.total[self.row] * terms)

    def seen(self, times: int) -> Array:
        """Return how many outcomes of each row were observed so many times."""
        return np.add.reduceat(np.where(self.count == times, self.outcomes, 0.0), self.starts)

    @property
    def distinct(self) -> Array:
        """Number of outcomes of each row that were observed."""
        return np.add.reduceat(self.outcomes, self.starts)

    def rows(self) -> list[tuple[Array, Array, float, float]]:
        """Return counts, outcomes, total and alphabet of each row."""
        ends = np.append(self.starts[1:], self.count.size)
        return [
            (self.count[a:b], self.outcomes[a:b], float(n), float(s))
            for a, b, n, s in zip(self.starts, ends, self.total, self.alphabet, strict=True)
        ]


def table(side: CountTable) -> Table:
    """Return the table of counts, in time O(S log S) for S outcomes."""
    shape = side.counts.shape[:-1]
    rows = np.sort(side.counts.reshape(-1, side.counts.shape[-1]), axis=-1)
    first = np.ones(rows.shape, dtype=bool)
    first[:, 1:] = rows[:, 1:] != rows[:, :-1]
    first &= rows > 0
    row, column = np.nonzero(first)
    starts = np.searchsorted(row, np.arange(len(rows)))
    ends = np.append(column[1:], 0)
    ends[np.append(starts[1:], row.size) - 1] = rows.shape[1]
    return Table(
        count=rows[row, column].astype(np.float64),
        outcomes=(ends - column).astype(np.float64),
        row=row,
        starts=starts,
        total=side.total.reshape(-1),
        alphabet=side.alphabet.reshape(-1),
        shape=shape,
    )
