"""Tsallis entropy: (1 - sum p^a) / (a - 1).

Tsallis, "Possible generalization of Boltzmann-Gibbs statistics", J. Stat. Phys. 52 (1988), eq. 1;
before him Havrda & Charvat, Kybernetika 3 (1967).
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderEntropy
from divergences.numerics.special.alpha_derivatives import Side, centred, enlarged, gradient_of_log
from divergences.numerics.special.order_sums import PowerSum


class TsallisEntropy(OrderEntropy):
    """What the sum of powers lacks of one, over a - 1."""

    name = "tsallis_entropy"
    laws = Laws(
        bounds=(0.0, inf), data_processing=1, convexity=-1, monotone_in_order=-1, unit_power=0.0
    )

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return (1 - sum p^a) / (a - 1), or Shannon's entropy for a = 1."""
        (p,) = pmfs
        order = self.order or 0.0
        if order < 0 and not all(p):
            return mp.inf
        p = [x for x in p if x]
        if order == 1:
            return -mp.fsum(x * mp.log(x) for x in p)
        return (1 - mp.fsum(x ** mp.mpf(order) for x in p)) / (mp.mpf(order) - 1)

    def value(self, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return the sum's distance from one over a - 1."""
        return sums.excess

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1."""
        return xp.ones_like(total)

    def gradient(self, p: Side, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return a (S - p^(a-1)) / (a - 1), S the sum of powers."""
        limit, a = xp.isinf(a), xp.where(xp.isinf(a), 0.5, a)
        total, infinite = sums.total(a, xp)
        slope = enlarged(total, gradient_of_log(p, sums, a, xp), xp)
        mean = p.weighted(enlarged(infinite, a, xp), xp)
        return xp.where(limit, 0.0, centred(slope, mean, xp))

    def order_derivative(
        self, p: Side, sums: PowerSum, tsallis_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return the derivative, which is given."""
        return tsallis_derivative


TSALLIS_ENTROPY = TsallisEntropy()
