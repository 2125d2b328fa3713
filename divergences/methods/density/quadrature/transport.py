"""Transport of order one on the line: the integral of the difference of distribution functions.

Left of a point in the middle it is that of F and G, right of it that of 1 - F and 1 - G, so that
tails are as small as they are. Crossings are kinks of it. Tails are extrapolated from where they
are still above the roundings of a distribution function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Method, Transport
from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature.adaptive import Integral, Piece, integrate
from divergences.methods.density.quadrature.breakpoints import Outline, outline
from divergences.methods.density.quadrature.double_exponential import EPS, Map, Nodes
from divergences.methods.density.quadrature.integrands import Integrand, Values
from divergences.methods.density.quadrature.line import (
    SEARCH,
    crossings,
    edges,
    inside,
    marks,
    suited,
)
from divergences.methods.density.quadrature.tails import Unresolved

ROUNDED = 4.0 * EPS  # absolute error of a distribution function
LEVEL = 1e-11  # of a tail, from where on it is extrapolated
STEP = 0.25  # of the search for that level
LIMIT = 20_000


class Undecided(ValueError):
    """Distribution functions do not tell whether a distance is finite."""


@dataclass(frozen=True)
class DistributionFunctions(Method):
    """Integrate the difference of distribution functions, with a bound of the error.

    It is the default for the Wasserstein distance of order one of continuous distributions, and
    needs no quantiles, which mixtures, von Mises and many of `scipy.stats` have to search for.

    Parameters
    ----------
    rtol
        Relative error to reach.
    max_evaluations
        Points at which to evaluate the distribution functions, at most; 20,000 by default.

    Notes
    -----
    The bound rests on distribution functions that are right to 1e-15. Where the tolerance is not
    reached, ``info["reached"]`` is False and the bound says how far one came.

    References
    ----------
    Santambrogio, "Optimal Transport for Applied Mathematicians" (2015), proposition 2.17.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.Mixture([dv.Normal(-1, 1), dv.Normal(1, 1)]), dv.Normal(0, 1)
    >>> estimate = dv.wasserstein_distance(p, q)
    >>> round(estimate.value, 9), bool(estimate.error_bound < 1e-9)
    (0.36874638, True)
    """

    rtol: float = 1e-10
    max_evaluations: int | None = field(default=None, repr=False)

    def transport(self, member: Transport, p: Any, q: Any) -> Estimate:
        """Return the transport distance of order one."""
        if member.order != 1.0:
            raise ValueError(
                f"order is {member.order!r}; distribution functions tell the distance of order 1 "
                "alone. Leave method=None."
            )
        try:
            with np.errstate(all="ignore"):
                found = _over_differences(p, q, self.rtol, self.max_evaluations or LIMIT)
        except Unresolved:
            raise Undecided(
                f"the distribution functions of {p!r} and {q!r} approach each other too slowly to "
                "tell whether their distance is finite."
            ) from None
        info = {"evaluations": found.evaluations, "reached": found.reached}
        return Estimate(
            found.value,
            repr(self),
            error_bound=found.error,
            bounds=(0.0, inf),
            info=info,
        )


class OfDifference(Integrand):
    """The size of the difference of two numbers that are given by their logarithms."""

    homogeneous = False
    kinked = True

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return the difference in units of the larger."""
        top, gap = np.max(logs, axis=0), np.abs(logs[0] - logs[1])
        dead = top == -inf
        with np.errstate(all="ignore"):
            unit = np.where(dead, 0.0, -np.expm1(-gap))
            noise = errors[0] + errors[1] + 2.0 * ROUNDED * np.exp(np.minimum(-top, 700.0))
        return Values(unit, top, np.where(dead, 0.0, noise))


def _over_differences(p: Distribution, q: Distribution, rtol: float, limit: int) -> Integral:
    """Return the integral of |F - G| over the line."""
    outlines = [outline(p), outline(q)]
    bulks = [bulk for o in outlines for bulk in o.bulks]
    centre = float(np.median([middle for middle, _, _ in bulks]))
    hull = (f(float(getattr(x.support, side)) for x in (p, q)) for f, side in _SIDES)
    ends = sorted({*hull, centre, *(end for o in outlines for end in o.ends)})
    pieces = [
        piece(p, q, outlines, low, high, low >= centre)
        for low, high in pairwise(ends)
        if low < high
    ]
    return integrate(OfDifference(), pieces, rtol, limit)


_SIDES = ((min, "low"), (max, "high"))


def piece(p: Any, q: Any, outlines: list[Outline], low: float, high: float, upper: bool) -> Piece:
    """Return an interval, up to where the tails are too small, with its first edges."""
    bulks = [bulk for o in outlines for bulk in o.bulks]
    chart = suited(low, high, bulks, (True, True))

    within = False  # the part of the line that is integrated over

    def logs(nodes: Nodes) -> tuple[np.ndarray, np.ndarray]:
        masses = np.stack([_beyond(x, nodes.x) if upper else x.cdf(nodes.x) for x in (p, q)])
        for x, own in zip((p, q), masses, strict=True):
            if within and np.isnan(own).any():
                raise ValueError(f"the distribution function of {x!r} is NaN; pass samples.")
        with np.errstate(divide="ignore"):
            return np.log(np.clip(masses, 0.0, 1.0)), np.tile(nodes.jitter, (2, 1))

    fixed = inside(chart, [k for o in outlines for k in o.kinks])
    chosen = edges(chart, fixed, marks(chart, bulks))
    first, last = _seen(chart, logs)
    within = True
    chosen = np.unique([first, *chosen[(chosen > first) & (chosen < last)], last])
    grid = np.unique(np.concatenate([np.linspace(first, last, SEARCH), chosen]))
    crossed, spent = crossings(chart, logs, grid)
    chosen, fixed = np.unique([*chosen, *crossed]), np.concatenate([fixed, crossed])
    return Piece(chart, logs, chosen, spent, fixed)


def _seen(chart: Map, logs: Any) -> tuple[float, float]:
    """Return between which t the larger of both masses is above the level."""
    first, last = chart.range
    t = np.concatenate([[first], np.arange(first + STEP, last, STEP), [last]])
    above = np.nonzero(np.max(logs(chart.at(t))[0], axis=0) > np.log(LEVEL))[0]
    if not above.size:
        return first, last
    return float(t[max(above[0] - 1, 0)]), float(t[min(above[-1] + 1, len(t) - 1)])


def _beyond(p: Any, x: Array) -> Array:
    """Return the mass of outcomes above x."""
    if hasattr(p, "sf"):
        return np.asarray(p.sf(x), dtype=float)
    return 1.0 - np.asarray(p.cdf(x), dtype=float)
