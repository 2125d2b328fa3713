"""Riemann's zeta function and the first two derivatives of its logarithm.

Sums of positive terms: log zeta has slope minus the mean and curvature the variance of log K, for
P(K = k) proportional to k^-s. The first terms are added as they are and the rest is integrated by
Euler and Maclaurin's formula (DLMF 25.2.9 and its derivatives).
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

Array = Any

FIRST = 16
# Tuples: JAX keeps a NumPy constant in the precision in which it has met it first.
_LOGS = tuple(np.log(np.arange(1, FIRST)).tolist())
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _tails(s: Array) -> tuple[Array, Array, Array]:
    """Return sums over k >= FIRST of (k/FIRST)^-s log(k/FIRST)^j, j = 0, 1, 2, times (s - 1)^j.

    With f_j(x) = x^-s log(x)^j and x from 1 in steps of 1/FIRST, Euler and Maclaurin's odd
    derivatives at x = 1 are polynomials in s, carried along for all three at once.
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
    head = xp.exp(-s[..., None] * logs)
    zero, one, two = _tails(s)
    whole = xp.exp(-s * log(FIRST))
    # Moments of log K about log FIRST would cancel for large s; about 0 they are sums as well.
    cut = log(FIRST)
    rest = whole * zero
    beyond = xp.sum(head[..., 1:], axis=-1) + rest
    total = 1.0 + beyond
    mean = (xp.sum(head * logs, axis=-1) + whole * (one + cut * zero)) / total
    spread = xp.sum(head * (logs - mean[..., None]) ** 2, axis=-1)
    gap = cut - mean
    spread = spread + whole * (two + 2.0 * gap * one + gap * gap * zero)
    return xp.log1p(beyond), mean, spread / total
