"""The remainder of log Gamma after its leading terms, and the two derivatives of the remainder.

The remainder is R(x) = log Gamma(x) - (x log x - x), with R'(x) = psi(x) - log x and
R''(x) = psi'(x) - 1/x. Nothing cancels in them for large x. The Bregman divergence of log Gamma is
that of x log x (`kl_term`) plus that of R.

From `LARGE` on all three come from Stirling's series (DLMF 5.11.1, 5.11.2, 5.15.8). Below it R and
R' come from the library's gammaln and digamma, and R'' from the recursion
psi'(x) = psi'(x + 1) + 1/x^2.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from divergences.numerics.floats.elementary import horner
from divergences.numerics.special.functions import special
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array

LARGE = 10.0
# B_2k / (2k (2k - 1)), B_2k / (2k) and B_2k, highest power first. Eight terms of each series leave
# less than 2^-53 of the remainder at x = LARGE.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_VALUE = tuple(b / ((2 * k + 2) * (2 * k + 1)) for k, b in enumerate(_BERNOULLI))[::-1]
_SLOPE = tuple(b / (2 * k + 2) for k, b in enumerate(_BERNOULLI))[::-1]
_CURVATURE = _BERNOULLI[::-1]

# Gauss-Legendre nodes t and weights w on (0, 1). For analytic integrands 20 nodes reach 2^-53 if
# the nearest singularity is at least a third of the interval away.
_GAUSS = np.polynomial.legendre.leggauss(20)
NODES = tuple((0.5 + 0.5 * _GAUSS[0]).tolist())
WEIGHTS = tuple((0.5 * _GAUSS[1]).tolist())
FAR = 4.0  # from this quotient of two arguments on, textbook formulas do not cancel


def log_gamma_remainder(x: Array, xp: Any) -> Array:
    """Return log Gamma(x) - x log x + x for x > 0."""
    large = x >= LARGE
    y, z = xp.where(large, x, LARGE), xp.where(large, 1.0, x)
    series = 0.5 * xp.log(2.0 * pi / y) + horner(_VALUE, 1.0 / y / y) / y
    return xp.where(large, series, special(xp).gammaln(z) - z * (xp.log(z) - 1.0))


def digamma_minus_log(x: Array, xp: Any) -> Array:
    """Return psi(x) - log x for x > 0."""
    large = x >= LARGE
    y, z = xp.where(large, x, LARGE), xp.where(large, 1.0, x)
    series = -(0.5 + horner(_SLOPE, 1.0 / y / y) / y) / y
    return xp.where(large, series, special(xp).digamma(z) - xp.log(z))


def trigamma_minus_inverse(x: Array, xp: Any) -> Array:
    """Return psi'(x) - 1/x for x > 0."""
    large = x >= LARGE
    y = xp.where(large, x, x + LARGE)
    series = (0.5 + horner(_CURVATURE, 1.0 / y / y) / y) / y / y
    z = xp.where(large, 1.0, x)
    lifted = sum(1.0 / (z + k) / (z + k) for k in range(1, int(LARGE))) + 1.0 / y + series
    return xp.where(large, series, (1.0 / z - 1.0) / z + lifted)


def trigamma(x: Array, xp: Any) -> Array:
    """Return psi'(x) for x > 0."""
    return 1.0 / x + trigamma_minus_inverse(x, xp)


def taylor_remainder(curvature: Any, x: Array, d: Array, xp: Any) -> Array:
    """Return f(x + d) - f(x) - f'(x) d >= 0 from the second derivative of a convex f.

    Taylor's remainder is the integral of (1 - t) f''(x + t d) d^2 over t in (0, 1).
    """
    x, d = xp.asarray(x), xp.asarray(d)
    t = xp.asarray(NODES, dtype=d.dtype)
    w = xp.asarray(WEIGHTS, dtype=d.dtype) * (1.0 - t)
    return xp.sum(w * curvature(x[..., None] + t * d[..., None]), axis=-1) * d * d


def bregman_log_gamma_remainder(y: Array, x: Array, d: Array, xp: Any) -> Array:
    """Return R(y) - R(x) - R'(x) d >= 0 for d = y - x."""
    near = (y < FAR * x) & (x < FAR * y)
    close = taylor_remainder(
        lambda z: trigamma_minus_inverse(z, xp), xp.where(near, x, 1.0), xp.where(near, d, 0.0), xp
    )
    apart = log_gamma_remainder(y, xp) - log_gamma_remainder(x, xp) - digamma_minus_log(x, xp) * d
    return xp.where(near, close, apart)


def log_pochhammer_ratio(x: Array, r: Array, xp: Any) -> Array:
    """Return log((x)_r / x^r) for x, x + r > 0, with (x)_r = Gamma(x + r) / Gamma(x)."""
    y = x + r
    return kl_term(y, x, r, None, xp) + log_gamma_remainder(y, xp) - log_gamma_remainder(x, xp)


def log_factorial_remainder(k: Array, xp: Any) -> Array:
    """Return log(k!) - k log k + k for k >= 0."""
    positive = xp.where(k > 0, k, 1.0)
    return xp.where(k > 0, log_gamma_remainder(positive, xp) + xp.log(positive), 0.0)
