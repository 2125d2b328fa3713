"""Distributions on the line with a shape: Student's, gamma and beta, made of a few uniforms."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln

import divergences as dv
from gan.distributions import Array, Distribution


class Student(Distribution):
    """Student's t with two degrees of freedom, whose quantiles are elementary."""

    scale: np.ndarray = eqx.field(converter=lambda x: np.asarray(x, np.float64))

    @property
    def dim(self) -> int:
        """The line."""
        return 1

    @property
    def uniforms(self) -> int:
        """One."""
        return 1

    @property
    def known(self) -> Any:
        """Student's t."""
        return dv.StudentT(2.0, 0.0, self.scale)

    def transport(self, u: Array) -> jax.Array:
        """``(2u - 1) / sqrt(2 u (1 - u))``."""
        return jnp.asarray(self.scale) * (2 * u - 1) / jnp.sqrt(2 * u * (1 - u))

    def logpdf(self, x: Array) -> jax.Array:
        """``-3/2 log(1 + z^2/2) - log(2 sqrt 2)``."""
        z = x[:, 0] / self.scale
        return -1.5 * jnp.log1p(0.5 * jnp.square(z)) - 1.5 * np.log(2) - jnp.log(self.scale)


class Gamma(Distribution):
    """Gamma distribution with a whole number for its shape: a sum of exponentials."""

    shape: int = eqx.field(static=True)
    scale: np.ndarray = eqx.field(converter=lambda x: np.asarray(x, np.float64))

    @property
    def dim(self) -> int:
        """The line."""
        return 1

    @property
    def uniforms(self) -> int:
        """One for each exponential."""
        return self.shape

    @property
    def known(self) -> Any:
        """A gamma distribution."""
        return dv.Gamma(float(self.shape), self.scale)

    def transport(self, u: Array) -> jax.Array:
        """Minus the sum of the logarithms of uniforms."""
        return -jnp.asarray(self.scale) * jnp.sum(jnp.log(u), axis=-1, keepdims=True)

    def logpdf(self, x: Array) -> jax.Array:
        """``(k - 1) log z - z - log Gamma(k)``, minus infinity below zero."""
        z = x[:, 0] / self.scale
        inside = z > 0
        log_z = jnp.log(jnp.where(inside, z, 1))
        value = (self.shape - 1) * log_z - z - gammaln(self.shape) - jnp.log(self.scale)
        return jnp.where(inside, value, -jnp.inf)


class Beta(Distribution):
    """Beta distribution with whole numbers for exponents: an order statistic of uniforms."""

    a: np.ndarray
    total: int = eqx.field(static=True)

    def __init__(self, a: int, b: int) -> None:
        """Keep a and a + b: distributions of one total are trained together."""
        self.a = np.asarray(a, np.float64)
        self.total = a + b

    @property
    def dim(self) -> int:
        """The line."""
        return 1

    @property
    def uniforms(self) -> int:
        """One for each of a + b exponentials."""
        return self.total

    @property
    def known(self) -> Any:
        """A beta distribution."""
        return dv.Beta(self.a, self.total - self.a)

    def transport(self, u: Array) -> jax.Array:
        """Return the share that the first a of a + b exponentials have of their sum."""
        exponentials = -jnp.log(u)
        first = jnp.arange(self.total) < self.a
        share = jnp.sum(exponentials, axis=-1, where=first) / jnp.sum(exponentials, axis=-1)
        return share[:, None]

    def logpdf(self, x: Array) -> jax.Array:
        """``(a - 1) log x + (b - 1) log(1 - x) - log B(a, b)``, minus infinity off (0, 1)."""
        a, b = self.a, self.total - self.a
        inside = (x[:, 0] > 0) & (x[:, 0] < 1)
        y = jnp.where(inside, x[:, 0], 0.5)
        constant = gammaln(a) + gammaln(b) - gammaln(self.total)
        value = (a - 1) * jnp.log(y) + (b - 1) * jnp.log1p(-y) - constant
        return jnp.where(inside, value, -jnp.inf)
