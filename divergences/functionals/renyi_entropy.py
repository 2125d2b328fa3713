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
    NEAR_ONE,
    LengthSums,
    centred,
    curvature,
    power_slope,
    share,
)


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

    def slope(self, length: Array, p: Array, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return a (p^(a-1) / S - 1) / (1 - a), S = exp((1 - a) H) the sum of powers."""
        value = sums.log_mean(a, xp)
        infinite = xp.isinf(a)
        mean = xp.where(xp.isinf(value), 0.0, value)
        finite = -power_slope(xp.where(infinite, 0.5, a), -centred(length, mean, xp), xp)
        return xp.where(infinite, -share(length == value, p, xp), finite)

    def order_slope(
        self, sums: LengthSums, excess_slope: Array, mean: Array, a: Array, xp: Any
    ) -> Array:
        """Return the derivative through S, and that of 1 / (1 - a)."""
        value = sums.log_mean(a, xp)
        x = (1.0 - a) * sums.excess
        near = xp.abs(x) < NEAR_ONE
        x = xp.where(near, x, 0.0)
        through = (excess_slope + sums.excess * sums.excess * curvature(x, xp)) / (1.0 + x)
        slope = xp.where(near, through, (value - mean) / xp.where(a == 1, 1.0, 1.0 - a))
        return xp.where(xp.isinf(value) | xp.isinf(a), 0.0, slope)


RENYI_ENTROPY = RenyiEntropy()
