"""Mutual information of two variables from nearest neighbours.

Kraskov, Stögbauer & Grassberger, "Estimating mutual information", Phys. Rev. E 69 (2004), eq. 8;
with duplicates counted as in Gao, Kannan, Oh & Viswanath, "Estimating mutual information for
discrete-continuous mixtures" (2017), algorithm 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import digamma, ndtri

from divergences.methods.nearest_neighbours.density import fitted
from divergences.methods.nearest_neighbours.evenness import box, log_densities
from divergences.numerics.elliptical import fit
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


def _unevenness(joint: Array, split: int, radius: Array) -> Array:
    """Return log of mass over density times volume of boxes, less that of strips, as fitted."""
    whole = fit(joint)
    if whole is None:  # one variable is a function of the other
        return np.zeros(len(joint))
    nodes = box(joint.shape[1])
    total = np.zeros(len(joint))
    for sign, part in ((1.0, slice(None)), (-1.0, slice(split)), (-1.0, slice(split, None))):
        marginal = whole.marginal(part)
        at_centre, in_box = log_densities([marginal], joint[:, part], radius, nodes[:, part])
        total += sign * (in_box[0] - at_centre[0])
    return total
