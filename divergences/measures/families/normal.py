"""The normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import e, log, pi
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.randomness import Source
from divergences.measures.univariate import LocationScale
from divergences.numerics.special.functions import special
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Normal(LocationScale, scale=Domain.POSITIVE):
    """Normal distribution with density exp(-z^2/2) / (scale sqrt(2 pi)), z = (x - loc) / scale.

    Parameters
    ----------
    loc
        Mean.
    scale
        Standard deviation, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Normal(0, 1).entropy()), 12)
    1.418938533205
    """

    loc: Any = 0.0
    scale: Any = 1.0

    standard_mean = 0.0
    standard_variance = 1.0
    standard_entropy = 0.5 * log(2.0 * pi * e)

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return -z^2/2 - log(2 pi)/2."""
        return -0.5 * z * z - 0.5 * log(2.0 * pi)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return the normal distribution function."""
        return special(xp).ndtr(z)

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return its inverse."""
        return special(xp).ndtri(u)

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return z F(z) + f(z)."""
        return z * special(xp).ndtr(z) + xp.exp(-0.5 * z * z) / (2.0 * pi) ** 0.5

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X)."""
        return self.xp.exp(t * self.loc + 0.5 * (t * self.scale) ** 2)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self.loc + self.scale * source.normal(shape)
