"""Held-out evaluation of trained discriminators, with an honest standard error.

V(D) is a mean over samples that training never saw. Independent samples would leave an error of
1e-3 nat at a million of them, so the samples come from lattices shifted at random. Each shift gives
an unbiased estimate of V(D), and the spread of independent shifts is the standard error, whatever
D is. Nothing here knows the densities or the true value: that V(D) stays below V* is a result.
"""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import stdtrit

from gan.config import Config
from gan.networks import LogitNetwork
from gan.objectives import value_function
from gan.pairs import Game
from gan.sampling import Points


@dataclass(frozen=True)
class Evaluation:
    """A number known by independent, unbiased replicates of its estimate."""

    replicates: np.ndarray

    @property
    def value(self) -> float:
        """Mean of the replicates."""
        return float(np.mean(self.replicates))

    @property
    def standard_error(self) -> float:
        """Standard deviation of the mean, from the spread of the replicates."""
        return float(np.std(self.replicates, ddof=1) / np.sqrt(len(self.replicates)))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Student's t confidence interval."""
        quantile = float(stdtrit(len(self.replicates) - 1, (1 + level) / 2))
        half = quantile * self.standard_error
        return self.value - half, self.value + half


@eqx.filter_jit
def _replicates(
    networks: LogitNetwork, games: Game, keys: jax.Array, n: int, points: Points
) -> jax.Array:
    def evaluate(network: LogitNetwork, game: Game) -> jax.Array:
        def replicate(key: jax.Array) -> jax.Array:
            real, fake = game.sample(key, n, points)
            return value_function(network(real), network(fake))

        return jax.lax.map(replicate, keys)

    return eqx.filter_vmap(evaluate)(networks, games)


def held_out_values(
    networks: LogitNetwork, games: Game, config: Config, key: jax.Array, points: Points
) -> np.ndarray:
    """V(D) of every network on independent sets of held-out samples, in double precision.

    Parameters
    ----------
    networks, games
        Discriminators and their games, stacked along the leading axis.
    config : Config
        Number of replicates and of held-out samples in each.
    key : jax.Array
        Key of the held-out samples; the replicates are shared by all networks.
    points : callable
        Kind of uniform points.

    Returns
    -------
    array of shape (games, replicates)
        Values in nats.
    """

    def double(leaf: object) -> object:
        return jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array_like(leaf) else leaf

    with jax.enable_x64(True):
        networks, games = jax.tree.map(double, (networks, games))
        keys = jax.random.split(key, config.replicates)
        return np.asarray(_replicates(networks, games, keys, config.held_out, points))
