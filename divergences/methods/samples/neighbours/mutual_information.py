"""Mutual information of two variables from nearest neighbours.

Kraskov, Stögbauer & Grassberger, "Estimating mutual information", Phys. Rev. E 69 (2004), eq. 8.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, ndtri

from divergences.methods.samples.neighbours.density import fitted
from divergences.methods.samples.neighbours.elliptical import Elliptical, fit
from divergences.methods.samples.neighbours.influence import floor_error, variance
from divergences.methods.samples.neighbours.nonuniformity import box, log_densities
from divergences.methods.samples.neighbours.search import count_within, nearest
from divergences.numerics.typing import Array

FAR = 8.0  # times the thinnest axis of the fitted ellipse: boxes beyond it are not corrected
THIN = 4.0  # times that axis: where most boxes are larger, noise between the variables is not seen
FULL = 2.0  # where most strips hold at most so many times the observations of the box, likewise
LOCAL = 0.125  # the share of all observations that a strip may hold and still be called thin
BIAS = 0.25  # of the estimate, at most, where a box holds its whole strip: from simulations

SATURATED = (
    "At this sample size one variable looks like a function of the other: the mutual information "
    "may be infinite, and the value is no more than what the distance of neighbours can show."
)


class Information(NamedTuple):
    """The estimate, its standard error (infinite if saturated) and whether it is saturated."""

    value: float
    standard_error: float
    saturated: bool


def spread_over_range(x: Array) -> Array:
    """Return a variable in coordinates that make it normal: one to one, so nothing is lost.

    A single coordinate is replaced by the normal scores of its ranks, several are whitened.
    """
    return fitted(x).whiten(x) if x.shape[1] > 1 else normal_scores(x[:, 0])[:, None]


def normal_scores(x: Array) -> Array:
    """Return the normal quantiles at the ranks of x, at their middle where some are equal."""
    _, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - 0.5 * counts
    return ndtri(middle / len(x))[which]


def information(x: Array, y: Array, k: int, even: bool, discrete: bool) -> Information:
    """Return the mutual information of two variables.

    Distances are the greatest over all coordinates, each on its own scale. If `even`, the integrand
    is made even by what boxes are off for a fitted distribution of the pairs. If one variable is
    `discrete`, nothing is saturated.

    One more observation ends the boxes it is in sooner, and adds to the counts in strips of either
    variable. Boxes are few; strips are so many that its shares in them hardly vary.
    """
    n = len(x)
    joint = np.concatenate([x, y], axis=1)
    distances, indices = nearest(joint, None, k, metric=np.inf)
    radius = distances[:, -1]
    tied = radius == 0.0
    # The k-th neighbour is on the edge in one of the two variables at least: the edge is left out.
    inner = radius * (1.0 - 1e-11)
    counts = np.stack([count_within(part, part, inner, metric=np.inf) for part in (x, y)])
    same = np.full(n, float(k))
    if tied.any():
        same[tied] = count_within(joint, joint[tied], radius[tied], metric=np.inf)
        indices[tied] = np.flatnonzero(tied)[:, None]  # equal pairs are each other's neighbours
    own = digamma(same) + digamma(n) - digamma(counts[0]) - digamma(counts[1])
    thinnest = np.inf
    if even and (whole := fit(joint)) is not None:
        thinnest = float(np.linalg.svd(whole.root, compute_uv=False)[-1])
        own -= np.where(
            radius <= FAR * thinnest, _nonuniformity(whole, joint, x.shape[1], radius), 0.0
        )
    elif even and n > joint.shape[1] + 1:  # one variable is a function of the other
        thinnest = 0.0
    influence = own + np.bincount(indices.ravel(), minlength=n) / k
    thin = counts.max(axis=0) <= LOCAL * n
    filled = np.where(thin, same / counts.min(axis=0), 0.0)  # how much of its strip a box holds
    saturated = bool(np.median(radius) > THIN * thinnest or np.median(filled) >= 1.0 / FULL)
    bias = BIAS * float(np.mean(filled**2))
    if discrete:
        bias, saturated = 0.0, False
    error = np.inf if saturated else floor_error(variance(own, influence) + bias**2, n)
    return Information(float(np.mean(own)), error, saturated)


class _Apart(NamedTuple):
    """Two independent variables."""

    first: Elliptical
    second: Elliptical

    def log_density(self, joint: Array) -> Array:
        split = len(self.first.centre)
        return self.first.log_density(joint[:, :split]) + self.second.log_density(joint[:, split:])


def _nonuniformity(whole: Elliptical, joint: Array, split: int, radius: Array) -> Array:
    """Return log of mass over density times volume of boxes, less that of strips, as fitted.

    Both are means over the same nodes, so that of independent variables nothing is left.
    """
    apart = _Apart(whole.marginal(slice(split)), whole.marginal(slice(split, None)))
    here, there = log_densities([whole, apart], joint, radius, box(joint.shape[1]))
    return (there[0] - here[0]) - (there[1] - here[1])
