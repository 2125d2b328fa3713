"""Held-out evaluation of trained discriminators, with an honest standard error.

V(D) is a mean over samples that training never saw. Independent samples would leave an error of
1e-3 nat at a million of them, so the samples come from lattices shifted at random. Each shift gives
an unbiased estimate of V(D), and the spread of independent shifts is the standard error, whatever
D is. V(D) knows nothing of the densities or the true value: that it stays below V* is a result. The
regret V* - V(D) at a sample does, where densities are known.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import stdtrit

from gan.config import Config
from gan.networks import Identity, LogitNetwork
from gan.objectives import value_function
from gan.pairs import Game
from gan.sampling import Points

Tree = TypeVar("Tree")


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

    def lower(self, level: float = 0.95) -> float:
        """Student's t lower confidence bound."""
        return self.value - float(stdtrit(len(self.replicates) - 1, level)) * self.standard_error


def in_double_precision(tree: Tree) -> Tree:
    """Return the tree with its floats as float64, where JAX has them enabled."""

    def double(leaf: object) -> object:
        return jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array_like(leaf) else leaf

    return jax.tree.map(double, tree)


class HeldOut(NamedTuple):
    """Independent sets of samples of each game, of shape (games, replicates, n, ...).

    Attributes
    ----------
    real, fake
        Features of samples of P and of Q.
    logits_real, logits_fake
        log(p/q) there, or None if a density is not known.
    """

    real: jax.Array
    fake: jax.Array
    logits_real: jax.Array | None
    logits_fake: jax.Array | None


@eqx.filter_jit
def _draw(games: Game, keys: jax.Array, n: int, points: Points, densities: bool) -> HeldOut:
    def of_game(game: Game) -> HeldOut:
        def replicate(key: jax.Array) -> HeldOut:
            real, fake = game.sample(key, n, points)
            logits = [None, None]
            if densities:
                logits = [game.p.logpdf(x) - game.q.logpdf(x) for x in (real, fake)]
            return HeldOut(game.embedding(real), game.embedding(fake), *logits)

        return jax.lax.map(replicate, keys)

    return eqx.filter_vmap(of_game)(games)


@eqx.filter_jit
def _values(networks: LogitNetwork, samples: HeldOut) -> tuple[jax.Array, jax.Array | None]:
    """Return V(D) and, where log(p/q) is known, V* - V(D), of shape (games, replicates).

    The features have been taken of the samples: this is compiled once for all of as many.
    """

    def of_game(network: LogitNetwork, samples: HeldOut) -> tuple[jax.Array, jax.Array | None]:
        def replicate(samples: HeldOut) -> tuple[jax.Array, jax.Array | None]:
            real, fake, logits_real, logits_fake = samples
            of_real, of_fake = network(real), network(fake)
            regret = None
            if logits_real is not None and logits_fake is not None:
                regret = jnp.mean(_regret(logits_real, of_real))
                regret += jnp.mean(_regret(logits_fake, of_fake))
            return value_function(of_real, of_fake), regret

        return jax.lax.map(replicate, samples)

    return eqx.filter_vmap(of_game)(networks, samples)


def _regret(best: jax.Array, logits: jax.Array) -> jax.Array:
    """Return KL(Bernoulli(D*) || Bernoulli(D)) of two logits, of which the first may be infinite.

    V* - V(D) is its mean over P plus that over Q: their mixture has the density (p + q)/2, under
    which log(1 + exp) errs by twice as much.
    """

    def part(best: jax.Array, logits: jax.Array) -> jax.Array:
        share = jax.nn.sigmoid(best)
        difference = jax.nn.log_sigmoid(best) - jax.nn.log_sigmoid(logits)
        return jnp.where(share > 0, share * jnp.where(share > 0, difference, 0.0), 0.0)

    return part(best, logits) + part(-best, -logits)


def held_out(
    networks: LogitNetwork, games: Game, config: Config, key: jax.Array, points: Points
) -> tuple[np.ndarray, np.ndarray | None]:
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
    values : array of shape (games, replicates)
        V(D) in nats.
    regrets : array of shape (games, replicates), or None
        V* - V(D) = E_P k + E_Q k with k = KL(D* || D) at a sample, where the densities are known.
        Its noise is of the order of the gap itself, not of V.
    """
    return _held_out(networks, games, config, key, points, games.has_densities)


def held_out_values(
    networks: LogitNetwork, games: Game, config: Config, key: jax.Array, points: Points
) -> np.ndarray:
    """Return the values alone of `held_out`, for which no density is evaluated."""
    return _held_out(networks, games, config, key, points, False)[0]


def _held_out(
    networks: LogitNetwork,
    games: Game,
    config: Config,
    key: jax.Array,
    points: Points,
    densities: bool,
) -> tuple[np.ndarray, np.ndarray | None]:
    with jax.enable_x64(True):
        networks, games = in_double_precision((networks, games))
        games = Game(games.p, games.q, networks.embedding)
        keys = jax.random.split(key, config.replicates)
        samples = _draw(games, keys, config.held_out, points, densities)
        inner = LogitNetwork(Identity(), networks.whitening, networks.mlp, networks.limit)
        values, regrets = _values(inner, samples)
        return np.asarray(values), None if regrets is None else np.asarray(regrets)
