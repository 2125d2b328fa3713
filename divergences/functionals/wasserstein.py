"""Wasserstein distance W_p: how far mass has to be moved, in the mean of order p.

Villani, "Optimal Transport: Old and New" (2009), definition 6.1; on the line the monotone coupling
is optimal: Santambrogio, "Optimal Transport for Applied Mathematicians" (2015), theorem 2.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.core import Laws, Transport
from divergences.numerics.observations.transport_1d import check_order, on_line


@dataclass(frozen=True)
class Wasserstein(Transport):
    """The order is at least 1: below, the cost is concave and the root is no metric."""

    order: float = 1.0
    name = "wasserstein_distance"
    laws = Laws(symmetric=True, metric_power=1.0, data_processing=0, unit_power=0.0)

    def __post_init__(self) -> None:
        """Refuse an order below 1."""
        check_order(self.order, "infinity")

    def definition(self, mp: Any, *measures: list[Any]) -> Any:
        """Return the L^p norm of the difference of the quantile functions."""
        return on_line(mp, self.order, *measures)


WASSERSTEIN = Wasserstein()
