"""The Laplace distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import Any

from divergences.measures.distribution import Domain, Support, Univariate
from divergences.numerics.elementary import expm1
from divergences.numerics.namespace import namespace

Array = Any


@dataclass(frozen=True, eq=False)
class Laplace(Univariate, scale=Domain.POSITIVE):
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
        return -xp.abs((x - self.loc) / self.scale) - xp.log(2.0 * self.scale)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        xp = namespace(x, self.loc, self.scale)
        z = (x - self.loc) / self.scale
        return xp.where(z < 0, 0.5 * xp.exp(-xp.abs(z)), 0.5 - 0.5 * expm1(-xp.abs(z), xp))

    def quantile(self, u: Array) -> Array:
        """Return loc + scale log(2u) below the median, loc - scale log(2 - 2u) above."""
        xp = namespace(u, self.loc, self.scale)
        u = xp.asarray(u)
        side = xp.where(u < 0.5, 1.0, -1.0)
        return self.loc + self.scale * side * xp.log(2.0 * xp.minimum(u, 1.0 - u))

    def entropy(self) -> Array:
        """Return 1 + log(2 scale)."""
        return 1.0 + log(2.0) + self.xp.log(self.scale) + 0.0 * self.loc
