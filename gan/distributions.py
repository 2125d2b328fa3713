"""Distributions that a GAN experiment can sample, and write down where their density is known.

A `Source` can be sampled. A `Distribution` is a source that states a transport of the uniform
distribution on the unit cube and a log-density: any kind of uniform points (see `gan.sampling`)
becomes samples through the transport. A `Family` takes both from a family of `divergences`.

Parameters are kept as NumPy float64 and take the precision of the computation they enter, so the
density that is trained on in single precision is the one whose truth is computed in double.
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtri

import divergences as dv
from gan.sampling import Points, shifted_lattice

Array = jax.Array | np.ndarray


class Source(eqx.Module):
    """Anything on R^d that can be sampled."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Dimension d of the sample space."""

    @property
    def known(self) -> Any:
        """The same distribution as `divergences` knows it, or None."""
        return None

    @property
    def has_density(self) -> bool:
        """Whether it has a log-density."""
        return type(self).logpdf is not Source.logpdf

    @abstractmethod
    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n samples, of shape (n, d)."""

    def logpdf(self, x: Array) -> jax.Array:
        """Log-density in nats at `x` of shape (n, d); shape (n,).

        Raises
        ------
        TypeError
            If it is not known.
        """
        raise TypeError(f"{type(self).__name__} has no log-density: it is known by samples alone.")


class Distribution(Source):
    """A distribution on R^d, given by a transport of uniforms and a log-density."""

    @property
    @abstractmethod
    def uniforms(self) -> int:
        """Number k of uniforms that make one sample."""

    @abstractmethod
    def transport(self, u: Array) -> jax.Array:
        """Carry uniforms of shape (n, k) to samples of shape (n, d)."""

    @abstractmethod
    def logpdf(self, x: Array) -> jax.Array:
        """Log-density in nats at `x` of shape (n, d); shape (n,)."""

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Carry n uniform points of the given kind to samples."""
        return self.transport(points(key, n, self.uniforms))


class Family(Distribution):
    """A family of `divergences`: normal vectors, or scalars with elementary quantiles.

    Attributes
    ----------
    family : divergences distribution
        The family with its parameters.
    """

    family: Any

    @property
    def known(self) -> Any:
        """The family."""
        return self.family

    @property
    def dim(self) -> int:
        """Dimension d of the sample space."""
        return max(1, self.family.dim)

    @property
    def uniforms(self) -> int:
        """One uniform per coordinate."""
        return self.dim

    def transport(self, u: Array) -> jax.Array:
        """Apply the quantile function, or an affine map of standard normals."""
        if isinstance(self.family, dv.DiagonalNormal):
            return jnp.asarray(self.family.mean) + jnp.asarray(self.family.scale) * ndtri(u)
        if isinstance(self.family, dv.MultivariateNormal):
            root = jnp.linalg.cholesky(jnp.asarray(self.family.cov))
            return jnp.asarray(self.family.mean) + ndtri(u) @ root.T
        return jnp.asarray(self.family.quantile(jnp.asarray(u)[:, 0]))[:, None]

    def logpdf(self, x: Array) -> jax.Array:
        """Return the log-density of the family."""
        x = jnp.asarray(x)
        return jnp.asarray(self.family.log_prob(x if self.family.dim else x[:, 0]))


class VerticalSegment(Distribution):
    """Uniform distribution on the segment {abscissa} x (0, 1) of the plane.

    It has no density in the plane; the log-density is with respect to length along the segments,
    the common measure of a family of parallel segments. So `divergences` does not know it, and
    pairs of segments say that they are disjoint.
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

    def transport(self, u: Array) -> jax.Array:
        """Use the uniform as the ordinate."""
        return jnp.concatenate([jnp.broadcast_to(self.abscissa, u.shape), u], axis=-1)

    def logpdf(self, x: Array) -> jax.Array:
        """Zero on the segment, minus infinity elsewhere."""
        inside = (x[:, 0] == self.abscissa) & (x[:, 1] > 0) & (x[:, 1] < 1)
        return jnp.where(inside, 0.0, -jnp.inf)
