"""Whether the error bound of quadrature holds, and what it costs, on random pairs of densities.

    python -m benchmarks.quadrature_study [--pairs N] [--seed N] [--json FILE]

Pairs are of Gaussian mixtures, normal, Student, Cauchy, Laplace, gamma, beta, lognormal and uniform
distributions, drawn at random, so that half have different supports. The truth comes from another
rule by other code: a trapezoid after the double exponential map of each part of the line between
ends and kinks, with a spacing that is halved until two values agree to 2e-15; it shares with the
library the log-densities alone. Evaluations count every point at which the integrand is taken,
those of the scan included.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from math import fsum, inf, pi
from pathlib import Path
from typing import Any

import numpy as np

import divergences as dv
from benchmarks.timing import machine
from divergences.functionals.jensen_shannon import JENSEN_SHANNON, JENSEN_SHANNON_DEFICIT
from divergences.methods import Quadrature
from divergences.methods.density.quadrature.integrands import OfFDivergence

RTOL = 1e-12
MEMBERS = {"js": JENSEN_SHANNON, "deficit": JENSEN_SHANNON_DEFICIT}
FUNCTIONS = {"js": dv.jensen_shannon_divergence, "deficit": dv.jensen_shannon_deficit}
TRUTH_ERROR = 1e-14  # of the truth itself: rounding of its sums and of the log-densities


def random_distribution(rng: np.random.Generator) -> Any:
    """Return a distribution of a random family with random parameters."""
    loc, scale = rng.normal(0.0, 3.0), np.exp(rng.normal(0.0, 0.7))
    shape = np.exp(rng.normal(0.6, 0.75))

    def mixture() -> Any:
        n = int(rng.integers(2, 5))
        locs, scales = rng.normal(0.0, 3.0, n), np.exp(rng.normal(0.0, 0.7, n))
        normals = [dv.Normal(m, s) for m, s in zip(locs, scales, strict=True)]
        return dv.Mixture(normals, rng.dirichlet(np.ones(n)))

    families = (
        lambda: dv.Normal(loc, scale),
        mixture,
        lambda: dv.StudentT(np.exp(rng.normal(1.0, 0.8)), loc, scale),
        lambda: dv.Cauchy(loc, scale),
        lambda: dv.Laplace(loc, scale),
        lambda: dv.Gamma(shape, scale),
        lambda: dv.Beta(shape, np.exp(rng.normal(0.6, 0.75))),
        lambda: dv.LogNormal(rng.normal(), np.exp(rng.normal(-0.3, 0.5))),
        lambda: dv.Uniform(loc, loc + 2.0 * scale),
    )
    return families[rng.integers(len(families))]()


def name(p: Any) -> str:
    """Return the family of a distribution."""
    return type(p).__name__


def truth(key: str, p: Any, q: Any) -> float | None:
    """Return the quantity by fine trapezoids, or None if they do not agree with each other."""
    parts = [c for d in (p, q) for c in (d.components if isinstance(d, dv.Mixture) else (d,))]
    cuts = {
        float(x) for c in parts for x in (c.support.low, c.support.high, *getattr(c, "kinks", ()))
    }
    cuts = sorted({-inf, inf} | cuts)
    total = 0.0
    for low, high in pairwise(cuts):
        values = []
        for spacing in 2.0 ** -np.arange(6.0, 15.0):
            values.append(_trapezoid(key, p, q, parts, low, high, spacing))
            if len(values) > 1 and abs(values[-1] - values[-2]) <= 2e-15 * abs(values[-1]):
                break
        else:
            return None
        total += values[-1]
    return 0.5 * float(total)


def _trapezoid(
    key: str, p: Any, q: Any, parts: list[Any], low: float, high: float, spacing: float
) -> float:
    t = np.arange(-6.2, 6.2, spacing) + 0.37 * spacing
    s = 0.5 * pi * np.sinh(t)
    below = None
    middles = [float(c.quantile(0.5)) for c in parts]
    with np.errstate(all="ignore"):
        if low == -inf and high == inf:
            widths = [float(c.quantile(0.75) - c.quantile(0.25)) for c in parts]
            centre, width = middles[int(np.argmin(widths))], min(widths)
            x, slope = centre + width * np.sinh(s), np.log(width) + np.logaddexp(s, -s) - np.log(2)
        elif high == inf:
            width = float(np.median(np.abs(np.array(middles) - low))) or 1.0
            x, slope = low + width * np.exp(s), np.log(width) + s
        elif low == -inf:
            width = float(np.median(np.abs(np.array(middles) - high))) or 1.0
            x, slope = high - width * np.exp(s), np.log(width) + s
        else:
            above, below = (
                np.maximum((high - low) / (1.0 + np.exp(k * s)), 5e-324) for k in (-2.0, 2.0)
            )
            x = np.where(s < 0.0, low + above, high - below)
            slope = np.log(2.0 * (high - low)) - 2.0 * np.logaddexp(s, -s)
        x = np.clip(x, np.nextafter(low, inf), np.nextafter(high, -inf))
        logs = np.stack([_log_prob(d, x, below, high) for d in (p, q)])
        if not np.isfinite(logs).any():
            return 0.0
        unit, log_scale, _ = OfFDivergence(MEMBERS[key])(logs, np.zeros_like(logs))
        values = unit * np.exp(log_scale + slope) * 0.5 * pi * np.cosh(t)
    return spacing * fsum(np.where((unit == 0.0) | (log_scale == -inf), 0.0, values))


def _log_prob(p: Any, x: np.ndarray, below: np.ndarray | None, high: float) -> np.ndarray:
    logs = np.asarray(p.log_prob(x))
    if below is not None and hasattr(p, "log_prob_below") and p.support.high == high:
        logs = np.where(x < high - 0.5, logs, p.log_prob_below(below))
    return logs


def study(pairs: int, seed: int) -> list[dict[str, Any]]:
    """Integrate random pairs and compare; stop at an interrupt with what there is."""
    rng, rows = np.random.default_rng(seed), []
    try:
        for k in range(pairs):
            p, q = random_distribution(rng), random_distribution(rng)
            for key, function in FUNCTIONS.items():
                found = function(p, q, method=Quadrature(RTOL))
                exact = truth(key, p, q)
                if exact is None or exact == 0.0:
                    rows.append({"quantity": key, "p": name(p), "q": name(q), "truth": exact})
                    continue
                rows.append(
                    {
                        "quantity": key,
                        "p": name(p),
                        "q": name(q),
                        "truth": exact,
                        "error": abs(found.value - exact) / exact,
                        "bound": found.error_bound / exact,
                        "evaluations": int(found.info["evaluations"]),
                        "reached": bool(found.info["reached"]),
                    }
                )
            if (k + 1) % 500 == 0:
                print(f"{k + 1} of {pairs} pairs", flush=True)
    except KeyboardInterrupt:
        print("interrupted")
    return rows


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the rows say, for each quantity."""
    found = {}
    for key in FUNCTIONS:
        mine = [r for r in rows if r["quantity"] == key and "error" in r]
        if not mine:
            continue
        error, bound, evaluations = (
            np.array([r[k] for r in mine]) for k in ("error", "bound", "evaluations")
        )
        found[key] = {
            "pairs": len(mine),
            "zero": sum(r["quantity"] == key and r["truth"] == 0.0 for r in rows),
            "without_truth": sum(r["quantity"] == key and r["truth"] is None for r in rows),
            "bound_violated": int(np.sum(error > bound + TRUTH_ERROR)),
            "error_within_1e-12": float(np.mean(error <= 1e-12)),
            "greatest_error": float(np.max(error)),
            "tolerance_reached": float(np.mean([r["reached"] for r in mine])),
            "evaluations_percentiles": {
                str(k): float(np.percentile(evaluations, k)) for k in (10, 50, 90, 99, 100)
            },
        }
    return found


def main() -> None:
    """Run the study as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quadrature_study",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pairs", type=int, default=10_000, help="random pairs (10,000)")
    parser.add_argument("--seed", type=int, default=0, help="of the pairs (0)")
    parser.add_argument("--json", type=Path, help="also write the summary to this file")
    options = parser.parse_args()
    rows = study(options.pairs, options.seed)
    report = {"seed": options.seed, "rtol": RTOL, "summary": summary(rows), "machine": machine()}
    print(json.dumps(report["summary"], indent=1))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
