"""Discriminators: what is fed to the network, and the network."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np


def leaky(x: jax.Array) -> jax.Array:
    """Return x where it is not negative, and a fifth of it elsewhere."""
    return jax.nn.leaky_relu(x, 0.2)


def perceptron(
    key: jax.Array,
    inputs: int,
    outputs: int | Literal["scalar"],
    width: int,
    depth: int,
    activation: Callable[[jax.Array], jax.Array],
    last: Callable[[jax.Array], jax.Array] = lambda x: x,
) -> eqx.nn.MLP:
    """Return the network that `equinox.nn.MLP` makes of the same arguments.

    Equinox draws for every layer by itself, and each draw is compiled by itself. Here one draw,
    as long as the greatest layer, serves all: where a stream begins it is the same at any length.
    """
    empty = eqx.filter_eval_shape(
        eqx.nn.MLP, inputs, outputs, width, depth, activation, last, key=key
    )
    parts = _weights(empty)
    limits = [layer.weight.shape[1] ** -0.5 for layer in empty.layers for _ in range(2)]
    keys = jax.vmap(jax.random.split)(jax.random.split(key, len(empty.layers)))
    most = max(part.size for part in parts)

    def uniform(key: jax.Array, limit: jax.Array) -> jax.Array:
        return jax.random.uniform(key, (most,), parts[0].dtype, -limit, limit)

    drawn = jax.vmap(uniform)(keys.reshape(-1), jnp.asarray(limits, parts[0].dtype))
    made = [row[: part.size].reshape(part.shape) for row, part in zip(drawn, parts, strict=True)]
    return eqx.tree_at(_weights, empty, made)


def _weights(network: eqx.nn.MLP) -> list[Any]:
    """Return weight and bias of every layer."""
    return [part for layer in network.layers for part in (layer.weight, layer.bias)]


class Constant(eqx.Module):
    """A part of a network that is not trained."""


class Embedding(Constant):
    """A one-to-one map of the sample space into the space the network sees.

    One-to-one maps change neither JS nor V*, so an embedding is a choice of coordinates.
    """

    @abstractmethod
    def __call__(self, x: jax.Array) -> jax.Array:
        """Map samples of shape (n, d) to features of shape (n, e)."""


class Identity(Embedding):
    """The samples as they are, for distributions with finite variance."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return `x`."""
        return x


class Stereographic(Embedding):
    """The real line wrapped onto the unit circle, for heavy tails.

    Far to the left and far to the right the log ratio of two Cauchy densities tends to the same
    constant: it is an analytic function on the circle, whereas on the line no affine scaling makes
    the samples bounded.
    """

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return ``(2x, 1 - x^2)/(1 + x^2)``."""
        angle = 2 * jnp.arctan(x)
        return jnp.concatenate([jnp.sin(angle), jnp.cos(angle)], axis=-1)


class Fourier(Embedding):
    """The samples with sines and cosines of multiples of a frequency, for what repeats itself.

    Attributes
    ----------
    frequency : float
        Angle in radians that a unit of length is worth at the first multiple.
    multiples : tuple of int
        Which multiples.
    """

    frequency: float = eqx.field(static=True)
    multiples: tuple[int, ...] = eqx.field(static=True)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return x, and the sine and cosine of every multiple of every coordinate."""
        angles = [self.frequency * k * x for k in self.multiples]
        return jnp.concatenate([x, *map(jnp.sin, angles), *map(jnp.cos, angles)], axis=-1)


class Whitening(Constant):
    """Affine map to zero mean and unit covariance."""

    mean: jax.Array | np.ndarray
    matrix: jax.Array | np.ndarray

    @classmethod
    def fit(cls, features: jax.Array) -> "Whitening":
        """Whiten a sample of shape (n, e)."""
        root = jnp.linalg.cholesky(jnp.atleast_2d(jnp.cov(features, rowvar=False)))
        # The inverse, because XLA solves triangular systems on CPUs far slower than it multiplies.
        inverse = jax.scipy.linalg.solve_triangular(root, jnp.eye(len(root)), lower=True)
        return cls(jnp.mean(features, axis=0), inverse.T)

    def __call__(self, features: jax.Array) -> jax.Array:
        """Multiply ``features - mean`` by the inverse of the Cholesky factor."""
        return (features - self.mean) @ self.matrix


class LogitNetwork(eqx.Module):
    """A discriminator as its logit ``T(x) = log D(x)/(1 - D(x))``.

    The activation is smooth because the true logit ``log p - log q`` is; the kinks of a piecewise
    linear network would cost about 1e-3 nat. With a limit c, T is c tanh(t/c) of the network's t.
    """

    embedding: Embedding
    whitening: Whitening
    mlp: eqx.nn.MLP
    limit: float = eqx.field(static=True, default=float("inf"))

    @classmethod
    def untrained(
        cls,
        embedding: Embedding,
        features: jax.Array,
        width: int,
        depth: int,
        key: jax.Array,
        limit: float = float("inf"),
        activation: Callable[[jax.Array], jax.Array] = jax.nn.gelu,
    ) -> "LogitNetwork":
        """Return a network whose inputs are whitened by a sample of the embedding's values."""
        mlp = perceptron(key, features.shape[-1], "scalar", width, depth, activation)
        return cls(embedding, Whitening.fit(features), mlp, limit)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Logits of shape (n,) at samples of shape (n, d)."""
        logits = jax.vmap(self.mlp)(self.whitening(self.embedding(x)))
        return logits if self.limit == np.inf else self.limit * jnp.tanh(logits / self.limit)
