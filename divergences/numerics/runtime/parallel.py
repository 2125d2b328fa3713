"""Work on blocks of NumPy arrays, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import isqrt
from typing import Any

import numpy as np

from divergences.numerics.runtime.progress import track
from divergences.numerics.typing import Array

# Elements in a block, a megabyte of float64. One core alone would be as fast on a quarter of that,
# which its own cache holds with all temporaries. But after each NumPy loop a thread waits for the
# interpreter, and longer loops make that rare: two cores then take little more than half the time.
BLOCK = 1 << 17


def map_blocks(
    function: Callable[..., Any], step: int, *arrays: Array, what: str = ""
) -> list[Any]:
    """Apply `function` to blocks of `step` along the first axis, on all cores if they are many."""

    def block(i: int) -> Any:
        return function(*(x[i : i + step] for x in arrays))

    return on_all_cores(block, range(0, arrays[0].shape[0], step), what)


def fill(value: Array, way: Callable[..., Array], *sides: Array, size: int = BLOCK) -> Array:
    """Return `value` with NaN replaced by a `way` of the rows of all `sides`, which broadcast.

    Outcomes come last. The way is given blocks of rows, of about `size` elements, on all cores.
    """
    rest = np.flatnonzero(np.isnan(value))
    if not rest.size:
        return value[()]
    n = sides[0].shape[-1]
    value = np.array(value)
    flat, shape, step = value.reshape(-1), value.shape, max(1, size // n)

    def rows(side: Array, where: Array) -> Array:
        side = np.broadcast_to(side, (*shape, n))
        return side[np.unravel_index(where, shape)] if shape else side[None]

    def block(i: int) -> None:
        where = rest[i : i + step]
        flat[where] = way(*(rows(side, where) for side in sides))

    on_all_cores(block, range(0, rest.size, step))
    return value[()]


def tiles(shape: tuple[int, int], size: int) -> list[tuple[slice, slice]]:
    """Return the parts of a matrix of about `size` entries each, as square as it allows."""
    n, m = shape
    wide = max(1, min(m, max(isqrt(size), size // max(1, n))))
    high = max(1, size // wide)
    return [
        (slice(i, min(i + high, n)), slice(j, min(j + wide, m)))
        for i in range(0, n, high)
        for j in range(0, m, wide)
    ]


def on_all_cores(function: Callable[[Any], Any], items: Sequence[Any], what: str = "") -> list[Any]:
    """Apply `function` to each of the items, on all cores if they are many.

    If that may take long, `what` names it on a bar.
    """
    results: list[Any] = [None] * len(items)
    todo = iter(enumerate(items))

    def work(todo: Iterator[tuple[int, Any]]) -> None:
        for k, item in todo:
            results[k] = function(item)

    # This thread works too: a helper is slower to start than a block is to do.
    helpers = [_pool().submit(work, todo) for _ in range(min(len(items) // 2, _cores() - 1))]
    try:
        work(track(todo, len(items), what) if what else todo)
    finally:
        for _ in todo:  # after an interruption, nothing is left to helpers
            pass
        for helper in helpers:
            if not helper.cancel():
                helper.result()
    return results


@cache
def _cores() -> int:
    """Return how many threads to use: DIVERGENCES_NUM_THREADS, or as many as there are cores."""
    wanted = os.environ.get("DIVERGENCES_NUM_THREADS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):  # those that this process may use
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads; NumPy releases the interpreter in its loops."""
    return ThreadPoolExecutor(_cores(), thread_name_prefix="divergences")
