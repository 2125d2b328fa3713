"""How often intervals from samples cover the truth: the default estimators, pair by pair.

    python -m benchmarks.coverage [--repetitions 1000] [--n 1000] [--pairs NAME ...] [--json FILE]

Each repetition draws fresh samples of P and Q; the table has bias, spread, the mean standard error
and the share of 95 % intervals that cover the truth. The JSON file is written anew after each pair,
and pairs that it has already are not repeated.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

import divergences as dv
from benchmarks.pairs import PAIRS, dimension, truth

QUANTITIES = ("entropy", "KL", "JS")


def estimates(x: Any, y: Any) -> list[dv.Estimate]:
    """Return the estimates of all quantities by their default methods."""
    p, q = dv.Sample(x), dv.Sample(y)
    return [dv.entropy(p), dv.kl_divergence(p, q), dv.jensen_shannon_divergence(p, q)]


def study(name: str, n: int, repetitions: int) -> dict[str, Any]:
    """Return truth, bias, spread and coverage of each quantity on a pair."""
    p, q = PAIRS[name]
    start = time.perf_counter()
    found = []
    for seed in range(repetitions):
        rng = np.random.default_rng([seed, n])
        row = estimates(p.draw(rng, n), q.draw(rng, n))
        found.append([(e.value, e.standard_error, *e.confidence_interval()) for e in row])
    table = np.array(found)
    record: dict[str, Any] = {"pair": name, "dimension": dimension(name), "n": n}
    record |= {"repetitions": repetitions, "seconds": time.perf_counter() - start}
    for i, (quantity, true) in enumerate(truth(name).items()):
        value, error, low, high = table[:, i].T
        record[quantity] = {
            "truth": true.value,
            "truth_standard_error": true.standard_error,
            "bias": float(np.mean(value) - true.value),
            "spread": float(np.std(value)),
            "standard_error": float(np.mean(error)),
            "coverage": float(np.mean((low <= true.value) & (true.value <= high))),
            "least": float(np.min(value)),
            "greatest": float(np.max(value)),
        }
    return record


def markdown(records: list[dict[str, Any]]) -> str:
    """Return the tables of coverage, one for each quantity."""
    return "\n".join(
        "\n".join(
            [
                f"| {quantity} of | d | runs | truth | bias | spread | s.e. | covers |",
                "|---|--:|--:|--:|--:|--:|--:|--:|",
                *(_line(record, record[quantity]) for record in records),
                "",
            ]
        )
        for quantity in QUANTITIES
    )


def _line(record: dict[str, Any], found: dict[str, float]) -> str:
    cells = (
        record["pair"].replace("|", "to"),
        str(record["dimension"]),
        str(record["repetitions"]),
        f"{found['truth']:.3f}",
        f"{found['bias']:+.4f}",
        f"{found['spread']:.4f}",
        f"{found['standard_error']:.4f}",
        f"{100 * found['coverage']:.1f} %",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(
        description="How often intervals from samples cover the truth."
    )
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--n", type=int, default=1000, help="observations of each sample")
    parser.add_argument("--pairs", nargs="+", choices=tuple(PAIRS), default=list(PAIRS))
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    records: list[dict[str, Any]] = []
    if options.json is not None and options.json.exists():
        records = json.loads(options.json.read_text(encoding="utf-8"))["records"]
    for name in options.pairs:
        if any(r["pair"] == name for r in records):
            continue
        record = study(name, options.n, options.repetitions)
        records.append(record)
        print(markdown([record]), f"{record['seconds']:.0f} s", flush=True)
        if options.json is not None:
            report = {"n": options.n, "records": records}
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.json is not None:
        options.json.with_suffix(".md").write_text(markdown(records), encoding="utf-8")


if __name__ == "__main__":
    main()
