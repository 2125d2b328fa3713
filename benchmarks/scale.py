"""Processor time and memory of states, Dask and lazy tables, beside reading the same files.

    python -m benchmarks.scale [--json FILE] [--sizes N ...] [--rounds N] [--folder DIR]

Files of n probabilities P and Q, two of n symbols, and two tables of n rows are written to a folder
and removed in the end: 24 n bytes, and 52 n of tables, of at most 1e8 rows. Each task reads them in
chunks, in a process of its own, whose time by the clock and of the processor (all threads, without
imports) and greatest memory (imports included) are noted: the least of several rounds. A ratio is
over reading and adding up the same chunks, or over the engine's own group-by of the same columns
with edges that are known: from the cache of the operating system where files fit into it. "of 1/10"
is the processor time over ten times that of a tenth of the size: 1 where time grows as the size
does. Rows of other sizes in the file of results are kept. It runs under Linux.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.timing import machine

CHUNK = 1 << 20
SYMBOLS = 5000
SETUP = """
import json, resource, sys, time, warnings
import numpy as np
warnings.simplefilter("ignore", FutureWarning)
import divergences as dv
dv.states.SumState("kl_divergence").update([1.0], [1.0]).result()  # imports what is used
dv.states.CountState().update([1, 2]).result(dv.entropy)
folder, n, chunk = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
spots = range(0, n, chunk)
def load(name, start, dtype=np.float64):
    count = min(chunk, n - start)
    return np.fromfile(f"{folder}/{name}", dtype, count, offset=start * np.dtype(dtype).itemsize)
def lazy(name):
    sizes = (tuple(min(chunk, n - start) for start in spots),)
    def block(block_info=None):
        return load(name, block_info[None]["array-location"][0][0])
    return da.map_blocks(block, chunks=sizes, dtype=float, meta=np.empty(0), name=name)
state = None
def used():
    found = resource.getrusage(resource.RUSAGE_SELF)
    return np.array([found.ru_utime + found.ru_stime, time.perf_counter()])
"""
REPORT = """
size = 0 if state is None else len(json.dumps(state.to_dict()))
with open("/proc/self/status") as file:  # what the process that starts this one has is not in it
    peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024
print(json.dumps([*taken.tolist(), peak, float(value), size]))
"""
SUMS = """
state = dv.states.SumState("{quantity}")
for start in spots:
    state = state.update(load("p", start), load("q", start))
value = state.result()
"""
STREAM = """
state = dv.states.CountState()
for start in spots:
    state = state.update(load("x", start, np.int32))
value = state.result(dv.entropy)
"""
DRIFT = """
state, other = dv.states.CountState(), dv.states.CountState()
for start in spots:
    state = state.update(load("x", start, np.int32))
    other = other.update(load("y", start, np.int32))
value = state.result(dv.jensen_shannon_divergence, other).confidence_interval(0.95)[0]
"""
KEYS = ("a", "b", "c", "word", "flag")  # columns of tables: numbers, words, booleans
COMPARED = """
found = dv.compare(*tables, quantities=("JS", "PSI"))
value = found.rows[0].value
"""
# The same columns with edges that are known: a count for each cell, word and boolean.
POLARS = """
import narwhals, polars as pl
tables = [pl.scan_parquet(f"{folder}/{side}.parquet") for side in ("last", "this")]
def counts(table, key):
    x = pl.col(key) if key in ("word", "flag") else (pl.col(key) * 16384).cast(pl.Int32)
    found = table.select(x.alias("x")).group_by("x").agg(pl.len().alias("n"))
    return found.collect(engine="streaming")["n"].sum()
"""
DASK = """
import dask, dask.dataframe as dd, narwhals
dask.config.set(scheduler="threads", num_workers=2)
paths = [f"{folder}/{side}.parquet" for side in ("last", "this")]
tables = [dd.read_parquet(path, split_row_groups=True) for path in paths]
def counts(table, key):
    x = table[key] if key in ("word", "flag") else (table[key] * 16384).astype("int32")
    return int(x.to_frame(name="x").groupby("x").size().compute().sum())
"""
GROUPED = f"value = sum(counts(table, key) for table in tables for key in {KEYS})"


class Task(NamedTuple):
    """What a task imports, its statements, and by which task it is measured.

    And up to which size it is run, and the packages that it needs beside Dask.
    """

    imports: str
    statements: str
    basis: str
    most: float = float("inf")
    needs: tuple[str, ...] = ()


DASK_ARRAY = "import dask.array as da"
LAZY = "value = dv.{}(lazy('p'), lazy('q')).compute(num_workers=2)"
BOTH, SYMBOLS_READ, STREAMS_READ, BY_POLARS, BY_DASK = (
    "read both",
    "read symbols",
    "read symbols of two",
    "group-by by polars",
    "group-by by Dask",
)
BY_POLARS_NEEDS = ("polars", "pyarrow", "narwhals")
BY_DASK_NEEDS = ("pandas", "pyarrow", "narwhals")
TASKS = {
    BOTH: Task("", "value = sum(load(k, i).sum() for i in spots for k in 'pq')", BOTH),
    "KL by states": Task("", SUMS.format(quantity="kl_divergence"), BOTH),
    "JS by states": Task("", SUMS.format(quantity="jensen_shannon_divergence"), BOTH),
    "KL by Dask": Task(DASK_ARRAY, LAZY.format("kl_divergence"), BOTH),
    "JS by Dask": Task(DASK_ARRAY, LAZY.format("jensen_shannon_divergence"), BOTH),
    "KL by Dask, two passes": Task(
        DASK_ARRAY,
        "value = dv.kl_divergence(*map(dv.Weights, (lazy('p'), lazy('q')))).compute(num_workers=2)",
        BOTH,
    ),
    SYMBOLS_READ: Task(
        "", "value = sum(int(load('x', i, np.int32).sum()) for i in spots)", SYMBOLS_READ
    ),
    "entropy of a stream": Task("", STREAM, SYMBOLS_READ),
    STREAMS_READ: Task(
        "",
        "value = sum(int(load(k, i, np.int32).sum()) for i in spots for k in 'xy')",
        STREAMS_READ,
    ),
    "drift of two streams": Task("", DRIFT, STREAMS_READ),
    BY_POLARS: Task(POLARS, GROUPED, BY_POLARS, 1e8, BY_POLARS_NEEDS),
    "tables by polars": Task(POLARS, COMPARED, BY_POLARS, 1e8, BY_POLARS_NEEDS),
    BY_DASK: Task(DASK, GROUPED, BY_DASK, 1e8, BY_DASK_NEEDS),
    "tables by Dask": Task(DASK, COMPARED, BY_DASK, 1e8, BY_DASK_NEEDS),
}


def write(folder: Path, n: int) -> None:
    """Write P, Q and symbols, chunk by chunk."""
    totals = [0.0, 0.0]
    for scale in (None, totals):
        rng = np.random.default_rng(n)
        files = [(folder / name).open("wb") for name in "pqxy"]
        for start in range(0, n, CHUNK):
            p = rng.random(min(CHUNK, n - start))
            q = p * (0.9 + 0.2 * rng.random(len(p)))
            x, y = ((SYMBOLS * r * r).astype(np.int32) for r in (p, q / 1.1))
            if scale is None:
                totals[0] += float(p.sum())
                totals[1] += float(q.sum())
            else:
                for file, values in zip(files, (p / totals[0], q / totals[1], x, y), strict=True):
                    values.tofile(file)
        for file in files:
            file.close()


def write_tables(folder: Path, n: int) -> None:
    """Write two tables of numbers, words and booleans, in groups of a million rows."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    words = pa.array([f"word {k}" for k in range(50)])
    for seed, side in enumerate(("last", "this")):
        rng, writer = np.random.default_rng([n, seed]), None
        for start in range(0, n, CHUNK):
            count = min(CHUNK, n - start)
            numbers = {key: rng.random(count) ** (1.0 + 0.01 * seed) for key in "abc"}
            codes = pa.array(rng.integers(0, 50, count, np.int32))
            word = pa.DictionaryArray.from_arrays(codes, words).cast(pa.string())
            columns = numbers | {"word": word, "flag": rng.random(count) < 0.3 + 0.01 * seed}
            table = pa.table(columns)
            if writer is None:
                writer = pq.ParquetWriter(folder / f"{side}.parquet", table.schema)
            writer.write_table(table)
        assert writer is not None
        writer.close()


def measure(name: str, folder: Path, n: int, rounds: int) -> dict[str, Any]:
    """Return the least times and memory of a task, and what it found."""
    task = TASKS[name]
    timed = f"before = used()\n{task.statements}\ntaken = used() - before\n"
    code = f"{SETUP}{task.imports}\n{timed}{REPORT}"
    command = [sys.executable, "-c", code, str(folder), str(n), str(CHUNK)]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        for _ in range(rounds)
    ]
    processor, clock, peaks, values, sizes = zip(*runs, strict=True)
    return {
        "task": name,
        "n": n,
        "processor_seconds": min(processor),
        "clock_seconds": min(clock),
        "peak_bytes": min(peaks),
        "value": values[0],
        "state_bytes": sizes[0],
    }


def compared(row: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a row with its ratios to what it is measured by, and to a tenth of the size."""
    known = {(r["task"], r["n"]): r for r in rows}
    basis = known[TASKS[row["task"]].basis, row["n"]]
    tenth = known.get((row["task"], row["n"] // 10))
    own = row["processor_seconds"]
    return row | {
        "over_basis": own / basis["processor_seconds"],
        "clock_over_basis": row["clock_seconds"] / basis["clock_seconds"],
        "over_a_tenth": None if tenth is None else own / (10.0 * tenth["processor_seconds"]),
    }


def shown(row: dict[str, Any]) -> str:
    """Return a line of the table."""
    tenth = "" if row["over_a_tenth"] is None else f"{row['over_a_tenth']:.2f}"
    return (
        f"{row['task']:24}{row['n']:>13,}{row['processor_seconds']:9.2f}{row['clock_seconds']:9.2f}"
        f"{row['over_basis']:7.1f}{row['clock_over_basis']:7.1f}{tenth:>9}"
        f"{row['peak_bytes'] / 1e6:8.0f} MB{row['state_bytes']:>9,} B"
    )


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**6, 10**7, 10**8])
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each task (3)")
    parser.add_argument(
        "--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="NAME", help="some"
    )
    parser.add_argument("--folder", type=Path, help="where to write the files (a temporary one)")
    options = parser.parse_args()
    chosen = {*options.tasks, *(TASKS[name].basis for name in options.tasks)}
    rows: list[dict[str, Any]] = []
    if options.json and options.json.exists():
        new = {(task, n) for task in chosen for n in options.sizes}
        rows = json.loads(options.json.read_text())["rows"]
        rows = [row for row in rows if (row["task"], row["n"]) not in new]
    heads = f"{'processor':>9}{'clock':>9}{'ratios':>14}{'of 1/10':>9}{'peak':>11}{'state':>11}"
    print(f"{'':24}{'n':>13}{heads}")
    for n in options.sizes:
        tasks = [name for name in TASKS if name in chosen and n <= TASKS[name].most]
        tasks = [name for name in tasks if all(map(find_spec, TASKS[name].needs))]
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            if {TASKS[task].basis for task in tasks} & {BOTH, SYMBOLS_READ, STREAMS_READ}:
                write(Path(name), n)
            if {TASKS[task].basis for task in tasks} & {BY_POLARS, BY_DASK}:
                write_tables(Path(name), n)
            for task in tasks:
                row = measure(task, Path(name), n, options.rounds)
                rows.append(compared(row, [*rows, row]))
                print(shown(rows[-1]), flush=True)
        if options.json:
            order = list(TASKS)
            rows.sort(key=lambda row: (row["n"], order.index(row["task"])))
            report = {"machine": machine(), "chunk": CHUNK, "symbols": SYMBOLS, "rows": rows}
            options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
