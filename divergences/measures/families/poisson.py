"""The Poisson distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Lattice
from divergences.numerics.special.functions import special
from divergences.numerics.special.stirling import log_factorial_remainder
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Poisson(Lattice, rate=Domain.POSITIVE):
    """Poisson distribution with P(k) = rate^k exp(-rate) / k!.

    Parameters
    ----------
    rate
        Mean, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Poisson(2.0).quantile(0.5))
    2.0
    """

    rate: Any

    @property
    def support(self) -> Support:
        """Whole numbers from 0."""
        return Support(0.0, inf, lattice=True)

    @property
    def mean(self) -> Array:
        """The rate."""
        return self.rate

    @property
    def variance(self) -> Array:
        """The rate."""
        return self.rate

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-probability of `x`, as its distance from the mean (Loader, 2000)."""
        some = xp.where(x > 0, x, 1.0)
        gap = kl_term(some, self.rate, some - self.rate, None, xp)
        return xp.where(x > 0, -gap - log_factorial_remainder(some, xp), -self.rate)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the complement of the incomplete gamma function."""
        return special(xp).gammaincc(x + 1.0, self.rate)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return source.poisson(self.rate, shape)
