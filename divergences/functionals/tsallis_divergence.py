"""Tsallis divergence: (sum p^a q^(1-a) - 1) / (a - 1), the alpha divergence times its order.

Tsallis, "Generalized entropy-based criterion for consistent testing", Phys. Rev. E 58 (1998), eq.
14; Borland, Plastino & Tsallis, "Information gain within nonextensive thermostatistics", J. Math.
Phys. 39 (1998).
"""

from __future__ import annotations

from typing import Any

from divergences.interface import Array, Laws
from divergences.interface.order import Power
from divergences.numerics.orders import PowerSums, centred, lowered, power_slope, power_sum, raised
from divergences.numerics.words import Words, expm1_words


class TsallisDivergence(Power):
    """The excess of the sum of powers over one, over a - 1."""

    name = "tsallis_divergence"
    laws = Laws(unit_power=0.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return (sum p^a q^(1-a) - 1) / (a - 1), or KL for a = 1."""
        if self.order == 1:
            pairs = zip(*pmfs, strict=True)
            return mp.fsum(x * mp.log(x / y) if y else mp.inf for x, y in pairs if x)
        return (power_sum(mp, pmfs, self.order) - 1) / (mp.mpf(self.order or 0.0) - 1)

    def value(self, sums: PowerSums, a: Array, xp: Any) -> Array:
        """Return the excess."""
        return sums.excess(a, xp)

    def slopes(
        self, y: Words, p: Array, q: Array, sums: PowerSums, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return a ((p/q)^(a-1) - 1) / (a - 1) and 1 - (p/q)^a, less their means."""
        excess = sums.excess(a, xp)
        # The mean of the former is a times the excess.
        by_p = centred(power_slope(a, lowered(a, y, xp), y[0], xp), a * excess, xp)
        by_q = -expm1_words(raised(a, y, xp), xp)
        return by_p, centred(by_q, (1.0 - a) * excess, xp)

    def order_slope(
        self, y: Words, p: Array, sums: PowerSums, gap_slope: Array, a: Array, xp: Any
    ) -> Array:
        """Return the slope of a times the gap, and that of the outcomes that only P has."""
        of_p = xp.where(sums.only_p > 0, sums.only_p / ((1.0 - a) * (1.0 - a)), 0.0)
        return sums.gap + a * gap_slope + of_p


TSALLIS_DIVERGENCE = TsallisDivergence()
