"""Transport of order one between observations and a law: the integral of |F_n - G| over the line.

Between neighbouring observations F_n is a number, and so the integrand is smooth up to where G
crosses it. Beyond all of them it is a tail of the law. The derivative by the mass at an observation
is the Kantorovich potential, of which the slope is the sign of G - F_n: its variance over n is that
of the distance for P ≠ Q (del Barrio, Gine & Matran, Ann. Probab. 27 (1999), theorem 3.2).
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import Any

import numpy as np

from divergences.core import Array, Estimate
from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature.adaptive import integrate
from divergences.methods.density.quadrature.breakpoints import outline
from divergences.methods.density.quadrature.double_exponential import EPS
from divergences.methods.density.quadrature.tails import Unresolved
from divergences.methods.density.quadrature.transport import (
    LIMIT,
    OfDifference,
    Undecided,
    piece,
)

RTOL = 1e-10  # of each interval, and of the tails
SEEN = 1e-3  # the mass of a tail that is integrated as it is
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
HALVINGS = 60  # of an interval: as many as there are bits between a width and its rounding


def of_observations(x: Array, masses: Array | None, law: Distribution) -> Estimate:
    """Return the distance of observations from a law on the line, with its standard error."""
    order = np.argsort(x, kind="stable")
    x = np.asarray(x, float)[order]
    masses = np.full(len(x), 1.0 / len(x)) if masses is None else np.asarray(masses, float)[order]
    tails, tail_error = _tails(law, float(x[0]), float(x[-1]))
    low, high, level, sign = _intervals(x, np.cumsum(masses), law)
    sizes, error = _integrals(low, high, level, law)
    value = tails + float(np.sum(sizes))
    # The potential at each observation: what the signs integrate to on the way there.
    run = np.concatenate([[0.0], np.cumsum(sign * (high - low))])
    potential = np.interp(x, np.append(low, x[-1]), run) if len(low) else np.zeros(len(x))
    rest = 1.0 - float(np.sum(masses**2))
    centred = masses * (potential - masses @ potential)
    variance = float(np.sum(centred**2)) / rest if rest > 0.0 else inf
    return Estimate(
        value,
        "distribution function",
        variance**0.5 if np.isfinite(value) else inf,
        bounds=(0.0, inf),
        info={"integration_error": tail_error + error},
    )


class _Nothing:
    """No mass at all, beside which the integrand of a tail is that of the law."""

    def cdf(self, x: Array) -> Array:
        """Return zero, which is also the mass above x."""
        return np.zeros_like(x)

    sf = cdf


def _tails(law: Any, first: float, last: float) -> tuple[float, float]:
    """Return the integral of G below all observations and of 1 - G above, and its error."""
    total = error = 0.0
    for end, upper in ((first, False), (last, True)):
        size, bound = _tail(law, end, upper)
        total, error = total + size, error + bound
    return total, error


def _tail(law: Any, end: float, upper: bool) -> tuple[float, float]:
    """Return the integral of the mass beyond a point, from there on, and its error.

    A tail that is nearly empty is the difference of two that are not: extrapolation needs masses
    well above the roundings of G.
    """
    known = outline(law)
    start, step = end, max(width for _, *widths in known.bulks for width in widths)
    while float(_beyond(law, start, upper)) < SEEN:
        start, step = start - step if upper else start + step, 2.0 * step
    left, right = (start, float(law.support.high)) if upper else (float(law.support.low), start)
    if left >= right:
        return 0.0, 0.0
    # Charts are for one smooth stretch: cut at the ends of the parts of the law.
    cuts = np.unique([left, *(point for point in known.ends if left < point < right), right])
    try:
        with np.errstate(all="ignore"):
            pieces = [piece(_Nothing(), law, [known], a, b, upper) for a, b in pairwise(cuts)]
            found = integrate(OfDifference(), pieces, RTOL, LIMIT)
    except Unresolved:
        raise Undecided(
            f"the distribution function of {law!r} approaches its limit too slowly to tell "
            "whether the distance is finite."
        ) from None
    between = sorted([start, end])
    cuts = np.unique([*between, *_marks(law, *between)])
    level = np.full(len(cuts) - 1, 1.0 if upper else 0.0)
    nearer, error = _integrals(cuts[:-1], cuts[1:], level, law)
    return max(0.0, found.value - float(np.sum(nearer))), found.error + error


def _beyond(law: Any, x: float, upper: bool) -> Array:
    below = np.asarray(law.cdf(np.asarray(x)), float)
    return 1.0 - below if upper else below


def _marks(law: Any, low: float, high: float) -> list[float]:
    """Return where the law may change between two points: kinks, and steps away from its bulks.

    An interval that reaches from a bulk far into a tail would hide the bulk from all nodes.
    """
    known = outline(law)
    marks = [*known.ends, *known.kinks]
    for middle, left, right in known.bulks:
        marks.append(middle)
        for width, far in ((-left, low), (right, high)):
            steps = int(np.ceil(np.log2(1.0 + abs(far - middle) / abs(width))))
            marks += [middle + width * 2.0**k for k in range(steps)]
    return [mark for mark in marks if low < mark < high]


def _intervals(x: Array, cumulative: Array, law: Any) -> tuple[Array, Array, Array, Array]:
    """Return where F_n - G is smooth and of one sign: low, high, the level of F_n and that sign."""
    cuts = np.unique(np.concatenate([x, _marks(law, x[0], x[-1])]))
    low, high = cuts[:-1], cuts[1:]
    level = cumulative[np.searchsorted(x, low, "right") - 1]
    g = np.asarray(law.cdf(cuts), float)
    crossed = (g[:-1] < level) & (level < g[1:])
    a, b, c = low[crossed], high[crossed], level[crossed]
    for _ in range(HALVINGS):
        middle = 0.5 * (a + b)
        below = np.asarray(law.cdf(middle), float) < c
        a, b = np.where(below, middle, a), np.where(below, b, middle)
    sign = np.where(g[1:] <= level, -1.0, 1.0)  # of G - F_n
    low, high = np.append(low, b), np.append(high, high[crossed])
    high[np.nonzero(crossed)[0]] = b
    sign[crossed] = -1.0
    sign, level = np.append(sign, np.ones(len(b))), np.append(level, c)
    rank = np.argsort(low, kind="stable")
    return low[rank], high[rank], level[rank], sign[rank]


def _integrals(low: Array, high: Array, level: Array, law: Any) -> tuple[Array, float]:
    """Return the integral of |F_n - G| over each interval, and the sum of their errors.

    The rule of eight nodes is compared with that of both halves, which are halved again until both
    agree.
    """
    sizes, error = np.zeros(len(low)), 0.0
    owner = np.arange(len(low))
    whole = _rule(low, high, level, law)
    for _ in range(HALVINGS):
        if not len(owner):
            break
        middle = 0.5 * (low + high)
        left, right = _rule(low, middle, level, law), _rule(middle, high, level, law)
        gap = np.abs(left + right - whole)
        done = gap <= RTOL * np.abs(left + right) + 8.0 * EPS * (high - low)
        np.add.at(sizes, owner[done], np.abs(left + right)[done])
        error += float(np.sum(gap[done]))
        left, right, low, middle, high, level, owner = (
            part[~done] for part in (left, right, low, middle, high, level, owner)
        )
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        whole, owner = np.concatenate([left, right]), np.tile(owner, 2)
        level = np.tile(level, 2)
    np.add.at(sizes, owner, np.abs(whole))
    return sizes, error + float(np.sum(np.abs(whole)))


def _rule(low: Array, high: Array, level: Array, law: Any) -> Array:
    """Return the integral of F_n - G by eight nodes."""
    half = 0.5 * (high - low)
    nodes = (0.5 * (low + high))[:, None] + half[:, None] * NODES
    return half * ((level[:, None] - np.asarray(law.cdf(nodes), float)) @ WEIGHTS)
