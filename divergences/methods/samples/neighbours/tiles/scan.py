"""Candidates: points that may be within a distance of the queries of a group.

|x|^2 - 2 <q, x> - (limit - |q|^2), which is not positive where x is within the limit of q, is one
product of matrices. It cancels; so the limit has a margin for the most that rounding can do. With
unit u, K columns and |x| <= |q| + t for points within t of q, products and sums err by at most K u
and entries by 2 u, relative to 2 |q||x| + |x|^2 + max(|q|, t)^2 <= 4 (|q| + t)^2. The margin is
twice that, as t itself is computed. Where that is not small beside t, products are in double
precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from divergences.methods.samples.neighbours.tiles.layout import DOUBLE, FAR, SINGLE, SLOTS, Layout
from divergences.numerics.typing import Array

NEAR = 8  # tiles that tell how far neighbours can be


class Found(NamedTuple):
    """Pairs of a query of a group (by its row) and a point, and the squares of their distances."""

    rows: Array
    indices: Array
    squares: Array

    @classmethod
    def none(cls) -> Found:
        """Return no pairs."""
        return cls(np.zeros(0, np.int16), np.zeros(0, np.intp), np.zeros(0))

    def and_also(self, others: Found) -> Found:
        """Return these and others."""
        return Found(*(np.concatenate(pair) for pair in zip(self, others, strict=True)))

    def where(self, keep: Array) -> Found:
        """Return some of them."""
        return Found(*(x[keep] for x in self))

    def kth(self, k: int, count: int) -> Array:
        """Return, for each of `count` rows, at least the k-th smallest square, nearly that."""
        bits = np.maximum(self.squares, 0.0).astype(SINGLE).view(np.uint32)  # in their own order
        keys = (self.rows.astype(np.uint64) << np.uint64(32)) | bits
        keys.sort()
        last = keys[self._starts(count) + (k - 1)]
        return last.astype(np.uint32).view(SINGLE) * (1.0 + 2.0 * np.finfo(SINGLE).eps)

    def closest(self, k: int, count: int) -> Found:
        """Return the k nearest of each of `count` rows, in their order."""
        found = self.where(np.lexsort((self.squares, self.rows)))
        rank = np.arange(len(found.rows)) - self._starts(count)[found.rows]
        return found.where(rank < k)

    def _starts(self, count: int) -> Array:
        """Return where each row starts when rows are in order."""
        counts = np.bincount(self.rows, minlength=count)
        return np.cumsum(counts) - counts


class Scan:
    """Products of a group of queries with tiles of points, the nearest ones first.

    Tiles whose box is farther from that of the queries than every limit are left out.
    """

    def __init__(self, layout: Layout, group: Array) -> None:
        self.layout = layout
        q = layout.moved[group]
        self.square = np.einsum("ij,ij->i", q, q)
        self.norm = np.sqrt(self.square)
        low, high = q.min(axis=0), q.max(axis=0)
        gap = np.maximum(np.maximum(layout.low - high, low - layout.high), 0.0)
        between = 0.5 * (layout.low + layout.high) - 0.5 * (low + high)
        away, centres = (np.einsum("ij,ij->i", x, x) for x in (gap, between))
        self.order = np.lexsort((centres, away))
        self.away = away[self.order]
        self.left = np.zeros((len(q), layout.columns))
        self.left[:, :-2], self.left[:, -2] = -2.0 * q, 1.0
        self.precision: Any = SINGLE
        self.to_estimate = np.zeros(len(q), bool)
        self.position = self.end = self.pending = 0
        self.waiting: list[tuple[Array, Array]] = []

    def widened(self, square: Array) -> Array:
        """Return the square of a distance with the margin for rounding."""
        square = np.maximum(square, 0.0)
        slack = 8.0 * (self.layout.columns + 2) * np.finfo(self.precision).eps / 2.0
        return square + slack * (self.norm + np.sqrt(square)) ** 2

    def reach(self, k: int) -> tuple[Array, int]:
        """Return squares of distances within which there are k points, and in how many tiles."""
        near = self.order[: max(NEAR, -(-k // SLOTS) + 1)]
        products = self.left.astype(SINGLE) @ self.layout.factors[SINGLE][near]
        products = np.moveaxis(products, 1, 0).reshape(len(self.left), -1)
        kth = np.partition(products, k - 1, axis=1)[:, k - 1]
        return self.widened(kth + self.square), len(near)

    def aim(self, square: Array) -> Array:
        """Look for points within these squares of distances; return the limits of candidates."""
        if self.position == 0:
            # In d dimensions a limit larger by 1/d has half again as many candidates.
            excess = self.widened(square) > (1.0 + 1.0 / self.layout.columns) * square
            self.precision = DOUBLE if np.mean(excess) > 0.5 else SINGLE
        limit = self.widened(square)
        self.left[:, -1] = np.where(self.to_estimate, FAR, self.square - limit)
        self.end = int(np.searchsorted(self.away, np.max(limit), side="right"))
        return limit

    def finish(self, rows: Array) -> None:
        """Look no further for these queries."""
        self.to_estimate |= rows
        self.left[self.to_estimate, -1] = FAR

    def __iter__(self) -> Iterator[int]:
        """Find candidates, some tiles at a time; yield how many tiles have been seen."""
        rows = len(self.left)
        source = self.layout.factors[self.precision]
        left, factors, products, near = self.layout.buffers(rows, self.precision)
        while self.position < self.end:
            tiles = self.order[self.position : min(self.position + len(near), self.end)]
            m = len(tiles)
            if m < len(near):
                factors, products, near = factors[:m], products[:m], near[:m]
            left[...] = self.left
            np.take(source, tiles, 0, factors, "clip")
            np.matmul(left, factors, products)
            np.less_equal(products, 0.0, near)
            hits = _flatnonzero(near)
            self.waiting.append((hits + self.position * rows * SLOTS, products.ravel().take(hits)))
            self.pending += len(hits)
            self.position += m
            yield self.position

    def taken(self) -> Found:
        """Return the candidates found since the last time; the aim must be what it was."""
        if not self.waiting:
            return Found.none()
        hits, products = map(np.concatenate, zip(*self.waiting, strict=True))
        self.waiting, self.pending = [], 0
        pairs, slot = np.divmod(hits, SLOTS)
        tile, row = np.divmod(pairs, len(self.left))
        shift = self.square - self.left[:, -1].astype(self.precision)
        index = self.layout.index[self.order[tile], slot]
        return Found(row.astype(np.int16), index, products + shift[row])


def _flatnonzero(mask: Array) -> Array:
    """Return where a mask of few is true: eight at a time it takes half as long as NumPy's."""
    words = mask.ravel().view(np.uint64)
    some = (words != 0).nonzero()[0]
    within = words.take(some).view(np.bool_).nonzero()[0]
    return (some.take(within >> 3) << 3) + (within & 7)
