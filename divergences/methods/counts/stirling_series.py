"""Log-gamma, digamma and trigamma less their leading terms, for counts up to 10^12 in NumPy.

The remainders are small and computed without cancellation. So digamma(N) - digamma(n) is accurate
as log(N/n), by log1p, plus a difference of two remainders. The series are those of Abramowitz &
Stegun, "Handbook of Mathematical Functions" (1964), 6.1.41, 6.3.18 and 6.4.12. The functions in
`numerics/special/stirling.py` serve every array library; they differ from these in the last digit.
"""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np
from scipy.special import digamma, gammaln, zeta

from divergences.numerics.typing import Array

FAR = 20.0  # from this argument on, the first term left out of each series is below 2^-53
HALF_LOG_TAU = 0.5 * log(2.0 * pi)
# B_2k / (2k (2k - 1)), B_2k / 2k and B_2k for k = 1, 2, ...
LOG_GAMMA = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760)
TRIGAMMA = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)
# 1 / (k (k + 1)), k = 1, 2, ...
LOGARITHM = tuple(1.0 / (k * (k + 1)) for k in range(1, 14))


def stirling_error(x: Array) -> Array:
    """Return log Gamma(x) - [(x - 1/2) log x - x + log(2 pi)/2], about 1/(12 x)."""
    return _split(
        x,
        lambda x: gammaln(x) - ((x - 0.5) * np.log(x) - x + HALF_LOG_TAU),
        lambda x: _even_series(x, LOG_GAMMA) / x,
    )


def digamma_minus_log(x: Array) -> Array:
    """Return digamma(x) - log(x), about -1/(2 x)."""
    return _split(
        x,
        lambda x: digamma(x) - np.log(x),
        lambda x: -(0.5 + _even_series(x, DIGAMMA) / x) / x,
    )


def scaled_trigamma_minus_one(x: Array) -> Array:
    """Return x trigamma(x) - 1, about 1/(2 x): positive and decreasing."""
    return _split(
        x,
        lambda x: x * zeta(2.0, x) - 1.0,
        lambda x: (0.5 + _even_series(x, TRIGAMMA) / x) / x,
    )


def leave_one_out_correction(x: Array) -> Array:
    """Return 1 + (x - 1) log(1 - 1/x), about 1/(2 x), for x >= 1."""
    return _split(
        x,
        lambda x: (
            np.where(x > 1.0, 1.0 + (x - 1.0) * np.log1p(-1.0 / np.maximum(x, 1.5)), 1.0)
            if x.size
            else x
        ),
        lambda x: _horner(1.0 / x, LOGARITHM) / x,
    )


def surprisal(part: Array, whole: Array) -> Array:
    """Return log(whole / part) >= 0, accurate also where `part` is nearly `whole`."""
    is_major = 2.0 * part > whole
    return np.where(
        is_major,
        -np.log1p(-(whole - part) / np.where(is_major, whole, np.inf)),
        np.log(whole / part),
    )


def digamma_difference(x: Array, step: Array) -> Array:
    """Return digamma(x + step) - digamma(x) for x > 0 and step >= 0."""
    return np.log1p(step / x) + (digamma_minus_log(x + step) - digamma_minus_log(x))


def _split(x: Array, near: Any, far: Any) -> Array:
    """Return near(x) below `FAR` and far(x) from there on, each evaluated where it is needed."""
    x = np.asarray(x, dtype=np.float64)
    is_far = x >= FAR
    far_count = np.count_nonzero(is_far)
    if far_count in (0, x.size):
        return far(x) if far_count else near(x)
    result = np.empty_like(x)
    result[is_far] = far(x[is_far])
    result[~is_far] = near(x[~is_far])
    return result


def _even_series(x: Array, coefficients: tuple[float, ...]) -> Array:
    """Return c_1 + c_2 / x^2 + c_3 / x^4 + ..."""
    return _horner((1.0 / x) ** 2, coefficients)


def _horner(z: Array, coefficients: tuple[float, ...]) -> Array:
    """Return c_1 + c_2 z + c_3 z^2 + ..., in place."""
    total = coefficients[-1] * z
    total += coefficients[-2]
    for c in coefficients[-3::-1]:
        total *= z
        total += c
    return total
