"""The Gumbel distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from divergences.measures.distribution import Domain
from divergences.measures.univariate import LocationScale
from divergences.numerics.special.functions import special
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Gumbel(LocationScale, scale=Domain.POSITIVE):
    """Gumbel distribution of maxima, with distribution function exp(-exp(-z)).

    Here z = (x - loc) / scale. If W is Weibull, -log W is Gumbel.

    Parameters
    ----------
    loc
        Mode.
    scale
        Scale, positive; the standard deviation is pi / sqrt(6) times it.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Gumbel(0.0, 1.0).mean), 12)
    0.577215664902
    """

    loc: Any = 0.0
    scale: Any = 1.0

    standard_mean = float(np.euler_gamma)
    standard_variance = pi**2 / 6.0
    standard_entropy = 1.0 + float(np.euler_gamma)

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return -z - exp(-z)."""
        return -z - xp.exp(-z)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return exp(-exp(-z))."""
        return xp.exp(-xp.exp(-z))

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return -log(-log u)."""
        return -xp.log(-xp.log(u))

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return the integral of the distribution function, E1(exp(-z))."""
        return special(xp).exp1(xp.exp(-z))

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X), infinite unless t scale < 1."""
        xp, s = self.xp, t * self.scale
        finite = s < 1.0
        log_gamma = special(xp).gammaln(xp.where(finite, 1.0 - s, 1.0))
        return xp.where(finite, xp.exp(t * self.loc + log_gamma), xp.inf)
