"""The zeta distribution (Zipf's law without an end)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.univariate import Lattice
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.functions import special
from divergences.numerics.special.zeta import log_zeta
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Zeta(Lattice, s=Domain.ABOVE_ONE):
    """Zeta distribution with P(k) = k^-s / zeta(s) for k = 1, 2, ...

    Parameters
    ----------
    s
        Exponent, above 1.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Zeta(2.0).cdf(1)), 6)
    0.607927
    """

    s: Any

    @property
    def support(self) -> Support:
        """Whole numbers from 1."""
        return Support(1.0, inf, lattice=True)

    @property
    def mean(self) -> Array:
        """zeta(s - 1) / zeta(s), infinite for s <= 2."""
        return self._moment(1)

    @property
    def variance(self) -> Array:
        """The variance, infinite for s <= 3, and NaN where the mean is infinite."""
        xp, finite = self.xp, self.s > 3
        value = self._moment(2) - xp.where(finite, self._moment(1), 0.0) ** 2
        return xp.where(self.s > 2, value, xp.nan)

    def _moment(self, k: int) -> Array:
        xp, finite = self.xp, self.s > k + 1
        s = xp.where(finite, self.s, k + 2.0)
        ratio = xp.exp(log_zeta(s - k, xp)[0] - log_zeta(s, xp)[0])
        return xp.where(finite, ratio, inf)

    @property
    def log_mean(self) -> Array:
        """The mean of log K, -zeta'(s) / zeta(s)."""
        return log_zeta(self.s, self.xp)[1]

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return -s log x - log zeta(s)."""
        return -self.s * xp.log(x) - log_zeta(self.s, xp)[0]

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return one less the share of the tail, a Hurwitz zeta function."""
        tail = special(xp).zeta(self.s, x + 1.0)
        return 1.0 - tail * xp.exp(-log_zeta(self.s, xp)[0])

    def draw(self, source: Any, shape: tuple[int, ...]) -> Array:
        """Return samples, by NumPy's generator or, in JAX, by quantiles of uniforms."""
        if not backend(source.xp).native:
            return super().draw(source, shape)
        return source.generator.zipf(self.s, shape).astype(float)

    def entropy(self) -> Array:
        """Return log zeta(s) plus s times the mean of log K."""
        value, mean, _ = log_zeta(self.s, self.xp)
        return value + self.s * mean
