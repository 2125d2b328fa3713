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
    p, q = _in_order(p), _in_order(q)
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
        along = [side._replace(points=side.points @ line[:, None]) for side in (p, q)]
        orders = [np.argsort(side.points[:, 0]) for side in along]
        x, y = (side.take(order) for side, order in zip(along, orders, strict=True))
        found = _potentials(member.order, x, y, float(scale))
        for total, order, one in zip(potentials, orders, found, strict=True):
            total[order] += one / directions
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


def _in_order(side: PointCloud) -> PointCloud:
    """Return points on the line in ascending order."""
    if side.masses is None:
        return side._replace(points=np.sort(side.points, axis=0))
    return side.take(np.argsort(side.points[:, 0]))


def _potentials(order: float, p: PointCloud, q: PointCloud, scale: float) -> tuple[Array, Array]:
    """Return the potentials of either side at its points, for distances in units of `scale`.

    The points of both sides are in ascending order.
    """
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
    rise = np.zeros(len(x))
    for partner in _passages(len(x), a, len(y), b):
        z = y[partner]
        rise[1:] += np.abs(x[1:] - z) ** order - np.abs(x[:-1] - z) ** order
    return 0.5 * np.cumsum(rise)


def _passages(n: int, a: Array | None, m: int, b: Array | None) -> tuple[Array, Array]:
    """Return which point of Q reaches each level of F but the last, and which one exceeds it."""
    if a is None and b is None:
        level = np.arange(1, n, dtype=np.int64) * m  # in units of 1 / (n m)
        return (level - 1) // n, level // n
    level, other = (
        np.arange(1, size + 1) / size if mass is None else np.cumsum(mass)
        for size, mass in ((n, a), (m, b))
    )
    found = (np.searchsorted(other, level[:-1], side) for side in ("left", "right"))
    left, right = (np.minimum(index, m - 1) for index in found)
    return left, right


def _variance(side: PointCloud, potential: Array) -> float:
    """Return the variance of the mean of the potential."""
    n, mass = len(potential), side.masses
    if mass is None:
        return float(np.var(potential, ddof=1)) / n if n > 1 else inf
    rest = 1.0 - np.sum(mass**2)
    centred = potential - mass @ potential
    return float(np.sum((mass * centred) ** 2) / rest) if rest > 0.0 else inf


def _of_root(value: float, error: float, order: float) -> float:
    """Return how far the root of value^order moves if that does by its standard error."""
    return (value**order + error) ** (1.0 / order) - value if error < inf else inf
