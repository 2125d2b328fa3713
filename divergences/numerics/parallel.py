"""Work on blocks of NumPy arrays, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

Array = Any

# Elements in a block, a quarter of a megabyte of float64: small enough that the arrays of a formula
# stay in a core's own cache, large enough that threads seldom wait for the interpreter between one
# NumPy loop and the next.
BLOCK = 1 << 15


def map_blocks(function: Callable[..., Any], step: int, *arrays: Array) -> list[Any]:
    """Apply `function` to blocks of `step` along the first axis, on all cores if they are many."""
    n = arrays[0].shape[0]
    starts = range(0, n, step)
    results: list[Any] = [None] * len(starts)
    todo = iter(enumerate(starts))

    def work() -> None:
        for k, i in todo:
            results[k] = function(*(x[i : i + step] for x in arrays))

    # This thread works too: a helper is slower to start than a block is to do.
    helpers = [_pool().submit(work) for _ in range(min(len(starts) // 2, _cores() - 1))]
    try:
        work()
    finally:
        for helper in helpers:
            if not helper.cancel():
                helper.result()
    return results


def _cores() -> int:
    return os.cpu_count() or 1


def on_all_cores(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
    """Apply `function` to each of the items, on all cores; results come in order."""
    return _pool().map(function, items)


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads; NumPy releases the interpreter in its loops."""
    return ThreadPoolExecutor(_cores(), thread_name_prefix="divergences")
