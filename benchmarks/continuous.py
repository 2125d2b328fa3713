"""Divergences of densities beside `scipy.integrate.quad` and beside `torch.distributions`.

    python -m benchmarks.continuous [--pairs N] [--seed N] [--json FILE]

Three comparisons:

- Random pairs, those of `benchmarks.quadrature_study`: the Jensen-Shannon divergence by the default
  method, and by `quad` with its default settings on the integrand as one would write it,
  p log(p/m)/2 + q log(q/m)/2, over the union of the supports. The truth is that of the study.
- Hard pairs by name: how far off each is, and how many points each took.
- Closed forms of KL against `torch.distributions.kl_divergence` in double precision, where both
  have the pair of families: the values are those of tests/reference/closed_forms.json, integrals in
  fifty digits, of random parameters and of ones that differ by 1e-8. PyTorch is optional.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from math import inf, isfinite, log
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import quad

import divergences as dv
from benchmarks import quadrature_study
from benchmarks.hard_pairs import hard_pairs
from benchmarks.timing import machine

HEADS = ("JS", "ours", "points", "quad", "points")
REFERENCE = Path(__file__).parents[1] / "tests" / "reference" / "closed_forms.json"
# From the parameters of the library's families to those of PyTorch's.
TORCH: dict[str, Callable[..., tuple[float, ...]]] = {
    **dict.fromkeys(
        ("Normal", "Laplace", "Cauchy", "Gumbel", "Beta", "Uniform", "Poisson", "Bernoulli"),
        lambda *x: x,
    ),
    **dict.fromkeys(
        ("Binomial", "Geometric", "ContinuousBernoulli", "HalfNormal", "Dirichlet"), lambda *x: x
    ),
    "Exponential": lambda scale: (1.0 / scale,),
    "Gamma": lambda shape, scale: (shape, 1.0 / scale),
    "Pareto": lambda shape, scale: (scale, shape),
}


def by_quad(p: Any, q: Any) -> dict[str, float]:
    """Return JS as one would compute it, the error that is claimed, and how many points it took."""
    low, high = (
        float(f([f([float(getattr(d.support, side)) for d in _parts(x)]) for x in (p, q)]))
        for f, side in ((min, "low"), (max, "high"))
    )

    def integrand(x: float) -> float:
        a, b = (float(np.exp(d.log_prob(np.asarray(x)))) for d in (p, q))
        m = 0.5 * (a + b)
        return 0.5 * ((a * log(a / m) if a > 0 else 0.0) + (b * log(b / m) if b > 0 else 0.0))

    try:
        value, error, info, *_ = quad(integrand, low, high, full_output=1)
    except (ZeroDivisionError, ValueError, OverflowError):
        return {"value": np.nan, "claimed": 0.0, "evaluations": 0}
    return {"value": value, "claimed": error, "evaluations": info["neval"]}


def _parts(p: Any) -> list[Any]:
    return list(p.components) if isinstance(p, dv.Mixture) else [p]


def compared(p: Any, q: Any, exact: float) -> dict[str, dict[str, Any]]:
    """Return relative errors, those claimed, and evaluations, of the library and of `quad`."""
    ours, theirs = dv.jensen_shannon_divergence(p, q), by_quad(p, q)
    closed = ours.error_bound is None
    return {
        "divergences": {
            "error": abs(ours.value - exact) / exact,
            "claimed": None if closed else ours.error_bound / exact,
            "evaluations": 0 if closed else int(ours.info["evaluations"]),
        },
        "quad": {
            "error": abs(theirs["value"] - exact) / exact,
            "claimed": theirs["claimed"] / exact,
            "evaluations": theirs["evaluations"],
        },
    }


def random_pairs(pairs: int, seed: int) -> dict[str, Any]:
    """Compare on random pairs; stop at an interrupt with what there is."""
    rng, rows = np.random.default_rng(seed), []
    try:
        for k in range(pairs):
            p, q = (quadrature_study.random_distribution(rng) for _ in range(2))
            exact = quadrature_study.truth("js", p, q)
            if exact:
                rows.append(compared(p, q, exact))
            if (k + 1) % 100 == 0:
                print(f"{k + 1} of {pairs} pairs", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    return {"pairs": len(rows), **{who: _summary([r[who] for r in rows]) for who in _WHO}}


_WHO = ("divergences", "quad")


def _summary(rows: list[dict[str, float]]) -> dict[str, float]:
    error = np.array([r["error"] for r in rows])
    error = np.where(np.isnan(error), inf, error)
    claimed = np.array([0.0 if r["claimed"] is None else r["claimed"] for r in rows])
    slack = quadrature_study.TRUTH_ERROR
    return {
        "within_1e-12": float(np.mean(error <= 1e-12)),
        "within_1e-6": float(np.mean(error <= 1e-6)),
        "median_error": float(np.median(error)),
        "greatest_error": float(np.max(error)),
        "claim_violated": int(np.sum(error > claimed + slack)),
        "median_evaluations": float(np.median([r["evaluations"] for r in rows])),
    }


def hard() -> list[dict[str, Any]]:
    """Compare on hard pairs, the truth being that of fine trapezoids where there is one."""
    rows = []
    for name, (p, q, *known) in hard_pairs().items():
        exact = known[0] if known else quadrature_study.truth("js", p, q)
        if exact is None:
            raise ArithmeticError(f"trapezoids do not agree on {name}")
        rows.append({"pair": name, "js": exact, **compared(p, q, exact)})
    return rows


def torch_error(torch: Any, row: dict[str, Any]) -> float | None:
    """Return the relative error of PyTorch's KL; None if it has not the pair."""
    from mpmath import mpf

    try:
        p, q = (
            getattr(torch.distributions, row[name])(
                *(torch.tensor(x, dtype=torch.float64) for x in TORCH[row[name]](*row[given]))
            )
            for name, given in (("p", "a"), ("q", "b"))
        )
        value = float(torch.distributions.kl_divergence(p, q))
    except (KeyError, AttributeError, RuntimeError, ValueError):
        return None  # a family, a pair or a parameter that it does not take
    return _error(value, mpf(row["value"]))


def _error(value: float, exact: Any) -> float:
    if not isfinite(exact) or not isfinite(value):
        return 0.0 if value == float(exact) else inf
    return float(abs(value / exact - 1))


def closed_forms(torch: Any) -> dict[str, Any]:
    """Compare KL of all pairs that PyTorch has, and count those it has not."""
    from mpmath import mpf, workdps

    rows = [r for r in json.loads(REFERENCE.read_text())["rows"] if r["kind"].startswith("kl")]
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    with workdps(40):
        for row in rows:
            theirs = torch_error(torch, row)
            p, q = (getattr(dv, row[n])(*row[x]) for n, x in (("p", "a"), ("q", "b")))
            ours = _error(float(dv.kl_divergence(p, q).value), mpf(row["value"]))
            kind = "nearly equal" if row["kind"] == "kl-near" else "apart"
            entry = found.setdefault(
                (kind, row["p"], row["q"]),
                {"kind": kind, "p": row["p"], "q": row["q"], "divergences": 0.0, "torch": None},
            )
            entry["divergences"] = max(entry["divergences"], ours)
            if theirs is not None:
                entry["torch"] = max(entry["torch"] or 0.0, theirs)
    both = [e for e in found.values() if e["torch"] is not None]
    return {
        "pairs_of_divergences": len({k[1:] for k in found}),
        "pairs_of_both": len({(e["p"], e["q"]) for e in both}),
        "greatest_error": {
            kind: {
                who: max((e[who] for e in both if e["kind"] == kind), default=None)
                for who in ("divergences", "torch")
            }
            for kind in ("apart", "nearly equal")
        },
        "worst": sorted(both, key=lambda e: -min(e["torch"], 1e300))[:12],
        "version": torch.__version__,
    }


def report(pairs: int, seed: int) -> dict[str, Any]:
    """Run all comparisons."""
    found: dict[str, Any] = {"seed": seed, "hard": hard()}
    try:
        torch = import_module("torch")
    except ImportError:
        print("PyTorch is not installed: closed forms are not compared.", file=sys.stderr)
    else:
        found["closed_forms"] = closed_forms(torch)
    return {**found, "random": random_pairs(pairs, seed), "machine": machine()}


def shown(found: dict[str, Any]) -> str:
    """Return the results as plain tables."""
    lines = [f"JS of {found['random']['pairs']} random pairs"]
    lines += [f"  {who:12s} {json.dumps(found['random'][who])}" for who in _WHO]
    heads = [f"{name:>{width}s}" for name, width in zip(HEADS, (22, 9, 7, 9, 7), strict=True)]
    lines.append(f"{'pair':38s} {' '.join(heads)}")
    for row in found["hard"]:
        cells = (f"{row[w]['error']:9.1e} {row[w]['evaluations']:7d}" for w in _WHO)
        lines.append(f"{row['pair']:38s} {row['js']:22.15g} {' '.join(cells)}")
    if "closed_forms" in found:
        lines.append(json.dumps(found["closed_forms"], indent=1, default=str))
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.continuous",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    number: Any = partial(parser.add_argument, type=int)
    number("--pairs", default=1000, help="random pairs (1,000)")
    number("--seed", default=1, help="of the pairs (1)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    found = report(options.pairs, options.seed)
    print(shown(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
