"""Estimates of entropy from how much of the distribution was seen: Chao-Shen, Chao-Wang-Jost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import exp1

from divergences.core import Array
from divergences.methods.counts.stirling_series import digamma_difference
from divergences.methods.counts.sums import Size, SumEstimator


@dataclass(frozen=True)
class ChaoShen(SumEstimator):
    """The entropy with shares reduced to the coverage C, and each outcome's chance to be seen.

        H = -∑_i C p_i log(C p_i) / (1 - (1 - C p_i)^N),   C = 1 - f_1 / N

    with p_i = n_i/N and f_1 outcomes seen once. If all were seen once, C = 1/N. Standard error: the
    jackknife's.

    References
    ----------
    Chao & Shen, "Nonparametric estimation of Shannon's index of diversity when there are unseen
    species in sample", Environ. Ecol. Stat. 10 (2003), eq. 9.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.ChaoShen())), 6)
    1.876548
    """

    uses_rare = True

    def term(self, n: Array, size: Size) -> Array:
        """Return -C p log(C p) / (1 - (1 - C p)^N)."""
        lacking = np.where(size.once == size.total, size.total - 1.0, size.once)
        unseen = (size.total - n) + lacking * (n / size.total)  # N (1 - C p)
        rest = unseen / size.total
        share = (1.0 - lacking / size.total) * (n / size.total)
        # Leaving one out may take the share to one.
        surprise = np.where(share > 0.5, -np.log1p(-rest), -np.log(share))
        return share * surprise / -np.expm1(size.total * np.log1p(-share))


@dataclass(frozen=True)
class ChaoWangJost(SumEstimator):
    """The entropy as the slope of the species accumulation curve, extrapolated by Good-Turing.

        H = ∑_i n_i / N [ψ(N) - ψ(n_i)] + f_1 / N (1 - A)^(1-N) B

        B = -log A - ∑_(r=1)^(N-1) (1 - A)^r / r

    with A = 2 f_2 / [(N - 1) f_1 + 2 f_2], or 2 / [(N - 1)(f_1 - 1) + 2] if no outcome was seen
    twice. Standard error: the jackknife's.

    References
    ----------
    Chao, Wang & Jost, "Entropy and the species accumulation curve: a novel estimator of entropy via
    discovery rates of new species", Methods Ecol. Evol. 4 (2013), eq. 7.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.ChaoWangJost())), 6)
    1.84787
    """

    uses_rare = True
    has_bias = False

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N (digamma(N) - digamma(n))."""
        return n / size.total * digamma_difference(n, size.total - n)

    def constant(self, size: Size) -> Array:
        """Return what the outcomes not seen are expected to add."""
        total, once, twice = size
        before = total - 1.0
        some = np.where(twice > 0.0, 2.0 * twice, 2.0)
        others = before * np.where(twice > 0.0, once, np.maximum(once - 1.0, 0.0))
        return np.where(once > 0.0, once / total * discoveries(total, others, some), 0.0)


def unseen_entropy(counts: Array) -> Array:
    """Return what Chao, Wang & Jost add for outcomes that were not seen."""
    total = counts.sum(axis=-1, dtype=np.float64)
    once, twice = ((counts == k).sum(axis=-1).astype(np.float64) for k in (1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return ChaoWangJost().constant(Size(total, once, twice))


def discoveries(total: Array, others: Array, some: Array) -> Array:
    """Return sum_{j>=0} x^(j+1) / (N + j) for x = others / (others + some), N = total.

    It is the bracket of Chao, Wang & Jost with its power, (1 - A)^(1-N) [...], as a sum of positive
    terms. Small x are summed; for others the sum from N + SHIFT on is ∫_0^∞ e^(-(N-1)u) / (e^(u+a)
    - 1) du, a = -log x, of which 1/v - 1/2 + v/12 - ... is integrated term by term, v = u + a.
    """
    x = others / (others + some)
    a = np.log1p(some / np.where(others > 0.0, others, np.inf))
    n = total + (SHIFT - 1)
    power = 1.0 / n
    tail = _scaled_exp1(n * a) - 0.5 * power
    odd = a * power + power * power  # the integral of exp(-N u) v^k, k = 1, 3, 5, ...
    for k, coefficient in zip(range(1, 2 * len(TANGENT), 2), TANGENT, strict=True):
        tail = tail + coefficient * odd
        even = a ** (k + 1) * power + (k + 1) * power * odd
        odd = a ** (k + 2) * power + (k + 2) * power * even
    small = x < 0.5
    result = np.where(small, 0.0, tail)
    for j in range(SHIFT - 1, -1, -1):
        result = x * result + x / (total + j)
    return result


SHIFT = 50  # terms summed: the rest is below a rounding for x < 1/2
# B_2k / (2k)!: the expansion of 1/(exp(v) - 1) beyond 1/v - 1/2.
TANGENT = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)


def _scaled_exp1(y: Array) -> Array:
    """Return exp(y) E1(y)."""
    far = y > 50.0
    near = np.where(far, 1.0, y)
    z = 1.0 / np.where(far, y, 50.0)
    series = np.zeros_like(z)
    for k in range(20, 0, -1):
        series = -k * z * (1.0 + series)
    return np.where(far, z * (1.0 + series), np.exp(near) * exp1(near))
