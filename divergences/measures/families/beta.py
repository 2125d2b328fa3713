"""The beta distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.functions import special
from divergences.numerics.special.inverse_cdf import UNIT, invert_by_bisection
from divergences.numerics.special.stirling import (
    digamma_minus_log,
    log_gamma_remainder,
    log_pochhammer_ratio,
    trigamma,
)
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Beta(Univariate, a=Domain.POSITIVE, b=Domain.POSITIVE):
    """Beta distribution with density x^(a - 1) (1 - x)^(b - 1) / B(a, b) on (0, 1).

    Parameters
    ----------
    a, b
        Exponents, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Beta(2.0, 1e20).entropy()), 11)
    -44.47448619498
    """

    a: Any
    b: Any

    @property
    def support(self) -> Support:
        """The unit interval."""
        return Support(0.0, 1.0)

    @property
    def mean(self) -> Array:
        """A / (a + b)."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> Array:
        """A b / ((a + b)^2 (a + b + 1))."""
        total = self.a + self.b
        return (self.a / total) * (self.b / total) / (total + 1.0)

    @property
    def log_mean(self) -> Array:
        """The mean of log X."""
        return self._log_mean(self.a, self.b)

    @property
    def log1m_mean(self) -> Array:
        """The mean of log(1 - X)."""
        return self._log_mean(self.b, self.a)

    def _log_mean(self, a: Array, b: Array) -> Array:
        xp, total = self.xp, self.a + self.b
        return (digamma_minus_log(a, xp) - digamma_minus_log(total, xp)) - log1p(b / a, xp)

    @property
    def log_variance(self) -> Array:
        """The variance of log X."""
        return trigamma(self.a, self.xp) - trigamma(self.a + self.b, self.xp)

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k, infinite for k <= -a."""
        xp, a, total = self.xp, self.a, self.a + self.b
        finite = a + k > 0
        j = xp.where(finite, k, 0.0)
        rise = (
            log_pochhammer_ratio(a, j, xp)
            - log_pochhammer_ratio(total, j, xp)
            - j * log1p(self.b / a, xp)
        )
        return xp.where(finite, xp.exp(rise), inf)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp, betainc = self.xp, special(self.xp).betainc
        a, b = self.a + 0.0 * m, self.b + 0.0 * m
        x = xp.clip(m + 0.0 * a, 0.0, 1.0)
        value = m * betainc(a, b, x) - self.mean * betainc(a + 1.0, b, x)
        return xp.where(m <= 0, 0.0, xp.where(m >= 1, m - self.mean, value))

    def log_prob_below(self, gap: Array) -> Array:
        """Return the log-density at 1 - gap, also where 1 - gap would be rounded to 1."""
        return Beta(self.b, self.a).log_prob(gap)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`, with little error however large the exponents."""
        a, b = self.a, self.b
        inside = (x > 0) & (x < 1)
        z = xp.where(inside, x, 0.5)
        # a log(x (a + b) / a) + b log((1 - x) (a + b) / b) is the part that grows with a and b;
        # each logarithm is small near the mean, and taken from its distance there.
        d = z * b - (1.0 - z) * a
        up, down = d / a, -d / b
        near_up, near_down = xp.abs(up) < 0.5, xp.abs(down) < 0.5
        log_up = xp.where(near_up, log1p(xp.where(near_up, up, 0.0), xp), log1p(b / a, xp))
        log_up = log_up + xp.where(near_up, 0.0, xp.log(z))
        log_down = xp.where(near_down, log1p(xp.where(near_down, down, 0.0), xp), log1p(a / b, xp))
        log_down = log_down + xp.where(near_down, 0.0, log1p(-z, xp))
        norm = (
            log_gamma_remainder(a, xp) + log_gamma_remainder(b, xp) - log_gamma_remainder(a + b, xp)
        )
        value = a * log_up + b * log_down - xp.log(z) - log1p(-z, xp) - norm
        exponent = xp.where(x <= 0, a, b)
        edge = xp.where(exponent == 1.0, -special(xp).betaln(a, b), inf)
        return xp.where(inside, value, xp.where(exponent > 1.0, -inf, edge))

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the incomplete beta function."""
        return special(xp).betainc(self.a, self.b, x)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the inverse of the incomplete beta function."""
        if not backend(xp).native:
            return invert_by_bisection(
                lambda x: self.cumulative(x, xp), lambda x: self.log_density(x, xp), u, UNIT
            )
        return special(xp).betaincinv(self.a, self.b, u)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return source.beta(self.a, self.b, shape)

    def entropy(self) -> Array:
        """Return the entropy; nothing in it grows with the exponents but its own value."""
        xp, a, b, total = self.xp, self.a, self.b, self.a + self.b

        def part(x: Array) -> Array:
            return log_gamma_remainder(x, xp) - x * digamma_minus_log(x, xp)

        rest = part(a) + part(b) - part(total)
        return rest + self.log_mean + self.log1m_mean
