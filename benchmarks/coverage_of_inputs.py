"""How often intervals cover the truth on inputs as users have them, beside those of theory.

    python -m benchmarks.coverage_of_inputs [--repetitions 400] [--cases NAME ...] [--json FILE]

Observations that were rounded, that two samples share, few of one sample and many of the other,
variables that are nearly functions of each other, zeros beside a density: the default estimators,
case by case. The JSON file is written anew after each case, and cases that it has already are not
repeated.
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
from scipy.special import ndtr

import divergences as dv

Array = Any
ENTROPY = 0.5 * math.log(2.0 * math.pi * math.e)
GRID = np.linspace(-12.0, 14.0, 100_001)


class Case(NamedTuple):
    """An estimate from fresh observations, and the true value."""

    estimate: Callable[[Any], dv.Estimate]
    truth: float


def _normal(mean: float) -> Array:
    """Return the density on the grid."""
    return np.exp(-0.5 * (GRID - mean) ** 2) / math.sqrt(2.0 * math.pi)


def _kl(p: Array, q: Array) -> float:
    return float(np.trapezoid(p * np.log(p / q), GRID))


def _js(p: Array, q: Array) -> float:
    middle = 0.5 * (p + q)
    return 0.5 * (_kl(p, middle) + _kl(q, middle))


def _two(
    quantity: Callable[..., Any],
    truth: float,
    sizes: tuple[int, int],
    mean: float = 1.0,
    changed: Callable[[Array], Array] = np.asarray,
) -> Case:
    """Return the case of two normal distributions, observed with a change."""

    def estimate(rng: Any) -> dv.Estimate:
        x, y = rng.normal(0.0, 1.0, sizes[0]), rng.normal(mean, 1.0, sizes[1])
        return quantity(dv.Sample(changed(x)), dv.Sample(changed(y)))

    return Case(estimate, truth)


def _windows(quantity: Callable[..., Any], divergence: Any, share: float, n: int = 500) -> Case:
    """Return the case of two windows that share observations, the rest of Q's with mean 1."""
    shared = round(share * n)

    def estimate(rng: Any) -> dv.Estimate:
        x = rng.normal(size=n)
        y = np.append(x[n - shared :], rng.normal(1.0, 1.0, n - shared))
        return quantity(dv.Sample(x), dv.Sample(y))

    p, r = _normal(0.0), _normal(1.0)
    return Case(estimate, divergence(p, share * p + (1.0 - share) * r))


def _pairs(
    n: int, slope: float, noise: float, changed: Callable[[Array], Array] = np.asarray
) -> Case:
    """Return the case of the mutual information of X and slope X + noise E."""

    def estimate(rng: Any) -> dv.Estimate:
        x, e = rng.normal(size=(2, n))
        return dv.mutual_information(dv.Sample.joint(changed(x), changed(slope * x + noise * e)))

    return Case(estimate, 0.5 * math.log1p((slope / noise) ** 2))


def _entropy(n: int, changed: Callable[[Array], Array]) -> Case:
    return Case(lambda rng: dv.entropy(dv.Sample(changed(rng.normal(size=n)))), ENTROPY)


def _label(rng: Any) -> dv.Estimate:
    label = rng.integers(0, 2, 1000)
    return dv.mutual_information(dv.Sample.joint(label.astype(float), rng.normal(1.0 * label)))


def _decimals(number: int) -> Callable[[Array], Array]:
    return lambda x: np.round(x, number)


def _half(x: Array) -> Array:
    return x.astype(np.float16)


def _large(x: Array) -> Array:
    return 1e9 + 1e-6 * x


def _rectified(x: Array) -> Array:
    return np.maximum(x, 0.0)


def _rectified_js() -> float:
    """Return the JS of two normals whose negative part is moved to zero."""
    atoms = [float(ndtr(0.0)), float(ndtr(-1.0))]
    middle = 0.5 * sum(atoms)
    of_atoms = 0.5 * sum(a * math.log(a / middle) for a in atoms)
    p, q = _normal(0.0), _normal(1.0)
    both = 0.5 * (p + q)
    terms = 0.5 * (p * np.log(p / both) + q * np.log(q / both))
    above = GRID >= 0.0
    return of_atoms + float(np.trapezoid(terms[above], GRID[above]))


JS, KL = dv.jensen_shannon_divergence, dv.kl_divergence
_P, _Q = _normal(0.0), _normal(1.0)
CASES: dict[str, Case] = {
    "entropy, two decimals": _entropy(1000, _decimals(2)),
    "entropy, one decimal": _entropy(1000, _decimals(1)),
    "entropy, half precision": _entropy(1000, _half),
    "entropy, 10 observations": _entropy(10, np.asarray),
    "KL, two decimals": _two(KL, 0.5, (1000, 1000), changed=_decimals(2)),
    "KL, one decimal": _two(KL, 0.5, (1000, 1000), changed=_decimals(1)),
    "JS, two decimals": _two(JS, _js(_P, _Q), (1000, 1000), changed=_decimals(2)),
    "JS, half precision": _two(JS, _js(_P, _Q), (1000, 1000), changed=_half),
    "JS of equal distributions, one decimal": _two(
        JS, 0.0, (1000, 1000), mean=0.0, changed=_decimals(1)
    ),
    "JS, zeros beside a density": _two(JS, _rectified_js(), (1000, 1000), changed=_rectified),
    "KL, a fifth shared": _windows(KL, _kl, 0.2),
    "KL, half shared": _windows(KL, _kl, 0.5),
    "JS, half shared": _windows(JS, _js, 0.5),
    "JS, four fifths shared": _windows(JS, _js, 0.8),
    "KL, 100 observations of P, 1000 of Q": _two(KL, 0.5, (100, 1000)),
    "KL, 1000 observations of P, 100 of Q": _two(KL, 0.5, (1000, 100)),
    "JS, 100 observations of P, 1000 of Q": _two(JS, _js(_P, _Q), (100, 1000)),
    "MI of independent variables, one decimal": _pairs(1000, 0.0, 1.0, _decimals(1)),
    "MI, correlation 0.8, one decimal": _pairs(1000, 0.8, 0.6, _decimals(1)),
    "MI, correlation 0.8, offset 1e9": _pairs(1000, 0.8, 0.6, _large),
    "MI, noise 0.1, 300 observations": _pairs(300, 1.0, 0.1),
    "MI, noise 0.03": _pairs(1000, 1.0, 0.03),
    "MI of a label and a number": Case(_label, _js(_P, _Q)),
}


def study(name: str, repetitions: int) -> dict[str, Any]:
    """Return truth, bias, spread, standard error and coverage of a case."""
    case, start = CASES[name], time.process_time()
    found = []
    for seed in range(repetitions):
        estimate = case.estimate(np.random.default_rng([seed, 17]))
        found.append((estimate.value, estimate.standard_error, *estimate.confidence_interval()))
    value, error, low, high = np.array(found).T
    return {
        "case": name,
        "repetitions": repetitions,
        "seconds": time.process_time() - start,
        "truth": case.truth,
        "bias": float(np.mean(value) - case.truth),
        "spread": float(np.std(value)),
        "standard_error": float(np.median(error)),
        "coverage": float(np.mean((low <= case.truth + 1e-12) & (case.truth <= high + 1e-12))),
    }


def markdown(records: list[dict[str, Any]]) -> str:
    """Return the table of coverage."""
    lines = ["| case | runs | truth | bias | spread | s.e. | covers |", "|---" * 7 + "|"]
    lines += [
        f"| {r['case']} | {r['repetitions']} | {r['truth']:.3f} | {r['bias']:+.4f} | "
        f"{r['spread']:.4f} | {r['standard_error']:.4f} | {100 * r['coverage']:.1f} % |"
        for r in records
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage_of_inputs",
        description="How often intervals cover the truth on inputs as users have them.",
    )
    parser.add_argument("--repetitions", type=int, default=400)
    parser.add_argument(
        "--cases", nargs="+", choices=tuple(CASES), default=list(CASES), metavar="NAME"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    records: list[dict[str, Any]] = []
    if options.json is not None and options.json.exists():
        records = json.loads(options.json.read_text(encoding="utf-8"))["records"]
    for name in options.cases:
        if any(r["case"] == name for r in records):
            continue
        record = study(name, options.repetitions)
        records.append(record)
        print(markdown([record]).splitlines()[-1], f"{record['seconds']:.0f} s", flush=True)
        if options.json is not None:
            text = json.dumps({"records": records}, indent=1)
            options.json.write_text(text + "\n", encoding="utf-8")
            options.json.with_suffix(".md").write_text(markdown(records), encoding="utf-8")


if __name__ == "__main__":
    main()
