"""Quantities of an order a, from the moments of nearest neighbours' balls.

The mass M of a ball that reaches the k-th of n - 1 others has a Beta(k, n - k) distribution. With
s = order - 1, exp(s log p/q) of two log densities is off by the moments of order -s of one M and of
order s of the other; divided by these, its mean over P is the integral of p^a q^(1-a), as far as
densities are even; without q that of p^a. The moment exists for s < k, and has a variance for
2 s < k.

Poczos & Schneider, "On the estimation of alpha-divergences", AISTATS (2011), theorems 1 and 2; for
one density Leonenko, Pronzato & Savani, "A class of Renyi information estimators for
multidimensional densities", Ann. Stat. 36 (2008).
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from divergences.core import FDivergence
from divergences.core.influence import slopes
from divergences.core.order import OrderEntropy
from divergences.numerics.special.order_sums import PowerSum


def powers(member: FDivergence) -> tuple[float, float] | None:
    """Return a and c if the quantity is c (sum p^a q^(1-a) - 1) / (a (a - 1)), or None.

    For a above 1 or below 0. Its slopes are c ((p/q)^(a-1) - 1) / (a - 1) and -c ((p/q)^a - 1) / a.
    """
    t = np.array([1.0, 2.0, -3.0, -1.0, 0.5])
    on_p, on_q = slopes(member, t)
    with np.errstate(all="ignore"):
        b = np.log(on_p[1] / on_p[0] - 1.0)
        if not (b > 0.0 or b < -1.0):
            return None
        a, factor = 1.0 + round(float(b), 10), on_p[0] * b / np.expm1(b)
        expected = factor * np.expm1(b * t) / b, -factor * np.expm1(a * t) / a
    if not np.allclose([on_p, on_q], expected, rtol=1e-8, atol=1e-8):
        return None
    return a, float(factor)


def log_moment(k: int, n: int, s: float) -> float:
    """Return the log of the mean of exp(s (log M - its mean)), M of Beta(k, n - k)."""
    moment = gammaln(k + s) - gammaln(k) + gammaln(n) - gammaln(n + s)
    return float(moment - s * (digamma(k) - digamma(n)))


def enough(order: float, k: int) -> int:
    """Return k, if a power of order - 1 of what k neighbours tell has a variance."""
    if k <= 2.0 * (order - 1.0):
        raise ValueError(
            f"order {order:g} takes powers of densities whose spread is infinite with k = {k} "
            f"neighbours; pass NearestNeighbours(k={int(2.0 * (order - 1.0)) + 1}) or more."
        )
    return k


def of_integral(
    member: OrderEntropy, order: float, total: float, error: float
) -> tuple[float, float]:
    """Return an entropy from the integral of p^a, and from its standard error that of the entropy.

    The latter is how far the entropy moves on either side, in the mean.
    """

    def value(total: float) -> float:
        a, tsallis = np.asarray(order), np.asarray((total - 1.0) / (1.0 - order))
        return float(member.value(PowerSum(tsallis, np.log(total) / (1.0 - a)), a, np))

    with np.errstate(all="ignore"):
        low, here, high = (value(max(total + sign * error, 0.0)) for sign in (-1.0, 0.0, 1.0))
    return here, 0.5 * abs(high - low)
