"""Elementwise kernels, accurate to a few roundings for every pair of masses.

Each takes masses p and q together with their difference d, which the caller may know far more
accurately than the subtraction p - q would give it.
"""

from __future__ import annotations

from math import log
from typing import Any

Array = Any

LOG2 = log(2.0)

# (artanh(v) - v) / v^3 = sum_k w^k / (2k + 3) with w = v^2 <= NEAR^2, as a quotient of polynomials in
# w - CENTRE (about the middle of the range, where their terms do not cancel). Found by interpolation
# at Chebyshev nodes in 60 digits; it perturbs the kernel by less than 0.23 * 2^-53, relatively.
NEAR = 0.65
CENTRE = 0.21875
_NUMERATOR = (
    -3.175065060203947e-05,
    -0.0007633205381415042,
    0.08610850459719918,
    -0.5701543541796071,
    1.2877616835897006,
    -1.1890647204915248,
    0.38533807929213076,
)
_DENOMINATOR = (
    -0.11404405929956098,
    1.097092270976528,
    -3.6560588368935276,
    5.495507679755141,
    -3.8212178534432693,
    1.0,
)


def horner(coefficients: tuple[float, ...], x: Array) -> Array:
    """Evaluate the polynomial with `coefficients`, highest power first."""
    value = coefficients[0] * x + coefficients[1]
    for c in coefficients[2:]:
        value = value * x + c
    return value


def artanh_excess(v: Array) -> Array:
    """Return artanh(v) - v with no cancellation for |v| <= NEAR, and something finite for |v| <= 1."""
    w = v * v
    x = w - CENTRE
    return v * w * (horner(_NUMERATOR, x) / horner(_DENOMINATOR, x))


def log_quotient(p: Array, q: Array, xp: Any) -> Array:
    """Return log(p/q), also where p/q overflows."""
    ratio = p / q
    return xp.where(xp.isinf(ratio), xp.log(p) - xp.log(q), xp.log(ratio))


def log_quotient_near(p: Array, q: Array, d: Array, xp: Any) -> Array:
    """Return log(p/q) with small relative error also where it is nearly zero."""
    near = xp.abs(d) < 0.5 * q
    t = xp.where(near, d, 0.0) / q
    return xp.where(near, xp.log1p(t), xp.log(p / q))


def bregman_log(p: Array, q: Array, d: Array, log_ratio: Array | None, xp: Any) -> Array:
    """Return p log(p/q) - p + q >= 0, the summand of the Kullback-Leibler divergence.

    With v = d / (p + q) it equals d v + 2 p (artanh(v) - v), whose first part dominates: neither
    part cancels. Past |v| = 0.65 (a ratio of 4.7) the textbook formula is well conditioned.
    """
    v = d / (p + q)
    close = d * v + 2.0 * p * artanh_excess(v)
    if log_ratio is None:
        log_ratio = xp.log(p / q)
    return xp.where(xp.abs(v) < NEAR, close, p * log_ratio - d)


def log1p_quotient(d: Array, part: Array, whole: Array, xp: Any) -> Array:
    """Return log(part / whole), where part = whole + d, from whichever of d and part is accurate."""
    near = 2.0 * xp.abs(d) < whole
    t = xp.where(near, d, 0.0) / whole
    return xp.where(near, xp.log1p(t), xp.log(part) - xp.log(whole))


def root_slope(x: Array, xp: Any) -> Array:
    """Return the derivative of sqrt, and 0 at 0: the least subgradient at the tip of a cone."""
    positive = x > 0
    return xp.where(positive, 0.5 / xp.sqrt(xp.where(positive, x, 1.0)), 0.0)
