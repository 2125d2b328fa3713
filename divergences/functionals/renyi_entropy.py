"""Renyi entropy: log(sum p^a) / (1 - a).

Renyi, "On measures of entropy and information", Proc. 4th Berkeley Symp. (1961), eq. 1.21. Of order
0 it is Hartley's, log of the number of possible outcomes; 1 Shannon's; infinity the min-entropy.
"""

from __future__ import annotations

from math import inf, isinf
from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderEntropy
from divergences.numerics.special.alpha_derivatives import Side, escort_divergence, gradient_of_log
from divergences.numerics.special.order_sums import PowerSum, is_extreme


class RenyiEntropy(OrderEntropy):
    """The logarithm of the sum of powers, over 1 - a."""

    name = "renyi_entropy"
    laws = Laws(bounds=(0.0, inf), data_processing=1, additive=True, monotone_in_order=-1)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return log(sum p^a) / (1 - a), or its limit."""
        (p,) = pmfs
        order = self.order or 0.0
        if order < 0 and not all(p):
            return mp.inf
        p = [x for x in p if x]
        if order == 1:
            return -mp.fsum(x * mp.log(x) for x in p)
        if isinf(order):
            return -mp.log(max(p) if order > 0 else min(p))
        return mp.log(mp.fsum(x ** mp.mpf(order) for x in p)) / (1 - mp.mpf(order))

    def value(self, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return the logarithm over 1 - a."""
        return sums.renyi(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1 / S."""
        return 1.0 / total

    def gradient(self, p: Side, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return a (p^(a-1) / S - 1) / (1 - a), S the sum of powers."""
        extreme, value = is_extreme(a, xp), sums.renyi(a, xp)
        finite = gradient_of_log(p, sums, xp.where(extreme, 0.5, a), xp)
        return xp.where(extreme, -p.share(-p.log_ratio[0] == value, xp), finite)

    def order_derivative(
        self, p: Side, sums: PowerSum, tsallis_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return -KL(E‖P) / (a - 1)^2, E of masses in proportion to p^a."""
        slope = -escort_divergence(p, xp.zeros_like(a), sums.log_sum, a, xp)
        return xp.where(xp.isfinite(sums.renyi(a, xp)) & ~is_extreme(a, xp), slope, 0.0)


RENYI_ENTROPY = RenyiEntropy()
