"""Generators: networks that make samples of noise, one of them with a density that is known."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp, ndtri

from gan.checks import random_key, real, whole
from gan.distributions import Array, Distribution
from gan.networks import Constant, perceptron
from gan.sampling import shifted_lattice


class Codes(Constant):
    """Fixed points of the space of noise, which are not trained."""

    points: jax.Array


class Noisy(Distribution):
    """The generator ``x = G(z_k) + sigma eps`` with k uniform over fixed codes z_1 ... z_K.

    Whatever network G is, the samples are those of a mixture of K normals, so that their density is
    known exactly, and with it the Jensen-Shannon divergence from the data.

    Parameters
    ----------
    key : jax.Array
        Key of the codes and of the initial network.
    dim : int
        Dimension of the samples.
    noise : int
        Dimension of the codes, which are standard normal: an even lattice, shifted at random.
    codes : int
        Number K of codes.
    sigma : float
        Initial standard deviation of the noise that is added, above `sigma_min`.
    learn_sigma : bool
        Whether sigma is trained.
    sigma_min : float
        What sigma exceeds.
    width, depth : int
        Units per hidden layer and number of hidden layers of G.

    Examples
    --------
    >>> import gan
    >>> generator = gan.Noisy(jax.random.key(0), dim=2, codes=64)
    >>> x = generator.sample(jax.random.key(1), 5)
    >>> x.shape, generator.log_density(x).shape
    ((5, 2), (5,))
    """

    network: eqx.nn.MLP
    codes: Codes
    log_sigma: jax.Array
    sigma_min: float = eqx.field(static=True)
    learn_sigma: bool = eqx.field(static=True)

    def __init__(
        self,
        key: jax.Array,
        dim: int,
        noise: int = 16,
        codes: int = 8192,
        sigma: float = 0.05,
        learn_sigma: bool = True,
        sigma_min: float = 0.0,
        *,
        width: int = 64,
        depth: int = 2,
    ) -> None:
        of_codes, of_network = jax.random.split(random_key("key", key))
        noise, codes = whole("noise", noise), whole("codes", codes)
        self.network = _network(of_network, noise, dim, width, depth)
        self.codes = Codes(ndtri(shifted_lattice(of_codes, codes, noise)))
        self.sigma_min = real("sigma_min", sigma_min, "zero or more")
        self.learn_sigma = learn_sigma
        above = real("sigma", sigma, "positive") - self.sigma_min
        if above <= 0:
            raise ValueError(f"sigma is {sigma!r}; it must exceed sigma_min = {sigma_min!r}.")
        self.log_sigma = jnp.log(jnp.asarray(above))

    @property
    def dim(self) -> int:
        """Dimension of the samples."""
        return int(self.network.out_size)

    @property
    def settings(self) -> dict[str, Any]:
        """What, beside a key, makes a generator with the same shapes."""
        return _sizes(self.network) | {
            "codes": len(self.codes.points),
            "sigma": self.sigma_min + 1.0,
            "learn_sigma": self.learn_sigma,
            "sigma_min": self.sigma_min,
        }

    @property
    def uniforms(self) -> int:
        """One that chooses the code, and one for each coordinate."""
        return 1 + self.dim

    @property
    def sigma(self) -> jax.Array:
        """Standard deviation of the noise that is added."""
        learned = self.log_sigma if self.learn_sigma else jax.lax.stop_gradient(self.log_sigma)
        return self.sigma_min + jnp.exp(learned)

    @property
    def centres(self) -> jax.Array:
        """Means G(z_k) of the normals, of shape (K, d)."""
        return jax.vmap(self.network)(self.codes.points)

    @eqx.filter_jit
    def transport(self, u: Array) -> jax.Array:
        """Choose a code by the first uniform, and make normals of the others."""
        count = len(self.codes.points)
        chosen = jnp.minimum((u[:, 0] * count).astype(int), count - 1)
        centres = jax.vmap(self.network)(self.codes.points[chosen])
        return centres + self.sigma * ndtri(u[:, 1:])

    @eqx.filter_jit
    def logpdf(self, x: Array) -> jax.Array:
        """Log-density in nats at `x` of shape (n, d)."""
        scaled, centres = jnp.asarray(x) / self.sigma, self.centres / self.sigma
        if self.dim <= 3:  # XLA on CPUs is slow at sums along a short last axis
            square = sum(jnp.square(scaled[:, None, i] - centres[:, i]) for i in range(self.dim))
        else:
            square = jnp.sum(jnp.square(scaled[:, None, :] - centres), axis=-1)
        constant = self.dim * (jnp.log(self.sigma) + 0.5 * np.log(2 * np.pi))
        return logsumexp(-0.5 * square, axis=-1) - constant - np.log(len(centres))

    def log_density(self, x: Array) -> jax.Array:
        """Log-density in nats at `x` of shape (n, d)."""
        return self.logpdf(x)


class Push(Distribution):
    """The generator ``x = G(z)`` of standard normal z, whose density is not known.

    Parameters
    ----------
    key : jax.Array
        Key of the initial network.
    dim, noise : int
        Dimensions of the samples and of z.
    width, depth : int
        Units per hidden layer and number of hidden layers of G.

    Examples
    --------
    >>> import gan
    >>> gan.Push(jax.random.key(0), dim=2).sample(jax.random.key(1), 5).shape
    (5, 2)
    """

    network: eqx.nn.MLP

    def __init__(
        self, key: jax.Array, dim: int, noise: int = 16, *, width: int = 64, depth: int = 2
    ) -> None:
        self.network = _network(random_key("key", key), whole("noise", noise), dim, width, depth)

    @property
    def dim(self) -> int:
        """Dimension of the samples."""
        return int(self.network.out_size)

    @property
    def settings(self) -> dict[str, Any]:
        """What, beside a key, makes a generator with the same shapes."""
        return _sizes(self.network)

    @property
    def uniforms(self) -> int:
        """One for each coordinate of z."""
        return int(self.network.in_size)

    def transport(self, u: Array) -> jax.Array:
        """Make normals of the uniforms, and samples of the normals."""
        return jax.vmap(self.network)(ndtri(u))

    def logpdf(self, x: Array) -> jax.Array:
        """Refuse: the density of a network's samples is not known.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError("the density of gan.Push is not known; gan.Noisy has one.")


def _network(key: jax.Array, noise: int, dim: int, width: int, depth: int) -> eqx.nn.MLP:
    sizes = whole("dim", dim), whole("width", width), whole("depth", depth)
    return perceptron(key, noise, *sizes, jax.nn.gelu)


def _sizes(network: eqx.nn.MLP) -> dict[str, Any]:
    sizes = {"dim": network.out_size, "noise": network.in_size}
    return sizes | {"width": network.width_size, "depth": network.depth}
