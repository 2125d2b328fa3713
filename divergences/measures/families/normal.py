"""The normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import e, inf, log, pi
from typing import Any

from divergences.measures.distribution import Domain, Support, Univariate
from divergences.measures.randomness import Source
from divergences.numerics.namespace import namespace
from divergences.numerics.special import special

Array = Any


@dataclass(frozen=True, eq=False)
class Normal(Univariate, scale=Domain.POSITIVE):
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

    @property
    def support(self) -> Support:
        """The real line."""
        return Support(-inf, inf)

    @property
    def mean(self) -> Array:
        """The parameter `loc`."""
        return self.loc + 0.0 * self.scale

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        z = (x - self.loc) / self.scale
        return -0.5 * z * z - xp.log(self.scale) - 0.5 * log(2.0 * pi)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        return special(namespace(x, self.loc, self.scale)).ndtr((x - self.loc) / self.scale)

    def quantile(self, u: Array) -> Array:
        """Return loc + scale times the standard quantile of `u`."""
        return self.loc + self.scale * special(namespace(u, self.loc, self.scale)).ndtri(u)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self.loc + self.scale * source.normal(shape)

    def entropy(self) -> Array:
        """Return log(scale sqrt(2 pi e))."""
        return self.xp.log(self.scale) + 0.5 * log(2.0 * pi * e) + 0.0 * self.loc
