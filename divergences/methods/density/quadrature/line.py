"""Integrals over the line of functions of the log-densities of several distributions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import fsum, inf, nan

import numpy as np

from divergences.measures.affine import Affine
from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.univariate import Univariate
from divergences.methods.density.quadrature.adaptive import Integral, Piece, integrate
from divergences.methods.density.quadrature.breakpoints import (
    QUARTILE,
    REACH,
    Bulk,
    Outline,
    outline,
)
from divergences.methods.density.quadrature.double_exponential import EPS, Map, Nodes
from divergences.methods.density.quadrature.integrands import Integrand
from divergences.methods.density.quadrature.underflow import refuse_underflow

CLOSE = 0.25  # in t: edges nearer than this are taken as one, unless something narrow is there
GROWING = REACH * 4.0 ** np.arange(12)  # widths from the middle of a narrow bulk
SPREAD = 1e3  # widest over narrowest width for which one centre serves
MASS_ERROR = 32.0 * EPS  # of a difference of distribution functions
SEARCH = 120  # points between which crossings are looked for
MASS_SHARE = 0.2  # of the tolerance, for such differences


def over_line(
    integrand: Integrand, ps: Sequence[Distribution], rtol: float, limit: int
) -> Integral:
    """Return the integral over the line of a function of the log-densities of `ps`.

    Raises
    ------
    Unresolved
        If a tail does not show whether the integral converges.
    """
    outlines = [outline(p) for p in ps]
    if any(np.isnan(middle) for o in outlines for middle, _, _ in o.bulks):
        return Integral(nan, nan, 0, False)
    shared, alone, masses = [], [], []
    for low, high in _intervals(ps, outlines):
        own = {i: part for i, p in enumerate(ps) if (part := _between(p, low, high)) is not None}
        factor = _factor(integrand, len(ps), list(own))
        if not own or factor == 0.0:
            continue
        first = ps[next(iter(own))]
        piece = _piece(len(ps), own, low, high, integrand.kinked)
        mass = None if factor is None else _mass(first, low, high)
        if mass is None:
            shared.append(piece)
        elif factor == inf:
            if mass > 0.0 or isinstance(_base(first), Univariate):  # whose support is all used
                return Integral(inf, 0.0, 0, True)
            shared.append(piece)
        else:
            alone.append(piece)
            masses.append((factor, mass))
    found = integrate(integrand, shared, rtol, limit)
    if found.value == inf:
        refuse_underflow(integrand, shared, ps)
    if not alone:
        return found
    more = fsum(factor * mass for factor, mass in masses) if found.value < inf else inf
    error = fsum(factor * MASS_ERROR for factor, _ in masses)
    if error <= MASS_SHARE * rtol * (found.value + more) or found.value == inf:
        value, bound = found.value + more, found.error + error
        reached = found.reached and bound <= rtol * value
        return Integral(value, bound, found.evaluations, reached or value == inf)
    rest = integrate(integrand, alone, rtol, limit, (found.value, found.error))
    return rest._replace(evaluations=found.evaluations + rest.evaluations)


def _between(p: Distribution, low: float, high: float) -> Distribution | None:
    """Return what p has between two ends of supports, or None."""
    if isinstance(p, Mixture):
        return p.between(low, high)
    return p if p.support.low <= low and high <= p.support.high else None


def _factor(integrand: Integrand, n: int, alive: Sequence[int]) -> float | None:
    """Return what a density is multiplied by where there is no other; None if there are others."""
    if len(alive) != 1 or n == 1 or not integrand.homogeneous:
        return None
    logs = np.where(np.arange(n) == alive[0], 0.0, -inf)[:, None]
    unit, log_scale, _ = integrand(logs, np.zeros_like(logs))
    return float(unit[0] * np.exp(log_scale[0])) if unit[0] else 0.0


def _intervals(
    ps: Sequence[Distribution], outlines: Sequence[Outline]
) -> Iterator[tuple[float, float]]:
    """Yield the intervals between the ends of supports."""
    outer = (
        float(f([float(end) for end in ends]))
        for f, ends in ((min, [p.support.low for p in ps]), (max, [p.support.high for p in ps]))
    )
    ends = sorted({*outer, *(end for o in outlines for end in o.ends)})
    yield from itertools.pairwise(ends)


def _base(p: Distribution) -> Distribution:
    """Return the distribution that p is a shift and a stretch of, which may be itself."""
    return p.base if isinstance(p, Affine) else p


def _mass(p: Distribution, low: float, high: float) -> float | None:
    """Return the mass of an interval by the distribution function, None if it is not certain."""
    if isinstance(p, Mixture):
        masses = [_mass(c, low, high) for c in p.components]
        if any(mass is None for mass in masses):
            return None
        return float(np.dot(p.weights, np.array(masses, dtype=float)))
    if not isinstance(_base(p), Univariate):
        return None
    return float(p.cdf(np.asarray(high)) - p.cdf(np.asarray(low)))  # type: ignore[attr-defined]


def _piece(n: int, own: Mapping[int, Distribution], low: float, high: float, kinked: bool) -> Piece:
    """Return an interval with its map and the first edges of panels.

    `own` are those of the `n` distributions, by number, that have outcomes there.
    """
    outlines = [outline(p) for p in own.values()]
    bulks = [bulk for o in outlines for bulk in o.bulks]
    exact = (
        all(_exact(p, "low", low) for p in own.values()),
        all(_exact(p, "high", high) for p in own.values()),
    )
    chart = suited(low, high, bulks, exact)
    first, last = chart.range
    kinks = [k for o in outlines for k in o.kinks if low < k < high]

    def logs(nodes: Nodes) -> tuple[np.ndarray, np.ndarray]:
        found = np.full((n, nodes.x.size), -inf)
        jitter = np.tile(nodes.jitter, (n, 1))
        for i, p in own.items():
            values = _beside_zeros(p, nodes.x)
            for gap, side, end in ((nodes.above, "low", low), (nodes.below, "high", high)):
                if gap is not None and _ends_at(p, side, end):
                    near = gap < 0.5 * (high - low)
                    values = np.where(near, _next_to(p, side, end, gap, nodes.x), values)
                    jitter[i] = np.where(near, nodes.gap_jitter, jitter[i])
            found[i] = values
        return found, jitter

    fixed, spent = inside(chart, kinks), 0
    loose = marks(chart, bulks)
    if kinked and len(own) > 1:
        grid = np.unique(np.concatenate([np.linspace(first, last, SEARCH), loose[0], fixed]))
        crossed, spent = crossings(chart, logs, grid)
        fixed = np.concatenate([fixed, crossed])
    quartiles = [m + QUARTILE * side for m, a, b in bulks for side in (-a, 0.0, b)]
    probes = inside(chart, quartiles)
    wrong = np.array([own[i].density_error if i in own else 0.0 for i in range(n)])
    return Piece(chart, logs, edges(chart, fixed, loose), spent, fixed, probes, wrong)


def _beside_zeros(p: Distribution, x: np.ndarray) -> np.ndarray:
    """Return log-densities at x: where one has a zero at a single point, that next to it.

    A single point has no mass, but KL from any density with a node there would be infinite.
    """
    values = np.asarray(p.log_prob(x), dtype=float)
    zero = values == -inf
    if not zero.any():
        return values
    left, right = (np.asarray(p.log_prob(np.nextafter(x[zero], end))) for end in (-inf, inf))
    values = values.copy()
    values[zero] = np.where(right > -inf, left, -inf)
    return values


def _by_gap(p: Distribution, side: str) -> Callable[[np.ndarray], np.ndarray] | None:
    """Return the log-density as a function of the distance from an end, if p knows it."""
    return getattr(p, {"low": "log_prob_above", "high": "log_prob_below"}[side], None)


def _ends_at(p: Distribution, side: str, end: float) -> bool:
    """Whether p, or a part of it, ends at `end` and is known by the distance from there."""
    if isinstance(p, Mixture):
        return any(_ends_at(c, side, end) for c in p.components)
    return float(getattr(p.support, side)) == end and _by_gap(p, side) is not None


def _exact(p: Distribution, side: str, end: float) -> bool:
    """Whether p is known next to `end` however near."""
    if isinstance(p, Mixture):
        return all(_exact(c, side, end) for c in p.components)
    if float(getattr(p.support, side)) != end or _by_gap(p, side) is not None:
        return True
    return isinstance(_base(p), Univariate)


def _next_to(p: Distribution, side: str, end: float, gap: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the log-density at points x that lie at a distance `gap` from `end`."""
    if isinstance(p, Mixture):
        parts = [_next_to(c, side, end, gap, x) for c in p.components]
        return p.combined(np.stack(parts))
    near = _by_gap(p, side) if _ends_at(p, side, end) else None
    return np.asarray(p.log_prob(x) if near is None else near(gap), dtype=float)


def inside(chart: Map, x: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return t of those points that lie in an interval."""
    first, last = chart.range
    points = np.asarray(x, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = chart.inverse(points[(points > chart.low) & (points < chart.high)])
    return t[(t > first) & (t < last)]


def marks(chart: Map, bulks: Sequence[Bulk]) -> tuple[np.ndarray, np.ndarray]:
    """Return t of first edges, in order of preference, and the room that each of them needs.

    They are whole numbers, where bulks peak and end, and where densities may cross. Around a bulk
    that is narrow in t the panels grow from its width to that of the others.
    """
    first, last = chart.range
    found = [(t, CLOSE) for t in np.arange(np.ceil(first), last)]
    for middle, left, right in bulks:
        centre = inside(chart, [middle])
        ends = inside(chart, [middle - REACH * left, middle + REACH * right])
        around = inside(chart, middle + np.concatenate([-left * GROWING, right * GROWING]))
        apart = np.abs(around[:, None] - centre).min(axis=1, initial=CLOSE)
        found += [(t, CLOSE * gap) for t, gap in zip(around, apart, strict=True) if gap < CLOSE]
        found += [(t, CLOSE * min(1.0, *np.abs(ends - t), 1.0)) for t in centre]
        found += [(t, CLOSE) for t in ends]
    for (m, _, w), (n, v, _) in itertools.pairwise(sorted(bulks)):
        if n - m > REACH * (v + w):  # as many widths from one as from the other
            found += [(t, 0.1 * CLOSE) for t in inside(chart, [(m * v + n * w) / (v + w)])]
    places, room = np.array(sorted(found, key=lambda mark: mark[1])).reshape(-1, 2).T
    return places, room


def edges(chart: Map, fixed: np.ndarray, loose: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return edges in order: the ends, the fixed ones, and those with room to the ones before."""
    chosen = np.unique(np.concatenate([chart.range, fixed]))
    for t, room in zip(*loose, strict=True):
        if np.min(np.abs(chosen - t)) > room:
            chosen = np.append(chosen, t)
    return np.sort(chosen)


def suited(low: float, high: float, bulks: Sequence[Bulk], exact: tuple[bool, bool]) -> Map:
    """Return the map of an interval, with the width of what lies in it."""
    widths = [min(left, right) for _, left, right in bulks]
    if low > -inf and high < inf:
        return Map(low, high, 0.0, 1.0, exact)
    if low > -inf or high < inf:
        end, side = (low, 1.0) if low > -inf else (high, -1.0)
        sizes = [max(side * (m - end), w) for (m, _, _), w in zip(bulks, widths, strict=True)]
        return Map(low, high, 0.0, float(np.median(sizes)), exact)
    narrowest = int(np.argmin(widths))
    return Map(low, high, bulks[narrowest][0], max(widths[narrowest], max(widths) / SPREAD))


def crossings(
    chart: Map, logs: Callable[[Nodes], tuple[np.ndarray, np.ndarray]], t: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return where the first two log-densities cross, and how many evaluations that took.

    There |p - q| has a kink. Crossings are looked for between the points t.
    """
    from scipy.optimize.elementwise import find_root

    def gap(t: np.ndarray) -> np.ndarray:
        a, b = logs(chart.at(np.ravel(t)))[0][:2]
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(a - b, nan=0.0).reshape(np.shape(t))

    g = gap(t)
    left = np.nonzero(np.sign(g[:-1]) * np.sign(g[1:]) < 0.0)[0]
    if not left.size:
        return t[g == 0.0][:1], t.size
    found = find_root(gap, (t[left], t[left + 1]))
    return np.concatenate([found.x, t[g == 0.0][:1]]), t.size + int(np.sum(found.nfev))
