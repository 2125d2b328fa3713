"""Estimates of entropy that are sums over the observed outcomes.

H = c + sum_i g(n_i), where g and c may depend on the number N of observations and on the numbers
f1, f2 of outcomes seen once and twice. Leaving out one observation of an outcome seen k times
changes its own term, N, and f1 or f2 for k up to 3. So the N leave-one-out values, and with them
the jackknife's standard error of any such estimate, cost four sums over distinct counts.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import NamedTuple

import numpy as np

from divergences.core import Array
from divergences.methods.counts.estimator import EntropyEstimator, floor_standard_error
from divergences.methods.counts.table import Table

LARGE = 1e12  # observations


class Size(NamedTuple):
    """The number of observations, and of outcomes seen once and twice."""

    total: Array
    once: Array
    twice: Array

    def at(self, row: Array) -> Size:
        """Return the sizes of the given rows."""
        return Size(*(x[row] for x in self))


class SumEstimator(EntropyEstimator):
    """An estimate of the entropy that is a sum of a function of each count."""

    by_jackknife = True
    uses_rare = False  # whether the terms depend on the outcomes seen once and twice

    @abstractmethod
    def term(self, n: Array, size: Size) -> Array:
        """Return what an outcome that was seen n >= 1 times adds."""

    def smooth_term(self, n: Array, size: Size) -> Array:
        """Return the term as far as it is smooth in n, for the jackknife: see `Grassberger`."""
        return self.term(n, size)

    def constant(self, size: Size) -> Array:
        """Return what does not belong to any outcome."""
        return np.zeros_like(size.total)

    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the sum and the jackknife's standard error."""
        size = Size(table.total, table.seen(1), table.seen(2))
        influence = self.influence(table)
        mean = table.mean(influence)[table.row]
        variance = table.mean((influence - mean) ** 2) + self._rare_variance(size)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = table.sum(self.term(table.count, size.at(table.row))) + self.constant(size)
        return value, floor_standard_error(np.sqrt(variance), table), {}

    def influence(self, table: Table) -> Array:
        """Return what leaving out one observation changes, times the root of N - 1.

        Its variance over the observations is the jackknife's of the estimate, (N - 1)/N sum
        (leave-one-out value - their mean)^2. In large samples rounding hides the changes; they are
        those of the plug-in.
        """
        change = self._change(table, 1) * np.sqrt(table.total - 1.0)[table.row]
        return np.where(table.total[table.row] < LARGE, change, super().influence(table))

    def interaction(self, table: Table) -> Array:
        """Return what leaving out two observations of one outcome changes beyond either of them."""
        plain = super().interaction(table)
        few = (table.count > 1.0) & (table.count <= 4.0)
        if not (self.uses_rare and few.any()):
            return plain
        return np.where(few, self._change(table, 2) - 2.0 * self._change(table, 1), plain)

    def unseen_error(self, table: Table, error: Array) -> Array:
        """Return infinity where all outcomes were seen once, else what the jackknife cannot see."""
        rare = self._rare_variance(Size(table.total, table.seen(1), table.seen(2)))
        return np.where(np.isinf(error), np.inf, np.sqrt(rare))

    def _rare_variance(self, size: Size) -> Array:
        """Return the variance that comes from at most one outcome seen twice.

        An estimate by f1 and f2 moves by f1/N as log f2 moves by one, of standard deviation
        1/sqrt(f2). It takes one for none, so that leaving one out does not show that.
        """
        few = self.uses_rare & (size.twice <= 1.0)
        return np.where(few, (size.once / size.total) ** 2, 0.0)

    def _change(self, table: Table, left_out: int) -> Array:
        """Return what leaving out so many observations of one outcome changes, for each count.

        It is the change beyond that of N alone, which is the same for all outcomes.
        """
        size = Size(table.total, table.seen(1), table.seen(2))
        n, row = table.count, table.row
        fewer = np.maximum(size.total - left_out, 1.0)
        change, base = np.zeros_like(n), np.zeros_like(n)
        moved = range(left_out, left_out + 3) if self.uses_rare else ()
        with np.errstate(divide="ignore", invalid="ignore"):
            for k in (
                0,
                *moved,
            ):  # 0: the outcomes whose counts are neither one nor two, then or now
                once, twice = (float(k - left_out == j) - float(k == j) for j in (1, 2))
                left = Size(
                    fewer,
                    np.clip(size.once + (once if k else 0.0), 0.0, fewer),
                    np.maximum(size.twice + (twice if k else 0.0), 0.0),
                )
                here = left.at(row)
                own = self.smooth_term(np.minimum(n, here.total), here)
                rest = self.smooth_term(np.maximum(n - left_out, 1.0), here)
                less = np.where(n > left_out, rest, 0.0)
                all_of_it = (table.sum(own) + self.constant(left))[row]
                if k == 0:
                    base = all_of_it
                which = (n == k) if k else (n >= left_out)
                change = np.where(which, (all_of_it - base) + (less - own), change)
        return change
