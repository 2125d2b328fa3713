"""Estimates from distances to nearest neighbours.

Kozachenko & Leonenko, "Sample estimate of the entropy of a random vector", Probl. Inf. Transm. 23
(1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np
from scipy.special import digamma, gammaln

from divergences.interface import Estimate, Method
from divergences.measures.sample import Sample


@dataclass(frozen=True)
class NearestNeighbours(Method):
    """Distances to the k-th nearest neighbour tell local densities.

    Parameters
    ----------
    k : int
        Which neighbour.
    """

    k: int = 5

    def mean_code_length(self, p: Sample, q: Sample | None) -> Estimate:
        """Estimate the entropy of P, or the cross-entropy of Q relative to P."""
        from scipy.spatial import KDTree

        x, y = p.points, (p if q is None else q).points
        m, d = y.shape
        own = q is None
        distance = KDTree(y).query(x, k=self.k + 1, workers=-1)[0][:, self.k - 1 + own]
        ball = d * np.log(distance) + 0.5 * d * log(pi) - gammaln(0.5 * d + 1.0)
        length = ball + digamma(m) - digamma(self.k) if own else ball + log(m) - digamma(self.k)
        error = np.std(length) / len(x) ** 0.5
        return Estimate(float(np.mean(length)), repr(self), standard_error=float(error))
