"""The Laplace distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.univariate import LocationScale
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Laplace(LocationScale, scale=Domain.POSITIVE):
    """Laplace distribution with density exp(-|x - loc| / scale) / (2 scale).

    Parameters
    ----------
    loc
        Mean and median.
    scale
        Mean distance from it, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Laplace(1.0, 2.0).cdf(1.0))
    0.5
    """

    loc: Any = 0.0
    scale: Any = 1.0

    standard_mean = 0.0
    standard_variance = 2.0
    standard_entropy = 1.0 + log(2.0)

    @property
    def kinks(self) -> tuple[Array, ...]:
        """The peak."""
        return (self.loc,)

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return -|z| - log 2."""
        return -xp.abs(z) - log(2.0)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return exp(z)/2 below the median, 1 - exp(-z)/2 above."""
        return xp.where(z < 0, 0.5 * xp.exp(-xp.abs(z)), 0.5 - 0.5 * expm1(-xp.abs(z), xp))

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return log(2u) below the median, -log(2 - 2u) above."""
        return xp.where(u < 0.5, 1.0, -1.0) * xp.log(2.0 * xp.minimum(u, 1.0 - u))

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return max(z, 0) + exp(-|z|)/2."""
        return xp.maximum(z, xp.zeros_like(z)) + 0.5 * xp.exp(-xp.abs(z))

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X), infinite unless |t| scale < 1."""
        xp, s = self.xp, t * self.scale
        rest = (1.0 - s) * (1.0 + s)
        return xp.where(rest > 0, xp.exp(t * self.loc) / xp.where(rest > 0, rest, 1.0), xp.inf)
