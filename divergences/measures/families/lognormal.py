"""The log-normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import e, inf, log, pi
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.special.functions import special
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class LogNormal(Univariate, sigma=Domain.POSITIVE):
    """Distribution of exp(X), X normal with mean `mu` and standard deviation `sigma`.

    Parameters
    ----------
    mu, sigma
        Mean and standard deviation of the logarithm.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.LogNormal(0.0, 1.0).quantile(0.5))
    1.0
    """

    mu: Any = 0.0
    sigma: Any = 1.0

    @property
    def support(self) -> Support:
        """The positive half-line."""
        return Support(0.0, inf)

    @property
    def mean(self) -> Array:
        """exp(mu + sigma^2/2)."""
        return self.power_mean(1.0)

    @property
    def variance(self) -> Array:
        """The square of the mean times expm1(sigma^2)."""
        return self.mean**2 * expm1(self.sigma**2, self.xp)

    @property
    def log_mean(self) -> Array:
        """The parameter mu."""
        return self.mu + 0.0 * self.sigma

    @property
    def log_variance(self) -> Array:
        """The square of sigma."""
        return self.sigma**2 + 0.0 * self.mu

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k."""
        return self.xp.exp(k * self.mu + 0.5 * (k * self.sigma) ** 2)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp, ndtr = self.xp, special(self.xp).ndtr
        z = (xp.log(xp.where(m > 0, m, 1.0)) - self.mu) / self.sigma
        return xp.where(m > 0, m * ndtr(z) - self.mean * ndtr(z - self.sigma), 0.0)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        inside = (x > 0) & (x < inf)
        log_x = xp.log(xp.where(inside, x, 1.0))
        z = (log_x - self.mu) / self.sigma
        value = -0.5 * z * z - log_x - xp.log(self.sigma) - 0.5 * log(2.0 * pi)
        return xp.where(inside, value, -inf)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the normal distribution function of the standardised logarithm."""
        return special(xp).ndtr((xp.log(x) - self.mu) / self.sigma)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return exp of the quantile of the logarithm."""
        return xp.exp(self.mu + self.sigma * special(xp).ndtri(u))

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self.xp.exp(self.mu + self.sigma * source.normal(shape))

    def entropy(self) -> Array:
        """Return the entropy of the logarithm plus its mean."""
        return self.mu + self.xp.log(self.sigma) + 0.5 * log(2.0 * pi * e)
