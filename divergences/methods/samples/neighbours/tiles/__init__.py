"""Nearest points by products of matrices: for many dimensions, where trees prune little.

Products of tiles in single precision, in the inner cache, tell candidates. Their distances are then
taken anew, from differences in double precision, so what is found is what a search with all
distances in double precision finds.
"""

from __future__ import annotations

import numpy as np

from divergences.methods.samples.neighbours.tiles.layout import Layout
from divergences.methods.samples.neighbours.tiles.scan import Found, Scan
from divergences.numerics.runtime.parallel import on_all_cores
from divergences.numerics.typing import Array

MOST = 1 << 18  # candidates at a time of a group of queries


class Tiles:
    """Points to be found near queries, or near each other if there are no queries."""

    def __init__(self, points: Array, queries: Array | None) -> None:
        self.points, self.queries = points, points if queries is None else queries
        self.layout = Layout(points, queries)

    def nearest(self, k: int) -> tuple[Array, Array]:
        """Return distances and indices, of shape (n, k), of the k nearest points of queries."""
        distances = np.empty((len(self.queries), k))
        indices = np.empty((len(self.queries), k), np.intp)

        def search(group: Array) -> None:
            found = self._nearest(group, k)
            distances[group] = np.sqrt(found.squares).reshape(-1, k) / self.layout.scale
            indices[group] = found.indices.reshape(-1, k)

        on_all_cores(search, self.layout.groups, "nearest neighbours")
        return distances, indices

    def within(self, radius: Array) -> tuple[Array, Array]:
        """Return how many points are within the radius of each query, and their indices."""

        def search(group: Array) -> tuple[Array, Array]:
            found = self._within(group, radius[group])
            return group[found.rows], found.indices

        parts = on_all_cores(search, self.layout.groups, "neighbours within a distance")
        rows, indices = (np.concatenate(column) for column in zip(*parts, strict=True))
        counts = np.bincount(rows, minlength=len(self.queries))
        return counts, indices[np.lexsort((indices, rows))]

    def _nearest(self, group: Array, k: int) -> Found:
        scan, count = Scan(self.layout, group), len(group)
        reach, enough = scan.reach(k)
        scan.aim(reach)
        found, again, most = Found.none(), enough, max(MOST, 4 * k * count)
        for seen in scan:
            if seen < again and (seen < enough or scan.pending <= most):
                continue
            again = 4 * seen
            found = found.and_also(scan.taken())
            reach = np.minimum(reach, scan.widened(found.kth(k, count)))
            limit = scan.aim(reach)
            found = found.where(found.squares <= limit[found.rows])
            if len(found.rows) > most // 2:  # duplicates, or rounding beyond their distance
                found = self._measured(found, group).closest(k, count)
                scan.finish(found.squares[k - 1 :: k] == 0.0)
        found = found.and_also(scan.taken())
        return self._measured(found, group).closest(k, count)

    def _within(self, group: Array, radius: Array) -> Found:
        scan = Scan(self.layout, group)
        scan.aim((radius * self.layout.scale) ** 2)
        found = Found.none()
        for seen in scan:
            if seen == scan.end or scan.pending > MOST:
                more = self._measured(scan.taken(), group)
                near = np.sqrt(more.squares) / self.layout.scale <= radius[more.rows]
                found = found.and_also(more.where(near))
        return found

    def _measured(self, found: Found, group: Array) -> Found:
        """Return the pairs with squares of distances in which nothing cancelled."""
        apart = (self.points[found.indices] - self.queries[group[found.rows]]) * self.layout.scale
        return found._replace(squares=np.einsum("ij,ij->i", apart, apart))
