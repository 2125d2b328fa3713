"""The gamma function about Stirling's formula, so that nothing cancels for large arguments.

With excess(x) = log Gamma(x) - (x log x - x), the part of log Gamma that x log x - x leaves, its
first two derivatives are psi(x) - log x and psi'(x) - 1/x. The Bregman divergence of log Gamma is
that of x log x, which `bregman_log` computes, plus that of the excess.

Derivation: Stirling's series with Bernoulli numbers, and the recursion Gamma(x + 1) = x Gamma(x)
below `LARGE`. DLMF 5.11.1, 5.11.2, 5.15.8.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from divergences.numerics.elementary import horner
from divergences.numerics.kernels import bregman_log
from divergences.numerics.special import special

Array = Any

LARGE = 10.0
# B_2k / (2k (2k - 1)), B_2k / (2k) and B_2k, highest power first: eight terms of each series leave
# less than 2^-53 of the excess at x = LARGE.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_VALUE = tuple(b / ((2 * k + 2) * (2 * k + 1)) for k, b in enumerate(_BERNOULLI))[::-1]
_SLOPE = tuple(b / (2 * k + 2) for k, b in enumerate(_BERNOULLI))[::-1]
_CURVATURE = _BERNOULLI[::-1]

# Gauss-Legendre nodes t and weights w on (0, 1): for analytic integrands 20 reach 2^-53 as long as
# the nearest singularity is no closer than a third of the interval.
_GAUSS = np.polynomial.legendre.leggauss(20)
NODES = tuple((0.5 + 0.5 * _GAUSS[0]).tolist())
WEIGHTS = tuple((0.5 * _GAUSS[1]).tolist())
FAR = 4.0  # quotient of two arguments from which on textbook formulas do not cancel


def excess(x: Array, xp: Any) -> Array:
    """Return log Gamma(x) - x log x + x for x > 0."""
    large = x >= LARGE
    y, z = xp.where(large, x, LARGE), xp.where(large, 1.0, x)
    series = 0.5 * xp.log(2.0 * pi / y) + horner(_VALUE, 1.0 / y / y) / y
    return xp.where(large, series, special(xp).gammaln(z) - z * (xp.log(z) - 1.0))


def excess_slope(x: Array, xp: Any) -> Array:
    """Return psi(x) - log x for x > 0."""
    large = x >= LARGE
    y, z = xp.where(large, x, LARGE), xp.where(large, 1.0, x)
    series = -(0.5 + horner(_SLOPE, 1.0 / y / y) / y) / y
    return xp.where(large, series, special(xp).digamma(z) - xp.log(z))


def excess_curvature(x: Array, xp: Any) -> Array:
    """Return psi'(x) - 1/x for x > 0."""
    large = x >= LARGE
    y = xp.where(large, x, x + LARGE)
    series = (0.5 + horner(_CURVATURE, 1.0 / y / y) / y) / y / y
    z = xp.where(large, 1.0, x)
    lifted = sum(1.0 / (z + k) / (z + k) for k in range(1, int(LARGE))) + 1.0 / y + series
    return xp.where(large, series, (1.0 / z - 1.0) / z + lifted)


def trigamma(x: Array, xp: Any) -> Array:
    """Return psi'(x) for x > 0."""
    return 1.0 / x + excess_curvature(x, xp)


def remainder(curvature: Any, x: Array, d: Array, xp: Any) -> Array:
    """Return f(x + d) - f(x) - f'(x) d >= 0 from the second derivative of a convex f.

    It is the integral of (1 - t) f''(x + t d) d^2 over t in (0, 1).
    """
    x, d = xp.asarray(x), xp.asarray(d)
    t = xp.asarray(NODES, dtype=d.dtype)
    w = xp.asarray(WEIGHTS, dtype=d.dtype) * (1.0 - t)
    return xp.sum(w * curvature(x[..., None] + t * d[..., None]), axis=-1) * d * d


def bregman_excess(y: Array, x: Array, d: Array, xp: Any) -> Array:
    """Return excess(y) - excess(x) - excess'(x) d >= 0, d = y - x."""
    near = (y < FAR * x) & (x < FAR * y)
    close = remainder(
        lambda z: excess_curvature(z, xp), xp.where(near, x, 1.0), xp.where(near, d, 0.0), xp
    )
    apart = excess(y, xp) - excess(x, xp) - excess_slope(x, xp) * d
    return xp.where(near, close, apart)


def log_rise(x: Array, r: Array, xp: Any) -> Array:
    """Return log(Gamma(x + r) / Gamma(x)) - r log x for x, x + r > 0."""
    y = x + r
    return bregman_log(y, x, r, None, xp) + excess(y, xp) - excess(x, xp)


def factorial_excess(k: Array, xp: Any) -> Array:
    """Return log(k!) - k log k + k for k >= 0."""
    some = xp.where(k > 0, k, 1.0)
    return xp.where(k > 0, excess(some, xp) + xp.log(some), 0.0)
