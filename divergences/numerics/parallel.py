"""Work on blocks of NumPy arrays, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

Array = Any

# Elements in a block, a megabyte of float64: small enough that a few stay in the outer cache, large
# enough that threads seldom wait for the interpreter between one NumPy loop and the next.
BLOCK = 1 << 17


def map_blocks(function: Callable[..., Any], step: int, *arrays: Array) -> list[Any]:
    """Apply `function` to blocks of `step` along the first axis, on all cores if they are many."""
    n = arrays[0].shape[0]
    if n <= step:
        return [function(*arrays)] if n else []
    blocks = (tuple(x[i : i + step] for x in arrays) for i in range(0, n, step))
    run = _pool().map if n > 2 * step else map
    return list(run(lambda block: function(*block), blocks))


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads; NumPy releases the interpreter in its loops."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="divergences")
