"""Points in tiles of neighbours, ready for products, and the queries in groups."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from divergences.numerics.typing import Array

SLOTS = 128  # points in a tile
PRODUCT = 1 << 18  # multiplications in a product: OpenBLAS gives larger ones to its own threads
BATCH = 1 << 18  # elements of products at a time: a megabyte in single precision
FAR = float(np.finfo(np.float32).max) / 4.0  # a square beyond every other
SINGLE, DOUBLE = np.float32, np.float64


class Layout:
    """Points and queries (the points themselves if None), moved and scaled.

    Coordinates are relative to a point amid the others, times a power of two that lets single
    precision hold their squares.

    Attributes
    ----------
    moved
        The queries in these coordinates.
    groups
        Their indices, in groups of neighbours.
    index, low, high
        The points in each tile, and the corners of its box. Places left in the last tile are empty.
    factors
        For each precision, tiles of columns (x, |x|^2, 1). At empty places |x|^2 is `FAR`.
    """

    def __init__(self, points: Array, queries: Array | None) -> None:
        d = points.shape[1]
        self.columns = d + 2
        rows = int(np.clip(PRODUCT // (SLOTS * self.columns), 16, SLOTS))
        centre = np.median(points, axis=0)
        moved = points - centre
        self.moved = moved if queries is None else queries - centre
        largest = max(np.max(np.abs(moved)), np.max(np.abs(self.moved)))
        exponent = 50.0 - np.ceil(np.log2(largest)) if largest > 0.0 else 0.0
        self.scale = 2.0 ** min(exponent, 1000.0)
        moved = moved * self.scale
        self.moved = moved if queries is None else self.moved * self.scale
        tiles = grouped(moved, SLOTS)
        same = queries is None and rows == SLOTS
        self.groups = tiles if same else grouped(self.moved, rows)
        self.index = np.zeros((len(tiles), SLOTS), np.intp)
        self.low, self.high = np.empty((2, len(tiles), d))
        factors = np.zeros((len(tiles), self.columns, SLOTS))
        factors[:, d], factors[:, d + 1] = FAR, 1.0
        for i, tile in enumerate(tiles):
            x, m = moved[tile], len(tile)
            self.index[i, :m] = tile
            self.low[i], self.high[i] = x.min(axis=0), x.max(axis=0)
            factors[i, :d, :m] = x.T
            factors[i, d, :m] = np.einsum("ij,ij->i", x, x)
        self.factors = {DOUBLE: factors, SINGLE: factors.astype(SINGLE)}
        self._memory = threading.local()

    def buffers(self, rows: int, precision: Any) -> tuple[Array, Array, Array, Array]:
        """Return this thread's memory for products: operands, result, and where it is near."""
        kept: dict[Any, Any] = self._memory.__dict__
        if (rows, precision) not in kept:
            step = max(1, BATCH // (rows * SLOTS))
            shapes = (rows, self.columns), (step, self.columns, SLOTS), (step, rows, SLOTS)
            of_floats = [_aligned(shape, precision) for shape in shapes]
            kept[rows, precision] = (*of_floats, _aligned(shapes[2], np.bool_))
        return kept[rows, precision]


def grouped(points: Array, size: int) -> list[Array]:
    """Return indices of points in groups of `size` neighbours, the last one smaller.

    Halves are parted along their longest side, as in a k-d tree.
    """
    groups, stack = [], [np.arange(len(points))]
    while stack:
        members = stack.pop()
        if len(members) <= size:
            groups.append(members)
            continue
        x = points[members]
        along = x[:, np.argmax(np.ptp(x, axis=0))]
        half = size * (-(-len(members) // size) // 2)
        members = members[np.argpartition(along, half)]
        stack += [members[half:], members[:half]]
    return groups


def _aligned(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return memory that starts with a line of the cache: products take a fifth less time there."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype).reshape(shape)
