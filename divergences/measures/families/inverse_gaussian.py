"""The inverse Gaussian distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import e, factorial, inf, log, nan, pi
from typing import Any

import numpy as np

from divergences.measures.distribution import Domain, Support, remade
from divergences.measures.randomness import Source
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import horner
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.functions import special
from divergences.numerics.special.inverse_cdf import (
    HALF_LINE,
    invert_by_bisection,
    invert_by_root_finding,
)
from divergences.numerics.typing import Array

# exp(x) E1(x) x = 1 - 1/x + 2/x^2 - ..., to 2^-53 for x >= FAR.
FAR = 50.0
FARTHEST = 1600.0
_SCALED_E1 = tuple((-1.0) ** k * factorial(k) for k in reversed(range(22)))


@dataclass(frozen=True, eq=False)
class InverseGaussian(Univariate, mu=Domain.POSITIVE, shape=Domain.POSITIVE):
    """Inverse Gaussian: density sqrt(shape/(2 pi x^3)) exp(-shape (x - mu)^2 / (2 mu^2 x)).

    Parameters
    ----------
    mu
        Mean, positive.
    shape
        Shape, positive; the variance is mu^3 / shape.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.InverseGaussian(2.0, 4.0).variance), 12)
    2.0
    """

    mu: Any = 1.0
    shape: Any = 1.0

    @property
    def support(self) -> Support:
        """The positive half-line."""
        return Support(0.0, inf)

    @property
    def mean(self) -> Array:
        """The parameter mu."""
        return self.mu + 0.0 * self.shape

    @property
    def variance(self) -> Array:
        """mu^3 / shape."""
        return self.mu**2 * (self.mu / self.shape)

    @property
    def log_mean(self) -> Array:
        """The mean of log X, log(mu) - exp(2f) E1(2f) with f = shape / mu."""
        xp, x = self.xp, 2.0 * self.shape / self.mu
        far = x > FAR
        near, y = xp.where(far, 1.0, x), xp.where(far, x, FAR)
        scaled = xp.where(
            far, horner(_SCALED_E1, 1.0 / y) / y, xp.exp(near) * special(xp).exp1(near)
        )
        return xp.log(self.mu) - scaled

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k for k = -1, 1, 2; NaN for others, which are not elementary."""
        xp = self.xp
        square = self.mu**2 + self.variance
        known = xp.where(k == 1.0, self.mean, xp.where(k == 2.0, square, nan))
        return xp.where(k == -1.0, 1.0 / self.mu + 1.0 / self.shape, known)

    def _parts(self, x: Array, xp: Any) -> tuple[Array, Array]:
        """Return the two terms of the distribution function at `x` > 0."""
        root = (self.shape / x) ** 0.5
        lower = special(xp).ndtr(root * (x / self.mu - 1.0))
        tail = special(xp).log_ndtr(-root * (x / self.mu + 1.0))
        return lower, xp.exp(2.0 * self.shape / self.mu + tail)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp = self.xp
        safe = xp.where(m > 0, m, 1.0)
        lower, upper = self._parts(safe, xp)
        return xp.where(m > 0, (safe - self.mu) * lower + (safe + self.mu) * upper, 0.0)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        inside = (x > 0) & (x < inf)
        y = xp.where(inside, x, 1.0)
        z = (y / self.mu - 1.0) ** 2 / y
        value = 0.5 * xp.log(self.shape / (2.0 * pi)) - 1.5 * xp.log(y) - 0.5 * self.shape * z
        return xp.where(inside, value, -inf)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the distribution function, two normal terms."""
        lower, upper = self._parts(xp.where(x > 0, x, 1.0), xp)
        return xp.where(x > 0, lower + upper, 0.0)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the inverse of the distribution function."""
        if not backend(xp).native:
            return invert_by_bisection(
                lambda x: self.cumulative(x, xp), lambda x: self.log_density(x, xp), u, HALF_LINE
            )
        # Exponents are the same at x and mu^2/x, and above 745 past these ends.
        a = FARTHEST * self.mu / self.shape
        ratio = 1.0 + a + a**0.5

        def cdf(x: Array, mu: Array, shape: Array) -> Array:
            return remade(InverseGaussian, [mu, shape]).cumulative(x, np)

        x = invert_by_root_finding(cdf, u, self.mu / ratio, self.mu * ratio, self.mu, self.shape)
        return np.where(np.asarray(u) <= 0.0, 0.0, np.where(np.asarray(u) >= 1.0, inf, x))

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples: a root of a quadratic, chosen at random (Michael et al., 1976)."""
        xp = source.xp
        y = source.normal(shape) ** 2 * self.mu / self.shape
        first = 2.0 * self.mu / (2.0 + y + xp.sqrt(y * (4.0 + y)))
        u = source.uniform(shape)
        return xp.where(u * (self.mu + first) <= self.mu, first, self.mu * (self.mu / first))

    def entropy(self) -> Array:
        """Return log(2 pi e / shape)/2 plus 3/2 times the mean of log X."""
        return 0.5 * (log(2.0 * pi * e) - self.xp.log(self.shape)) + 1.5 * self.log_mean
