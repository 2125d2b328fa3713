"""Transport between distributions on the line: the L^p norm of the difference of quantiles.

The integral over levels u becomes one over z = log u/(1 - u), in which tails of quantiles, of
any kind, are exponentials. It is cut where the quantiles cross and integrated by adaptive
Gauss-Kronrod rules; what lies beyond the last level is extrapolated.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf, isinf
from typing import Any

import numpy as np
from scipy.special import expit

from divergences.core import Array, Estimate, Method, Transport

LOWEST, HIGHEST = -230.0, 32.0  # levels from 1e-100 to 1 - 1e-14
SCANNED = 2049
EPS = float(np.finfo(np.float64).eps)
FLAT = 0.005  # a rate of decay that is none: the integral diverges
PARTS = 300  # subintervals, at most, of each piece
MOST = 10_000_000  # outcomes of a lattice


@dataclass(frozen=True)
class Quantiles(Method):
    """Integrate the difference of quantile functions, with a bound of the error.

    Parameters
    ----------
    rtol
        Relative error to reach.

    Notes
    -----
    The bound is the estimate of the Gauss-Kronrod rule, which for functions smooth between their
    crossings is far above the error, plus roundings of levels and quantiles and what is
    extrapolated. Upper tails end at the level 1 - 2e-15, so heavy ones are known less well.
    ``info["reached"]`` says whether the tolerance was met.

    References
    ----------
    Santambrogio, "Optimal Transport for Applied Mathematicians" (2015), proposition 2.17.

    Examples
    --------
    >>> import divergences as dv
    >>> estimate = dv.wasserstein_distance(dv.Normal(0, 1), dv.Laplace(3, 1))
    >>> round(estimate.value, 9), bool(estimate.error_bound < 1e-9)
    (3.00171845, True)
    """

    rtol: float = 1e-10

    def transport(self, member: Transport, p: Any, q: Any) -> Estimate:
        """Return the transport distance of two distributions of scalars."""
        order = member.order
        if isinf(order):
            raise ValueError(
                "order is inf; the largest difference of quantiles is no integral, and for "
                "unbounded supports seldom finite. Pass a finite order."
            )

        def sides(z: Array) -> tuple[Array, Array]:
            u = expit(z)
            return np.asarray(p.quantile(u), float), np.asarray(q.quantile(u), float)

        lattices = p.support.lattice, q.support.lattice
        if lattices[0] != lattices[1]:
            raise TypeError(
                "one distribution is discrete and the other continuous; draw samples of both and "
                "pass Sample(x)."
            )
        with np.errstate(all="ignore"):
            if lattices[0]:
                total, error, nodes = _sum(p, q, order)
            else:
                total, error, nodes = _integral(sides, order, self.rtol)
        if not total < inf:
            return Estimate(inf, repr(self), error_bound=0.0, bounds=(0.0, inf), info=_info(nodes))
        value = total ** (1.0 / order)
        low, high = ((max(total + s * error, 0.0)) ** (1.0 / order) for s in (-1.0, 1.0))
        bound = max(high - value, value - low)
        info = _info(nodes, bool(error <= 10.0 * self.rtol * total))
        return Estimate(value, repr(self), error_bound=bound, bounds=(0.0, inf), info=info)


def _info(nodes: int, reached: bool = True) -> dict[str, Any]:
    return {"evaluations": nodes, "reached": reached}


def _sum(p: Any, q: Any, order: float) -> tuple[float, float, int]:
    """Return the sum over the levels at which either quantile of whole numbers jumps."""
    ends = [
        [float(x.quantile(u)) for x in (p, q)] for u in (expit(LOWEST), 1.0 - EPS, 1.0 - 2.0 * EPS)
    ]
    low, high = min(ends[0]), max(e if e < inf else f for e, f in zip(*ends[1:], strict=True))
    if not high - low < MOST:
        raise ValueError(
            f"{p!r} and {q!r} have too many outcomes of notable mass; draw samples of both and "
            "pass Sample(x)."
        )
    k = np.arange(low, high + 2.0)
    first, second = (np.minimum(np.asarray(x.cdf(k), float), 1.0) for x in (p, q))
    levels = np.sort(np.concatenate([[0.0], first, second, [1.0]]))
    middle = 0.5 * (levels[1:] + levels[:-1])
    i, j = (np.minimum(np.searchsorted(x, middle), k.size - 1) for x in (first, second))
    cost = np.abs(k[i] - k[j]) ** order
    total = float(np.sum(np.diff(levels) * cost))
    # A level is rounded by a few units, which moves mass to the neighbouring cost.
    rounding = 16.0 * EPS * float(np.sum(np.abs(np.diff(cost))) + cost.max())
    return total, rounding, 2 * k.size


def _integral(sides: Any, order: float, rtol: float) -> tuple[float, float, int]:
    """Return the integral of |difference|^order over all levels, its error, and the nodes."""
    from scipy.integrate import cubature

    def difference(z: Array) -> Array:
        x, y = sides(z)
        return x - y

    z = np.linspace(LOWEST, HIGHEST, SCANNED)
    x, y = sides(z)
    # Formulas of quantiles overflow at levels that floats do not tell from 0 or 1.
    kept = np.nonzero(np.isfinite(x) & np.isfinite(y))[0]
    z, x, y = (v[kept[0] : kept[-1] + 1] for v in (z, x, y)) if kept.size else (z, x, y)
    gap = x - y
    weight = expit(z) * expit(-z)
    values = np.abs(gap) ** order * weight
    rough = float(np.trapezoid(values, z))
    if np.isnan(rough):
        return float("nan"), inf, SCANNED
    rests = [_beyond(z, values), _beyond(-z[::-1], values[::-1])]
    if any(isinf(rest) for rest, _ in rests):
        return inf, 0.0, SCANNED
    nodes = SCANNED

    def integrand(x: Array) -> Array:
        nonlocal nodes
        nodes += x.size
        level = x[:, 0]
        return np.abs(difference(level)) ** order * expit(level) * expit(-level)

    cuts = [float(z[0]), *_crossings(difference, z, gap), float(z[-1])]
    total = error = 0.0
    for low, high in pairwise(cuts):
        if high > low:
            found = cubature(
                integrand,
                [low],
                [high],
                rtol=rtol,
                atol=rtol * rough,  # pyright: ignore[reportArgumentType]
                max_subdivisions=PARTS,
            )
            total, error = total + float(found.estimate), error + float(found.error)
    total += sum(rest for rest, _ in rests)
    # A level is rounded by u 2^-53, a quantile by a few roundings.
    moved = np.abs(np.gradient(gap, z)) * expit(z) + 8.0 * weight * (np.abs(x) + np.abs(y))
    moved = EPS * order * np.abs(gap) ** (order - 1.0) * np.where(np.isnan(moved), 0.0, moved)
    return total, error + float(np.trapezoid(moved, z)) + sum(e for _, e in rests), nodes


def _crossings(difference: Any, z: Array, gap: Array) -> list[float]:
    """Return where the quantiles cross, by bisection between levels at which they have."""
    i = np.nonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)[0]
    low, high, sign = z[i], z[i + 1], np.sign(gap[i])
    for _ in range(60):
        middle = 0.5 * (low + high)
        before = np.sign(difference(middle)) == sign
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    exact = z[1:-1][gap[1:-1] == 0.0]
    return sorted([*low.tolist(), *(exact.tolist() if exact.size < 100 else [])])


def _beyond(z: Array, values: Array) -> tuple[float, float]:
    """Return what an exponential tail holds beyond the last z, and how wrong that may be."""
    step = len(z) // 32
    last, before, first = values[-1], values[-1 - step], values[-1 - 2 * step]
    if last <= EPS * EPS * values.max() or not first > 0.0 or not before > 0.0:
        return 0.0, float(last)
    width = z[-1] - z[-1 - step]
    rate, earlier = np.log(before / last) / width, np.log(first / before) / width
    if rate < FLAT:
        return inf, 0.0
    rest = float(last / rate)
    return rest, rest * min(1.0, 4.0 * abs(rate - earlier) / rate + 1e-3)
