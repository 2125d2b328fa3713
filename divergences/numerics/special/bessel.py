"""The logarithm of the Bessel function I0, and its first two derivatives.

Below `LARGE` they are means over the circle with weights exp(-k (1 - cos t)): the total weight, the
mean of 1 - cos t and the variance of cos t. All are sums of positive terms. The trapezoid rule
converges geometrically for such integrands, and is exact to rounding with `_POINTS` nodes. From
`LARGE` on they come from the series of the logarithm in 1/k (DLMF 10.40.1).
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from divergences.numerics.floats.elementary import horner
from divergences.numerics.typing import Array

LARGE = 50.0
_TERMS = (
    1 / 8,
    1 / 16,
    25 / 384,
    13 / 128,
    1073 / 5120,
    103 / 192,
    375733 / 229376,
    23797 / 4096,
    55384775 / 2359296,
    2180461 / 20480,
    24713030909 / 46137344,
    72763141 / 24576,
)
_VALUE = _TERMS[::-1]
_SLOPE = tuple((j + 1) * b for j, b in enumerate(_TERMS))[::-1]
_CURVATURE = tuple((j + 1) * (j + 2) * b for j, b in enumerate(_TERMS))[::-1]

# 1 - cos t on half a circle, and the weights of the trapezoid rule there.
_POINTS = 41
_DROP = tuple((2.0 * np.sin(np.linspace(0.0, pi / 2.0, _POINTS)) ** 2).tolist())
_WEIGHTS = tuple((0.5 if i in (0, _POINTS - 1) else 1.0) / (_POINTS - 1) for i in range(_POINTS))


def _circle(k: Array, xp: Any) -> tuple[Array, Array, Array]:
    """Return the mean weight, and the mean and the variance of 1 - cos t, for k < LARGE."""
    k = xp.asarray(k)
    drop = xp.asarray(_DROP, dtype=k.dtype)
    mass = xp.asarray(_WEIGHTS, dtype=k.dtype) * xp.exp(-k[..., None] * drop)
    total = xp.sum(mass, axis=-1)
    mean = xp.sum(mass * drop, axis=-1) / total
    variance = xp.sum(mass * (drop - mean[..., None]) ** 2, axis=-1) / total
    return total, mean, variance


def log_i0e(k: Array, xp: Any) -> Array:
    """Return log(exp(-k) I0(k)) for k >= 0."""
    large = k >= LARGE
    y = xp.where(large, k, LARGE)
    total, _, _ = _circle(xp.where(large, 1.0, k), xp)
    return xp.where(large, horner(_VALUE, 1.0 / y) / y - 0.5 * xp.log(2.0 * pi * y), xp.log(total))


def one_minus_bessel_ratio(k: Array, xp: Any) -> Array:
    """Return 1 - I1(k)/I0(k) for k >= 0."""
    large = k >= LARGE
    y = xp.where(large, k, LARGE)
    _, mean, _ = _circle(xp.where(large, 1.0, k), xp)
    return xp.where(large, (0.5 + horner(_SLOPE, 1.0 / y) / y) / y, mean)


def log_i0_second_derivative(k: Array, xp: Any) -> Array:
    """Return the second derivative of log I0 at k >= 0."""
    large = k >= LARGE
    y = xp.where(large, k, LARGE)
    _, _, variance = _circle(xp.where(large, 1.0, k), xp)
    return xp.where(large, (0.5 + horner(_CURVATURE, 1.0 / y) / y) / y / y, variance)
