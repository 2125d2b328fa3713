"""Random distributions for `benchmarks.certificates`, and what references need to know of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import stats

import divergences as dv

LEVELS = 10.0 ** -np.array(
    [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        10,
        12,
        14,
        17,
        20,
        25,
        30,
        40,
        50,
        65,
        80,
        100,
        130,
        165,
        200,
        250,
        300,
    ]
)
CENTRAL = np.array([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])


@dataclass(frozen=True)
class Law:
    """A distribution, the points where its density has a kink, a jump or an end, and its quantiles.

    `kind` is continuous, jumps, truncation, mixture, lattice or wide; the last two have the mean
    and the standard deviation in `marks`.
    """

    given: Any
    name: str
    kind: str
    breaks: np.ndarray
    marks: np.ndarray


def frozen(x: Any, breaks: Any = (), kind: str = "continuous") -> Law:
    """Return the law of a distribution of `scipy.stats`."""
    ends = [end for end in x.support() if np.isfinite(end)]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of quantiles that SciPy does not find
        marks = np.concatenate([x.ppf(LEVELS), x.ppf(CENTRAL), x.isf(LEVELS)])
    marks = marks[np.isfinite(marks)]
    return Law(x, x.dist.name, kind, np.array([*ends, *breaks], dtype=float), marks)


Family = Callable[[np.random.Generator, float, float], Law]


def _plain(name: str, *shapes: tuple[float, float]) -> Family:
    """Return a family with shapes between limits, on a logarithmic scale if they are positive."""

    def draw(rng: np.random.Generator, loc: float, scale: float) -> Law:
        drawn = [
            float(np.exp(rng.uniform(np.log(a), np.log(b)))) if a > 0 else float(rng.uniform(a, b))
            for a, b in shapes
        ]
        return frozen(getattr(stats, name)(*drawn, loc=loc, scale=scale))

    return draw


def _at_loc(name: str, *shapes: tuple[float, float]) -> Family:
    """Return a family whose density has a kink at its location."""

    def draw(rng: np.random.Generator, loc: float, scale: float) -> Law:
        law = _plain(name, *shapes)(rng, loc, scale)
        return Law(law.given, law.name, law.kind, np.append(law.breaks, loc), law.marks)

    return draw


def _positive(name: str, *shapes: tuple[float, float]) -> Family:
    """Return a family on the positive numbers, not shifted."""
    plain = _plain(name, *shapes)
    return lambda rng, loc, scale: plain(rng, 0.0, scale)


def _triangular(rng: np.random.Generator, loc: float, scale: float) -> Law:
    c = rng.uniform(0.05, 0.95)
    return frozen(stats.triang(c, loc, 3 * scale), [loc + 3 * scale * c])


def _trapezoidal(rng: np.random.Generator, loc: float, scale: float) -> Law:
    c, d = np.sort(rng.uniform(0.05, 0.95, 2))
    return frozen(stats.trapezoid(c, d, loc, 3 * scale), [loc + 3 * scale * c, loc + 3 * scale * d])


CONTINUOUS: dict[str, Family] = {
    "norm": _plain("norm"),
    "cauchy": _plain("cauchy"),
    "logistic": _plain("logistic"),
    "t": _plain("t", (0.7, 30.0)),
    "gumbel_r": _plain("gumbel_r"),
    "gumbel_l": _plain("gumbel_l"),
    "skewnorm": _plain("skewnorm", (-6.0, 6.0)),
    "exponnorm": _plain("exponnorm", (0.3, 5.0)),
    "genextreme": _plain("genextreme", (-0.6, 0.4)),
    "hypsecant": _plain("hypsecant"),
    "johnsonsu": _plain("johnsonsu", (-2.0, 2.0), (0.7, 3.0)),
    "genlogistic": _plain("genlogistic", (0.3, 5.0)),
    "moyal": _plain("moyal"),
    "laplace": _at_loc("laplace"),
    "gennorm": _at_loc("gennorm", (0.6, 4.0)),
    "dweibull": _at_loc("dweibull", (1.0, 3.0)),
    "dgamma": _at_loc("dgamma", (1.0, 4.0)),
    "expon": _plain("expon"),
    "gamma": _positive("gamma", (0.4, 10.0)),
    "gengamma": _positive("gengamma", (0.5, 5.0), (0.5, 3.0)),
    "invgamma": _positive("invgamma", (0.5, 6.0)),
    "invgauss": _positive("invgauss", (0.2, 4.0)),
    "weibull_min": _positive("weibull_min", (0.5, 4.0)),
    "invweibull": _positive("invweibull", (0.5, 5.0)),
    "pareto": _positive("pareto", (0.5, 5.0)),
    "lomax": _positive("lomax", (0.5, 5.0)),
    "lognorm": _positive("lognorm", (0.3, 2.0)),
    "halfcauchy": _positive("halfcauchy"),
    "halfnorm": _plain("halfnorm"),
    "rayleigh": _plain("rayleigh"),
    "maxwell": _plain("maxwell"),
    "nakagami": _positive("nakagami", (0.5, 5.0)),
    "burr12": _positive("burr12", (0.7, 4.0), (0.5, 4.0)),
    "burr": _positive("burr", (0.7, 4.0), (0.5, 4.0)),
    "fisk": _positive("fisk", (0.7, 5.0)),
    "f": _positive("f", (1.0, 12.0), (1.0, 20.0)),
    "betaprime": _positive("betaprime", (0.6, 5.0), (0.6, 5.0)),
    "levy": _positive("levy"),
    "beta": _positive("beta", (0.4, 6.0), (1.0, 6.0)),
    "powerlaw": _positive("powerlaw", (0.5, 5.0)),
    "gompertz": _plain("gompertz", (0.2, 3.0)),
    "cosine": _plain("cosine"),
    "triang": _triangular,
    "trapezoid": _trapezoidal,
}


def histogram(rng: np.random.Generator, loc: float, scale: float) -> Law:
    """Return a histogram on random or equal bins, whose edges are left for the library to know."""
    bins = int(rng.integers(2, 31))
    steps = rng.uniform(0.1, 1.0, bins) if rng.random() < 0.5 else np.ones(bins)
    edges = loc + 4 * scale * np.append(0.0, np.cumsum(steps)) / steps.sum()
    x = stats.rv_histogram((rng.integers(1, 30, bins), edges), density=False)
    return Law(x, "rv_histogram", "jumps", edges, edges)


def uniform(rng: np.random.Generator, loc: float, scale: float) -> Law:
    """Return a uniform distribution."""
    return frozen(stats.uniform(loc, 3 * scale), kind="jumps")


def steps(rng: np.random.Generator, loc: float, scale: float) -> Law:
    """Return a step density by its formula alone, with jumps that nobody tells of."""
    edges = np.sort(rng.uniform(loc, loc + 4 * scale, int(rng.integers(3, 12))))
    heights = rng.uniform(0.1, 1.0, len(edges) - 1)
    logs = np.log(heights / np.sum(heights * np.diff(edges)))

    def log_steps(x: Any) -> Any:
        return logs[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(logs) - 1)]

    law = dv.Density(log_steps, (float(edges[0]), float(edges[-1])))
    return Law(law, "steps", "jumps", edges, edges)


def truncated(rng: np.random.Generator, loc: float, scale: float) -> Law:
    """Return a part of a continuous distribution, by its formula."""
    law = CONTINUOUS[str(rng.choice(list(CONTINUOUS)))](rng, loc, scale)
    low, high = np.sort(rng.uniform(0.02, 0.98, 2))
    if high - low < 0.05:
        low = high - 0.05 if high > 0.5 else low
        high = max(high, low + 0.05)
    a, b = (float(x) for x in law.given.ppf([low, high]))
    mass = np.log(float(law.given.cdf(b) - law.given.cdf(a)))
    if rng.random() < 0.3:
        a, b = -1.0 * scale + loc, 2.0 * scale + loc
        x = stats.truncnorm(-1.0, 2.0, loc, scale)
        return frozen(x, kind="truncation")
    inside = [x for x in (*law.breaks, *law.marks) if a < x < b]
    breaks = np.array([a, b, *(x for x in law.breaks if a < x < b)])
    density = dv.Density(lambda x: law.given.logpdf(x) - mass, (a, b))
    return Law(density, f"truncated {law.name}", "truncation", breaks, np.array([a, *inside, b]))


def mixture(rng: np.random.Generator, loc: float, scale: float) -> Law:
    """Return a mixture of two to four distributions, some with jumps."""
    parts = []
    for _ in range(int(rng.integers(2, 5))):
        where, width = loc + rng.normal(0.0, 3.0) * scale, scale * np.exp(rng.normal(0.0, 0.7))
        family = uniform if rng.random() < 0.15 else CONTINUOUS[str(rng.choice(list(CONTINUOUS)))]
        parts.append(family(rng, where, width))
    given = dv.Mixture([part.given for part in parts], rng.dirichlet(np.full(len(parts), 2.0)))
    breaks, marks = (np.concatenate([getattr(p, n) for p in parts]) for n in ("breaks", "marks"))
    return Law(given, f"mixture of {', '.join(p.name for p in parts)}", "mixture", breaks, marks)


def continuous(rng: np.random.Generator) -> Law:
    """Return a random distribution with a density."""
    loc, scale = rng.normal(0.0, 3.0), float(np.exp(rng.normal(0.0, 0.8)))
    u = rng.random()
    for share, family in ((0.1, histogram), (0.05, uniform), (0.05, steps), (0.1, truncated)):
        if u < share:
            return family(rng, loc, scale)
        u -= share
    if u < 0.1:
        return mixture(rng, loc, scale)
    return CONTINUOUS[str(rng.choice(list(CONTINUOUS)))](rng, loc, scale)


def _discrete(x: Any, name: str = "", kind: str = "lattice") -> Law:
    with np.errstate(all="ignore"):
        spread = np.array([x.mean(), x.std()], dtype=float)
    return Law(x, name or x.dist.name, kind, np.asarray(x.support(), dtype=float), spread)


def lattice(rng: np.random.Generator) -> Law:
    """Return a random distribution of whole numbers, whose spread is at most some thousands."""
    u, loc = partial(rng.uniform), int(rng.integers(-20, 20)) if rng.random() < 0.3 else 0
    size, p = float(10.0 ** u(-0.5, 5.0)), float(u(0.02, 0.98))
    n = int(size) + 1
    makers: tuple[Callable[[], Any], ...] = (
        lambda: stats.poisson(size, loc=loc),
        lambda: stats.binom(n, p, loc=loc),
        lambda: stats.nbinom(u(0.3, 9.0), 1.0 / (1.0 + size / 100), loc=loc),
        lambda: stats.geom(1.0 / (1.0 + size / 100), loc=loc),
        lambda: stats.randint(loc, loc + n),
        lambda: stats.planck(1.0 / (1.0 + size / 100), loc=loc),
        lambda: stats.dlaplace(1.0 / (1.0 + size / 100), loc=loc),
        lambda: stats.logser(1.0 - 1.0 / (2.0 + size / 100), loc=loc),
        lambda: stats.boltzmann(u(0.001, 1.0), n, loc=loc),
        lambda: stats.betabinom(n, u(0.5, 5.0), u(0.5, 5.0), loc=loc),
        lambda: stats.hypergeom(n + 40, n // 2 + 10, n // 3 + 5, loc=loc),
        lambda: stats.nhypergeom(n + 40, n // 2 + 10, 5, loc=loc),
        lambda: stats.skellam(size / 50, size / 80 + 0.5, loc=loc),
        lambda: stats.zipfian(u(0.3, 2.5), n, loc=loc),
        lambda: stats.zipf(u(4.0, 7.0), loc=loc),
        lambda: stats.yulesimon(u(3.5, 7.0), loc=loc),
    )
    if rng.random() < 0.1:
        parts = [_discrete(makers[int(i)]()) for i in rng.integers(0, 7, 2)]
        given = dv.Mixture([part.given for part in parts], rng.dirichlet(np.ones(2) * 2.0))
        means, deviations = zip(*(part.marks for part in parts), strict=True)
        ends = np.array([min(p.breaks[0] for p in parts), max(p.breaks[1] for p in parts)])
        spread = np.array([np.mean(means), max(deviations) + abs(means[0] - means[1])])
        return Law(given, "mixture of " + ", ".join(p.name for p in parts), "lattice", ends, spread)
    if rng.random() < 0.08:
        k = np.sort(rng.choice(60, int(rng.integers(2, 20)), replace=False)) + loc
        weights = rng.dirichlet(np.ones(len(k)))
        return _discrete(stats.rv_discrete(values=(k, weights))(), "rv_discrete")
    return _discrete(makers[int(rng.integers(len(makers)))]())


def wide(rng: np.random.Generator) -> tuple[Law, Law]:
    """Return two distributions of 10^8 to 10^13 outcomes whose masses overlap."""
    rate, gap = float(np.floor(10.0 ** rng.uniform(8.0, 13.0))), rng.normal(0.0, 2.0)
    laws = []
    for mean in (rate, np.floor(rate + gap * np.sqrt(rate))):
        kind, p = int(rng.integers(3)), float(rng.uniform(0.1, 0.9))
        if kind == 0:
            given = stats.poisson(mean)
        elif kind == 1:
            given = stats.binom(int(mean / p), p)
        else:
            r = mean / float(10.0 ** rng.uniform(-1.0, 1.0))
            given = stats.nbinom(r, r / (r + mean))
        laws.append(_discrete(given, kind="wide"))
    return laws[0], laws[1]
