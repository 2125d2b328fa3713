"""Speed of the exact core beside SciPy and the textbook formulas, in one run.

    python -m benchmarks.speed [--json FILE] [--rounds N] [--quick]

Ratios, not seconds, are what carries over from one machine to another; each is the time of a peer
over ours. Those of the processor count all cores, and hardly depend on what else runs: on two idle
cores, what is long enough for both takes half as long by the clock. Ours are right to 4 ulp; the
textbook formulas and SciPy are not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import scipy.stats
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.spatial.distance import cdist, cityblock, euclidean, jensenshannon

import divergences as dv
from benchmarks.timing import Seconds, bandwidth, best_times, machine, peak_memory
from divergences.methods.exact_sum import compiled

SHAPES = ((4,), (1000,), (10_000_000,), (100_000, 10), (10_000, 100))
QUICK_SHAPES = ((4,), (1000,), (100_000, 10))
# Their annotations leave out the axis, and the names of metrics.
scipy_entropy: Any = scipy.stats.entropy
scipy_distance: Any = jensenshannon
scipy_matrix: Any = cdist
# For the peak memory, in a process of its own.
SETUP = """
import numpy as np
import divergences as dv
rng = np.random.default_rng(0)
from divergences.methods.exact_sum import compiled
compiled.has_numba = lambda: {numba}
p, q = rng.random(100_000), rng.random(100_000)
p /= p.sum()
q /= q.sum()
{statement}
p, q = rng.random({n}), rng.random({n})
p /= p.sum()
q /= q.sum()
"""
STATEMENTS = {
    "KL": "dv.kl_divergence(p, q)",
    "JS": "dv.jensen_shannon_divergence(p, q)",
    "entropy": "dv.entropy(p)",
    "TV": "dv.total_variation_distance(p, q)",
    "Hellinger": "dv.hellinger_distance(p, q)",
    "chi-squared": "dv.chi_squared_divergence(p, q)",
}
COMPILED = "Numba"  # backends: NumPy alone, NumPy with loops compiled by Numba, and JAX
NEAR = 1e-3  # relative difference of the pair named "near"


def pair(shape: tuple[int, ...], near: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return two batches of normalised random pmfs, independent or nearly equal."""
    rng = np.random.default_rng(0)
    p = rng.random(shape)
    q = p * (1.0 + NEAR * rng.standard_normal(shape)) if near else rng.random(shape)
    return p / p.sum(-1, keepdims=True), q / q.sum(-1, keepdims=True)


def contenders(p: np.ndarray, q: np.ndarray) -> dict[str, dict[str, Callable[[], Any]]]:
    """Return, for each quantity, ours and its peers."""

    def naive_kl() -> Any:
        return np.sum(p * np.log(p / q), axis=-1)

    def naive_js() -> Any:
        m = 0.5 * (p + q)
        return 0.5 * np.sum(p * np.log(p / m) + q * np.log(q / m), axis=-1)

    found = {
        "KL": {
            "ours": lambda: dv.kl_divergence(p, q),
            "scipy": lambda: scipy_entropy(p, q, axis=-1),
            "naive": naive_kl,
        },
        "JS": {
            "ours": lambda: dv.jensen_shannon_divergence(p, q),
            "scipy": lambda: scipy_distance(p, q, axis=-1),
            "naive": naive_js,
        },
        "entropy": {
            "ours": lambda: dv.entropy(p),
            "scipy": lambda: scipy_entropy(p, axis=-1),
            "naive": lambda: -np.sum(p * np.log(p), axis=-1),
        },
        "TV": {
            "ours": lambda: dv.total_variation_distance(p, q),
            "naive": lambda: 0.5 * np.sum(np.abs(p - q), axis=-1),
        },
        "Hellinger": {
            "ours": lambda: dv.hellinger_distance(p, q),
            "naive": lambda: np.sqrt(0.5 * np.sum((np.sqrt(p) - np.sqrt(q)) ** 2, axis=-1)),
        },
        "chi-squared": {
            "ours": lambda: dv.chi_squared_divergence(p, q),
            "scipy": lambda: scipy.stats.chisquare(p, q, axis=-1).statistic,
            "naive": lambda: np.sum((p - q) ** 2 / q, axis=-1),
        },
    }
    if p.ndim == 1:  # of a batch, SciPy would need a loop
        found["TV"]["scipy"] = lambda: 0.5 * cityblock(p, q)
        found["Hellinger"]["scipy"] = lambda: np.sqrt(0.5) * euclidean(np.sqrt(p), np.sqrt(q))
    return found


def compared(seconds: dict[str, Seconds]) -> dict[str, float]:
    """Return our time, and those of the peers over it, by the clock and of the processor."""
    ours = seconds["ours"]
    found = {"seconds": ours.clock, "processor_seconds": ours.processor}
    for peer, theirs in seconds.items():
        if peer != "ours":
            found[f"over_{peer}"] = theirs.clock / ours.clock
            found[f"over_{peer}_of_processor"] = theirs.processor / ours.processor
    return found


@contextmanager
def loops(backend: str) -> Iterator[None]:
    """Use compiled loops or do not, whether Numba is installed or not."""
    before = compiled.has_numba
    compiled.has_numba = lambda: backend == COMPILED
    try:
        yield
    finally:
        compiled.has_numba = before


def backends(size: int) -> tuple[str, ...]:
    """Return the ways in which arrays of so many masses are summed."""
    return ("NumPy", COMPILED) if size >= compiled.MANY and compiled.has_numba() else ("NumPy",)


def numpy_rows(shapes: tuple[tuple[int, ...], ...], rounds: int) -> list[dict[str, Any]]:
    """Time every quantity on every shape with NumPy arrays."""
    rows = []
    cases = [
        (shape, near, backend)
        for shape in shapes
        for near in (False, True)
        for backend in backends(int(np.prod(shape)))
    ]
    for shape, near, backend in track(cases, description="NumPy", transient=True):
        p, q = pair(shape, near)
        for quantity, calls in contenders(p, q).items():
            if quantity == "entropy" and (near or backend == COMPILED):  # there is no loop for it
                continue
            with loops(backend):
                seconds = best_times(calls, rounds if p.size < 1_000_000 else max(3, rounds // 2))
            row = {
                "quantity": quantity,
                "shape": shape,
                "pair": "near" if near else "apart",
                "backend": backend,
                **compared(seconds),
                "bytes_per_second": (1 if quantity == "entropy" else 2)
                * p.nbytes
                / seconds["ours"].clock,
            }
            if p.size >= 10_000_000:
                statement = STATEMENTS[quantity]
                setup = SETUP.format(n=shape[0], numba=backend == COMPILED, statement=statement)
                row["peak_bytes"] = peak_memory(statement, setup)
            rows.append(row)
    return rows


def jax_rows(n: int, rounds: int) -> list[dict[str, Any]]:
    """Time KL and JS on one long pair with JAX, compiled, beside the naive formula compiled."""
    import jax
    import jax.numpy as jnp

    rows = []
    with jax.enable_x64(True):
        for near in (False, True):
            p, q = map(jnp.asarray, pair((n,), near))
            naive = jax.jit(lambda p, q: jnp.sum(p * jnp.log(p / q)))
            for quantity, function in (
                ("KL", dv.kl_divergence),
                ("JS", dv.jensen_shannon_divergence),
            ):
                ours = jax.jit(function)
                seconds = best_times(
                    {
                        "ours": lambda f=ours, p=p, q=q: f(p, q).block_until_ready(),
                        "naive": lambda f=naive, p=p, q=q: f(p, q).block_until_ready(),
                    },
                    rounds,
                )
                rows.append(
                    {
                        "quantity": quantity,
                        "shape": (n,),
                        "pair": "near" if near else "apart",
                        "backend": f"JAX ({jax.devices()[0].platform})",
                        **compared(seconds),
                        "bytes_per_second": 2 * p.nbytes / seconds["ours"].clock,
                    }
                )
    return rows


def pairwise_rows(n: int, k: int) -> list[dict[str, Any]]:
    """Time all pairs of two sets of `n` pmfs, and those of one set, beside `cdist`."""
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(k), (2, n))
    rows = []
    for name, metric in (
        ("jensen_shannon_distance", "jensenshannon"),
        ("total_variation_distance", "cityblock"),  # half of it
    ):
        sets = ((q, q, "two sets"), (None, p, "one set"))
        for (second, columns, what), backend in product(sets, backends(n * n * k)):
            with loops(backend):
                seconds = best_times(
                    {
                        "ours": lambda name=name, q=second: dv.pairwise(name, p, q),
                        "scipy": lambda metric=metric, q=columns: scipy_matrix(p, q, metric),
                    },
                    3,
                )
            rows.append(
                {
                    "quantity": f"all pairs, {'JS' if name.startswith('j') else 'TV'} distance",
                    "shape": (n, n, k),
                    "pair": what,
                    "backend": backend,
                    **compared(seconds),
                }
            )
    return rows


def table(rows: list[dict[str, Any]], limit: float) -> Table:
    """Return the rows as a table; `limit` is the memory bandwidth."""
    result = Table(title="Time of a peer over ours (more is better for us)")
    for name in ("quantity", "shape", "pair", "backend"):
        result.add_column(name)
    for name in ("ours", "SciPy/ours", "of processor", "naive/ours", "of bandwidth", "peak memory"):
        result.add_column(name, justify="right")
    for row in rows:
        memory = f"{row['peak_bytes'] / 1e6:.1f} MB" if "peak_bytes" in row else ""
        result.add_row(
            row["quantity"],
            "x".join(map(str, row["shape"])),
            row["pair"],
            row["backend"],
            f"{row['seconds'] * 1e6:,.1f} us",
            f"{row['over_scipy']:.1f}" if "over_scipy" in row else "",
            f"{row['over_scipy_of_processor']:.1f}" if "over_scipy" in row else "",
            f"{row['over_naive']:.2f}" if "over_naive" in row else "",
            f"{100 * row['bytes_per_second'] / limit:.0f} %" if "bytes_per_second" in row else "",
            memory,
        )
    return result


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--rounds", type=int, default=10, help="rounds of each contender (10)")
    parser.add_argument("--quick", action="store_true", help="small shapes only")
    options = parser.parse_args()
    limit = bandwidth()
    rows = numpy_rows(QUICK_SHAPES if options.quick else SHAPES, options.rounds)
    rows += pairwise_rows(200 if options.quick else 2000, 64)
    rows += jax_rows(100_000 if options.quick else 10_000_000, options.rounds)
    console = Console()
    console.print(table(rows, limit))
    about = machine()
    console.print(f"memory bandwidth {limit / 1e9:.1f} GB/s; {about}")
    if options.json:
        report = {"machine": about, "bandwidth": limit, "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
