"""Distributions of scalars, and those that a shift and a stretch carry into each other."""

from __future__ import annotations

from abc import abstractmethod
from math import inf
from typing import Any

import numpy as np

from divergences.measures.distribution import Distribution, Support
from divergences.measures.randomness import Source
from divergences.numerics.runtime.namespace import as_scalar, namespace
from divergences.numerics.special.inverse_cdf import invert_on_integers
from divergences.numerics.typing import Array

LINE = Support(-inf, inf)


class Univariate(Distribution):
    """A distribution of scalars.

    The log-density is smooth between the ends of the support, but for its `kinks`, and at an upper
    end that is finite, unless a family states `log_prob_below(gap)`, its value at high - gap.

    A family also states, where they are closed and closed forms need them: `shortfall(m)`, the mean
    of max(m - X, 0); for positive outcomes `log_mean` and `log_variance`, the moments of log X, and
    `power_mean(k)`, the mean of X^k; and `exp_mean(t)`, the mean of exp(t X).
    """

    @property
    def kinks(self) -> tuple[Array, ...]:
        """Points inside the support where the log-density has no derivative."""
        return ()

    @property
    @abstractmethod
    def mean(self) -> Array:
        """The mean: infinite or NaN where it does not exist."""

    @property
    @abstractmethod
    def variance(self) -> Array:
        """The variance: infinite or NaN where it does not exist."""

    @abstractmethod
    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log of the density (or of the probability) at `x` in the support."""

    def log_prob(self, x: Array) -> Array:
        """Return the log of the density (or of the probability) at `x`, -inf off the support."""
        xp = namespace(x, *self.parameters.values())
        x, support = xp.asarray(x), self.support
        with np.errstate(over="ignore", divide="ignore"):
            if support is LINE:
                return self.log_density(x, xp)
            inside = support.contains(x, xp)
            value = self.log_density(xp.where(inside, x, support.inner(xp)), xp)
        return as_scalar(xp.where(inside, value, xp.where(xp.isnan(x), xp.nan, -inf)), xp)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        xp = namespace(x, *self.parameters.values())
        x, support = xp.asarray(x), self.support
        if support.lattice:
            x = xp.floor(x)
        inside = (x >= support.low) & (x < support.high)
        with np.errstate(over="ignore", divide="ignore", under="ignore"):
            value = self.cumulative(xp.where(inside, x, support.inner(xp)), xp)
        outside = xp.where(x < support.low, 0.0, xp.where(x >= support.high, 1.0, xp.nan))
        return as_scalar(xp.where(inside, value, outside), xp)

    @abstractmethod
    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the probability of outcomes up to `x` in the support."""

    def quantile(self, u: Array) -> Array:
        """Return the least outcome whose `cdf` is at least `u`: carries uniforms to samples."""
        xp = namespace(u, *self.parameters.values())
        with np.errstate(divide="ignore"):
            return self.moved(xp).inverse(xp.asarray(u), xp)

    @abstractmethod
    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the least outcome whose `cdf` is at least `u`."""

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples, by the quantiles of uniforms unless a family knows better."""
        return self.quantile(source.uniform(shape))


class LocationScale(Univariate):
    """The distribution of loc + scale Z, Z standard: families state what is true of Z."""

    loc: Any
    scale: Any

    # Of Z; numbers, or properties where they depend on a further parameter.
    standard_mean: Any
    standard_variance: Any
    standard_entropy: Any

    @property
    def support(self) -> Support:
        """The real line."""
        return LINE

    @abstractmethod
    def standard_log_density(self, z: Array, xp: Any) -> Array:
        """Return the log-density of Z."""

    @abstractmethod
    def standard_cdf(self, z: Array, xp: Any) -> Array:
        """Return the distribution function of Z."""

    @abstractmethod
    def standard_quantile(self, u: Array, xp: Any) -> Array:
        """Return the quantiles of Z."""

    @abstractmethod
    def standard_shortfall(self, z: Array, xp: Any) -> Array:
        """Return the mean of max(z - Z, 0)."""

    @property
    def mean(self) -> Array:
        """The mean: infinite or NaN where it does not exist."""
        return self.loc + self.scale * self.standard_mean

    @property
    def variance(self) -> Array:
        """The variance: infinite or NaN where it does not exist."""
        return self.scale**2 * self.standard_variance + 0.0 * self.loc

    def entropy(self) -> Array:
        """Return the entropy of Z plus log(scale)."""
        return self.standard_entropy + self.xp.log(self.scale) + 0.0 * self.loc

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return the log-density at `x`."""
        z = (x - self.loc) / self.scale
        return self.standard_log_density(z, xp) - xp.log(self.scale)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return the probability of outcomes up to `x`."""
        return self.standard_cdf((x - self.loc) / self.scale, xp)

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return loc + scale times the quantile of Z."""
        return self.loc + self.scale * self.standard_quantile(u, xp)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        return self.scale * self.standard_shortfall((m - self.loc) / self.scale, self.xp)


class Lattice(Univariate):
    """A distribution of whole numbers."""

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the least outcome whose `cdf` is at least `u`."""
        return invert_on_integers(self.cdf, u, self.support.low, xp)
