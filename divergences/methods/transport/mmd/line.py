"""The kernel -|x - y| on the line: everything from the sorted points, in O(n log n).

With F and G the distribution functions, the square is 2 int (F - G)^2, the mean distance within P
is 2 int F (1 - F), and the influence of a point on the square is -2 int^x (F - G): sums of
non-negative terms, or of differences of points.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures.points import Atoms, PointCloud
from divergences.methods.transport.mmd.moments import Moments, Side, interaction
from divergences.numerics.floats.sums import pairwise_sum, prefix
from divergences.numerics.observations.cdf_difference import cdf_difference, merge_points, spacings


def moments(p: PointCloud, q: PointCloud, xp: Any) -> Moments:
    """Return the moments of the negative distance as kernel."""
    x, y = p.line, q.line
    points, a, b, total = merge_points(x.points, x.given(xp), y.points, y.given(xp), xp)
    steps = spacings(points, xp)
    difference = prefix(a - b, xp) / total
    influence = -2.0 * prefix(difference * steps, xp)
    influence = xp.concat([0.0 * influence[:1], influence[:-1]])

    sides, spread, towards = [], [], []
    for mass, sign in ((a, 1.0), (b, -1.0)):
        mass = mass / total
        level = prefix(mass, xp)
        own = -2.0 * pairwise_sum(level * (1.0 - level) * steps, xp)
        sides.append(Side(mass, own, 0.0 * own, sign * influence))
        mean = pairwise_sum(mass * (points - points[0]), xp)
        spread.append((mean, pairwise_sum(mass * (points - points[0] - mean) ** 2, xp)))
        risen = prefix((2.0 * level - 1.0) * steps, xp)  # the mean distance from each point
        towards.append(mean + xp.concat([0.0 * risen[:1], risen[:-1]]))
    (p_mean, p_var), (q_mean, q_var) = spread
    p_mass, q_mass = sides[0].masses, sides[1].masses
    second = (
        interaction((p_mass, p_mass), 2.0 * p_var, towards[0], towards[0], xp)
        + interaction((q_mass, q_mass), 2.0 * q_var, towards[1], towards[1], xp)
        + 2.0
        * interaction(
            (p_mass, q_mass), p_var + q_var + (p_mean - q_mean) ** 2, towards[1], towards[0], xp
        )
    )
    return Moments(_square(difference, steps, xp), sides[0], sides[1], second)


def square(p: Atoms, q: Atoms, xp: Any) -> Array:
    """Return the squared distances of a batch of distributions with known masses."""
    if p.points is q.points and p.points.ndim == 1:
        points, difference = cdf_difference(p.points, p.masses, q.masses, xp)
    else:
        points, a, b, total = merge_points(p.points, p.given(xp), q.points, q.given(xp), xp)
        difference = prefix(a - b, xp) / total[..., None]
    return _square(difference, spacings(points, xp), xp)


def _square(difference: Array, steps: Array, xp: Any) -> Array:
    return 2.0 * pairwise_sum(difference**2 * steps, xp)


def permuted_statistics(pooled: Array, labels: Array) -> Array:
    """Return the squared distances of the groups that each row of labels makes of the points."""
    order = np.argsort(pooled, kind="stable")
    n = labels[0].sum()
    m = pooled.size - n
    level = np.cumsum(np.where(labels[:, order], m, -n), axis=-1) / (n * m)
    return _square(level, spacings(pooled[order], np), np)
