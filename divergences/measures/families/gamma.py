"""The generalised gamma distribution, and the gamma, exponential and chi-squared among it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import exp_excess, expm1
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.functions import special
from divergences.numerics.special.inverse_cdf import HALF_LINE, invert_by_bisection
from divergences.numerics.special.stirling import (
    digamma_minus_log,
    log_gamma_remainder,
    log_pochhammer_ratio,
    trigamma,
)
from divergences.numerics.typing import Array

POSITIVE = Domain.POSITIVE


class GammaPower(Univariate):
    """The distribution of a Y^(1/c) where Y is gamma with shape s: its family states (a, s, c).

    The density is |c| / (a Gamma(s)) z^(s c - 1) exp(-z^c), z = x / a (Stacy, 1962).
    """

    @property
    @abstractmethod
    def triple(self) -> tuple[Array, Array, Array]:
        """The scale a > 0, the shape s > 0 and the power c != 0."""

    @property
    def squared_scale(self) -> tuple[Array, float]:
        """A number u and a factor k with a^2 = k u^2: exact where a, such as sqrt(2), is not."""
        return self.triple[0], 1.0

    @property
    def support(self) -> Support:
        """The positive half-line."""
        return Support(0.0, inf)

    @property
    def mean(self) -> Array:
        """The mean, infinite where the tail is too heavy."""
        return self.power_mean(1.0)

    @property
    def variance(self) -> Array:
        """The variance, infinite where the tail is too heavy."""
        xp, (_, s, c) = self.xp, self.triple
        first, second = s + 1.0 / c, s + 2.0 / c
        finite = second > 0
        first, second = xp.where(finite, first, 1.0), xp.where(finite, second, 2.0)
        spread = self._log_ratio(second, s, xp) - 2.0 * self._log_ratio(first, s, xp)
        return xp.where(finite, self.power_mean(1.0) ** 2 * expm1(spread, xp), inf)

    @staticmethod
    def _log_ratio(x: Array, s: Array, xp: Any) -> Array:
        """Return log(Gamma(x) / Gamma(s))."""
        return log_pochhammer_ratio(s, x - s, xp) + (x - s) * xp.log(s)

    @property
    def log_mean(self) -> Array:
        """The mean of log X."""
        xp, (a, s, c) = self.xp, self.triple
        return xp.log(a) + (digamma_minus_log(s, xp) + xp.log(s)) / c

    @property
    def log_variance(self) -> Array:
        """The variance of log X."""
        _, s, c = self.triple
        return trigamma(s, self.xp) / (c * c)

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k, infinite where the tail is too heavy."""
        xp, (a, s, c) = self.xp, self.triple
        x = s + k / c
        finite = x > 0
        log_ratio = self._log_ratio(xp.where(finite, x, 1.0), s, xp)
        return xp.where(finite, xp.exp(log_ratio + k * xp.log(a)), inf)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp, (_, s, c) = self.xp, self.triple
        safe = xp.where(m > 0, m, 1.0)
        value = safe * self._part(safe, s, xp)
        partial = self.mean * self._part(safe, xp.where(s + 1.0 / c > 0, s + 1.0 / c, 1.0), xp)
        return xp.where(m > 0, value - partial, 0.0)

    def _part(self, x: Array, s: Array, xp: Any) -> Array:
        """Return the probability of outcomes up to `x`, with shape `s`."""
        a, _, c = self.triple
        y = (x / a) ** c
        lower, upper = special(xp).gammainc(s, y), special(xp).gammaincc(s, y)
        return xp.where(c > 0, lower, upper)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`, with little error however large the shape."""
        a, s, c = self.triple
        inside = xp.where(x > 0, x, a)
        log_z = xp.log(inside / a)
        # With y = z^c / s: s (log y - y + 1) is the part that grows with the shape.
        log_y = c * log_z - xp.log(s)
        power = -s * exp_excess(log_y, xp)
        usual = power - log_gamma_remainder(s, xp) + xp.log(xp.abs(c)) - xp.log(inside)
        at_zero = (s * c) * 0.0 + xp.where(s * c < 1.0, inf, -inf)
        start = xp.log(xp.abs(c)) - xp.log(a) - special(xp).gammaln(s)
        at_zero = xp.where(s * c == 1.0, start, xp.where(c < 0, -inf, at_zero))
        return xp.where(x > 0, xp.where(xp.isinf(x), -inf, usual), at_zero)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the incomplete gamma function at (x/a)^c, or its complement for c < 0."""
        return self._part(x, self.triple[1], xp)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the inverse of the distribution function."""
        if not backend(xp).native:
            return invert_by_bisection(
                lambda x: self.cumulative(x, xp), lambda x: self.log_density(x, xp), u, HALF_LINE
            )
        a, s, c = self.triple
        lower, upper = special(xp).gammaincinv(s, u), special(xp).gammainccinv(s, u)
        return a * xp.where(c > 0, lower, upper) ** (1.0 / c)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        a, s, c = self.triple
        return a * source.gamma(s, shape) ** (1.0 / c)

    def entropy(self) -> Array:
        """Return log(a Gamma(s) / |c|) + s + (1/c - s) psi(s)."""
        xp, (a, s, c) = self.xp, self.triple
        slope = digamma_minus_log(s, xp)
        # With R = log_gamma_remainder, log Gamma(s) + s - s psi(s) = R(s) - s R'(s) is bounded
        # for large s.
        rest = log_gamma_remainder(s, xp) - s * slope + (xp.log(s) + slope) / c
        return xp.log(a / xp.abs(c)) + rest


@dataclass(frozen=True, eq=False)
class GeneralizedGamma(GammaPower, shape=POSITIVE, power=Domain.NONZERO, scale=POSITIVE):
    """Generalised gamma distribution: that of scale Y^(1/power), Y gamma with the shape.

    Parameters
    ----------
    shape
        Shape s of the gamma distribution, positive.
    power
        The exponent c in exp(-z^c), z = x / scale; not zero.
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.GeneralizedGamma(0.5, 2.0, 2.0**0.5), dv.HalfNormal(1.0)
    >>> abs(float(p.entropy() - q.entropy())) < 1e-15
    True
    """

    shape: Any
    power: Any
    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The parameters."""
        return self.scale, self.shape, self.power


@dataclass(frozen=True, eq=False)
class Gamma(GammaPower, shape=POSITIVE, scale=POSITIVE):
    """Gamma distribution with density z^(shape - 1) exp(-z) / (scale Gamma(shape)), z = x / scale.

    Parameters
    ----------
    shape
        Shape, positive.
    scale
        Scale, positive: one over the rate.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Gamma(2.0, 3.0).mean), 12)
    6.0
    """

    shape: Any
    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The parameters, and power 1."""
        return self.scale, self.shape, self.xp.ones_like(self.shape)

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X), infinite unless t scale < 1."""
        xp, s = self.xp, t * self.scale
        finite = s < 1.0
        return xp.where(finite, xp.where(finite, 1.0 - s, 1.0) ** -self.shape, inf)


@dataclass(frozen=True, eq=False)
class Exponential(GammaPower, scale=POSITIVE):
    """Exponential distribution with density exp(-x / scale) / scale.

    Parameters
    ----------
    scale
        Mean, positive: one over the rate.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Exponential(1.0).entropy())
    1.0
    """

    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The scale, shape 1 and power 1."""
        one = self.xp.ones_like(self.scale)
        return self.scale, one, one

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X), infinite unless t scale < 1."""
        xp, s = self.xp, t * self.scale
        return xp.where(s < 1.0, 1.0 / xp.where(s < 1.0, 1.0 - s, 1.0), inf)


@dataclass(frozen=True, eq=False)
class ChiSquared(GammaPower, df=POSITIVE):
    """Distribution of the sum of squares of `df` independent standard normals.

    Parameters
    ----------
    df
        Degrees of freedom, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.ChiSquared(3.0).mean), 12)
    3.0
    """

    df: Any

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """Scale 2, shape df/2 and power 1."""
        one = self.xp.ones_like(self.df)
        return 2.0 * one, 0.5 * self.df, one
