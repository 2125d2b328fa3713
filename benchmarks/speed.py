"""Speed of sums over finite distributions beside SciPy and bare NumPy formulas, in one run.

    python -m benchmarks.speed [--json FILE] [--figure FILE] [--rounds N] [--quick] [--only NAME]

Ratios, not seconds, are what carries over from one machine to another; each is the time of a peer
over ours, of processor time, which hardly depends on what else runs. Where ours takes more than one
core, it takes that much less time by the clock. Bare formulas validate nothing and lose digits.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

import divergences as dv
from benchmarks.speed_tasks import Task, of_logits, of_masses, of_matrices, of_orders
from benchmarks.timing import Seconds, bandwidth, best_times, machine
from divergences.numerics import compiled

COMPILED, PURE = "compiled", "NumPy"


@contextmanager
def sums(backend: str) -> Iterator[None]:
    """Sum by the compiled loops, or do not."""
    before = dict(compiled.NUMBERS)
    if backend != COMPILED:
        compiled.NUMBERS.clear()
    compiled.number_of.cache_clear()
    try:
        yield
    finally:
        compiled.NUMBERS.update(before)
        compiled.number_of.cache_clear()


def timed(task: Task, rounds: int) -> list[dict[str, Any]]:
    """Return a row of results for each backend, with the peers timed once."""
    calls = {f"peer {name}": call for name, call in task.peers.items()}
    backends = (COMPILED, PURE) if compiled.library else (PURE,)

    found: dict[str, Seconds] = best_times({"first": task.ours, **calls}, rounds)
    rows = []
    for backend in backends:
        if backend == backends[0]:
            own = found["first"]
        else:
            with sums(backend):
                own = best_times({"ours": task.ours}, max(1, rounds // 2))["ours"]
        rows.append(
            {
                "quantity": task.quantity,
                "shape": task.shape,
                "pair": task.pair,
                "backend": backend,
                "seconds": own.clock,
                "processor_seconds": own.processor,
                "over": {k: found[f"peer {k}"].clock / own.clock for k in task.peers},
                "over_of_processor": {
                    k: found[f"peer {k}"].processor / own.processor for k in task.peers
                },
                "bars": task.bars if backend == COMPILED else {"SciPy": 1.0},
                "bars_of_processor": task.processor,
            }
        )
    return rows


def table(rows: list[dict[str, Any]]) -> Table:
    """Return the rows as a table."""
    result = Table(title="Time of a peer over ours, by the clock and of the processor")
    for name in ("quantity", "shape", "pair", "backend"):
        result.add_column(name)
    for name in ("ours", "SciPy / ours", "formula / ours"):
        result.add_column(name, justify="right")
    for row in rows:
        ratios = (
            f"{row['over'][k]:.2f} {row['over_of_processor'][k]:.2f}" if k in row["over"] else ""
            for k in ("SciPy", "formula")
        )
        shape = "x".join(map(str, row["shape"]))
        time = f"{row['processor_seconds'] * 1e6:,.2f} us"
        result.add_row(row["quantity"], shape, row["pair"], row["backend"], time, *ratios)
    return result


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the ratios of processor times, a line for each task on independent pairs."""
    from matplotlib.figure import Figure

    rows = [row for row in rows if row["pair"] in ("apart", "")]
    names = [f"{row['quantity']}, {' × '.join(f'{n:,}' for n in row['shape'])}" for row in rows]
    places = {name: -k for k, name in enumerate(dict.fromkeys(names))}
    figure = Figure(figsize=(7.5, 0.21 * len(places) + 1.0), layout="constrained")
    axes = figure.subplots()
    for peer, colour in (("SciPy", "C0"), ("formula", "C1")):
        for backend in (COMPILED, PURE):
            some = [(r, n) for r, n in zip(rows, names, strict=True) if r["backend"] == backend]
            some = [(r["over_of_processor"][peer], n) for r, n in some if peer in r["over"]]
            axes.plot(
                [ratio for ratio, _ in some],
                [places[name] for _, name in some],
                "o",
                color=colour,
                fillstyle="full" if backend == COMPILED else "none",
                markersize=4,
                label=f"{'SciPy' if peer == 'SciPy' else 'bare formula'} / {backend}",
            )
    axes.axvline(1.0, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks([*places.values()], [*places], fontsize=7)
    axes.set_xlabel("processor time of a peer over ours")
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=150)


def merged(before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows before with those measured anew in their places."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["quantity"], tuple(row["shape"]), row["pair"], row["backend"]

    found = {key(row): row for row in before} | {key(row): row for row in rows}
    return list(found.values())


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--figure", type=Path, help="also draw them to this file")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each contender (3)")
    parser.add_argument("--quick", action="store_true", help="small shapes only")
    parser.add_argument("--only", nargs="+", help="quantities, whose rows FILE then has anew")
    options = parser.parse_args()
    quick = options.quick
    long = () if quick else ((10_000_000,), (10_000, 100))
    tasks = [
        *of_masses(((4,), (100,), (1000,), (65_535,), (100_000, 10), *long)),
        *of_matrices(200 if quick else 2000, 64),
        *of_orders(10_000 if quick else 1_000_000),
        *of_logits((2 if quick else 16, 151_936)),
    ]
    only = options.only or {task.quantity for task in tasks}
    tasks = [task for task in tasks if task.quantity in only]
    rows = []
    for task in track(tasks, description="Timing", transient=True):
        rows += timed(task, options.rounds if prod(task.shape) < 5_000_000 else 1)
    about = {"machine": machine(), "sums": dv.build_info(), "bandwidth": bandwidth()}
    console = Console(width=160)
    console.print(table(rows))
    console.print(about)
    if options.only and options.json:
        rows = merged(json.loads(options.json.read_text())["rows"], rows)
    if options.figure:
        draw(rows, options.figure)
    if options.json:
        report = about | {"load": os.getloadavg()[0], "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
