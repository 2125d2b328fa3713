"""Bhattacharyya distance: -log sum sqrt(p q), half the Renyi divergence of order 1/2.

Bhattacharyya, "On a measure of divergence between two statistical populations defined by their
probability distributions", Bull. Calcutta Math. Soc. 35 (1943).
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderDivergence
from divergences.numerics.special.alpha_derivatives import Side
from divergences.numerics.special.order_sums import HellingerIntegral


class Bhattacharyya(OrderDivergence):
    """Minus the logarithm of the sum of powers."""

    name = "bhattacharyya_distance"
    laws = Laws(symmetric=True, at_disjoint=inf, convexity=1, additive=True)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return -log sum sqrt(p q)."""
        return -mp.log(mp.fsum(mp.sqrt(p * q) for p, q in zip(*pmfs, strict=True)))

    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return minus the logarithm."""
        return 0.5 * sums.renyi(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1 / (2 S)."""
        return 0.5 / total

    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return (1 - sqrt(q/p) / S) / 2 and (1 - sqrt(p/q) / S) / 2, S the sum of roots."""
        log_sum = sums.log_dw(a, xp)
        return -0.5 * p.escort_difference(log_sum, xp), -0.5 * q.escort_difference(log_sum, xp)

    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return 0: the order is fixed."""
        return xp.zeros_like(a)


BHATTACHARYYA = Bhattacharyya(order=0.5)
