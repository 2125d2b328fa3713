"""The von Mises distribution on the circle."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Any

import numpy as np

from divergences.measures.distribution import Domain, Support
from divergences.measures.randomness import Source
from divergences.measures.univariate import Univariate
from divergences.numerics.runtime.backend import backend
from divergences.numerics.special.bessel import log_i0e, one_minus_bessel_ratio
from divergences.numerics.special.inverse_cdf import invert_by_root_finding
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class VonMises(Univariate, concentration=Domain.NONNEGATIVE):
    """Von Mises distribution of angles, with density proportional to exp(k cos(x - loc)).

    Angles lie in (-pi, pi), and `loc` is understood modulo 2 pi.

    Parameters
    ----------
    loc
        Mode, in radians.
    concentration
        The k of the density, 0 or more; 0 gives the uniform distribution.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.VonMises(0.0, 1.0).entropy()), 12)
    1.62740145902
    """

    loc: Any = 0.0
    concentration: Any = 1.0

    @property
    def support(self) -> Support:
        """The circle, cut at pi."""
        return Support(-pi, pi)

    @property
    def closed_quantile(self) -> bool:
        """Whether quantiles take no search."""
        return False

    @property
    def mean(self) -> Array:
        """The direction of the mean vector: `loc`, between -pi and pi."""
        return self._wrapped(self.loc, self.xp) + 0.0 * self.concentration

    @property
    def variance(self) -> Array:
        """The circular variance, 1 - I1(k)/I0(k)."""
        return one_minus_bessel_ratio(self.concentration, self.xp) + 0.0 * self.loc

    @staticmethod
    def _wrapped(x: Array, xp: Any) -> Array:
        return x - 2.0 * pi * xp.round(x / (2.0 * pi))

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return -2 k sin((x - loc)/2)^2 - log(2 pi exp(-k) I0(k))."""
        k = self.concentration
        half = xp.sin(0.5 * (x - self.loc))
        return -2.0 * k * half * half - log_i0e(k, xp) - log(2.0 * pi)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the probability of angles between -pi and `x`.

        Raises
        ------
        TypeError
            For JAX arrays: SciPy computes it.
        """
        return _cumulative(x, *self._scipy_parameters(xp))

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the angle with probability `u` between -pi and it (NumPy only, as `cdf`)."""
        return invert_by_root_finding(_cumulative, u, -pi, pi, *self._scipy_parameters(xp))

    def _scipy_parameters(self, xp: Any) -> tuple[Array, Array]:
        if not backend(xp).native:
            raise TypeError("SciPy computes the cdf of VonMises; pass NumPy arrays.")
        return self.mean, self.concentration

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self._wrapped(self.loc + source.vonmises(self.concentration, shape), source.xp)

    def entropy(self) -> Array:
        """Return log(2 pi exp(-k) I0(k)) + k (1 - I1(k)/I0(k))."""
        k, xp = self.concentration, self.xp
        return log(2.0 * pi) + log_i0e(k, xp) + k * one_minus_bessel_ratio(k, xp) + 0.0 * self.loc


def _cumulative(x: Array, centre: Array, k: Array) -> Array:
    from scipy.stats import vonmises

    value = vonmises.cdf(x - centre, k) - vonmises.cdf(-pi - centre, k)
    return np.where(k > 0, value, (x + pi) / (2.0 * pi))
