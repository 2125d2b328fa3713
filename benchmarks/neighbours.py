"""Speed of nearest neighbours beside SciPy's k-d tree with all workers, in one run, in turns.

    python -m benchmarks.neighbours [--json FILE] [--rounds N] [--quick]

KL of two samples takes two searches: of each sample's neighbours among itself, and of the other
sample's. The first table has both, beside those of the tree; the greatest difference of distances
is relative. Seconds are the least of several rounds; those of the processor count all cores, and
depend less on what else runs. The second table has whole estimates, each in a process of its own,
with the greatest memory of that process, imports and samples included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from benchmarks.timing import machine
from divergences.methods.samples.neighbours.search import nearest

Search = Callable[[], tuple[Any, Any]]

# Observations of each sample, dimensions, neighbours.
SEARCHES = (
    (10_000, 7, 5),
    (10_000, 10, 20),
    (30_000, 16, 20),
    (100_000, 3, 5),
    (100_000, 7, 20),
    (100_000, 10, 5),
    (100_000, 10, 20),
)
QUICK_SEARCHES = ((3000, 7, 5), (10_000, 10, 20))
ESTIMATES = (
    ("kl_divergence", 100_000, 10),
    ("jensen_shannon_divergence", 100_000, 10),
    ("entropy", 100_000, 10),
    ("kl_divergence", 1_000_000, 3),
)
QUICK_ESTIMATES = (("kl_divergence", 10_000, 10),)
ESTIMATE = """
import resource, time
import numpy as np
import divergences as dv
rng = np.random.default_rng(0)
samples = [dv.Sample(rng.normal(size=({n}, {d})) + shift) for shift in (0.0, 0.3)]
start = time.perf_counter(), time.process_time()
found = dv.{quantity}(*samples[: 1 if "{quantity}" == "entropy" else 2])
print(time.perf_counter() - start[0], time.process_time() - start[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, found.value)
"""


def samples(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two samples of normal vectors, apart by 0.3 in every coordinate."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)), rng.normal(size=(n, d)) + 0.3


def ours(x: np.ndarray, y: np.ndarray, k: int) -> tuple[Any, Any]:
    """Return distances to neighbours of `x` in itself and in `y`."""
    return nearest(x, None, k)[0], nearest(y, x, k)[0]


def tree(x: np.ndarray, y: np.ndarray, k: int) -> tuple[Any, Any]:
    """Return the same by SciPy's tree; a point is its own first neighbour."""
    own = KDTree(x).query(x, k=k + 1, workers=-1)[0]
    return own[:, 1:], KDTree(y).query(x, k=k, workers=-1)[0]


def search(n: int, d: int, k: int, rounds: int) -> dict[str, Any]:
    """Time both searches in turns, and compare what they find."""
    x, y = samples(n, d)
    best = {call: [np.inf, np.inf] for call in (ours, tree)}
    found = {}
    for _ in range(rounds):
        for call, least in best.items():
            start = time.perf_counter(), time.process_time()
            found[call] = call(x, y, k)
            least[0] = min(least[0], time.perf_counter() - start[0])
            least[1] = min(least[1], time.process_time() - start[1])
    pairs = zip(found[ours], found[tree], strict=True)
    return {
        "n": n,
        "d": d,
        "k": k,
        "seconds": best[ours][0],
        "processor_seconds": best[ours][1],
        "tree_over_ours": best[tree][0] / best[ours][0],
        "tree_over_ours_of_processor": best[tree][1] / best[ours][1],
        "greatest_difference": max(float(np.max(np.abs(a / b - 1.0))) for a, b in pairs),
    }


def estimate(quantity: str, n: int, d: int) -> dict[str, Any]:
    """Time a whole estimate in a process of its own."""
    code = ESTIMATE.format(quantity=quantity, n=n, d=d)
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds, processor, peak, value = map(float, run.stdout.split())
    return {
        "quantity": quantity,
        "n": n,
        "d": d,
        "seconds": seconds,
        "processor_seconds": processor,
        "peak_bytes": int(peak),
        "value": value,
    }


def shown(row: dict[str, Any]) -> str:
    """Return a line of a table."""
    start = f"{row['n']:10,}{row['d']:5}"
    times = f"{row['seconds']:9.2f} s{row['processor_seconds']:9.2f} s"
    if "quantity" in row:
        return f"{row['quantity']:28}{start}{times}{row['peak_bytes'] / 1e6:9.0f} MB"
    ratios = f"{row['tree_over_ours']:10.1f}{row['tree_over_ours_of_processor']:14.1f}"
    return f"{start}{row['k']:5}{times}{ratios}{row['greatest_difference']:12.1e}"


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.neighbours",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each search (3)")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    options = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "searches": [], "estimates": []}

    def add(table: str, row: dict[str, Any]) -> None:
        print(shown(row), flush=True)
        report[table].append(row)
        if options.json:
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(json.dumps(report, indent=1) + "\n")

    print(f"{'n':>10}{'d':>5}{'k':>5}{'ours':>11}{'processor':>11}{'tree/ours':>10}", end="")
    print(f"{'of processor':>14}{'difference':>12}")
    for n, d, k in QUICK_SEARCHES if options.quick else SEARCHES:
        add("searches", search(n, d, k, options.rounds))
    print(f"\n{'':28}{'n':>10}{'d':>5}{'seconds':>11}{'processor':>11}{'peak':>12}")
    for case in QUICK_ESTIMATES if options.quick else ESTIMATES:
        add("estimates", estimate(*case))


if __name__ == "__main__":
    main()
