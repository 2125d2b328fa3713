"""Nearest neighbours among points, and those within a distance.

By a k-d tree, or by all products of tiles where a tree would visit most points anyway. Both find
the same distances; where several points are equally far, either may be the k-th.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from divergences.methods.samples.neighbours.tiles import Tiles
from divergences.numerics.runtime.progress import track
from divergences.numerics.typing import Array

BLOCK = 1 << 15  # queries of a tree at a time, between two looks at the clock


# From where tiles take less time than the tree of SciPy: `benchmarks/neighbours.py` measures both.
DIMENSIONS, POINTS = 7, 2000
SQUARABLE = 1e150


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
    own = queries is None
    if metric == 2.0 and _crowded(points, queries):
        distances, indices = Tiles(points, queries).nearest(k + own)
    else:
        distances, indices = _by_tree(points, queries, k + own, metric)
    return (
        drop_neighbour(np.arange(len(points)), distances, indices) if own else (distances, indices)
    )


def _by_tree(points: Array, queries: Array | None, k: int, metric: float) -> tuple[Array, Array]:
    tree, order = _tree(points, queries)
    asked = points if queries is None else queries
    distances, indices = np.empty((len(asked), k)), np.empty((len(asked), k), np.intp)
    blocks = [order[i : i + BLOCK] for i in range(0, len(order), BLOCK)]
    for _, block in track(enumerate(blocks), len(blocks), "nearest neighbours"):
        found = tree.query(asked[block], k=k, p=metric, workers=-1)
        distances[block], indices[block] = (np.reshape(a, (-1, k)) for a in found)
    return distances, indices


def _tree(points: Array, queries: Array | None) -> tuple[Any, Array]:
    """Return a tree of points, and an order of queries (the points if None).

    Queries that follow each other should be near each other: they visit the same points, which are
    still in the cache, and take a third of the time.
    """
    from scipy.spatial import KDTree

    tree = KDTree(points)
    return tree, (tree if queries is None else KDTree(queries)).indices


def _crowded(points: Array, queries: Array | None) -> bool:
    """Whether tiles take less time than a tree."""
    fewest = len(points) if queries is None else min(len(points), len(queries))
    if points.shape[1] < DIMENSIONS or fewest < POINTS:
        return False
    return all(np.max(np.abs(x)) < SQUARABLE for x in (points, queries) if x is not None)


def drop_neighbour(left_out: Array, distances: Array, indices: Array) -> tuple[Array, Array]:
    """Return all neighbours of each query but one: that with this index, else the farthest.

    Among duplicates it need not come first, nor be there at all: then any of them will do.
    """
    n, columns = indices.shape
    gone = indices == left_out[:, None]
    gone[~gone.any(axis=1), -1] = True
    return distances[~gone].reshape(n, columns - 1), indices[~gone].reshape(n, columns - 1)


def within(points: Array, queries: Array, radius: Array, metric: float = 2.0) -> Lists:
    """Return the points within `radius` (one for each query) of queries, the edge included."""
    if metric == 2.0 and _crowded(points, queries):
        return Lists(*Tiles(points, queries).within(_outward(radius)))
    tree, order = _tree(points, queries)
    found = np.empty(len(queries), object)
    found[order] = tree.query_ball_point(
        queries[order], _outward(radius)[order], p=metric, workers=-1
    )
    counts = np.fromiter(map(len, found), np.intp, len(found))
    flat = [i for some in found for i in some]
    return Lists(counts, np.array(flat, np.intp))


def count_within(points: Array, queries: Array, radius: Array, metric: float = 2.0) -> Array:
    """Return how many points are within `radius` of queries, the edge included."""
    tree, order = _tree(points, queries)
    counts = np.empty(len(queries), np.intp)
    counts[order] = tree.query_ball_point(
        queries[order], _outward(radius)[order], p=metric, workers=-1, return_length=True
    )
    return counts


def _outward(radius: Array) -> Array:
    """Return radii that two computations of one distance agree are reached."""
    return radius * (1.0 + 1e-12)
