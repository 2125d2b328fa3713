"""Euclidean distances of points, without the cancellation of |x|^2 + |y|^2 - 2 <x, y>."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.numerics.tangents import constant

Array = Any

FEW = 1000  # points whose distances are enough for a typical one


def squares(x: Array, y: Array, xp: Any) -> Array:
    """Return |x_i - y_j|^2 for points of shape (n, d) and (m, d)."""
    if xp is np:
        from scipy.spatial.distance import cdist

        return cdist(x, y, "sqeuclidean")
    return xp.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)


def root(x: Array, xp: Any) -> Array:
    """Return the square root, 0 of negative numbers; its derivative at 0 is the least subgradient.

    That is 0.
    """
    some = ~(x <= 0)
    return xp.where(some, xp.sqrt(xp.where(some, x, 1.0)), 0.0)


def median_distance(x: Array, y: Array, xp: Any) -> Array:
    """Return the median distance of different points of both, of at most a thousand of them.

    Many are thinned evenly along the first coordinate: no randomness, and no matter in what order
    they come. Where most points coincide, the mean distance stands in, or 1 if all do.
    """
    pooled = constant(xp.concat([x, y]), xp)
    pooled = xp.take(pooled, xp.argsort(pooled[:, 0]), axis=0)
    thinned = pooled[:: -(-pooled.shape[0] // FEW), ...]
    n = thinned.shape[0]
    i, j = np.triu_indices(n, 1)
    all_distances = root(squares(thinned, thinned, xp), xp)[xp.asarray(i), xp.asarray(j)]
    if not len(i):
        return xp.asarray(1.0, dtype=x.dtype)
    median = xp.sort(all_distances)[len(i) // 2]
    mean = xp.mean(all_distances)
    return xp.where(median > 0, median, xp.where(mean > 0, mean, 1.0))
