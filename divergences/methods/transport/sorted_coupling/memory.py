"""Memory that outlives the work on a block of a batch."""

from __future__ import annotations

import threading

import numpy as np

from divergences.core import Array
from divergences.numerics.runtime.parallel import BLOCK


class _Memory(threading.local):
    """Arrays of a thread that outlive the work on a block: new ones cost as much as sorting."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}

    def sorted(self, name: str, x: Array) -> Array:
        """Return a sorted copy of `x`, good until the next of that name."""
        array = self.empty(name, x.shape)
        np.copyto(array, x)
        array.sort(axis=-1)
        return array

    def steps(self, name: str, x: Array, index: Array) -> Array:
        """Return the columns of `x` at `index` as rows, good until the next of that name.

        Whole rows are copied many times faster than the elements of a row one by one.
        """
        columns = self.empty(f"{name}, each once", x.shape[::-1])
        np.copyto(columns, x.T)
        out = self.empty(name, (len(index), len(x)))
        return np.take(columns, index, axis=0, out=out, mode="clip")  # which needs no second copy

    def empty(self, name: str, shape: tuple[int, ...], dtype: type = float) -> Array:
        """Return memory, kept for the next of that name unless it is much."""
        array = self.arrays.get(name)
        if array is None or array.shape != shape:
            array = np.empty(shape, dtype)
            if array.size <= BLOCK:
                self.arrays[name] = array
        return array


memory = _Memory()
