"""Families on the line whose quantiles are no elementary functions: transports of their own."""

import equinox as eqx
import jax
import jax.numpy as jnp

import divergences as dv
from gan.distributions import Array, Family


class Student(Family):
    """Student's t with two degrees of freedom, whose quantiles are elementary."""

    def __init__(self, scale: float) -> None:
        self.family = dv.StudentT(2.0, 0.0, scale)

    def transport(self, u: Array) -> jax.Array:
        """``(2u - 1) / sqrt(2 u (1 - u))``."""
        return jnp.asarray(self.family.scale) * (2 * u - 1) / jnp.sqrt(2 * u * (1 - u))


class Gamma(Family):
    """Gamma distribution with a whole number for its shape: a sum of exponentials."""

    shape: int = eqx.field(static=True)

    def __init__(self, shape: int, scale: float) -> None:
        self.family, self.shape = dv.Gamma(float(shape), scale), shape

    @property
    def uniforms(self) -> int:
        """One for each exponential."""
        return self.shape

    def transport(self, u: Array) -> jax.Array:
        """Minus the sum of the logarithms of uniforms."""
        return -jnp.asarray(self.family.scale) * jnp.sum(jnp.log(u), axis=-1, keepdims=True)


class Beta(Family):
    """Beta distribution with whole numbers for exponents: an order statistic of uniforms.

    Distributions of one total of the exponents are trained together.
    """

    total: int = eqx.field(static=True)

    def __init__(self, a: int, b: int) -> None:
        self.family, self.total = dv.Beta(float(a), float(b)), a + b

    @property
    def uniforms(self) -> int:
        """One for each of a + b exponentials."""
        return self.total

    def transport(self, u: Array) -> jax.Array:
        """Return the share that the first a of a + b exponentials have of their sum."""
        exponentials = -jnp.log(u)
        first = jnp.arange(self.total) < self.family.a
        share = jnp.sum(exponentials, axis=-1, where=first) / jnp.sum(exponentials, axis=-1)
        return share[:, None]
