"""NumPy arithmetic on large arrays that reuses the memory of intermediate results.

A formula such as ``d * log1p(a) + m * log1p(-a * a)`` makes a new array at every step. For arrays of
half a megabyte the allocator returns each to the system and faults it in again, which costs more than
the arithmetic. Here a result that is dropped leaves its memory to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


class Recycler:
    """A NumPy namespace for float64 arrays of one shape, used by one thread."""

    __name__ = "numpy"
    finfo = staticmethod(np.finfo)
    float64 = np.float64

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.free: list[np.ndarray] = []

    def asarray(self, x: np.ndarray) -> Recycled:
        """Wrap `x`, whose memory is not reused."""
        return Recycled(x, self, None)

    def call(self, ufunc: Callable[..., Any], *args: Any) -> Recycled:
        """Return the result of `ufunc`, in memory used before if there is any."""
        out = self.free.pop() if self.free else np.empty(self.shape)
        ufunc(*map(plain, args), out=out)
        return Recycled(out, self, out)

    def where(self, condition: np.ndarray, x: Any, y: Any) -> Any:
        """Return `x` where `condition`, else `y`."""
        if condition.all():
            return x
        if not condition.any():
            return y
        result = self.call(np.positive, y)
        np.copyto(result.array, plain(x), where=condition)
        return result

    def __getattr__(self, name: str) -> Callable[..., Recycled]:
        """Return the NumPy function `name`, to be called with reused memory."""
        ufunc = getattr(np, name)
        return lambda *args: self.call(ufunc, *args)


class Recycled:
    """An array of a `Recycler`."""

    __slots__ = ("array", "dtype", "home", "memory", "ndim", "shape")

    def __init__(self, array: np.ndarray, home: Recycler, memory: np.ndarray | None) -> None:
        self.array = array
        self.home = home
        self.memory = memory
        self.dtype, self.shape, self.ndim = array.dtype, array.shape, array.ndim

    def __del__(self) -> None:
        if self.memory is not None:
            self.home.free.append(self.memory)

    def __add__(self, other: Any) -> Recycled:
        return self.home.call(np.add, self, other)

    def __radd__(self, other: Any) -> Recycled:
        return self.home.call(np.add, other, self)

    def __sub__(self, other: Any) -> Recycled:
        return self.home.call(np.subtract, self, other)

    def __rsub__(self, other: Any) -> Recycled:
        return self.home.call(np.subtract, other, self)

    def __mul__(self, other: Any) -> Recycled:
        return self.home.call(np.multiply, self, other)

    def __rmul__(self, other: Any) -> Recycled:
        return self.home.call(np.multiply, other, self)

    def __truediv__(self, other: Any) -> Recycled:
        return self.home.call(np.divide, self, other)

    def __rtruediv__(self, other: Any) -> Recycled:
        return self.home.call(np.divide, other, self)

    def __neg__(self) -> Recycled:
        return self.home.call(np.negative, self)

    def __lt__(self, other: Any) -> np.ndarray:
        return self.array < plain(other)


def plain(x: Any) -> Any:
    """Return the NumPy array that `x` wraps, or `x` itself."""
    return x.array if isinstance(x, Recycled) else x
