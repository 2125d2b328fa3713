"""Maximum mean discrepancy: the distance of the mean embeddings of two distributions, squared.

Gretton, Borgwardt, Rasch, Schoelkopf & Smola, "A kernel two-sample test", J. Mach. Learn. Res. 13
(2012), lemma 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from divergences.core import Array, Kernel, Laws
from divergences.numerics.observations.distances import squared_distances

TILE = 32  # points whose kernel matrix is computed for its diagonal


@dataclass(frozen=True, eq=False)
class MeanDiscrepancy(Kernel):
    """With the Gaussian kernel exp(-|x - y|^2 / 2 s^2) of bandwidth s, or a kernel of the user's.

    Without a bandwidth, s is the median distance of the points of both samples. A constant added to
    a kernel changes nothing, so the Gaussian one is less 1: no digits are lost where points are
    near each other, and nothing is left where all are the same.
    """

    custom_kernel: Callable[[Array, Array], Array] | None = None
    bandwidth: Any = None
    name = "maximum_mean_discrepancy"
    laws = Laws(symmetric=True, metric_power=0.5, data_processing=0, unit_power=0.0)

    def fitted(self, scale: Callable[[], Array]) -> Kernel:
        """Return the member with its bandwidth."""
        if self.custom_kernel is not None or self.bandwidth is not None:
            return self
        return replace(self, bandwidth=scale())

    def gram(self, x: Array, y: Array, xp: Any) -> Array:
        """Return k(x_i, y_j), the Gaussian one less 1."""
        if self.custom_kernel is None:
            return self._gaussian(squared_distances(x, y, xp), xp)
        matrix = self.custom_kernel(x, y)
        expected = (x.shape[0], y.shape[0])
        if np.shape(matrix) != expected:
            raise ValueError(
                f"kernel returned an array of shape {np.shape(matrix)}; for points of shapes "
                f"{tuple(x.shape)} and {tuple(y.shape)} it is to return the matrix {expected}."
            )
        return matrix

    def paired(self, x: Array, y: Array, xp: Any) -> Array:
        """Return k(x_i, y_i), the Gaussian one less 1."""
        if self.custom_kernel is None:
            return self._gaussian(xp.sum((x - y) ** 2, axis=-1), xp)
        tiles = [
            xp.linalg.diagonal(self.gram(x[i : i + TILE], y[i : i + TILE], xp))
            for i in range(0, x.shape[0], TILE)
        ]
        return xp.concat(tiles)

    def kernel(self, mp: Any, x: Any, y: Any) -> Any:
        """Return the Gaussian kernel."""
        return mp.exp(-(((x - y) / self.bandwidth) ** 2) / 2)

    def _gaussian(self, square: Array, xp: Any) -> Array:
        return xp.expm1(square * (-0.5 / self.bandwidth**2))


MAXIMUM_MEAN_DISCREPANCY = MeanDiscrepancy()
