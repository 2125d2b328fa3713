"""Euclidean distances of points, without the cancellation of |x|^2 + |y|^2 - 2 <x, y>."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.runtime.backend import backend
from divergences.numerics.typing import Array

FEW = 1000  # points that the median distance is taken of, since its cost is of order FEW^2


def squared_distances(x: Array, y: Array, xp: Any) -> Array:
    """Return |x_i - y_j|^2 for points of shape (n, d) and (m, d)."""
    if backend(xp).native:
        from scipy.spatial.distance import cdist

        return cdist(x, y, "sqeuclidean")
    return xp.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)


def safe_sqrt(x: Array, xp: Any) -> Array:
    """Return the square root of x, or 0 with derivative 0 where x is not positive."""
    positive = ~(x <= 0)  # or NaN, which stays NaN
    return xp.where(positive, xp.sqrt(xp.where(positive, x, 1.0)), 0.0)


def median_distance(x: Array, y: Array, xp: Any) -> Array:
    """Return the median distance of pairs of points of both samples.

    More than `FEW` points are thinned evenly along the first coordinate, whatever their order.
    Where most points coincide the result is the mean distance, or 1 if all points coincide.
    """
    pooled = stop_gradient(xp.concat([x, y]), xp)
    pooled = xp.take(pooled, xp.argsort(pooled[:, 0]), axis=0)
    thinned = pooled[:: -(-pooled.shape[0] // FEW), ...]
    n = thinned.shape[0]
    i, j = np.triu_indices(n, 1)
    all_distances = safe_sqrt(squared_distances(thinned, thinned, xp), xp)[
        xp.asarray(i), xp.asarray(j)
    ]
    if not len(i):
        return xp.asarray(1.0, dtype=x.dtype)
    median = xp.sort(all_distances)[len(i) // 2]
    mean = xp.mean(all_distances)
    return xp.where(median > 0, median, xp.where(mean > 0, mean, 1.0))
