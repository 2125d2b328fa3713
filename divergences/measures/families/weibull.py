"""Weibull, Rayleigh, Maxwell, half-normal and chi: powers of gamma variables, c > 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.families.gamma import GammaPower
from divergences.numerics.typing import Array

POSITIVE = Domain.POSITIVE


@dataclass(frozen=True, eq=False)
class Weibull(GammaPower, shape=POSITIVE, scale=POSITIVE):
    """Weibull distribution with distribution function 1 - exp(-(x / scale)^shape).

    Parameters
    ----------
    shape
        Exponent, positive.
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Weibull(1.0, 2.0).entropy() - dv.Exponential(2.0).entropy())
    0.0
    """

    shape: Any
    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The scale, shape 1 and the exponent as the power."""
        return self.scale, self.xp.ones_like(self.shape), self.shape


class _RootOfGamma(GammaPower):
    """The distribution of scale times the root of a chi-squared variable."""

    scale: Any
    half_df = 0.5

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """Scale sqrt(2) times the parameter, half the degrees of freedom, and power 2."""
        one = self.xp.ones_like(self.scale)
        return 2.0**0.5 * self.scale, self.half_df * one, 2.0 * one

    @property
    def squared_scale(self) -> tuple[Array, float]:
        """The parameter, and 2."""
        return self.scale, 2.0


@dataclass(frozen=True, eq=False)
class HalfNormal(_RootOfGamma, scale=POSITIVE):
    """Distribution of |X|, X normal with mean 0 and standard deviation `scale`.

    Parameters
    ----------
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.HalfNormal(1.0).cdf(1.0)), 6)
    0.682689
    """

    scale: Any = 1.0


@dataclass(frozen=True, eq=False)
class Rayleigh(_RootOfGamma, scale=POSITIVE):
    """Distribution of the length of a normal vector in the plane, with `scale` per coordinate.

    Parameters
    ----------
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Rayleigh(1.0).mean), 6)
    1.253314
    """

    scale: Any = 1.0
    half_df = 1.0


@dataclass(frozen=True, eq=False)
class Maxwell(_RootOfGamma, scale=POSITIVE):
    """Distribution of the length of a normal vector in space, with `scale` per coordinate.

    Parameters
    ----------
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Maxwell(1.0).mean), 6)
    1.595769
    """

    scale: Any = 1.0
    half_df = 1.5


@dataclass(frozen=True, eq=False)
class Chi(GammaPower, df=POSITIVE):
    """Distribution of the root of a chi-squared variable.

    Parameters
    ----------
    df
        Degrees of freedom, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Chi(1.0).cdf(1.0)), 6)
    0.682689
    """

    df: Any

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """Scale sqrt(2), shape df/2 and power 2."""
        one = self.xp.ones_like(self.df)
        return 2.0**0.5 * one, 0.5 * self.df, 2.0 * one

    @property
    def squared_scale(self) -> tuple[Array, float]:
        """1 and 2."""
        return self.xp.ones_like(self.df), 2.0
