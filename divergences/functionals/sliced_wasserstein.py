"""Sliced Wasserstein distance: the mean of order p of W_p along all directions.

Bonneel, Rabin, Peyre & Pfister, "Sliced and Radon Wasserstein barycenters of measures", J. Math.
Imaging Vis. 51 (2015), definition 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.core import Laws, Transport
from divergences.numerics.observations.transport_1d import check_order, on_line


@dataclass(frozen=True)
class SlicedWasserstein(Transport):
    """On the line, where there is one direction, it is the Wasserstein distance."""

    order: float = 1.0
    name = "sliced_wasserstein_distance"
    laws = Laws(symmetric=True, metric_power=1.0, data_processing=0, unit_power=0.0)

    def __post_init__(self) -> None:
        """Refuse an order below 1, or an infinite one."""
        check_order(self.order, "finite")

    def definition(self, mp: Any, *measures: list[Any]) -> Any:
        """Return the Wasserstein distance on the line."""
        return on_line(mp, self.order, *measures)


SLICED_WASSERSTEIN = SlicedWasserstein()
