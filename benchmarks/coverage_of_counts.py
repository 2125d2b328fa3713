"""How often intervals from counts cover the truth: the default methods, case by case.

    python -m benchmarks.coverage_of_counts [--repetitions 4000] [--json FILE]

Each case draws a batch of samples, and stands beside the normal interval with a standard error of
first order: of the delta method at the same estimate, for mutual information that of the plug-in.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import divergences as dv

Array = Any
HALVES = (0.5, 0.5)
SIX = (0.4, 0.25, 0.15, 0.1, 0.06, 0.04)
PAIRS = {
    "equal halves": (HALVES, HALVES),
    "halves to 0.6, 0.4": (HALVES, (0.6, 0.4)),
    "0.95, 0.05 to 0.9, 0.1": ((0.95, 0.05), (0.9, 0.1)),
    "nearly disjoint, 0.98, 0.02": ((0.98, 0.02), (0.02, 0.98)),
    "equal, uniform 10": ((0.1,) * 10, (0.1,) * 10),
    "near, 6": (SIX, (0.35, 0.25, 0.2, 0.1, 0.06, 0.04)),
    "apart, 6": (SIX, (0.2, 0.2, 0.25, 0.15, 0.1, 0.1)),
    "equal, uniform 50": ((0.02,) * 50, (0.02,) * 50),
}
SIZES = ((20, 20), (50, 100), (100, 100), (1000, 1000))
TABLES = ((2, 0.0, 20), (2, 0.0, 50), (2, 0.3, 100), (4, 0.2, 100), (8, 0.0, 100), (10, 0.7, 300))
SPARSE = ((30, 0.0, 100), (30, 0.0, 300), (30, 0.5, 100), (30, 0.5, 1000), (30, 0.9, 100))


class Case(NamedTuple):
    """A quantity of counts, with its truth."""

    quantity: str
    name: str
    sizes: str
    truth: float
    estimate: Callable[[], dv.Estimate]
    first: Callable[[], Array]  # standard errors of first order


def cases(repetitions: int) -> list[Case]:
    """Return all cases, with samples drawn of their own."""
    functions = {"KL": dv.kl_divergence, "JS": dv.jensen_shannon_divergence}
    result = []
    for number, (name, (p, q)) in enumerate(PAIRS.items()):
        for n, m in SIZES:
            rng = np.random.default_rng([number, n, m])
            x, y = rng.multinomial(n, p, repetitions), rng.multinomial(m, q, repetitions)
            sizes = str(n) if n == m else f"{n}, {m}"
            for quantity, function in functions.items():
                sides = dv.Counts(x), dv.Counts(y)
                first = _delta(quantity, x, y)
                truth = float(function(p, q))
                call = _bound(function, *sides)
                result.append(Case(quantity, name, sizes, truth, call, first))
    for k, dependence, n in (*TABLES, *SPARSE):
        runs = repetitions if k < 30 else repetitions // 4
        table = (1.0 - dependence) / k**2 + dependence * np.eye(k) / k
        counts = np.random.default_rng([k, n]).multinomial(n, table.ravel(), runs)
        name = f"{k} × {k}, " + (f"dependent {dependence}" if dependence else "independent")
        call = _bound(dv.mutual_information, dv.Counts(counts.reshape(runs, k, k)))
        truth = float(dv.mutual_information(table))
        result.append(Case("MI", name, str(n), truth, call, _pointwise(counts.reshape(runs, k, k))))
    return result


def _bound(function: Callable[..., dv.Estimate], *sides: dv.Counts) -> Callable[[], dv.Estimate]:
    return lambda: function(*sides)


def _delta(quantity: str, x: Array, y: Array) -> Callable[[], Array]:
    """Return the standard errors of the delta method; for KL of counts with one half added."""

    def errors() -> Array:
        extra = 0.5 if quantity == "KL" else 0.0
        p, q = (z + extra for z in (x, y))
        p, q = p / p.sum(-1, keepdims=True), q / q.sum(-1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            if quantity == "KL":
                slopes = np.log(p / q), -p / q
            else:
                middle = 0.5 * (p + q)
                slopes = 0.5 * np.log(p / middle), 0.5 * np.log(q / middle)
        return np.sqrt(
            sum(
                _variance(s, f) / z[0].sum() for s, f, z in zip((p, q), slopes, (x, y), strict=True)
            )
        )

    return errors


def _pointwise(counts: Array) -> Callable[[], Array]:
    """Return the standard errors of the mean of log(p_ij / p_i p_j)."""

    def errors() -> Array:
        p = counts / counts.sum(axis=(-1, -2), keepdims=True)
        product = p.sum(axis=-1, keepdims=True) * p.sum(axis=-2, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.log(p / product)
        flat = (len(counts), -1)
        return np.sqrt(_variance(p.reshape(flat), ratio.reshape(flat)) / counts[0].sum())

    return errors


def _variance(share: Array, x: Array) -> Array:
    x = np.where(share > 0.0, x, 0.0)
    mean = (share * x).sum(axis=-1, keepdims=True)
    return (share * (x - mean) ** 2).sum(axis=-1)


def study(case: Case) -> dict[str, Any]:
    """Return truth, bias, spread and coverage of a case."""
    start = time.process_time()
    found = case.estimate()
    seconds = time.process_time() - start
    low, high = found.confidence_interval()
    value, error, truth = found.value, found.standard_error, case.truth
    plain = 1.959964 * case.first()
    before = np.clip([value - plain, value + plain], *found.bounds)
    tiny = 1e-12
    finite = np.isfinite(error)
    return {
        "quantity": case.quantity,
        "case": case.name,
        "n": case.sizes,
        "repetitions": len(value),
        "seconds": seconds,
        "truth": truth,
        "bias": float(np.mean(value) - truth),
        "spread": float(np.std(value)),
        "standard_error": float(np.median(error[finite])) if finite.any() else None,
        "infinite": float(np.mean(~finite)),
        "coverage_before": float(
            np.mean((before[0] <= truth + tiny) & (truth - tiny <= before[1]))
        ),
        "coverage": float(np.mean((low <= truth + tiny) & (truth - tiny <= high))),
    }


def markdown(records: list[dict[str, Any]]) -> str:
    """Return the table of coverage."""
    lines = ["| | | n | truth | bias | spread | s.e. | before | covers |", "|---" * 9 + "|"]
    for r in records:
        error = "∞" if r["standard_error"] is None else f"{r['standard_error']:.4f}"
        lines.append(
            f"| {r['quantity']} | {r['case']} | {r['n']} | {r['truth']:.4f} | {r['bias']:+.4f} | "
            f"{r['spread']:.4f} | {error} | {100 * r['coverage_before']:.1f} % | "
            f"{100 * r['coverage']:.1f} % |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage_of_counts",
        description="How often intervals from counts cover the truth.",
    )
    parser.add_argument("--repetitions", type=int, default=4000)
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    records = [study(case) for case in cases(options.repetitions)]
    records.sort(key=lambda record: ("KL", "JS", "MI").index(record["quantity"]))
    print(markdown(records))
    if options.json is not None:
        text = json.dumps({"records": records}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
        options.json.with_suffix(".md").write_text(markdown(records), encoding="utf-8")


if __name__ == "__main__":
    main()
