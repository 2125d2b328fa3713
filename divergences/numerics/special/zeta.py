"""Riemann's zeta function and the first two derivatives of its logarithm.

For P(K = k) proportional to k^-s the first derivative is minus the mean of log K, and the second is
its variance. Both are sums of positive terms: the first `FIRST` - 1 terms are added, and the rest
comes from the Euler-Maclaurin formula (DLMF 25.2.9 and its derivatives).
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from divergences.numerics.typing import Array

FIRST = 16
# A tuple, because JAX keeps a NumPy constant in the precision of its first use.
_LOGS = tuple(np.log(np.arange(1, FIRST)).tolist())
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _tails(s: Array) -> tuple[Array, Array, Array]:
    """Return sums over k >= FIRST of (k/FIRST)^-s log(k/FIRST)^j, j = 0, 1, 2, times (s - 1)^j.

    The terms are those of f_j(x) = x^-s log(x)^j at x = 1, 1 + 1/FIRST, ... The odd derivatives at
    x = 1 in the Euler-Maclaurin formula are polynomials in s, computed for all j at once.
    """
    n, r = float(FIRST), s - 1.0
    sums = [n / r + 0.5, n / r**2, 2.0 * n / r**3]
    # The m-th derivative of x^-s log(x)^j at 1 is the j-th derivative in -s of the product
    # (-s)(-s - 1)...(-s - m + 1); p holds that product and its two derivatives.
    t = -s
    p = [t, 1.0 + 0.0 * t, 0.0 * t]
    m, scale = 1, 1.0 / n
    factorial = 2.0
    for b in _BERNOULLI:
        for j in range(3):
            sums[j] = sums[j] - b / factorial * scale * p[j]
        for _ in range(2):
            u = t - m
            p = [p[0] * u, p[1] * u + p[0], p[2] * u + 2.0 * p[1]]
            m += 1
        scale = scale / n**2
        factorial = factorial * (m + 1) * m
    return sums[0], sums[1], sums[2]


def log_zeta(s: Array, xp: Any) -> tuple[Array, Array, Array]:
    """Return log zeta(s), the mean and the variance of log K for s > 1."""
    s = xp.asarray(s)
    logs = xp.asarray(_LOGS, dtype=s.dtype)
    terms = xp.exp(-s[..., None] * logs)
    tail0, tail1, tail2 = _tails(s)
    scale = xp.exp(-s * log(FIRST))
    # The tails are moments of log(k/FIRST). Moments of log k are sums of positive terms too.
    log_first = log(FIRST)
    rest = scale * tail0
    zeta_minus_one = xp.sum(terms[..., 1:], axis=-1) + rest
    total = 1.0 + zeta_minus_one
    mean = (xp.sum(terms * logs, axis=-1) + scale * (tail1 + log_first * tail0)) / total
    variance = xp.sum(terms * (logs - mean[..., None]) ** 2, axis=-1)
    shift = log_first - mean
    variance = variance + scale * (tail2 + 2.0 * shift * tail1 + shift * shift * tail0)
    return xp.log1p(zeta_minus_one), mean, variance / total
