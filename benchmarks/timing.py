"""How benchmarks time things: contenders in turn, in one run, the best of several rounds each."""

from __future__ import annotations

import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

import numpy as np

ROUND = 0.1  # seconds: a round repeats a short call until it takes about this long


class Seconds(NamedTuple):
    """How long a call takes by the clock, and of the processor, all cores together."""

    clock: float
    processor: float


def best_times(contenders: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Seconds]:
    """Return how long a call of each contender takes: the least over `rounds`, by turns.

    Other work on the machine only ever adds time, so the least is the truest; taking turns makes
    slow spells hit all alike.
    """
    calls = {}
    for name, call in contenders.items():
        call()
        start = time.perf_counter()
        call()
        calls[name] = max(1, int(ROUND / max(time.perf_counter() - start, 1e-9)))
    best = dict.fromkeys(contenders, Seconds(float("inf"), float("inf")))
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.perf_counter(), time.process_time()
            for _ in range(calls[name]):
                call()
            took = time.perf_counter() - start[0], time.process_time() - start[1]
            best[name] = Seconds(
                *(min(b, t / calls[name]) for b, t in zip(best[name], took, strict=True))
            )
    return best


def peak_memory(statement: str, setup: str) -> int:
    """Return the most bytes that `statement` takes in a new process, beyond those of `setup`."""
    code = (
        f"import tracemalloc\n{setup}\ntracemalloc.start()\n{statement}\n"
        "print(tracemalloc.get_traced_memory()[1])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(run.stdout)


def bandwidth() -> float:
    """Return the bytes a second at which all cores together read memory."""
    from os import cpu_count

    parts = [np.ones(1 << 23) for _ in range(cpu_count() or 1)]
    rounds, best = 5, 0.0
    for _ in range(rounds):
        threads = [threading.Thread(target=np.add.reduce, args=(x,)) for x in parts]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, sum(x.nbytes for x in parts) / (time.perf_counter() - start))
    return best


def machine() -> dict[str, Any]:
    """Return what the figures depend on: the processor, its vector units, and library versions."""
    from os import cpu_count

    def installed(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    features = np.show_config(mode="dicts")["SIMD Extensions"]  # type: ignore[index]
    packages = ("divergences", "numpy", "scipy", "jax")
    return {
        "cores": cpu_count(),
        "machine": platform.machine(),
        "vectors": features["found"][-1:] or features["baseline"][-1:],
        "python": platform.python_version(),
        "versions": {package: installed(package) for package in packages},
    }
