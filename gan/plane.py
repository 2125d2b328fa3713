"""Distributions and one-to-one maps that make pairs of the plane hard, or that leave JS alone."""

from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.distributions import Array, Distribution
from gan.mixtures import NormalMixture


class Box(Distribution):
    """Uniform distribution on a box.

    Attributes
    ----------
    low, high : array of shape (d,)
        Its corners.
    """

    low: np.ndarray = eqx.field(converter=lambda x: np.asarray(x, np.float64))
    high: np.ndarray = eqx.field(converter=lambda x: np.asarray(x, np.float64))

    @property
    def dim(self) -> int:
        """Dimension of the corners."""
        return self.low.shape[-1]

    @property
    def uniforms(self) -> int:
        """One for each coordinate."""
        return self.dim

    def transport(self, u: Array) -> jax.Array:
        """Stretch the uniforms."""
        u = jnp.asarray(u)
        low, high = (jnp.asarray(x, u.dtype) for x in (self.low, self.high))
        return low + (high - low) * u

    def logpdf(self, x: Array) -> jax.Array:
        """Minus the log of the volume inside, minus infinity elsewhere."""
        x = jnp.asarray(x)
        low, high = (jnp.asarray(end, x.dtype) for end in (self.low, self.high))
        inside = jnp.all((x > low) & (x < high), axis=-1)
        return jnp.where(inside, -jnp.sum(jnp.log(high - low)), -jnp.inf)


class Checkerboard(Distribution):
    """Uniform distribution on the dark squares of a board on (0, 4) x (0, 4)."""

    @property
    def dim(self) -> int:
        """The plane."""
        return 2

    @property
    def uniforms(self) -> int:
        """Two: the abscissa, and the place among the dark squares of its column."""
        return 2

    def transport(self, u: Array) -> jax.Array:
        """Stretch the first, and lift the second over the light squares."""
        x, y = 4 * jnp.asarray(u)[:, 0], 2 * jnp.asarray(u)[:, 1]
        return jnp.stack([x, y + jnp.floor(y) + jnp.floor(x) % 2], axis=-1)

    def logpdf(self, x: Array) -> jax.Array:
        """-log 8 on dark squares, minus infinity elsewhere."""
        x = jnp.asarray(x)
        dark = (jnp.floor(x[:, 0]) + jnp.floor(x[:, 1])) % 2 == 0
        inside = jnp.all((x > 0) & (x < 4), axis=-1)
        return jnp.where(dark & inside, jnp.asarray(-np.log(8), x.dtype), -jnp.inf)


class Map(eqx.Module):
    """A one-to-one map of R^d that keeps volumes."""

    @abstractmethod
    def __call__(self, x: jax.Array) -> jax.Array:
        """Map points of shape (n, d)."""

    @abstractmethod
    def inverse(self, y: jax.Array) -> jax.Array:
        """Map them back."""


class Rotation(Map):
    """Rotation of the plane about the origin, by an angle in radians."""

    angle: float = eqx.field(static=True)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Rotate."""
        return _rotated(x, self.angle)

    def inverse(self, y: jax.Array) -> jax.Array:
        """Rotate the other way."""
        return _rotated(y, -self.angle)


class Bend(Map):
    """Map (x, y) to (x, y + c x^2), which bends the plane along parabolas."""

    strength: float = eqx.field(static=True)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Bend."""
        return x.at[:, 1].add(self.strength * jnp.square(x[:, 0]))

    def inverse(self, y: jax.Array) -> jax.Array:
        """Straighten."""
        return y.at[:, 1].add(-self.strength * jnp.square(y[:, 0]))


class Image(Distribution):
    """The distribution of map(X), X having another: JS of two images by one map is that of the two.

    Attributes
    ----------
    of : Distribution
        The distribution of X.
    map : Map
        The map.
    """

    of: Distribution
    map: Map

    @property
    def dim(self) -> int:
        """Dimension of X."""
        return self.of.dim

    @property
    def uniforms(self) -> int:
        """As many as X needs."""
        return self.of.uniforms

    def transport(self, u: Array) -> jax.Array:
        """Carry uniforms to X, and map it."""
        return self.map(self.of.transport(u))

    def logpdf(self, x: Array) -> jax.Array:
        """Return the log-density of X where the point comes from: volumes are kept."""
        return self.of.logpdf(self.map.inverse(jnp.asarray(x)))


def swiss_roll(turns: float = 1.5, modes: int = 48, scale: float = 0.15) -> NormalMixture:
    """Return normals along a spiral around the origin, whose radius grows to 3."""
    angle = 2 * np.pi * turns * np.sqrt(np.linspace(0.1, 1, modes))
    radius = 3 * angle / angle[-1]
    means = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return NormalMixture(means, scale, 1 / modes)


def moons(modes: int = 24, scale: float = 0.15) -> tuple[NormalMixture, NormalMixture]:
    """Return normals along each of two half circles that reach into each other."""
    angle = np.linspace(0, np.pi, modes)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    lower = np.array([1.0, 0.5]) - upper
    return NormalMixture(upper, scale, 1 / modes), NormalMixture(lower, scale, 1 / modes)


def grid_25(scale: float = 0.05) -> NormalMixture:
    """Return twenty-five normals on a square grid with spacing 2."""
    axis = np.arange(-4.0, 5.0, 2.0)
    return NormalMixture(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2), scale, 1 / 25)


def _rotated(x: jax.Array, angle: float) -> jax.Array:
    cos, sin = np.cos(angle), np.sin(angle)
    return jnp.stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]], axis=-1)
