"""Transport distances of two samples, on the line or on random lines, with standard errors.

The derivative of W_p^p by the mass at a point is the Kantorovich potential there; its variance over
the sample size is that of W_p^p for P ≠ Q: del Barrio, Gonzalez-Sanz & Loubes, "Central limit
theorems for general transportation costs", Ann. Inst. H. Poincare Probab. Statist. 60 (2024).
"""

from __future__ import annotations

from math import inf, isinf
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Transport
from divergences.measures.points import Atoms, PointCloud
from divergences.measures.randomness import Source
from divergences.methods.transport.sorted_coupling import evaluate
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.runtime.namespace import namespace

AT_ONCE = 1 << 22  # projections in memory


def on_line(member: Transport, p: PointCloud, q: PointCloud) -> Estimate:
    """Return the distance of two samples of numbers."""
    value = float(evaluate(member, p.line, q.line, np))
    if isinf(member.order):
        return Estimate(value, "sorted coupling", bounds=(0.0, inf))
    scale = value or 1.0
    variance = sum(
        _variance(side, potential)
        for side, potential in zip((p, q), _potentials(member.order, p, q, scale), strict=True)
    )
    error = _of_root(value / scale, variance**0.5, member.order) * scale
    return Estimate(value, "sorted coupling", error, bounds=(0.0, inf))


def sliced(
    member: Transport, p: PointCloud, q: PointCloud, directions: int, source: Source, sampled: bool
) -> Estimate:
    """Return the mean of order p of the distances along random directions.

    The standard error is that of the choice of directions and, if the points are `sampled`, of
    theirs.
    """
    xp = namespace(p.points, q.points)
    normal = xp.asarray(source.normal((directions, p.points.shape[1])), dtype=p.points.dtype)
    lines = normal / xp.sqrt(xp.sum(normal**2, axis=-1, keepdims=True))
    step = max(1, AT_ONCE // max(p.points.shape[0], q.points.shape[0]))
    each = xp.concat(
        [
            _along(member, p, q, lines[i : min(i + step, directions), ...], xp)
            for i in range(0, directions, step)
        ]
    )
    top = stop_gradient(xp.max(each), xp)
    scale = xp.where((top > 0) & xp.isfinite(top), top, 1.0)
    powers = (each / scale) ** member.order
    mean = xp.mean(powers)
    # As for the distance itself, the derivative at 0 is the least subgradient.
    root = xp.where(mean > 0, mean, 1.0) ** (1.0 / member.order)
    value = scale * xp.where(mean > 0, root, mean)
    method = f"sorted coupling along {directions} random directions"
    if not sampled:
        return Estimate(value, method, bounds=(0.0, inf))
    if directions == 1:
        chosen = inf if p.points.shape[1] > 1 else 0.0
    else:
        chosen = float(np.var(powers, ddof=1)) / directions
    potentials = [np.zeros(side.points.shape[0]) for side in (p, q)]
    for line in lines:
        x, y = (side._replace(points=side.points @ line[:, None]) for side in (p, q))
        for i, one in enumerate(_potentials(member.order, x, y, float(scale))):
            potentials[i] += one / directions
    drawn = sum(_variance(side, x) for side, x in zip((p, q), potentials, strict=True))
    parts = {
        name: _of_root(float(value / scale), variance**0.5, member.order) * float(scale)
        for name, variance in (("directions", chosen), ("sample", drawn))
    }
    info = {f"standard_error_of_{name}": error for name, error in parts.items()}
    error = sum(part**2 for part in parts.values()) ** 0.5
    return Estimate(float(value), method, error, bounds=(0.0, inf), info=info)


def _along(member: Transport, p: PointCloud, q: PointCloud, lines: Array, xp: Any) -> Array:
    x, y = (Atoms(lines @ xp.matrix_transpose(side.points), side.masses) for side in (p, q))
    return evaluate(member, x, y, xp)


def _potentials(order: float, p: PointCloud, q: PointCloud, scale: float) -> tuple[Array, Array]:
    """Return the potentials of either side at its points, for distances in units of `scale`."""
    x, y = (side.points[:, 0] / scale for side in (p, q))
    return (
        _potential(order, x, p.masses, y, q.masses),
        _potential(order, y, q.masses, x, p.masses),
    )


def _potential(order: float, x: Array, a: Array | None, y: Array, b: Array | None) -> Array:
    """Return the integral of the slope of the cost at the partners of x.

    Between neighbours of x the partner is y where G passes the level of F there; where it is one
    point for the left neighbour and another for the right one, the mean of both.
    """
    order_x, order_y = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    x, y = x[order_x], y[order_y]
    level, other = (
        np.arange(1, len(z) + 1) / len(z) if mass is None else np.cumsum(mass[rank])
        for z, mass, rank in ((x, a, order_x), (y, b, order_y))
    )
    last = len(y) - 1
    rise = np.zeros(len(x))
    for side in ("left", "right"):
        partner = y[np.minimum(np.searchsorted(other, level[:-1], side), last)]
        rise[1:] += np.abs(x[1:] - partner) ** order - np.abs(x[:-1] - partner) ** order
    potential = np.empty_like(rise)
    potential[order_x] = 0.5 * np.cumsum(rise)
    return potential


def _variance(side: PointCloud, potential: Array) -> float:
    """Return the variance of the mean of the potential."""
    n = len(potential)
    mass = np.full(n, 1.0 / n) if side.masses is None else side.masses
    rest = 1.0 - np.sum(mass**2)
    centred = potential - mass @ potential
    return float(np.sum((mass * centred) ** 2) / rest) if rest > 0.0 else inf


def _of_root(value: float, error: float, order: float) -> float:
    """Return how far the root of value^order moves if that does by its standard error."""
    return (value**order + error) ** (1.0 / order) - value if error < inf else inf
