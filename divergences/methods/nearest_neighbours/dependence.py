"""Mutual information of two variables from nearest neighbours.

Kraskov, Stögbauer & Grassberger, "Estimating mutual information", Phys. Rev. E 69 (2004), eq. 8;
with duplicates counted as in Gao, Kannan, Oh & Viswanath, "Estimating mutual information for
discrete-continuous mixtures" (2017), algorithm 1.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import digamma, ndtri

from divergences.methods.nearest_neighbours.density import fitted
from divergences.methods.nearest_neighbours.evenness import box, log_densities
from divergences.numerics.elliptical import Elliptical, fit
from divergences.numerics.neighbours import count_within, nearest

Array = Any


def spread_out(x: Array) -> Array:
    """Return a variable in coordinates that make it normal: one to one, so nothing is lost.

    A single coordinate is replaced by the normal scores of its ranks, several are whitened.
    """
    if x.shape[1] > 1:
        return fitted(x).whiten(x)
    _, which, counts = np.unique(x[:, 0], return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - 0.5 * counts  # of the ranks of equal observations
    return ndtri(middle / len(x))[which][:, None]


def information(x: Array, y: Array, k: int, even: bool) -> tuple[Array, Array]:
    """Return the integrand at each pair of observations, and the whole influence of each.

    Distances are the greatest over all coordinates, each on its own scale. If `even`, the integrand
    is made even by what boxes are off for a fitted distribution of the pairs.

    One more observation ends the boxes it is in sooner, and adds to the counts in strips of either
    variable. Boxes are few; strips are so many that its shares in them hardly vary.
    """
    joint = np.concatenate([x, y], axis=1)
    distances, indices = nearest(joint, None, k, metric=np.inf)
    radius = distances[:, -1]
    tied = radius == 0.0
    # The k-th neighbour is on the edge in one of the two variables at least: the edge is left out.
    inner = radius * (1.0 - 1e-11)
    counts = [count_within(part, part, inner, metric=np.inf) for part in (x, y)]
    same = np.full(len(x), float(k))
    if tied.any():
        same[tied] = count_within(joint, joint[tied], radius[tied], metric=np.inf)
    own = digamma(same) + digamma(len(x)) - digamma(counts[0]) - digamma(counts[1])
    if even:
        own -= _unevenness(joint, x.shape[1], radius)
    return own, own + np.bincount(indices.ravel(), minlength=len(x)) / k


class _Apart(NamedTuple):
    """Two independent variables."""

    first: Elliptical
    second: Elliptical

    def log_density(self, joint: Array) -> Array:
        split = len(self.first.centre)
        return self.first.log_density(joint[:, :split]) + self.second.log_density(joint[:, split:])


def _unevenness(joint: Array, split: int, radius: Array) -> Array:
    """Return log of mass over density times volume of boxes, less that of strips, as fitted.

    Both are means over the same nodes, so that of independent variables nothing is left.
    """
    whole = fit(joint)
    if whole is None:  # one variable is a function of the other
        return np.zeros(len(joint))
    apart = _Apart(whole.marginal(slice(split)), whole.marginal(slice(split, None)))
    here, there = log_densities([whole, apart], joint, radius, box(joint.shape[1]))
    return (there[0] - here[0]) - (there[1] - here[1])
