"""Student's t distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, nan, pi
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.randomness import Source
from divergences.measures.univariate import LocationScale
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.functions import special
from divergences.numerics.special.inverse_cdf import LINE, invert_by_bisection
from divergences.numerics.special.stirling import digamma_minus_log, log_pochhammer_ratio
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class StudentT(LocationScale, df=Domain.POSITIVE, scale=Domain.POSITIVE):
    """Student's t distribution with density proportional to (1 + z^2/df)^(-(df + 1)/2).

    Here z = (x - loc) / scale.

    Parameters
    ----------
    df
        Degrees of freedom, positive.
    loc
        Median; the mean where df > 1.
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.StudentT(1.0).entropy() - dv.Cauchy().entropy()), 12)
    0.0
    """

    df: Any
    loc: Any = 0.0
    scale: Any = 1.0

    @property
    def standard_mean(self) -> Array:
        """Zero, or NaN for df <= 1."""
        return self.xp.where(self.df > 1, 0.0, nan)

    @property
    def standard_variance(self) -> Array:
        """Df / (df - 2), infinite for df <= 2, NaN for df <= 1."""
        xp, df = self.xp, self.df
        finite = df / xp.where(df > 2, df - 2.0, 1.0)
        return xp.where(df > 2, finite, xp.where(df > 1, inf, nan))

    @property
    def standard_entropy(self) -> Array:
        """The entropy of Z: (df + 1)/2 (psi((df + 1)/2) - psi(df/2)) - log of the peak."""
        a, xp = 0.5 * self.df, self.xp
        step = 0.5 / a
        difference = log1p(step, xp) + digamma_minus_log(a + 0.5, xp) - digamma_minus_log(a, xp)
        return (a + 0.5) * difference - self._log_peak(xp)

    def _log_peak(self, xp: Any) -> Array:
        """Return log(Gamma(a + 1/2) / (Gamma(a) sqrt(2 pi a))), a = df/2, for large a as well."""
        a = 0.5 * self.df
        return log_pochhammer_ratio(a, 0.5 + 0.0 * a, xp) - 0.5 * log(2.0 * pi)

    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return the log-density of Z, also where z^2 overflows."""
        ratio = xp.abs(z) / self.df**0.5
        far = ratio > 1e8
        tail = xp.where(far, 2.0 * xp.log(xp.where(far, ratio, 1.0)), 0.0)
        near = log1p(xp.where(far, 0.0, ratio) ** 2, xp)
        return self._log_peak(xp) - 0.5 * (self.df + 1.0) * (near + tail)

    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return half the incomplete beta function of df / (df + z^2), or one less it."""
        if backend(xp).native:
            return special(xp).stdtr(self.df, z)
        a, square, betainc = 0.5 * self.df, z * z, special(xp).betainc
        whole = self.df + square
        tail = 0.5 * betainc(a, 0.5, self.df / whole)
        middle = 0.5 * xp.sign(z) * betainc(0.5, a, square / whole)
        far = xp.where(z < 0, tail, 1.0 - tail)
        return xp.where(square < self.df, 0.5 + middle, far)

    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return the inverse of the distribution function."""
        if backend(xp).native:
            return special(xp).stdtrit(self.df, u)
        return invert_by_bisection(
            lambda z: self.standard_cdf(z, xp),
            lambda z: self.standard_log_density(z, xp),
            u,
            LINE,
        )

    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return z F(z) + (df + z^2) f(z) / (df - 1), infinite for df <= 1."""
        df = xp.where(self.df > 1, self.df, 2.0)
        density = xp.exp(self.standard_log_density(z, xp))
        value = z * self.standard_cdf(z, xp) + (df + z * z) * density / (df - 1.0)
        return xp.where(self.df > 1, value, inf)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples: normals over the root of an independent gamma."""
        mixed = source.gamma(0.5 * self.df, shape) / (0.5 * self.df)
        return self.loc + self.scale * source.normal(shape) / mixed**0.5
