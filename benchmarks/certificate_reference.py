"""Quantities of two densities by an algorithm other than the library's, with an error of its own.

Densities are integrated by composite Gauss-Legendre rules. Panels lie between quantiles of both
distributions, out to levels of 1e-300, and the ends, jumps and kinks that are known of them. A
panel that is wide for its distance from such a point, or from the median, is one in the logarithm
of that distance. Where a quantity has a kink at p = q, the crossings are bisected first. Every
panel is cut into two parts, out to 1e50, and once more into four, out to 1e100; the difference is
the error.

Discrete distributions are summed one by one, out to 30 and to 40 standard deviations. Those of
more than 10^8 outcomes are summed at every sixth and every twelfth of a standard deviation: by
Poisson's summation formula such sums of smooth terms are right to far below a rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import fsum, inf, nan, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss

import divergences as dv
from benchmarks.certificate_pairs import Law
from divergences.measures.scipy_adapter import distribution

NODES, WEIGHTS = leggauss(20)
DISTANCES = 10.0 ** np.array([0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120])
RATIO = 3.0  # of the distances from a point to the ends of a panel, past which it is logarithmic


class Quantity(NamedTuple):
    """A quantity by the library, its integrand, and what is made of the integral."""

    function: Callable[..., Any]
    integrand: Callable[[np.ndarray, np.ndarray], np.ndarray]
    transform: Callable[[float], float] = float
    kinked: bool = False
    single: bool = False  # of P alone
    by_logs: bool = False  # unbounded in the logarithms


def _js(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    log_m = np.logaddexp(a, b) - np.log(2.0)
    return 0.5 * (_times(a, a - log_m) + _times(b, b - log_m))


def _times(log_p: np.ndarray, x: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        p = np.exp(log_p)
        return np.where((p == 0.0) | (x == 0.0), 0.0, p * x)


def _kl(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _times(a, a - b)


def _mean_square_of_roots(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return 0.5 * (np.exp(0.5 * a) - np.exp(0.5 * b)) ** 2


QUANTITIES: dict[str, Quantity] = {
    "JS": Quantity(dv.jensen_shannon_divergence, _js),
    "KL": Quantity(dv.kl_divergence, _kl, by_logs=True),
    "entropy": Quantity(dv.entropy, lambda a, b: _times(a, -a), single=True),
    "cross-entropy": Quantity(dv.cross_entropy, lambda a, b: _times(a, -b), by_logs=True),
    "total variation": Quantity(
        dv.total_variation_distance, lambda a, b: 0.5 * np.abs(np.exp(a) - np.exp(b)), kinked=True
    ),
    "Hellinger": Quantity(
        dv.hellinger_distance, _mean_square_of_roots, lambda x: sqrt(max(x, 0.0))
    ),
    "triangular": Quantity(
        dv.triangular_discrimination,
        lambda a, b: _times(np.logaddexp(a, b), np.tanh(0.5 * np.nan_to_num(a - b)) ** 2),
    ),
    "Renyi 1/2": Quantity(
        lambda p, q: dv.renyi_divergence(p, q, 0.5),
        lambda a, b: np.exp(0.5 * (a + b)),
        lambda x: -2.0 * float(np.log(x)) if x > 0 else inf,
    ),
}
TERMS = 100_000  # that a reference adds
SLOW, FEWER = ("skellam", "zipfian"), 20_000  # families whose masses take SciPy milliseconds each


def escapes(p: Law, q: Law) -> bool:
    """Whether the support of P reaches beyond that of Q, where KL is infinite."""
    inner, outer = (distribution("p", law.given).support for law in (p, q))
    return bool(inner.low < outer.low or inner.high > outer.high)


class Reference(NamedTuple):
    """A value, an error of it, and how large the rounding errors of log-densities may make it.

    The value is NaN where it takes too long.
    """

    value: float
    error: float
    rounding: float


def reference(name: str, p: Law, q: Law, reach: float = 1e100) -> Reference:
    """Return a quantity of two laws; densities as far as `reach`, and 1/reach from breaks."""
    quantity = QUANTITIES[name]
    ps = distribution("p", p.given), distribution("q", q.given)

    def logs(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(all="ignore"):
            return np.asarray(ps[0].log_prob(x)), np.asarray(ps[1].log_prob(x))

    with np.errstate(all="ignore"):
        if p.kind == "wide":
            sums = _strides(quantity, logs, p, q)
        elif p.kind == "lattice":
            sums = _terms(quantity, logs, p, q)
        else:
            sums = _integrals(quantity, logs, p, q, reach)
        (coarse, _), (fine, rounding) = sums
        values = [quantity.transform(x) for x in (coarse, fine)]
        # What the rounding errors move: through the transform, whose slope grows at zero.
        moved = abs(quantity.transform(fine + rounding) - values[1])
        return Reference(values[1], abs(values[1] - values[0]), moved)


Logs = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
Sum = tuple[float, float]


def _added(quantity: Quantity, a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> Sum:
    terms = weights * quantity.integrand(a, b)
    alive = np.where((a == -inf) & (b == -inf), 0.0, terms)
    kept = alive[weights > 0]
    if not np.all(np.isfinite(kept)):
        return float(np.sum(kept)), 0.0
    # What errors of log p and log q, of some roundings of their own, do to the integrand.
    by_p, by_q = (4.0 + np.where(np.isinf(x), 0.0, np.abs(x)) for x in (a, b))
    if quantity.single:
        felt = np.exp(a) * by_p**2
    elif quantity.by_logs:
        ratio = np.where(np.isfinite(b - a), np.abs(b - a), 0.0)
        felt = np.exp(a) * ((1.0 + ratio) * by_p + by_q)
    else:
        felt = np.exp(a) * by_p + np.exp(b) * by_q
    rounding = np.where(np.isfinite(felt), weights * felt, 0.0) + np.abs(alive)
    return fsum(kept), 2.0**-52 * fsum(rounding)


def _integrals(quantity: Quantity, logs: Logs, p: Law, q: Law, reach: float) -> list[Sum]:
    laws = [
        replace(law, marks=law.marks[np.abs(law.marks) <= 1e100])  # some of SciPy's are larger
        for law in ((p,) if quantity.single else (p, q))
    ]
    breaks = np.unique(np.concatenate([law.breaks for law in laws]))
    beyond = np.concatenate([_beyond(law) for law in laws])
    anchors = np.unique([*breaks, *(float(np.median(law.marks)) for law in laws)])
    marks = np.unique(np.concatenate([*(law.marks for law in laws), anchors, beyond]))
    to_break = np.min(np.abs(marks[:, None] - breaks), axis=1, initial=inf)
    found = []
    for parts, farthest in ((2, sqrt(reach)), (4, reach)):
        near = (to_break > 0.0) & (to_break < 1.0 / farthest)
        kept = marks[(np.abs(marks) <= farthest) & ~near]
        panels = [_panel(*ends, anchors) for ends in pairwise(kept)]
        if quantity.kinked:
            panels = _cut_at_crossings(panels, logs)
        x, weights = zip(*(_nodes(*panel, parts) for panel in panels), strict=True)
        x, weights = np.concatenate(x), np.concatenate(weights)
        found.append(_added(quantity, *logs(x), weights))
    return found


def _beyond(law: Law) -> np.ndarray:
    """Return points of the support by their distance from the median and from breaks alone.

    Some quantiles of `scipy.stats` are not known at levels below 1e-16.
    """
    support = distribution("p", law.given).support
    low, high = float(support.low), float(support.high)
    middle, scale = np.median(law.marks), np.ptp(np.quantile(law.marks, [0.4, 0.6]))
    found = [middle - scale * DISTANCES, middle + scale * DISTANCES]
    for at in law.breaks:
        found += [at + scale / DISTANCES, at - scale / DISTANCES]
    points = np.concatenate(found)
    return points[(points > low) & (points < high)]


Panel = tuple[float, float, float, int]  # ends in the variable, the point, and -1, 0 or 1


def _panel(low: float, high: float, anchors: np.ndarray) -> Panel:
    """Return a panel: of x (0), or of the log of the distance above (1) or below (-1) a point."""
    below, above = anchors[anchors <= low], anchors[anchors >= high]
    if below.size and low > below[-1] and (high - below[-1]) > RATIO * (low - below[-1]):
        return float(np.log(low - below[-1])), float(np.log(high - below[-1])), below[-1], 1
    if above.size and high < above[0] and (above[0] - low) > RATIO * (above[0] - high):
        return float(np.log(above[0] - high)), float(np.log(above[0] - low)), above[0], -1
    return low, high, 0.0, 0


def _nodes(low: float, high: float, anchor: float, side: int, parts: int) -> Any:
    cuts = np.linspace(low, high, parts + 1)
    half = 0.5 * np.diff(cuts)[:, None]
    t = (0.5 * (cuts[1:] + cuts[:-1])[:, None] + half * NODES).ravel()
    weights = (half * WEIGHTS).ravel()
    return (t, weights) if side == 0 else (anchor + side * np.exp(t), weights * np.exp(t))


def _cut_at_crossings(panels: list[Panel], logs: Logs) -> list[Panel]:
    """Return panels that end where p = q."""
    cut = []
    for low, high, anchor, side in panels:

        def difference(t: np.ndarray, anchor: float = anchor, side: int = side) -> np.ndarray:
            a, b = logs(t if side == 0 else anchor + side * np.exp(t))
            return np.nan_to_num(a - b, nan=0.0)

        t = np.linspace(low, high, 34)[1:-1]
        signs = np.sign(difference(t))
        at = np.nonzero(signs[1:] * signs[:-1] < 0)[0]
        left, right = t[at], t[at + 1]
        for _ in range(60 if at.size else 0):
            middle = 0.5 * (left + right)
            same = np.sign(difference(middle)) == signs[at]
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        ends = [low, *(0.5 * (left + right)), high]
        cut += [(a, b, anchor, side) for a, b in pairwise(ends)]
    return cut


def _terms(quantity: Quantity, logs: Logs, p: Law, q: Law) -> list[Sum]:
    laws = (p,) if quantity.single else (p, q)
    low, high = min(x.breaks[0] for x in laws), max(x.breaks[1] for x in laws)
    found = []
    for width in (30.0, 40.0):
        reach = [(x.marks[0], width * x.marks[1] + 50.0) for x in laws]
        first = max(low, np.floor(min(mean - spread for mean, spread in reach)))
        last = min(high, np.ceil(max(mean + spread for mean, spread in reach)))
        slow = any(name in law.name for law in laws for name in SLOW)
        if last - first > (FEWER if slow else TERMS):
            return [(nan, 0.0)] * 2  # too many to add
        k = np.arange(first, last + 1.0)
        found.append(_added(quantity, *logs(k), np.ones_like(k)))
    return found


def _strides(quantity: Quantity, logs: Logs, p: Law, q: Law) -> list[Sum]:
    laws = (p,) if quantity.single else (p, q)
    found = []
    for parts in (6, 12):
        step = np.floor(min(x.marks[1] for x in laws) / parts)
        first = np.floor(min(x.marks[0] - 40.0 * x.marks[1] for x in laws))
        last = max(x.marks[0] + 40.0 * x.marks[1] for x in laws)
        k = np.arange(first, last, step)
        k = k[(k >= min(x.breaks[0] for x in laws)) & (k <= max(x.breaks[1] for x in laws))]
        found.append(_added(quantity, *logs(k), np.full(k.shape, step)))
    return found
