"""Reference values of divergences between families: `python -m tests.reference.closed_forms`.

Every pair of families of scalars in the registry of closed forms gets random parameters, binary
floats taken as exact, and the value is an integral (or a sum) of textbook densities in 50 digits.
Pairs of the same family, and of families that meet, also get parameters that differ by 1e-8.
"""

from __future__ import annotations

import json
import sys
from multiprocessing import Pool
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mp, mpf

import divergences as dv
from divergences import closed_forms
from divergences.closed_forms import registry
from divergences.measures.univariate import Univariate

from .densities import DENSITIES, NATURAL, POSITIVE, Point, integral, pieces, series

FILE = Path(__file__).with_suffix(".json")
DIGITS = 50
DRAWS = 3

# name: the ranges of the parameters. Tails are light enough for most moments to exist.
RANGES = {
    "Normal": [(-2, 2), (0.5, 2)],
    "Laplace": [(-2, 2), (0.5, 2)],
    "Cauchy": [(-2, 2), (0.5, 2)],
    "Logistic": [(-1, 1), (0.3, 0.9)],
    "Gumbel": [(-2, 2), (0.8, 2)],
    "StudentT": [(3.5, 9), (-2, 2), (0.5, 2)],
    "Gamma": [(0.6, 5), (0.3, 0.9)],
    "Exponential": [(0.3, 0.9)],
    "ChiSquared": [(1, 6)],
    "GeneralizedGamma": [(1.2, 3), (0.7, 3), (0.5, 2)],
    "Weibull": [(0.7, 3), (0.5, 2)],
    "HalfNormal": [(0.5, 2)],
    "Rayleigh": [(0.5, 2)],
    "Maxwell": [(0.5, 2)],
    "Chi": [(1.2, 5)],
    "InverseGamma": [(3.2, 6), (0.5, 2)],
    "Frechet": [(3.2, 6), (0.5, 2)],
    "LogNormal": [(-1, 1), (0.3, 1)],
    "InverseGaussian": [(0.5, 2), (0.5, 3)],
    "Beta": [(0.6, 4), (0.6, 4)],
    "ContinuousBernoulli": [(0.05, 0.95)],
    "Uniform": [(0.05, 0.4), (0.5, 0.95)],
    "Pareto": [(3.2, 6), (0.5, 2)],
    "VonMises": [(-3, 3), (0.3, 6)],
    "Poisson": [(0.3, 12)],
    "Bernoulli": [(0.05, 0.95)],
    "Binomial": [(7, 7), (0.05, 0.95)],
    "Geometric": [(0.1, 0.9)],
    "NegativeBinomial": [(2.5, 2.5), (0.2, 0.9)],
    "Zeta": [(2.5, 6)],
}
# Families that meet, with parameters at which they do.
MEETING = [
    ("Exponential", [0.7], "Gamma", [1.0, 0.7]),
    ("Exponential", [0.7], "Weibull", [1.0, 0.7]),
    ("Exponential", [0.7], "GeneralizedGamma", [1.0, 1.0, 0.7]),
    ("ChiSquared", [3.0], "Gamma", [1.5, 2.0]),
    ("ChiSquared", [2.0], "Exponential", [2.0]),
    ("ChiSquared", [2.0], "Weibull", [1.0, 2.0]),
    ("Gamma", [2.5, 0.7], "GeneralizedGamma", [2.5, 1.0, 0.7]),
    ("Gamma", [1.0, 0.7], "Weibull", [1.0, 0.7]),
    ("Weibull", [1.5, 0.7], "GeneralizedGamma", [1.0, 1.5, 0.7]),
    ("Rayleigh", [1.0], "Chi", [2.0]),
    ("Maxwell", [1.0], "Chi", [3.0]),
    ("HalfNormal", [1.0], "Chi", [1.0]),
    ("HalfNormal", [1.0], "GeneralizedGamma", [0.5, 2.0, 2.0**0.5]),
    ("Rayleigh", [1.0], "Weibull", [2.0, 2.0**0.5]),
    ("Frechet", [1.0, 0.7], "InverseGamma", [1.0, 0.7]),
    ("Frechet", [2.0, 0.7], "GeneralizedGamma", [1.0, -2.0, 0.7]),
    ("Uniform", [0.0, 1.0], "Beta", [1.0, 1.0]),
]
ORDERS = (0.3, 0.5, 2.0)


def exact(x: float) -> mpf:
    return mpf(float(x))


def kl(p: str, a: list[float], q: str, b: list[float]) -> mpf:
    """Return KL(P‖Q) of textbook densities."""
    f, g = log_density(p, a), log_density(q, b)
    return summed(p, a, q, b, lambda z: _times(mp.exp(f(z)), f(z), g(z)))


def _times(mass: mpf, f: mpf, g: mpf) -> mpf:
    return mass * (f - g) if mass else mpf(0)


def entropy(p: str, a: list[float]) -> mpf:
    """Return the entropy of P."""
    f = log_density(p, a)
    return summed(p, a, p, a, lambda z: _times(mp.exp(f(z)), mpf(0), f(z)))


def power(p: str, a: list[float], q: str, b: list[float], order: float) -> mpf:
    """Return R(order)."""
    f, g, t = log_density(p, a), log_density(q, b), exact(order)

    def mass(z: Point) -> mpf:
        exponent = t * f(z) + (1 - t) * g(z)
        return mp.exp(exponent) if exponent < 1e6 else mp.inf

    return mp.log(summed(p, a, q, b, mass)) / (t * (t - 1))


def log_density(name: str, parameters: list[float]):
    return DENSITIES[name][1](*map(exact, parameters))


def summed(p: str, a: list[float], q: str, b: list[float], f) -> mpf:
    """Return the integral or the sum of f over the support of P."""
    parameters = [exact(x) for x in a]
    kind = DENSITIES[p][0]
    if p == "Bernoulli":
        return series(f, 0, 1)
    if p == "Binomial":
        return series(f, 0, int(a[0]))
    if kind in (NATURAL, POSITIVE):
        return series(f, int(kind == POSITIVE), None)
    kinks = [exact(x[0]) for name, x in ((p, a), (q, b)) if name in ("Laplace", "Logistic")]
    return integral(f, pieces(p, parameters, kinks))


def near(parameters: list[float], rng: np.random.Generator) -> list[float]:
    """Return parameters that differ by about 1e-8."""
    return [x + 1e-8 * (x or 1.0) * rng.uniform(-1, 1) for x in parameters]


def drawn(name: str, rng: np.random.Generator) -> list[float]:
    return [float(rng.uniform(*ends)) for ends in RANGES[name]]


def _pair(p: str, q: str, rng: np.random.Generator) -> tuple:
    """Return random parameters, such that P is dominated by Q where the supports depend on them."""
    a, b = drawn(p, rng), drawn(q, rng)
    if q == "Uniform":
        b = [a[0] - 0.1, a[1] + 0.2] if p == "Uniform" else [-0.25, 1.5]
    if q == "Frechet" and p in ("Beta", "GeneralizedGamma", *sum(POWERS.values(), ("Weibull",))):
        b[0] = float(rng.uniform(0.2, 0.45))  # few inverse moments exist
    if q == "Pareto":
        b = [b[0], (a[1] if p == "Pareto" else a[0]) * 0.75]
    return p, a, q, b


def tasks() -> list[tuple]:
    rng = np.random.default_rng(2026)
    closed_forms.find("entropy", dv.Normal())
    families = [getattr(dv, name) for name in RANGES]
    assert all(issubclass(family, Univariate) for family in families)
    found: list[tuple] = []
    for first, second in registry.pairs("kl", families):
        p, q = first.__name__, second.__name__
        if "Cauchy" in (p, q) and p != q:
            continue  # infinite by design
        found.extend(("kl", *_pair(p, q, rng)) for _ in range(DRAWS))
        if p == q:
            a = drawn(p, rng)
            fixed = p in ("Binomial", "NegativeBinomial")
            b = [a[0], *near(a[1:], rng)] if fixed else near(a, rng)
            if p == "Pareto":
                b[1] = min(b[1], 2 * a[1] - b[1])
            if p == "Uniform":
                b = [a[0] - 1e-8 * a[0], a[1] + 3e-9]
            found.append(("kl-near", p, a, q, b))
    for p, a, q, b in MEETING:
        if p != "Uniform":
            found.append(("kl-near", p, near(a, rng), q, near(b, rng)))
            found.append(("kl-near", q, near(b, rng), p, near(a, rng)))
        else:
            found.append(("kl-near", q, near(b, rng), p, a))
    for family in families:
        name = family.__name__
        if family.entropy is not dv.Distribution.entropy and name != "Zeta":
            found.extend(("entropy", name, drawn(name, rng), name, []) for _ in range(DRAWS))
    for first, second in registry.pairs("order_divergence", families):
        p, q = first.__name__, second.__name__
        if p == "Zeta" or not _same_power(p, q):
            continue
        for order in ORDERS:
            a, b = drawn(p, rng), drawn(q, rng)
            c, common = near(a, rng), COMMON.get(p) if p == q else None
            if common is not None:
                b[common] = c[common] = a[common]
            found.append((f"power {order}", p, a, q, b))
            if p == q:
                found.append((f"power {order} near", p, a, q, c))
    return found


# The parameter that geometric mixtures leave alone, by its place.
COMMON = {
    "Binomial": 0,
    "Frechet": 0,
    "GeneralizedGamma": 1,
    "Gumbel": 1,
    "NegativeBinomial": 0,
    "Pareto": 1,
    "Weibull": 0,
}
POWERS = {
    1: ("Gamma", "Exponential", "ChiSquared"),
    2: ("Chi", "HalfNormal", "Rayleigh", "Maxwell"),
}


def _same_power(p: str, q: str) -> bool:
    return p == q or any(p in group and q in group for group in POWERS.values())


def value(task: tuple) -> dict:
    kind, p, a, q, b = task
    mp.dps = DIGITS
    if kind.startswith("kl"):
        if p == "Zeta" and q == "Zeta":
            s, t = exact(a[0]), exact(b[0])
            slope = mp.zeta(s, derivative=1) / mp.zeta(s)
            result = mp.log(mp.zeta(t) / mp.zeta(s)) - (t - s) * slope
        elif p == "Zeta":
            s, r = exact(a[0]), exact(b[0])
            slope = mp.zeta(s, derivative=1) / mp.zeta(s)
            mean = mp.zeta(s - 1) / mp.zeta(s)
            result = s * slope - mp.log(mp.zeta(s)) - mp.log(r) - (mean - 1) * mp.log1p(-r)
        else:
            result = kl(p, a, q, b)
    elif kind == "entropy":
        result = entropy(p, a)
    else:
        result = power(p, a, q, b, float(kind.split()[1]))
    digits = mp.nstr(result, 25)
    return {"kind": kind, "p": p, "a": a, "q": q, "b": b, "value": digits}


def main() -> None:
    work = tasks()
    rows = []
    with Pool(2) as pool:
        for i, row in enumerate(pool.imap(value, work, chunksize=4)):
            rows.append(row)
            if i % 50 == 0:
                sys.stdout.write(f"{i} of {len(work)}: {row}\n")
                sys.stdout.flush()
    about = {
        "generator": "python -m tests.reference.closed_forms",
        "source": "integrals of the textbook densities of tests/reference/densities.py; of zeta "
        "distributions, the zeta function and its derivative",
        "digits": DIGITS,
        "mpmath": mpmath.__version__,
        "numpy": np.__version__,
    }
    text = ",\n".join(json.dumps(row) for row in rows)
    FILE.write_text(f'{{"about": {json.dumps(about)},\n"rows": [\n{text}\n]}}\n')


if __name__ == "__main__":
    main()
