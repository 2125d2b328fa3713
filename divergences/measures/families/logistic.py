"""The logistic distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.univariate import LocationScale
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Logistic(LocationScale, scale=Domain.POSITIVE):
    """Logistic distribution with distribution function 1 / (1 + exp(-(x - loc) / scale)).

    Parameters
    ----------
    loc
        Mean and median.
    scale
        Scale, positive; the standard deviation is pi / sqrt(3) times it.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Logistic(0.0, 1.0).entropy())
    2.0
    """

    loc: Any = 0.0
    scale: Any = 1.0

    standard_mean = 0.0
    standard_variance = pi**2 / 3.0
    standard_entropy = 2.0

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return -|z| - 2 log(1 + exp(-|z|))."""
        size = xp.abs(z)
        return -size - 2.0 * log1p(xp.exp(-size), xp)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return 1 / (1 + exp(-z))."""
        tail = xp.exp(-xp.abs(z))
        return xp.where(z < 0, tail, 1.0) / (1.0 + tail)

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return log(u / (1 - u))."""
        return xp.log(u) - log1p(-u, xp)

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return log(1 + exp(z))."""
        return xp.maximum(z, xp.zeros_like(z)) + log1p(xp.exp(-xp.abs(z)), xp)

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X), infinite unless |t| scale < 1."""
        xp, s = self.xp, t * self.scale
        finite = xp.abs(s) < 1.0
        some = xp.where(finite & (s != 0), s, 0.5)
        ratio = xp.where(s == 0, 1.0, pi * some / xp.sin(pi * some))
        return xp.where(finite, xp.exp(t * self.loc) * ratio, xp.inf)
