"""The Cauchy distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, nan, pi
from typing import Any

from divergences.measures.distribution import Domain, Support, Univariate
from divergences.numerics.elementary import log1p
from divergences.numerics.namespace import namespace

Array = Any


@dataclass(frozen=True, eq=False)
class Cauchy(Univariate, scale=Domain.POSITIVE):
    """Cauchy distribution with density 1 / (pi scale (1 + z^2)), z = (x - loc) / scale.

    Parameters
    ----------
    loc
        Median; there is no mean.
    scale
        Half the distance between the quartiles, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Cauchy(1.0, 2.0).quantile(0.5))
    1.0
    """

    loc: Any = 0.0
    scale: Any = 1.0

    @property
    def support(self) -> Support:
        """The real line."""
        return Support(-inf, inf)

    @property
    def mean(self) -> Array:
        """NaN: there is none."""
        return nan * (self.loc + self.scale)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        z = xp.abs((x - self.loc) / self.scale)
        far = z > 1e8  # where z^2 absorbs the one, and may overflow
        tail = xp.where(far, 2.0 * xp.log(xp.where(far, z, 1.0)), 0.0)
        near = log1p(xp.where(far, 0.0, z) ** 2, xp)
        return -(near + tail) - xp.log(self.scale) - log(pi)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`, accurate in the lower tail too."""
        xp = namespace(x, self.loc, self.scale)
        return xp.atan2(xp.asarray(self.scale), self.loc - x) / pi

    def quantile(self, u: Array) -> Array:
        """Return loc - scale / tan(pi u)."""
        xp = namespace(u, self.loc, self.scale)
        u = xp.asarray(u)
        flip = u > 0.5  # so that the argument of the tangent is exact near 1 as well
        tail = 1.0 / xp.tan(pi * xp.where(flip, 1.0 - u, u))
        return self.loc + self.scale * xp.where(flip, tail, -tail)

    def entropy(self) -> Array:
        """Return log(4 pi scale)."""
        return log(4.0 * pi) + self.xp.log(self.scale) + 0.0 * self.loc
