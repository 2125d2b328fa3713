"""Normal distributions that are put together: mixtures, and those with any covariance."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp, ndtri
from numpy.typing import ArrayLike

import divergences as dv
from gan.distributions import Array, Distribution


class NormalMixture(Distribution):
    """Mixture of normals with independent coordinates of one scale each."""

    means: np.ndarray
    scales: np.ndarray
    weights: np.ndarray

    def __init__(self, means: ArrayLike, scales: ArrayLike, weights: ArrayLike) -> None:
        """Take means of shape (k, d), and a scale and a weight for each of them."""
        self.means = np.asarray(means, np.float64)
        self.scales = np.broadcast_to(np.asarray(scales, np.float64), len(self.means)).copy()
        self.weights = np.broadcast_to(np.asarray(weights, np.float64), len(self.means)).copy()

    @classmethod
    def ring(cls, modes: int, radius: float, scale: float) -> "NormalMixture":
        """Place equal modes evenly on the circle of `radius` in the plane."""
        angle = 2 * np.pi * np.arange(modes) / modes
        return cls(radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1), scale, 1 / modes)

    @property
    def dim(self) -> int:
        """Dimension of the means."""
        return self.means.shape[-1]

    @property
    def uniforms(self) -> int:
        """One for each coordinate: the first also chooses the mode."""
        return self.dim

    @property
    def known(self) -> Any:
        """A mixture."""
        parts = [
            dv.DiagonalNormal(mean, np.full(self.dim, scale))
            if self.dim > 1
            else dv.Normal(mean[0], scale)
            for mean, scale in zip(self.means, self.scales, strict=True)
        ]
        return dv.Mixture(parts, self.weights)

    def transport(self, u: Array) -> jax.Array:
        """Choose a mode by the leading part of the first uniform; the rest is uniform again."""
        ends = jnp.cumsum(jnp.asarray(self.weights))
        mode = jnp.sum(u[:, :1] >= ends[:-1], axis=-1)
        weight = jnp.asarray(self.weights)[mode]
        # The rest has lost its last bits to the mode, and the quantiles of 0 and 1 are infinite.
        edge = jnp.finfo(u.dtype).eps / weight
        rest = jnp.clip((u[:, 0] - (ends[mode] - weight)) / weight, edge, 1 - edge)
        z = ndtri(jnp.concatenate([rest[:, None], u[:, 1:]], axis=-1))
        return jnp.asarray(self.means)[mode] + jnp.asarray(self.scales)[mode][:, None] * z

    def logpdf(self, x: Array) -> jax.Array:
        """Log of the weighted normal densities."""
        square = jnp.sum(jnp.square(x[:, None, :] - self.means), axis=-1)
        constant = self.dim * (jnp.log(self.scales) + 0.5 * np.log(2 * np.pi)) - jnp.log(
            self.weights
        )
        return logsumexp(-square / (2 * jnp.square(self.scales)) - constant, axis=-1)


class CorrelatedNormal(Distribution):
    """Normal distribution with any covariance."""

    mean: np.ndarray
    root: np.ndarray

    def __init__(self, mean: ArrayLike, cov: ArrayLike) -> None:
        """Keep the Cholesky factor of the covariance."""
        self.mean = np.asarray(mean, np.float64)
        self.root = np.linalg.cholesky(np.asarray(cov, np.float64))

    @property
    def dim(self) -> int:
        """Dimension of the mean."""
        return len(self.mean)

    @property
    def uniforms(self) -> int:
        """One per coordinate."""
        return self.dim

    @property
    def known(self) -> Any:
        """A normal of vectors."""
        return dv.MultivariateNormal(self.mean, self.root @ self.root.T)

    def transport(self, u: Array) -> jax.Array:
        """Multiply standard normals by the Cholesky factor."""
        return jnp.asarray(self.mean) + ndtri(u) @ jnp.asarray(self.root).T

    def logpdf(self, x: Array) -> jax.Array:
        """Log-density of the standard normal that x came from, less the log of the volume."""
        root = jnp.asarray(self.root, x.dtype)
        z = jax.scipy.linalg.solve_triangular(root, (x - self.mean).T, lower=True)
        constant = jnp.sum(jnp.log(jnp.diag(root))) + 0.5 * self.dim * np.log(2 * np.pi)
        return -0.5 * jnp.sum(jnp.square(z), axis=0) - constant
