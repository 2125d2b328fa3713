"""Mixtures of normals under JAX: the mixtures of `divergences` are NumPy's."""

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
        u = jnp.asarray(u)
        return _transport(u, *self._parameters(u.dtype))

    def logpdf(self, x: Array) -> jax.Array:
        """Log of the weighted normal densities."""
        x = jnp.asarray(x)
        return _logpdf(x, *self._parameters(x.dtype))

    def _parameters(self, dtype: jax.typing.DTypeLike) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return means, scales and weights as arrays of a dtype, which is said.

        JAX 0.10 takes an array of NumPy for one of double precision, in single precision too, as
        long as a function is alive that was compiled in double precision with it as a constant.
        """
        means, scales, weights = (
            jnp.asarray(x, dtype) for x in (self.means, self.scales, self.weights)
        )
        return means, scales, weights


@jax.jit
def _transport(u: jax.Array, means: jax.Array, scales: jax.Array, weights: jax.Array) -> jax.Array:
    ends = jnp.cumsum(weights)
    mode = jnp.sum(u[:, :1] >= ends[:-1], axis=-1)
    weight = weights[mode]
    # The rest has lost its last bits to the mode, and the quantiles of 0 and 1 are infinite.
    edge = jnp.finfo(u.dtype).eps / weight
    rest = jnp.clip((u[:, 0] - (ends[mode] - weight)) / weight, edge, 1 - edge)
    z = ndtri(jnp.concatenate([rest[:, None], u[:, 1:]], axis=-1))
    return means[mode] + scales[mode][:, None] * z


@jax.jit
def _logpdf(x: jax.Array, means: jax.Array, scales: jax.Array, weights: jax.Array) -> jax.Array:
    square = jnp.sum(jnp.square(x[:, None, :] - means), axis=-1)
    constant = x.shape[-1] * (jnp.log(scales) + 0.5 * np.log(2 * np.pi)) - jnp.log(weights)
    return logsumexp(-square / (2 * jnp.square(scales)) - constant, axis=-1)
