"""How often intervals of mutual information cover the truth: the default estimator, pair by pair.

    python -m benchmarks.coverage_of_information [--repetitions 1000] [--sizes 300 1000]
        [--pairs NAME ...] [--json FILE]

Each repetition draws fresh pairs of observations. The JSON file is written anew after each line of
the table, and lines that it has already are not repeated.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

import divergences as dv

Array = Any


class Joint(NamedTuple):
    """Two variables that depend on each other: draws of both, and their mutual information."""

    draw: Callable[[Any, int], tuple[Array, Array]]
    truth: float


def _normal(correlation: float, bent: bool = False, d: int = 1) -> Joint:
    def draw(rng: Any, n: int) -> tuple[Array, Array]:
        x, noise = rng.normal(size=(2, n, d) if d > 1 else (2, n))
        y = correlation * x + math.sqrt(1.0 - correlation**2) * noise
        return (x**3, np.exp(y)) if bent else (x, y)

    return Joint(draw, -0.5 * d * math.log1p(-(correlation**2)))


def _student(correlation: float, degrees: float) -> Joint:
    """Return two coordinates of a Student distribution with common degrees of freedom."""

    def draw(rng: Any, n: int) -> tuple[Array, Array]:
        x, y = _normal(correlation).draw(rng, n)
        scale = np.sqrt(degrees / rng.chisquare(degrees, n))
        return scale * x, scale * y

    def entropy(d: int) -> float:
        half = 0.5 * (degrees + d)
        mean_log = digamma(half) - digamma(0.5 * degrees)
        norm = gammaln(0.5 * degrees) - gammaln(half) + 0.5 * d * math.log(degrees * math.pi)
        return float(half * mean_log + norm)

    return Joint(draw, 2.0 * entropy(1) - entropy(2) - 0.5 * math.log1p(-(correlation**2)))


def _rate(shape: float) -> Joint:
    """Return a gamma variable and an exponential one that has it as its rate.

    Darbellay & Vajda, "Entropy expressions for multivariate continuous distributions", IEEE Trans.
    Inf. Theory 46 (2000).
    """
    return Joint(
        lambda rng, n: ((x := rng.gamma(shape, size=n)), rng.exponential(size=n) / x),
        float(digamma(shape + 1.0) - math.log(shape)),
    )


def _sum_of_two(rng: Any, n: int) -> tuple[Array, Array]:
    x = rng.normal(size=(n, 2))
    return x, x.sum(axis=1) + rng.normal(size=n)


def _uniform(rng: Any, n: int) -> tuple[Array, Array]:
    x = rng.random(n)
    return x, x + 0.5 * rng.random(n)


PAIRS: dict[str, Joint] = {
    "independent normals": _normal(0.0),
    "normals, correlation 0.3": _normal(0.3),
    "normals, correlation 0.6": _normal(0.6),
    "normals, correlation 0.9": _normal(0.9),
    "normals, correlation 0.99": _normal(0.99),
    "correlation 0.6, cubed and exponentiated": _normal(0.6, bent=True),
    "Student 3, correlation 0.5": _student(0.5, 3.0),
    "gamma rate of an exponential": _rate(3.0),
    "two normals and their noisy sum": Joint(_sum_of_two, 0.5 * math.log(3.0)),
    "normals in 3-D and 3-D, correlations 0.6": _normal(0.6, d=3),
    "normals in 5-D and 5-D, correlations 0.5": _normal(0.5, d=5),
    "uniform, uniform noise": Joint(_uniform, 0.25 + math.log(2.0)),
}


def study(name: str, n: int, repetitions: int) -> dict[str, Any]:
    """Return truth, bias, spread and coverage of the mutual information of a pair."""
    joint, start = PAIRS[name], time.perf_counter()
    found = []
    for seed in range(repetitions):
        x, y = joint.draw(np.random.default_rng([seed, n]), n)
        estimate = dv.mutual_information(dv.Sample.joint(x, y))
        found.append((estimate.value, estimate.standard_error, *estimate.confidence_interval()))
    value, error, low, high = np.array(found).T
    return {
        "pair": name,
        "n": n,
        "repetitions": repetitions,
        "seconds": time.perf_counter() - start,
        "truth": joint.truth,
        "bias": float(np.mean(value) - joint.truth),
        "spread": float(np.std(value)),
        "standard_error": float(np.mean(error)),
        "coverage": float(np.mean((low <= joint.truth) & (joint.truth <= high))),
    }


def markdown(records: list[dict[str, Any]]) -> str:
    """Return the table of coverage."""
    lines = ["| pair | n | runs | MI: truth | bias | spread | s.e. | covers |", "|---" * 8 + "|"]
    lines += [
        f"| {r['pair']} | {r['n']} | {r['repetitions']} | {r['truth']:.3f} | {r['bias']:+.4f} | "
        f"{r['spread']:.4f} | {r['standard_error']:.4f} | {100 * r['coverage']:.1f} % |"
        for r in records
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage_of_information",
        description="How often intervals of mutual information cover the truth.",
    )
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000], metavar="N")
    parser.add_argument(
        "--pairs", nargs="+", choices=tuple(PAIRS), default=list(PAIRS), metavar="NAME"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    records: list[dict[str, Any]] = []
    if options.json is not None and options.json.exists():
        records = json.loads(options.json.read_text(encoding="utf-8"))["records"]
    for name in options.pairs:
        for n in options.sizes:
            if any((r["pair"], r["n"]) == (name, n) for r in records):
                continue
            record = study(name, n, options.repetitions)
            records.append(record)
            print(markdown([record]).splitlines()[-1], f"{record['seconds']:.0f} s", flush=True)
            if options.json is not None:
                text = json.dumps({"records": records}, indent=1)
                options.json.write_text(text + "\n", encoding="utf-8")
                options.json.with_suffix(".md").write_text(markdown(records), encoding="utf-8")


if __name__ == "__main__":
    main()
