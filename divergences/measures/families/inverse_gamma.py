"""Inverse gamma and Fréchet distributions: powers of gamma variables, c < 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.distribution import Domain
from divergences.measures.families.gamma import GammaPower
from divergences.numerics.typing import Array

POSITIVE = Domain.POSITIVE


@dataclass(frozen=True, eq=False)
class InverseGamma(GammaPower, shape=POSITIVE, scale=POSITIVE):
    """Distribution of scale / Y, Y gamma with the shape.

    Parameters
    ----------
    shape
        Shape, positive.
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.InverseGamma(3.0, 4.0).mean), 12)
    2.0
    """

    shape: Any
    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The parameters, and power -1."""
        return self.scale, self.shape, -self.xp.ones_like(self.shape)


@dataclass(frozen=True, eq=False)
class Frechet(GammaPower, shape=POSITIVE, scale=POSITIVE):
    """Fréchet distribution with distribution function exp(-(x / scale)^(-shape)).

    Parameters
    ----------
    shape
        Tail exponent, positive.
    scale
        Scale, positive.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.Frechet(2.0).cdf(1.0)), 6)
    0.367879
    """

    shape: Any
    scale: Any = 1.0

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The scale, shape 1 and minus the exponent as the power."""
        return self.scale, self.xp.ones_like(self.shape), -self.shape
