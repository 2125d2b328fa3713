"""Optimal transport on the line: the check of its order, and its definition in mpmath."""

from __future__ import annotations

from math import inf, isinf
from numbers import Real
from typing import Any


def check_order(order: Any, most: str) -> None:
    """Refuse an order below 1, and order infinity if `most` is "finite"."""
    if isinstance(order, bool) or not isinstance(order, Real):
        array = hasattr(order, "__len__") and not isinstance(order, str)
        hint = " Weights belong to the sample, Sample(x, weights); places of masses are positions=."
        raise TypeError(
            f"order is {type(order).__name__ if array else repr(order)}; pass a real number, 1 or "
            f"more.{hint if array else ''}"
        )
    if not float(order) >= 1.0:
        raise ValueError(f"order is {order!r}; it is 1 or more: below, the cost is no distance.")
    if most == "finite" and order == inf:
        raise ValueError("order is inf; this distance is a mean, and its order finite.")


def on_line(mp: Any, order: float, p: list[Any], q: list[Any]) -> Any:
    """Return the L^p norm of the difference of the quantile functions of (point, mass) pairs."""
    p, q = (sorted((x, mass) for x, mass in measure if mass) for measure in (p, q))
    i = j = 0
    left, right = p[0][1], q[0][1]  # mass of the points p[i] and q[j] that is not yet transported
    steps = []
    while i < len(p) and j < len(q):
        mass = min(left, right)
        steps.append((mass, abs(p[i][0] - q[j][0])))
        left, right = left - mass, right - mass
        if not left:
            i += 1
            left = p[i][1] if i < len(p) else 0
        if not right:
            j += 1
            right = q[j][1] if j < len(q) else 0
    if isinf(order):
        return max(distance for _, distance in steps)
    total = mp.fsum(mass * distance**order for mass, distance in steps)
    return total ** (mp.mpf(1) / order)
