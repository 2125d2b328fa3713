"""Renyi divergence: log(sum p^a q^(1-a)) / (a - 1).

Renyi, "On measures of entropy and information", Proc. 4th Berkeley Symp. (1961), eq. 3.3; van Erven
& Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Trans. Inf. Theory 60 (2014),
for the limits, the negative orders and the laws.
"""

from __future__ import annotations

from math import inf, isinf
from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderDivergence
from divergences.numerics.special.alpha_derivatives import Side, escort_divergence, gradients_of_log
from divergences.numerics.special.order_sums import HellingerIntegral, is_extreme, power_sum


class RenyiDivergence(OrderDivergence):
    """The logarithm of the sum of powers, over a - 1."""

    name = "renyi_divergence"
    laws = Laws(at_disjoint=inf, additive=True, monotone_in_order=1)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return log(sum p^a q^(1-a)) / (a - 1), or its limit."""
        pairs = list(zip(*pmfs, strict=True))
        if self.order == 1:
            return mp.fsum(x * mp.log(x / y) if y else mp.inf for x, y in pairs if x)
        if isinf(self.order or 0.0):
            p, q = pmfs if self.order == inf else pmfs[::-1]
            largest = max(x / y if y else mp.inf for x, y in zip(p, q, strict=True) if x)
            return mp.log(largest) if self.order == inf else -mp.log(largest)
        return mp.log(power_sum(mp, pmfs, self.order)) / (mp.mpf(self.order or 0.0) - 1)

    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return the logarithm over a - 1."""
        return sums.renyi(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1 / S."""
        return 1.0 / total

    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return a ((p/q)^(a-1) / S - 1) / (a - 1) and 1 - (p/q)^a / S, S the sum of powers.

        Of infinite order the weights p^a q^(1-a) / S are those of the outcomes of greatest ratio.
        """
        extreme, value = is_extreme(a, xp), sums.renyi(a, xp)
        by_p, by_q = gradients_of_log(p, q, sums, xp.where(extreme, 0.5, a), xp)
        hit_p, hit_q = (side.share(side.log_ratio[0] == value, xp) for side in (p, q))
        return xp.where(extreme, hit_p, by_p), xp.where(extreme, -hit_q, by_q)

    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return KL(E‖P) / (a - 1)^2, E of masses in proportion to p^a q^(1-a).

        That is the Bregman divergence of log S, as a function of the order, from 1 to a.
        """
        alone = sums.only_p / xp.where(a == 1, 1.0, (a - 1.0) ** 2)
        slope = alone + escort_divergence(p, sums.only_p, sums.log_sum, a, xp)
        return xp.where(xp.isfinite(sums.renyi(a, xp)) & ~is_extreme(a, xp), slope, 0.0)


RENYI_DIVERGENCE = RenyiDivergence()
