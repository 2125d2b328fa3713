r"""Estimates of entropy that are sums over the observed outcomes.

H = c + sum_i g(n_i), where g and c may depend on the number N of observations and on the numbers
f1, f2 of outcomes seen once and twice. Leaving out one observation of an outcome seen k times
changes its own term, N, and f1 or f2 for k up to 3. So the N leave-one-out values, and with them
the jackknife's standard error of any such estimate, cost four sums over distinct counts.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import NamedTuple

import numpy as np

from divergences.interface import Array
from divergences.methods.counts.estimator import EntropyEstimator, honest
from divergences.methods.counts.table import Table


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
        with np.errstate(divide="ignore", invalid="ignore"):
            value = table.sum(self.term(table.count, size.at(table.row))) + self.constant(size)
            return value, honest(self._standard_error(table, size), table), {}

    def _standard_error(self, table: Table, size: Size) -> Array:
        """Return the root of (N - 1)/N sum (leave-one-out value - their mean)^2."""
        n, row = table.count, table.row
        fewer = np.maximum(size.total - 1.0, 1.0)
        change = base = np.zeros_like(n)
        shifts = ((-1.0, 0.0), (1.0, -1.0), (0.0, 1.0), (0.0, 0.0))
        for k, (once, twice) in enumerate(shifts[0 if self.uses_rare else 3 :], start=1):
            left = Size(
                fewer, np.maximum(size.once + once, 0.0), np.maximum(size.twice + twice, 0.0)
            )
            here = left.at(row)
            own = self.smooth_term(np.minimum(n, here.total), here)
            less = np.where(n > 1.0, self.smooth_term(np.maximum(n - 1.0, 1.0), here), 0.0)
            all_of_it = (table.sum(own) + self.constant(left))[row]
            if k == 1 or not self.uses_rare:
                base = all_of_it
            which = (n == k) if self.uses_rare and k < 4 else (n >= k)
            change = np.where(which, (all_of_it - base) + (less - own), change)
        mean = table.mean(change)[row]
        variance = table.mean((change - mean) ** 2) * (table.total - 1.0)
        return np.sqrt(variance)
