"""Wasserstein distance W_p: how far mass has to be moved, in the mean of order p.

Villani, "Optimal Transport: Old and New" (2009), definition 6.1; on the line the monotone coupling
is optimal: Santambrogio, "Optimal Transport for Applied Mathematicians" (2015), theorem 2.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Any

from divergences.interface import Laws, Transport


@dataclass(frozen=True)
class Wasserstein(Transport):
    """The order is at least 1: below, the cost is concave and the root is no metric."""

    order: float = 1.0
    name = "wasserstein_distance"
    laws = Laws(symmetric=True, metric_power=1.0, data_processing=0, unit_power=0.0)

    def __post_init__(self) -> None:
        """Refuse an order below 1."""
        if isinstance(self.order, bool) or not isinstance(self.order, int | float):
            raise TypeError(f"order is {self.order!r}; pass a real number from 1 to infinity.")
        if not self.order >= 1.0:
            raise ValueError(
                f"order is {self.order!r}; Wasserstein distances have orders from 1 to infinity."
            )

    def definition(self, mp: Any, *measures: list[Any]) -> Any:
        """Return the L^p norm of the difference of the quantile functions."""
        p, q = (sorted((x, mass) for x, mass in measure if mass) for measure in measures)
        i = j = 0
        left, right = p[0][1], q[0][1]  # what the two points at hand have left
        steps = []
        while i < len(p) and j < len(q):
            mass = min(left, right)
            steps.append((mass, abs(p[i][0] - q[j][0])))
            left, right = left - mass, right - mass
            if not left:
                i += 1
                left = p[i][1] if i < len(p) else 0
            if not right:
                j += 1
                right = q[j][1] if j < len(q) else 0
        if isinf(self.order):
            return max(distance for _, distance in steps)
        total = mp.fsum(mass * distance**self.order for mass, distance in steps)
        return total ** (mp.mpf(1) / self.order)


WASSERSTEIN = Wasserstein()
