"""Distributions that a GAN experiment can both sample and write down.

A distribution states a transport of the uniform distribution on the unit cube and a log-density.
Any kind of uniform points (see `gan.sampling`) becomes samples through the transport.

Parameters are kept as NumPy float64 and take the precision of the computation they enter, so the
density that is trained on in single precision is the one whose truth is computed in double.
"""

from abc import abstractmethod
from typing import Any, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtri
from numpy.typing import ArrayLike

import divergences as dv

Array = jax.Array | np.ndarray


class HasLogDensity(Protocol):
    """Anything with a log-density, such as the distributions here or those of `scipy.stats`."""

    def logpdf(self, x: Any, /) -> Any:
        """Log-density at `x`."""
        ...


class Distribution(eqx.Module):
    """A distribution on R^d, given by a transport of uniforms and a log-density."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Dimension d of the sample space."""

    @property
    @abstractmethod
    def uniforms(self) -> int:
        """Number k of uniforms that make one sample."""

    @property
    @abstractmethod
    def known(self) -> Any:
        """The same distribution as `divergences` knows it, from which true values come."""

    @abstractmethod
    def transport(self, u: Array) -> jax.Array:
        """Carry uniforms of shape (n, k) to samples of shape (n, d)."""

    @abstractmethod
    def logpdf(self, x: Array) -> jax.Array:
        """Log-density in nats at `x` of shape (n, d); shape (n,)."""


class LocationScale(Distribution):
    """A product of d independent marginals ``loc + scale * z`` with a standard `z`."""

    loc: eqx.AbstractVar[np.ndarray]
    scale: eqx.AbstractVar[np.ndarray]

    @property
    def dim(self) -> int:
        """Dimension d of the sample space."""
        return self.loc.shape[-1]

    @property
    def uniforms(self) -> int:
        """One uniform per coordinate."""
        return self.dim

    def transport(self, u: Array) -> jax.Array:
        """Apply the quantile function to each coordinate."""
        return jnp.asarray(self.loc) + self.scale * self.standard_quantile(u)

    def logpdf(self, x: Array) -> jax.Array:
        """Sum the marginal log-densities."""
        z = (x - self.loc) / self.scale
        return jnp.sum(self.standard_logpdf(z) - jnp.log(self.scale), axis=-1)

    @abstractmethod
    def standard_quantile(self, u: Array) -> jax.Array:
        """Quantile function of `z`."""

    @abstractmethod
    def standard_logpdf(self, z: Array) -> jax.Array:
        """Log-density of `z`."""


def _vector(x: ArrayLike) -> np.ndarray:
    return np.atleast_1d(np.asarray(x, np.float64))


class Normal(LocationScale):
    """Independent normals N(loc, scale^2)."""

    loc: np.ndarray = eqx.field(converter=_vector)
    scale: np.ndarray = eqx.field(converter=_vector)

    @property
    def known(self) -> Any:
        """A normal, or one of independent coordinates."""
        if self.dim == 1:
            return dv.Normal(self.loc[0], self.scale[0])
        return dv.DiagonalNormal(self.loc, np.broadcast_to(self.scale, self.loc.shape))

    def standard_quantile(self, u: Array) -> jax.Array:
        """Inverse of the normal distribution function."""
        return ndtri(u)

    def standard_logpdf(self, z: Array) -> jax.Array:
        """``-z^2/2 - log(2 pi)/2``."""
        return -0.5 * jnp.square(z) - 0.5 * np.log(2 * np.pi)


class Laplace(LocationScale):
    """Independent Laplace distributions with density ``exp(-|x - loc|/scale) / (2 scale)``."""

    loc: np.ndarray = eqx.field(converter=_vector)
    scale: np.ndarray = eqx.field(converter=_vector)

    @property
    def known(self) -> Any:
        """That of the line."""
        return dv.Laplace(self.loc[0], self.scale[0])

    def standard_quantile(self, u: Array) -> jax.Array:
        """``log(2u)`` below the median, ``-log(2 - 2u)`` above."""
        return jnp.where(u < 0.5, 1, -1) * jnp.log(2 * jnp.minimum(u, 1 - u))

    def standard_logpdf(self, z: Array) -> jax.Array:
        """``-|z| - log 2``."""
        return -jnp.abs(z) - np.log(2)


class Cauchy(LocationScale):
    """Independent Cauchy distributions; their mean and variance do not exist."""

    loc: np.ndarray = eqx.field(converter=_vector)
    scale: np.ndarray = eqx.field(converter=_vector)

    @property
    def known(self) -> Any:
        """That of the line."""
        return dv.Cauchy(self.loc[0], self.scale[0])

    def standard_quantile(self, u: Array) -> jax.Array:
        """``tan(pi (u - 1/2))``."""
        return jnp.tan(np.pi * (u - 0.5))

    def standard_logpdf(self, z: Array) -> jax.Array:
        """``-log(pi (1 + z^2))``."""
        return -jnp.log1p(jnp.square(z)) - np.log(np.pi)


class VerticalSegment(Distribution):
    """Uniform distribution on the segment {abscissa} x (0, 1) of the plane.

    It has no density in the plane; the log-density is with respect to length along the segments,
    the common measure of a family of parallel segments.
    """

    abscissa: np.ndarray = eqx.field(converter=lambda x: np.asarray(x, np.float64))

    @property
    def dim(self) -> int:
        """The plane."""
        return 2

    @property
    def uniforms(self) -> int:
        """One: the ordinate."""
        return 1

    @property
    def known(self) -> Any:
        """No distribution with a density; pairs of segments say that they are disjoint."""
        return None

    def transport(self, u: Array) -> jax.Array:
        """Use the uniform as the ordinate."""
        return jnp.concatenate([jnp.broadcast_to(self.abscissa, u.shape), u], axis=-1)

    def logpdf(self, x: Array) -> jax.Array:
        """Zero on the segment, minus infinity elsewhere."""
        inside = (x[:, 0] == self.abscissa) & (x[:, 1] > 0) & (x[:, 1] < 1)
        return jnp.where(inside, 0.0, -jnp.inf)
