"""The difference F - G of two distribution functions on the line, at the points where they jump."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.numerics.floats.normalised_pair import match_totals
from divergences.numerics.floats.sums import pairwise_sum, prefix
from divergences.numerics.runtime.backend import backend
from divergences.numerics.typing import Array

CLOSE = (
    2.0**-20
)  # totals this close, relatively, differ by a float that is known to 2^-32 of itself


def cdf_difference(points: Array, a: Array, b: Array, xp: Any) -> tuple[Array, Array]:
    """Return the points in ascending order and F - G there, for masses a and b of any total.

    F - G is summed from the differences of the masses, so that equal masses leave no rounding.
    """
    if backend(xp).compiles or bool(xp.any(points[1:] < points[:-1])):
        order = xp.argsort(points)
        points, a, b = (xp.take(v, order, axis=-1) for v in (points, a, b))
    total, other = pairwise_sum(a, xp), pairwise_sum(b, xp)
    if not backend(xp).compiles and bool(xp.all(xp.abs(total - other) <= CLOSE * total)):
        d = a - b
        d = d - (pairwise_sum(d, xp) / other)[..., None] * b
    else:
        pair, total = match_totals(a, b, xp)
        d = pair.difference
    return points, prefix(d, xp) / total[..., None]


def merge_points(
    x: Array, a: Array, y: Array, b: Array, xp: Any
) -> tuple[Array, Array, Array, Array]:
    """Return the points of P and Q in ascending order, the masses a and b there, and their total.

    Both masses are scaled to the product of their totals: integers stay integers and add exactly.
    """
    totals = pairwise_sum(a, xp), pairwise_sum(b, xp)
    a, b = a * totals[1][..., None], b * totals[0][..., None]
    batch = np.broadcast_shapes(*(v.shape[:-1] for v in (x, a, y, b)))
    x, a, y, b = (xp.broadcast_to(v, (*batch, v.shape[-1])) for v in (x, a, y, b))
    points = xp.concat([x, y], axis=-1)
    order = xp.argsort(points, axis=-1, stable=True)
    masses = xp.concat([a, xp.zeros_like(y)], axis=-1), xp.concat([xp.zeros_like(x), b], axis=-1)
    points, a, b = (xp.take_along_axis(v, order, axis=-1) for v in (points, *masses))
    return points, a, b, totals[0] * totals[1]


def spacings(points: Array, xp: Any) -> Array:
    """Return the distance of each point to the next, 0 for the last."""
    return xp.concat([points[..., 1:] - points[..., :-1], 0.0 * points[..., :1]], axis=-1)
