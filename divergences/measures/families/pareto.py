"""The Pareto distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Pareto(Univariate, shape=Domain.POSITIVE, scale=Domain.POSITIVE):
    """Pareto distribution with P(X > x) = (scale / x)^shape for x > scale.

    Parameters
    ----------
    shape
        Tail exponent, positive.
    scale
        The least outcome, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Pareto(2.0).mean)
    2.0
    """

    shape: Any
    scale: Any = 1.0

    @property
    def support(self) -> Support:
        """From `scale` on."""
        return Support(self.scale, inf)

    @property
    def mean(self) -> Array:
        """Scale shape / (shape - 1), infinite for shape <= 1."""
        return self.power_mean(1.0)

    @property
    def variance(self) -> Array:
        """scale^2 shape / ((shape - 1)^2 (shape - 2)), infinite for shape <= 2."""
        xp, a = self.xp, self.shape
        b = xp.where(a > 2, a, 3.0)
        return xp.where(a > 2, self.scale**2 * b / ((b - 1.0) ** 2 * (b - 2.0)), inf)

    @property
    def log_mean(self) -> Array:
        """log(scale) + 1/shape."""
        return self.xp.log(self.scale) + 1.0 / self.shape

    @property
    def log_variance(self) -> Array:
        """1/shape^2."""
        return self.shape**-2.0 + 0.0 * self.scale

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k, infinite for k >= shape."""
        xp, rest = self.xp, self.shape - k
        finite = rest > 0
        return xp.where(finite, self.scale**k * self.shape / xp.where(finite, rest, 1.0), inf)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp, n = self.xp, 1.0 - self.shape
        beyond = m > self.scale
        log_z = xp.log(xp.where(beyond, m / self.scale, 1.0))
        flat = n == 0
        some = xp.where(flat, 1.0, n)
        area = xp.where(flat, log_z, expm1(some * log_z, xp) / some)
        return xp.where(beyond, (m - self.scale) - self.scale * area, 0.0)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        return xp.log(self.shape / self.scale) - (self.shape + 1.0) * xp.log(x / self.scale)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return 1 - (scale / x)^shape."""
        return -expm1(-self.shape * xp.log(x / self.scale), xp)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return scale (1 - u)^(-1/shape)."""
        return self.scale * xp.exp(-log1p(-u, xp) / self.shape)

    def entropy(self) -> Array:
        """Return log(scale / shape) + 1 + 1/shape."""
        return self.xp.log(self.scale / self.shape) + 1.0 + 1.0 / self.shape
