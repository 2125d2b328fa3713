"""The distance of order 1 as the area between F and G, from one sort, for points with masses.

Masses are counted in units of 2^-60 of their total, so that their sums are exact. What is left is
the rounding u of each mass: F is off by at most 2 u F (1 - F), half a rounding, as G is, and the
area by u times the range of the points. Where that is too much of the area, because P and Q are
near, the coupling in double words has to do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from divergences.core import Array
from divergences.methods.transport.sorted_coupling.memory import memory

UNITS = 2.0**60
TRUSTED = 32.0  # roundings of the area


def area(
    careful: Callable[..., Array], x: Array, a: Array | None, y: Array, b: Array | None
) -> Array:
    """Return the distances of NumPy arrays, by `careful` where the area is not trusted."""
    n, m = x.shape[-1], y.shape[-1]
    masses = [np.ones(v.shape[-1]) if w is None else w for v, w in ((x, a), (y, b))]
    scales = [UNITS / np.sum(mass, axis=-1, keepdims=True) for mass in masses]
    batch = np.broadcast_shapes(*(v.shape[:-1] for v in (x, y, *masses)))
    shape = (*batch, n + m)
    points, mass = memory.empty("points", shape), memory.empty("masses", shape, np.int64)
    points[..., :n], points[..., n:] = x, y
    mass[..., :n] = _whole(masses[0], scales[0])
    np.negative(_whole(masses[1], scales[1]), out=mass[..., n:])
    order = np.argsort(points, axis=-1)
    order += np.arange(0, order.size, n + m).reshape(*batch, 1)
    out = memory.empty("sorted points", shape), memory.empty("levels", shape, np.int64)
    points, level = (
        np.take(v, order, out=w, mode="clip") for v, w in zip((points, mass), out, strict=True)
    )
    np.abs(np.cumsum(level, axis=-1, out=level), out=level)
    steps = memory.empty("steps", (*batch, n + m - 1))
    np.subtract(points[..., 1:], points[..., :-1], out=steps)
    steps *= level[..., :-1]
    found = np.asarray(np.sum(steps, axis=-1) / UNITS)
    reach = points[..., -1] - points[..., 0]
    tame = [((scale > 0.0) & (scale < np.inf))[..., 0] for scale in scales]
    doubtful = ~((reach < TRUSTED * found) & np.isfinite(found) & tame[0] & tame[1])
    if np.any(doubtful):
        found[doubtful] = careful(
            *(
                None if v is None else np.broadcast_to(v, (*batch, v.shape[-1]))[doubtful]
                for v in (x, a, y, b)
            )
        )
    return found[()]


def _whole(mass: Array, scale: Array) -> Array:
    """Return masses as whole numbers in the same ratios, of total UNITS to within n / 2."""
    scaled = mass * scale
    whole = np.rint(scaled).astype(np.int64)
    missing = UNITS - np.sum(whole, axis=-1, keepdims=True)  # by the roundings of the scale
    scaled *= missing / UNITS
    whole += np.rint(scaled, out=scaled).astype(np.int64)
    return whole
