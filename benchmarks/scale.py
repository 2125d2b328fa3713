"""Processor time and memory of states and of Dask, beside reading the same files in chunks.

    python -m benchmarks.scale [--json FILE] [--sizes N ...] [--rounds N] [--folder DIR]

Files of n probabilities P and Q, and of n symbols, are written to a folder and removed in the end:
20 n bytes. Each task reads them in chunks, in a process of its own, whose processor time (all
threads, without imports) and greatest memory (imports included) are noted: the least of several
rounds. "ratio" is the processor time over that of reading and adding up the same chunks, from the
cache of the operating system where they fit into it. "of 1/10" is the time over ten times that of a
tenth of the size: 1 where time grows as the size does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import machine

CHUNK = 1 << 20
SYMBOLS = 5000
SETUP = """
import json, resource, sys
import numpy as np
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
    return found.ru_utime + found.ru_stime
"""
REPORT = """
size = 0 if state is None else len(json.dumps(state.to_dict()))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps([taken, peak, float(value), size]))
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
# Of each task what it imports, and its statements.
TASKS = {
    "read both": ("", "value = sum(load(k, i).sum() for i in spots for k in 'pq')"),
    "KL by states": ("", SUMS.format(quantity="kl_divergence")),
    "JS by states": ("", SUMS.format(quantity="jensen_shannon_divergence")),
    "KL by Dask": (
        "import dask.array as da",
        "value = dv.kl_divergence(lazy('p'), lazy('q')).compute(num_workers=2)",
    ),
    "KL by Dask, two passes": (
        "import dask.array as da",
        "value = dv.kl_divergence(*map(dv.Weights, (lazy('p'), lazy('q')))).compute(num_workers=2)",
    ),
    "read symbols": ("", "value = sum(int(load('x', i, np.int32).sum()) for i in spots)"),
    "entropy of a stream": (
        "",
        STREAM,
    ),
}


def write(folder: Path, n: int) -> None:
    """Write P, Q and symbols, chunk by chunk."""
    totals = [0.0, 0.0]
    for scale in (None, totals):
        rng = np.random.default_rng(n)
        files = [(folder / name).open("wb") for name in "pqx"]
        for start in range(0, n, CHUNK):
            p = rng.random(min(CHUNK, n - start))
            q = p * (0.9 + 0.2 * rng.random(len(p)))
            x = (SYMBOLS * p * p).astype(np.int32)
            if scale is None:
                totals[0] += float(p.sum())
                totals[1] += float(q.sum())
            else:
                for file, values in zip(files, (p / totals[0], q / totals[1], x), strict=True):
                    values.tofile(file)
        for file in files:
            file.close()


def measure(task: str, folder: Path, n: int, rounds: int) -> dict[str, Any]:
    """Return the least processor time and memory of a task, and what it found."""
    setup, statement = TASKS[task]
    code = f"{SETUP}{setup}\nbefore = used()\n{statement}\ntaken = used() - before\n{REPORT}"
    command = [sys.executable, "-c", code, str(folder), str(n), str(CHUNK)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(rounds)
    ]
    seconds, peaks, values, sizes = zip(*runs, strict=True)
    found = {"task": task, "n": n, "processor_seconds": min(seconds), "peak_bytes": min(peaks)}
    return found | {"value": values[0], "state_bytes": sizes[0]}


def compared(row: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a row with its ratios to reading, and to a tenth of the size."""
    taken = {(r["task"], r["n"]): r["processor_seconds"] for r in rows}
    basis = "read symbols" if row["task"].endswith(("stream", "symbols")) else "read both"
    read = taken.get((basis, row["n"]))
    tenth = taken.get((row["task"], row["n"] // 10))
    own = row["processor_seconds"]
    return row | {
        "over_reading": own / (read or own),
        "over_a_tenth": None if tenth is None else own / (10.0 * tenth),
    }


def shown(row: dict[str, Any]) -> str:
    """Return a line of the table."""
    tenth = "" if row["over_a_tenth"] is None else f"{row['over_a_tenth']:.2f}"
    return (
        f"{row['task']:26}{row['n']:>13,}{row['over_reading']:8.1f}{tenth:>9}"
        f"{row['peak_bytes'] / 1e6:9.0f} MB{row['state_bytes']:>9,} B"
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
    parser.add_argument("--folder", type=Path, help="where to write the files (a temporary one)")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    print(f"{'':26}{'n':>13}{'ratio':>8}{'of 1/10':>9}{'peak':>12}{'state':>11}")
    for n in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            write(Path(name), n)
            for task in TASKS:
                row = measure(task, Path(name), n, options.rounds)
                rows.append(compared(row, [*rows, row]))
                print(shown(rows[-1]), flush=True)
        if options.json:
            # Ratios: seconds depend on what else the machine does, and on the machine.
            kept = [{k: v for k, v in row.items() if k != "processor_seconds"} for row in rows]
            report = {"machine": machine(), "chunk": CHUNK, "symbols": SYMBOLS, "rows": kept}
            options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
