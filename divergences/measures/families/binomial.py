"""Bernoulli and binomial distributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Lattice
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.floats.error_free import two_product
from divergences.numerics.special.functions import special
from divergences.numerics.special.stirling import log_factorial_remainder
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array


def two_outcome_entropy(p: Array, xp: Any) -> Array:
    """Return -p log p - (1 - p) log(1 - p)."""
    inside = (p > 0) & (p < 1)
    q = xp.where(inside, p, 0.5)
    value = -q * xp.log(q) - (1.0 - q) * log1p(-q, xp)
    return xp.where(inside, value, 0.0 * p)


class Trials(Lattice):
    """Numbers of successes in independent trials: a family states how many, and how likely."""

    p: Any

    @property
    def trials(self) -> Any:
        """The number of trials."""
        return self.xp.ones_like(self.p)

    @property
    def support(self) -> Support:
        """Whole numbers from 0 to the number of trials."""
        return Support(0.0, self.trials, lattice=True)

    @property
    def mean(self) -> Array:
        """Trials times p."""
        return self.trials * self.p

    @property
    def variance(self) -> Array:
        """Trials times p (1 - p)."""
        return self.trials * self.p * (1.0 - self.p)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-probability of `x`, as its distance from the mean (Loader, 2000)."""
        n = self.trials + 0.0 * x
        rest, inside = n - x, (self.p > 0) & (self.p < 1)
        p = xp.where(inside, self.p, 0.5)
        middle = (x > 0) & (rest > 0)
        k, j = xp.where(middle, x, 1.0), xp.where(middle, rest, 1.0)
        whole, p = xp.where(middle, n, 2.0), p + 0.0 * x
        m, low = two_product(whole, p, xp)
        d, o = (k - m) - low, whole * (1.0 - p)  # k - n p, which n p rounded would not do for
        gap = kl_term(k, m, d, None, xp) + kl_term(j, o, -d, None, xp)
        remainder = (
            log_factorial_remainder(n, xp)
            - log_factorial_remainder(k, xp)
            - log_factorial_remainder(j, xp)
        )
        ends = xp.where(x > 0, x * xp.log(p), rest * log1p(-p, xp))
        certain = xp.where(x == xp.where(self.p > 0, n, 0.0), 0.0 * self.p, -xp.inf)
        return xp.where(inside, xp.where(middle, remainder - gap, ends), certain)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the incomplete beta function at 1 - p."""
        return special(xp).betainc(self.trials - x, x + 1.0, 1.0 - self.p)


@dataclass(frozen=True, eq=False)
class Bernoulli(Trials, p=Domain.UNIT):
    """Bernoulli distribution: 1 with probability `p`, else 0.

    Parameters
    ----------
    p
        Probability of 1.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Bernoulli(0.5).entropy()), 12)
    0.69314718056
    """

    p: Any

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return 1.0 * (source.uniform(shape) < self.p)

    def entropy(self) -> Array:
        """Return -p log p - (1 - p) log(1 - p)."""
        return two_outcome_entropy(self.p, self.xp)


@dataclass(frozen=True, eq=False)
class Binomial(Trials, n=Domain.COUNT, p=Domain.UNIT):
    """Binomial distribution: successes in `n` trials with probability `p` each.

    Parameters
    ----------
    n
        Number of trials, a whole number.
    p
        Probability of a success.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Binomial(3, 0.5).log_prob(0)), 12)
    -2.079441541680
    """

    n: Any
    p: Any

    @property
    def trials(self) -> Any:
        """The parameter n."""
        return self.n

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return source.binomial(self.n, self.p, shape)
