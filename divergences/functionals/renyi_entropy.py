"""Renyi entropy: log(sum p^a) / (1 - a).

Renyi, "On measures of entropy and information", Proc. 4th Berkeley Symp. (1961), eq. 1.21. Of order
0 it is Hartley's, log of the number of possible outcomes; 1 Shannon's; infinity the min-entropy.
"""

from __future__ import annotations

from math import inf, isinf
from typing import Any

from divergences.interface import Array, Laws
from divergences.interface.order import PowerEntropy
from divergences.numerics.orders import (
    LengthSums,
    centred,
    escort_divergence,
    lowered,
    power_slope,
    share,
)
from divergences.numerics.words import Words, less


class RenyiEntropy(PowerEntropy):
    """The logarithm of the sum of powers, over 1 - a."""

    name = "renyi_entropy"
    laws = Laws(bounds=(0.0, inf), data_processing=1)

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

    def value(self, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return the logarithm over 1 - a."""
        return sums.log_mean(a, xp)

    def slope(self, y: Words, p: Array, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return a (p^(a-1) / S - 1) / (1 - a), S the sum of powers."""
        value = sums.log_mean(a, xp)
        infinite = xp.isinf(a)
        mean = xp.where(xp.isinf(value), 0.0, value)
        order = xp.where(infinite, 0.5, a)
        z = less(lowered(order, y, xp), sums.log_words(order, xp))
        finite = -power_slope(order, z, centred(y[0], -mean, xp), xp)
        return xp.where(infinite, -share(-y[0] == value, p, xp), finite)

    def order_slope(
        self, y: Words, p: Array, sums: LengthSums, excess_slope: Array, a: Array, xp: Any
    ) -> Array:
        """Return -KL(E‖P) / (a - 1)^2, E of masses in proportion to p^a."""
        slope = -escort_divergence(y, p, xp.zeros_like(a), sums.log_sum, a, xp)
        return xp.where(xp.isfinite(sums.log_mean(a, xp)) & xp.isfinite(a), slope, 0.0)


RENYI_ENTROPY = RenyiEntropy()
