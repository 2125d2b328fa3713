"""The Cauchy distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, nan, pi
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.univariate import LocationScale
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Cauchy(LocationScale, scale=Domain.POSITIVE):
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

    standard_mean = nan
    standard_variance = nan
    standard_entropy = log(4.0 * pi)

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return -log(pi (1 + z^2)), also where z^2 overflows."""
        z = xp.abs(z)
        far = z > 1e8  # where z^2 absorbs the one
        tail = xp.where(far, 2.0 * xp.log(xp.where(far, z, 1.0)), 0.0)
        return -(log1p(xp.where(far, 0.0, z) ** 2, xp) + tail) - log(pi)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return the angle at which z is seen, accurate in the lower tail too."""
        return xp.atan2(xp.ones_like(z), -z) / pi

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return -1 / tan(pi u), from the nearer end."""
        upper = u > 0.5
        tail = 1.0 / xp.tan(pi * xp.where(upper, 1.0 - u, u))
        return xp.where(upper, tail, -tail)

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return infinity: the tails are too heavy."""
        return xp.full_like(z, inf)
