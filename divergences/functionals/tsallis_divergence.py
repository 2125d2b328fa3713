"""Tsallis divergence: (sum p^a q^(1-a) - 1) / (a - 1), the alpha divergence times its order.

Tsallis, "Generalized entropy-based criterion for consistent testing", Phys. Rev. E 58 (1998), eq.
14; Borland, Plastino & Tsallis, "Information gain within nonextensive thermostatistics", J. Math.
Phys. 39 (1998).
"""

from __future__ import annotations

from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderDivergence
from divergences.numerics.special.alpha_derivatives import Side, centred, enlarged, gradients_of_log
from divergences.numerics.special.order_sums import HellingerIntegral, power_sum


class TsallisDivergence(OrderDivergence):
    """The sum of powers less one, over a - 1."""

    name = "tsallis_divergence"
    laws = Laws(convexity=1, monotone_in_order=1, unit_power=0.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return (sum p^a q^(1-a) - 1) / (a - 1), or KL for a = 1."""
        if self.order == 1:
            pairs = zip(*pmfs, strict=True)
            return mp.fsum(x * mp.log(x / y) if y else mp.inf for x, y in pairs if x)
        return (power_sum(mp, pmfs, self.order) - 1) / (mp.mpf(self.order or 0.0) - 1)

    def multiple_of_alpha(self, order: float) -> float | None:
        """Return the order."""
        return order

    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return the sum less one, over a - 1."""
        return sums.tsallis(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1."""
        return xp.ones_like(total)

    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return a ((p/q)^(a-1) - S) / (a - 1) and S - (p/q)^a, S the sum of powers."""
        limit, a = xp.isinf(a), xp.where(xp.isinf(a), 0.5, a)
        by_p, by_q = gradients_of_log(p, q, sums, a, xp)
        total, infinite = sums.total(a, xp)
        mean_p = p.weighted(enlarged(infinite, a, xp), xp)
        mean_q = q.weighted(enlarged(infinite, 1.0 - a, xp), xp)
        return (
            xp.where(limit, 0.0, centred(enlarged(total, by_p, xp), mean_p, xp)),
            xp.where(limit, 0.0, centred(enlarged(total, by_q, xp), mean_q, xp)),
        )

    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return the derivative of a times the alpha divergence."""
        of_p = xp.where(sums.only_p > 0, sums.only_p / ((1.0 - a) * (1.0 - a)), 0.0)
        return sums.alpha_term + enlarged(alpha_derivative, a, xp) + of_p


TSALLIS_DIVERGENCE = TsallisDivergence()
