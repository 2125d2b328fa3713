"""NumPy arithmetic on large arrays that reuses the memory of intermediate results.

A formula such as ``d * log1p(a) + m * log1p(-a * a)`` makes a new array at every step. For arrays
of half a megabyte the allocator returns each to the system and faults it in again, which costs more
than the arithmetic. Here a result that is dropped leaves its memory to the next one. Each step
takes Python as little time as possible, since other threads wait for the interpreter meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.numerics.sums import fold_first

Array = Any
RECYCLE = 1 << 13  # arrays of this size are worth the bookkeeping of their memory
SHAPES = 8  # how many shapes of arrays to keep memory for


def _function(ufunc: np.ufunc) -> Callable[..., Recycled]:
    """Return `ufunc` as a method of a recycler."""

    def call(self: Recycler, *args: Any) -> Recycled:
        arrays = [x.array if type(x) is Recycled else x for x in args]
        out = self.take(arrays[0].shape)
        ufunc(*arrays, out=out)
        return Recycled(out, self, True)

    return call


def _operator(ufunc: np.ufunc) -> Callable[..., Recycled]:
    """Return `ufunc` as a binary operator of recycled arrays."""

    def operate(self: Recycled, other: Any) -> Recycled:
        home = self.home
        out = home.take(self.array.shape)
        ufunc(self.array, other.array if type(other) is Recycled else other, out)
        return Recycled(out, home, True)

    return operate


def _reflected(ufunc: np.ufunc) -> Callable[..., Recycled]:
    """Return `ufunc` as an operator whose right operand is the recycled array."""

    def operate(self: Recycled, other: Any) -> Recycled:
        out = self.home.take(self.array.shape)
        ufunc(other, self.array, out)
        return Recycled(out, self.home, True)

    return operate


def _in_place(ufunc: np.ufunc) -> Callable[..., Recycled]:
    """Return `ufunc` as an operator that overwrites its left operand, a temporary."""

    def operate(self: Recycled, other: Any) -> Recycled:
        ufunc(self.array, plain(other), self.array)
        return self

    return operate


class Recycler:
    """A NumPy namespace for float64 arrays, used by one thread."""

    __name__ = "numpy"
    finfo = staticmethod(np.finfo)
    float64 = np.float64

    abs = _function(np.absolute)
    log = _function(np.log)
    log1p = _function(np.log1p)
    sqrt = _function(np.sqrt)
    minimum = _function(np.minimum)
    maximum = _function(np.maximum)

    def __init__(self) -> None:
        self.free: dict[tuple[int, ...], list[np.ndarray]] = {}

    def take(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return memory for an array of `shape`."""
        stock = self.free.get(shape)
        if stock:
            return stock.pop()
        if len(self.free) > SHAPES:
            self.free.clear()
        return np.empty(shape)

    def give(self, memory: np.ndarray) -> None:
        """Take back memory that is no longer used; the allocator keeps what is small."""
        if memory.size >= RECYCLE:
            self.free.setdefault(memory.shape, []).append(memory)

    def fold(self, x: np.ndarray) -> Any:
        """Return the sum over the first axis, added in halves: a float, or an array."""
        if x.size < RECYCLE:
            return fold_first(x)
        spare = self.take((x.shape[0] - x.shape[0] // 2, *x.shape[1:]))
        total = fold_first(x, spare)
        self.give(spare)
        return total if x.ndim == 1 else total.copy()

    def asarray(self, x: np.ndarray) -> Recycled:
        """Wrap `x`, whose memory is not reused."""
        return Recycled(x, self, False)

    def by_reach(
        self,
        function: Callable[..., Recycled],
        arrays: tuple[Recycled, ...],
        x: Recycled,
        limit: float,
    ) -> Recycled:
        """Return `function` of the arrays and of how great x is: up to `limit`, for columns."""
        greatest = np.maximum.reduce(x.array, axis=0)
        near = greatest < limit
        if near.all():
            return function(*arrays, limit, self)
        value = function(*arrays, greatest.max(), self)
        if near.any():
            few = function(*(self.asarray(columns(a.array, near)) for a in arrays), limit, self)
            value.array[:, near] = few.array
        return value

    def amended(
        self,
        value: Recycled,
        x: Recycled,
        limit: float,
        function: Callable[..., Recycled],
        arrays: tuple[Recycled, ...],
    ) -> Recycled:
        """Return `value` where x < limit, and `function` of the arrays elsewhere, only there."""
        far = np.flatnonzero(~(x.array < limit))
        if far.size == x.array.size:
            return function(*arrays)
        if far.size:
            some = (self.asarray(a.array.reshape(-1)[far]) for a in arrays)
            value.array.reshape(-1)[far] = function(*some).array
        return value

    def where(self, condition: np.ndarray, x: Recycled, y: Recycled) -> Recycled:
        """Return `x` where `condition`, else `y`."""
        if condition.all():
            return x
        if not condition.any():
            return y
        out = self.take(condition.shape)
        np.copyto(out, y.array)
        np.copyto(out, x.array, where=condition)
        return Recycled(out, self, True)


class Recycled:
    """An array of a `Recycler`, which gets the memory back if the array is `temporary`."""

    __slots__ = ("array", "home", "temporary")

    def __init__(self, array: np.ndarray, home: Recycler, temporary: bool) -> None:
        self.array = array
        self.home = home
        self.temporary = temporary

    def __del__(self) -> None:
        if self.temporary:
            self.home.give(self.array)

    @property
    def dtype(self) -> Any:
        """The dtype, always float64."""
        return self.array.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.array.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.array.ndim

    __add__ = _operator(np.add)
    __sub__ = _operator(np.subtract)
    __mul__ = _operator(np.multiply)
    __truediv__ = _operator(np.divide)
    __iadd__ = _in_place(np.add)
    __isub__ = _in_place(np.subtract)
    __imul__ = _in_place(np.multiply)
    __radd__ = _reflected(np.add)
    __rsub__ = _reflected(np.subtract)
    __rmul__ = _reflected(np.multiply)
    __rtruediv__ = _reflected(np.divide)

    def __neg__(self) -> Recycled:
        out = self.home.take(self.array.shape)
        np.negative(self.array, out)
        return Recycled(out, self.home, True)

    def __lt__(self, other: Any) -> np.ndarray:
        return self.array < plain(other)


def columns(x: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return the columns that `which` says, in the order of memory that columns have."""
    return x.compress(which, axis=1) if x.ndim == 2 else np.ascontiguousarray(x[:, which])


def plain(x: Any) -> Any:
    """Return the NumPy array that `x` wraps, or `x` itself."""
    return x.array if type(x) is Recycled else x


_thread = threading.local()


def recycler() -> Recycler:
    """Return this thread's recycler."""
    if not hasattr(_thread, "recycler"):
        _thread.recycler = Recycler()
    return _thread.recycler
