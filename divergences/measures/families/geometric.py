"""Geometric and negative binomial distributions."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.families.binomial import two_outcome_entropy
from divergences.measures.randomness import Source
from divergences.measures.univariate import Lattice
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.floats.error_free import two_product, two_sum
from divergences.numerics.special.functions import special
from divergences.numerics.special.stirling import log_factorial_remainder, log_gamma_remainder
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Geometric(Lattice, p=Domain.OPEN_UNIT):
    """Number of trials up to and with the first success: 1, 2, ..., as in SciPy and NumPy.

    Parameters
    ----------
    p
        Probability of a success, above 0.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Geometric(0.25).mean)
    4.0
    """

    p: Any

    @property
    def support(self) -> Support:
        """Whole numbers from 1."""
        return Support(1.0, inf, lattice=True)

    @property
    def mean(self) -> Array:
        """1/p."""
        return 1.0 / self.p

    @property
    def variance(self) -> Array:
        """(1 - p) / p^2."""
        return (1.0 - self.p) / self.p / self.p

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return log p + (x - 1) log(1 - p)."""
        return xp.log(self.p) + xp.where(x > 1, (x - 1.0) * log1p(-self.p, xp), 0.0)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return 1 - (1 - p)^x."""
        return -expm1(x * log1p(-self.p, xp), xp)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return log(1 - u) / log(1 - p), rounded up."""
        certain = self.p == 1
        log_miss = log1p(-xp.where(certain, 0.5, self.p), xp)
        return xp.where(certain, 1.0, xp.maximum(xp.ceil(log1p(-u, xp) / log_miss), 1.0))

    def entropy(self) -> Array:
        """Return the entropy of one trial over p."""
        return two_outcome_entropy(self.p, self.xp) / self.p


@dataclass(frozen=True, eq=False)
class NegativeBinomial(Lattice, n=Domain.POSITIVE, p=Domain.OPEN_UNIT):
    """Number of failures before the `n`-th success: 0, 1, ..., as in SciPy; `n` may be any size.

    Parameters
    ----------
    n
        Number of successes, positive.
    p
        Probability of a success, above 0.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.NegativeBinomial(2.0, 0.5).mean)
    2.0
    """

    n: Any
    p: Any

    @property
    def support(self) -> Support:
        """Whole numbers from 0."""
        return Support(0.0, inf, lattice=True)

    @property
    def mean(self) -> Array:
        """N (1 - p) / p."""
        return self.n * (1.0 - self.p) / self.p

    @property
    def variance(self) -> Array:
        """N (1 - p) / p^2."""
        return self.mean / self.p

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-probability of `x`, as its distance from the mean (Loader, 2000)."""
        certain = self.p == 1
        p = xp.where(certain, 0.5, self.p)
        n, k = self.n + 0.0 * x, xp.where(x > 0, x, 1.0)
        whole, spare = two_sum(n, k)
        m, low = two_product(whole, p + 0.0 * x, xp)
        # n - (n + k) p, which that product rounded would not do for
        d, o = (n - m) - (low + spare * p), whole * (1.0 - p)
        gap = kl_term(n, m, d, None, xp) + kl_term(k, o, -d, None, xp)
        ratio = (
            log_gamma_remainder(whole, xp)
            - log_gamma_remainder(n, xp)
            - log_factorial_remainder(k, xp)
        )
        value = xp.where(x > 0, ratio - gap, n * xp.log(p))
        return xp.where(certain, xp.where(x > 0, -inf, 0.0), value)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the incomplete beta function at p."""
        return special(xp).betainc(self.n, x + 1.0, self.p)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples: Poisson with a gamma rate."""
        return source.poisson(source.gamma(self.n, shape) * ((1.0 - self.p) / self.p), shape)
