"""Class-conditional games: samples carry their class, as ones and zeros behind the coordinates.

A labelled sample is the point (x, e_y) of R^(d + C) with the unit vector e_y of its class, so that
the game of labelled samples is the same game. Classes take turns on either side: the i-th sample of
a batch has class i modulo C, and a relativistic game compares samples of the same class.
"""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.checks import random_key, real, whole
from gan.distributions import Source
from gan.networks import leaky, perceptron
from gan.observations import numbers
from gan.sampling import Points, shifted_lattice


class Labelled(Source):
    """The empirical distribution of labelled observations, each class as likely as the others.

    Parameters
    ----------
    x : array_like of shape (n, d)
        Observations.
    labels : array_like of shape (n,)
        Their classes: numbers or words.
    sigma : float
        Standard deviation of normal noise that is added to a sample, as by `gan.Conditional`. It
        lets the two distributions overlap wherever they lie (Sønderby et al. 2017).

    Attributes
    ----------
    classes : tuple
        The classes, in order.

    Examples
    --------
    >>> import gan
    >>> data = gan.Labelled([[0.5], [0.25], [0.75]], ["b", "a", "a"])
    >>> data.classes, data.dim
    (('a', 'b'), 3)
    >>> data.sample(jax.random.key(0), 4)[:, 1:].tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """

    x: np.ndarray
    start: np.ndarray
    count: np.ndarray
    classes: tuple[Any, ...] = eqx.field(static=True)
    sigma: float = eqx.field(static=True)

    def __init__(self, x: Any, labels: Any, sigma: float = 0.0) -> None:
        x, labels = numbers("x", x, 2), np.asarray(labels)
        if labels.shape != (len(x),):
            raise ValueError(
                f"labels has shape {labels.shape} for {len(x)} observations; pass one for each."
            )
        classes, count = np.unique(labels, return_counts=True)
        if len(classes) < 2:
            raise ValueError("labels holds one class; pass the observations alone.")
        self.x = x[np.argsort(labels, kind="stable")]
        self.start, self.count = np.cumsum(count) - count, count
        self.classes = tuple(classes.tolist())
        self.sigma = real("sigma", sigma, "zero or more")

    @property
    def dim(self) -> int:
        """Number of coordinates and classes."""
        return self.x.shape[-1] + len(self.classes)

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n labelled samples with replacement, classes in turn."""
        del points
        of_choice, of_noise = jax.random.split(key)
        labels = _in_turn(n, len(self.classes))
        within = jax.random.randint(of_choice, (n,), 0, jnp.asarray(self.count)[labels])
        x = jnp.asarray(self.x)[jnp.asarray(self.start)[labels] + within]
        return _join(_blur(of_noise, x, self.sigma), labels, len(self.classes))


class Conditional(Source):
    """The generator ``x = G(z, e_y) + sigma eps`` of standard normal z and a class y.

    Parameters
    ----------
    key : jax.Array
        Key of the initial network.
    dim, classes, noise : int
        Coordinates of a sample, number of classes, and dimension of z.
    sigma : float
        Standard deviation of the noise in the game, as that of `gan.Labelled`; `draw` adds none.
    output : callable
        Applied to what the network returns. The default keeps samples between -1 and 1.
    width, depth : int
        Units per hidden layer and number of hidden layers of G.

    Examples
    --------
    >>> import gan
    >>> generator = gan.Conditional(jax.random.key(0), dim=64, classes=10)
    >>> generator.draw(jax.random.key(1), [3, 3, 7]).shape
    (3, 64)
    """

    network: eqx.nn.MLP
    classes: int = eqx.field(static=True)
    sigma: float = eqx.field(static=True)
    output: Callable[[jax.Array], jax.Array] = eqx.field(static=True)

    def __init__(
        self,
        key: jax.Array,
        dim: int,
        classes: int,
        noise: int = 24,
        sigma: float = 0.0,
        *,
        output: Callable[[jax.Array], jax.Array] = jnp.tanh,
        width: int = 128,
        depth: int = 3,
    ) -> None:
        self.classes, noise = whole("classes", classes, 2), whole("noise", noise)
        sizes = whole("dim", dim), whole("width", width), whole("depth", depth)
        key = random_key("key", key)
        self.network = perceptron(key, noise + self.classes, *sizes, jax.nn.gelu)
        self.sigma, self.output = real("sigma", sigma, "zero or more"), output

    @property
    def dim(self) -> int:
        """Number of coordinates and classes."""
        return int(self.network.out_size) + self.classes

    @property
    def settings(self) -> dict[str, Any]:
        """What, beside a key, makes a generator with the same shapes."""
        return {
            "dim": int(self.network.out_size),
            "classes": self.classes,
            "noise": int(self.network.in_size) - self.classes,
            "sigma": self.sigma,
            "width": self.network.width_size,
            "depth": self.network.depth,
        }

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n labelled samples, classes in turn."""
        del points
        of_samples, of_noise = jax.random.split(key)
        labels = _in_turn(n, self.classes)
        x = self._samples(of_samples, labels)
        return _join(_blur(of_noise, x, self.sigma), labels, self.classes)

    def draw(self, key: jax.Array, labels: Any) -> jax.Array:
        """Draw samples of the given classes, whole numbers from 0; shape (n, d)."""
        given = np.asarray(labels)
        if given.ndim != 1 or given.dtype.kind not in "iu":
            raise TypeError(
                f"labels has shape {given.shape} and dtype {given.dtype}; pass whole numbers (n,)."
            )
        if given.size and not (given.min() >= 0 and given.max() < self.classes):
            raise ValueError(f"labels must be at least 0 and less than {self.classes}.")
        return self._samples(random_key("key", key), jnp.asarray(given))

    def _samples(self, key: jax.Array, labels: jax.Array) -> jax.Array:
        noise = int(self.network.in_size) - self.classes
        z = jax.random.normal(key, (len(labels), noise))
        return self.output(jax.vmap(self.network)(_join(z, labels, self.classes)))


class Projection(eqx.Module):
    """A discriminator of labelled samples: the logit is ``w h(x) + b + e_y E h(x)``.

    The last term projects the features h(x) on a vector of the class (Miyato and Koyama 2018). The
    gradient by the class's coordinates is zero, so that penalties see slopes in x alone.

    Parameters
    ----------
    key : jax.Array
        Key of the initial network.
    dim, classes : int
        Coordinates of a sample, and number of classes.
    width, depth : int
        Units per hidden layer and number of hidden layers of h.
    """

    features: eqx.nn.MLP
    linear: eqx.nn.Linear
    embedding: jax.Array

    def __init__(
        self, key: jax.Array, dim: int, classes: int, *, width: int = 128, depth: int = 3
    ) -> None:
        of_features, of_linear, of_classes = jax.random.split(random_key("key", key), 3)
        dim, classes = whole("dim", dim), whole("classes", classes, 2)
        width, depth = whole("width", width), whole("depth", depth)
        self.features = perceptron(of_features, dim, width, width, depth - 1, leaky, leaky)
        self.linear = eqx.nn.Linear(width, "scalar", key=of_linear)
        self.embedding = jax.random.normal(of_classes, (classes, width)) / width**0.5

    @property
    def settings(self) -> dict[str, Any]:
        """What, beside a key, makes a discriminator with the same shapes."""
        return {
            "dim": int(self.features.in_size),
            "classes": len(self.embedding),
            "width": self.features.width_size,
            "depth": self.features.depth + 1,
        }

    def __call__(self, x: jax.Array) -> jax.Array:
        """Logits of shape (n,) at labelled samples of shape (n, d + C)."""
        dim = int(self.features.in_size)
        features = jax.vmap(self.features)(x[:, :dim])
        of_class = jax.lax.stop_gradient(x[:, dim:]) @ self.embedding
        return jax.vmap(self.linear)(features) + jnp.sum(of_class * features, axis=-1)


def _in_turn(n: int, classes: int) -> jax.Array:
    return jnp.arange(n) % classes


def _join(x: jax.Array, labels: jax.Array, classes: int) -> jax.Array:
    return jnp.concatenate([x, jax.nn.one_hot(labels, classes, dtype=x.dtype)], axis=-1)


def _blur(key: jax.Array, x: jax.Array, sigma: float) -> jax.Array:
    return x + sigma * jax.random.normal(key, x.shape, x.dtype) if sigma else x
