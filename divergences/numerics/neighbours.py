"""Nearest neighbours among points, and those within a distance."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = Any


class Lists(NamedTuple):
    """Neighbours of each query within its radius: how many, and their indices one after another."""

    counts: Array
    indices: Array


def nearest(
    points: Array, queries: Array | None, k: int, metric: float = 2.0
) -> tuple[Array, Array]:
    """Return distances and indices, of shape (n, k), of the k nearest points, nearest first.

    Without `queries`, those of the points themselves, each left out of its own neighbours.
    """
    from scipy.spatial import KDTree

    own = queries is None
    found = KDTree(points).query(points if own else queries, k=k + own, p=metric, workers=-1)
    distances, indices = (np.reshape(a, (-1, k + own)) for a in found)
    return without_self(distances, indices) if own else (distances, indices)


def without_self(distances: Array, indices: Array) -> tuple[Array, Array]:
    """Leave each point out of its own neighbours; among duplicates it need not come first."""
    n, columns = indices.shape
    mine = indices == np.arange(n)[:, None]
    mine[~mine.any(axis=1), -1] = True  # more duplicates than neighbours: any of them will do
    keep = ~mine
    return distances[keep].reshape(n, columns - 1), indices[keep].reshape(n, columns - 1)


def within(points: Array, queries: Array, radius: Array, metric: float = 2.0) -> Lists:
    """Return the points within `radius` (one for each query) of queries, the edge included."""
    from scipy.spatial import KDTree

    found = KDTree(points).query_ball_point(queries, _outward(radius), p=metric, workers=-1)
    counts = np.fromiter(map(len, found), np.intp, len(found))
    flat = [i for some in found for i in some]
    return Lists(counts, np.array(flat, np.intp))


def count_within(points: Array, queries: Array, radius: Array, metric: float = 2.0) -> Array:
    """Return how many points are within `radius` of queries, the edge included."""
    from scipy.spatial import KDTree

    tree = KDTree(points)
    return tree.query_ball_point(
        queries, _outward(radius), p=metric, workers=-1, return_length=True
    )


def _outward(radius: Array) -> Array:
    """Return radii that two computations of one distance agree are reached."""
    return radius * (1.0 + 1e-12)
