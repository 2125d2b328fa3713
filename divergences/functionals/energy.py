"""Energy distance: the root of 2 E|X - Y| - E|X - X'| - E|Y - Y'|.

Szekely & Rizzo, "Energy statistics: a class of statistics based on distances", J. Stat. Plan.
Inference 143 (2013), equation 5, whose square it is; on the line it is the root of
2 int (F - G)^2 (ibid., after theorem 2).
"""

from __future__ import annotations

from typing import Any

from divergences.core import Array, Kernel, Laws
from divergences.numerics.observations.distances import safe_sqrt, squared_distances


class Energy(Kernel):
    """The kernel -|x - y|: positive definite for differences of distributions."""

    name = "energy_distance"
    laws = Laws(symmetric=True, metric_power=1.0, data_processing=0, unit_power=0.0)
    rooted = True
    of_distance = True

    def gram(self, x: Array, y: Array, xp: Any) -> Array:
        """Return -|x_i - y_j|."""
        return -safe_sqrt(squared_distances(x, y, xp), xp)

    def paired(self, x: Array, y: Array, xp: Any) -> Array:
        """Return -|x_i - y_i|."""
        return -safe_sqrt(xp.sum((x - y) ** 2, axis=-1), xp)

    def kernel(self, mp: Any, x: Any, y: Any) -> Any:
        """Return -|x - y|."""
        return -abs(x - y)


ENERGY = Energy()
