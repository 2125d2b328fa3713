"""Tsallis entropy: (1 - sum p^a) / (a - 1).

Tsallis, "Possible generalization of Boltzmann-Gibbs statistics", J. Stat. Phys. 52 (1988), eq. 1;
before him Havrda & Charvat, Kybernetika 3 (1967).
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.interface import Array, Laws
from divergences.interface.order import PowerEntropy
from divergences.numerics.orders import LengthSums, centred, lowered, power_slope
from divergences.numerics.words import Words


class TsallisEntropy(PowerEntropy):
    """What the sum of powers lacks of one, over a - 1."""

    name = "tsallis_entropy"
    laws = Laws(bounds=(0.0, inf), data_processing=1, unit_power=0.0)

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

    def value(self, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return the lack over a - 1."""
        return sums.excess

    def slope(self, y: Words, p: Array, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return a (1 - p^(a-1)) / (a - 1), less its mean."""
        return centred(-power_slope(a, lowered(a, y, xp), y[0], xp), a * sums.excess, xp)

    def order_slope(
        self, y: Words, p: Array, sums: LengthSums, excess_slope: Array, a: Array, xp: Any
    ) -> Array:
        """Return the slope of the lack over a - 1."""
        return excess_slope


TSALLIS_ENTROPY = TsallisEntropy()
