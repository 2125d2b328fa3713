"""Normal noise on the samples of another source, as both sides have it in some games."""

from typing import Any

import equinox as eqx
import jax

from gan.distributions import Source
from gan.sampling import Points, independent, shifted_lattice


class Blurred(Source):
    """A source with normal noise; its points are independent.

    Attributes
    ----------
    base : Source
        The source without noise.
    sigma : float
        Standard deviation of the noise.
    """

    base: Any
    sigma: float = eqx.field(static=True)

    @property
    def dim(self) -> int:
        """Dimension of the source."""
        return self.base.dim

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent samples with noise."""
        del points
        of_base, of_noise = jax.random.split(key)
        x = self.base.sample(of_base, n, independent)
        return x + self.sigma * jax.random.normal(of_noise, x.shape, x.dtype)
