"""Speed of transport and kernel distances beside SciPy and the formulas of the papers, in one run.

    python -m benchmarks.transport [--json FILE] [--rounds N] [--quick]

Batches are beside a loop over SciPy's function, which takes one pair. Seconds are the least of
several rounds; those of the processor count all cores, and do not depend on what else runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy.stats

import divergences as dv
from benchmarks.timing import machine, peak_memory

Call = Callable[[], Any]
LOOPED = 50  # pairs of a batch that SciPy is timed on; the others cost as much


def timed(call: Call, rounds: int) -> tuple[float, float]:
    """Return the least seconds of a call by the clock, and by the processor."""
    call()
    clock = processor = float("inf")
    for _ in range(rounds):
        start = time.perf_counter(), time.process_time()
        call()
        clock = min(clock, time.perf_counter() - start[0])
        processor = min(processor, time.process_time() - start[1])
    return clock, processor


def batches(n: int) -> dict[str, tuple[Call, Call, float]]:
    """Return ours, SciPy's on some rows, and by what to multiply the time of the latter."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(n, n)), rng.normal(size=(n, n)) + 1.0
    a, b, grid = rng.random((n, n)), rng.random((n, n)), np.sort(rng.normal(size=n))
    p, q = a / a.sum(-1, keepdims=True), b / b.sum(-1, keepdims=True)
    few, rest = slice(0, min(LOOPED, n)), max(1.0, n / LOOPED)
    distance = scipy.stats.wasserstein_distance

    def scipy_loop(*rows: Any) -> Call:
        return lambda: [distance(*row) for row in zip(*rows, strict=True)]

    shared = np.broadcast_to(grid, (n, n))
    weights = dv.Weights(a), dv.Weights(b)
    return {
        "W1, observations": (
            lambda: dv.wasserstein_distance(x, y),
            scipy_loop(x[few], y[few]),
            rest,
        ),
        "W1, unequal sizes": (
            lambda: dv.wasserstein_distance(x, y[:, : 7 * n // 10]),
            scipy_loop(x[few], y[few, : 7 * n // 10]),
            rest,
        ),
        "W1, pmfs on a grid": (
            lambda: dv.wasserstein_distance(p, q, positions=grid),
            scipy_loop(shared[few], shared[few], p[few], q[few]),
            rest,
        ),
        "W1, weights": (
            lambda: dv.wasserstein_distance(weights[0], weights[1], positions=(x, y)),
            scipy_loop(x[few], y[few], a[few], b[few]),
            rest,
        ),
    }


def singles(n: int) -> dict[str, tuple[Call, Call, float]]:
    """Return ours and a peer on one pair of samples of size n, smaller where all pairs count."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=n), rng.normal(size=n) + 0.1
    small = n // 100
    u, v = rng.normal(size=(small, 5)), rng.normal(size=(small, 5)) + 0.1
    pair = dv.Sample(u), dv.Sample(v)

    def naive_mmd() -> Any:
        def gram(x: Any, y: Any) -> Any:
            square = (x**2).sum(-1)[:, None] + (y**2).sum(-1)[None] - 2 * x @ y.T
            return np.exp(-0.5 * square)

        m = len(u) * (len(u) - 1)
        kxx, kyy = gram(u, u), gram(v, v)
        return ((kxx.sum() + kyy.sum()) - 2 * len(u)) / m - 2 * gram(u, v).mean()

    test = {"permutations": 199, "rng": 0}
    slow = partial(dv.maximum_mean_discrepancy, bandwidth=1.0)
    few = slice(0, small // 5)
    return {
        "W1, one long pair": (
            lambda: dv.wasserstein_distance(x, y),
            lambda: scipy.stats.wasserstein_distance(x, y),
            1.0,
        ),
        "energy, one long pair": (
            lambda: dv.energy_distance(x, y),
            lambda: scipy.stats.energy_distance(x, y),
            1.0,
        ),
        "MMD with standard error, 5-D": (
            lambda: dv.maximum_mean_discrepancy(*pair, bandwidth=1.0),
            naive_mmd,
            1.0,
        ),
        "MMD test, 199 relabellings": (
            lambda: dv.two_sample_test(u[few], v[few], statistic=slow, **test),
            lambda: dv.two_sample_test(u[few], v[few], statistic=lambda x, y: slow(x, y), **test),
            1.0,
        ),
    }


def rows(side: int, length: int, rounds: int) -> list[dict[str, Any]]:
    """Time everything."""
    found = []
    for size, calls in ((side, batches(side)), (length, singles(length))):
        for name, (ours, peer, times) in calls.items():
            print(f"timing {name}", file=sys.stderr)
            clock, processor = timed(ours, rounds)
            peer_clock, peer_processor = (times * t for t in timed(peer, max(2, rounds // 3)))
            found.append(
                {
                    "what": name,
                    "size": size,
                    "seconds": clock,
                    "peer_over_ours": peer_clock / clock,
                    "processor_seconds": processor,
                    "peer_over_ours_of_processor": peer_processor / processor,
                }
            )
    return found


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.transport",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of each (12)")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    options = parser.parse_args()
    found = rows(*((200, 100_000) if options.quick else (1000, 1_000_000)), options.rounds)
    print(f"{'':32}{'ours':>10}{'peer/ours':>11}{'of processor':>14}")
    for row in found:
        print(
            f"{row['what']:32}{1e3 * row['seconds']:8.1f} ms{row['peer_over_ours']:11.1f}"
            f"{row['peer_over_ours_of_processor']:14.1f}"
        )
    setup = (
        "import numpy as np, divergences as dv\n"
        "x, y = np.random.default_rng(0).normal(size=(2, 10000, 3))\n"
        "dv.energy_distance(x[:9], y[:9])"
    )
    memory = peak_memory("dv.energy_distance(x, y)", setup)
    print(f"peak memory of energy_distance, 10,000 points in 3-D: {memory / 1e6:.1f} MB")
    if options.json:
        report = {"machine": machine(), "rows": found, "peak_bytes_energy_10000_3d": memory}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
