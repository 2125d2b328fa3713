"""Discriminators of pairs with a finite sample: early stopping, and a network that can be kept."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from gan.config import Config
from gan.fitting import Recipe, make_tasks, train
from gan.networks import Embedding, LogitNetwork, Whitening
from gan.observations import Observations
from gan.pairs import Pair


def standardise(
    embedding: Embedding, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return features of both samples with pooled mean 0 and variance 1; centre and spread.

    In double precision, before single: whitening could not restore the digits that a large offset
    takes.

    Raises
    ------
    ValueError
        If the observations lie in a hyperplane, or nearly so.
    """
    with jax.enable_x64(True):
        features = [np.asarray(embedding(jnp.asarray(points))) for points in (x, y)]
    pooled = np.concatenate(features)
    centre, spread = np.mean(pooled, axis=0), np.std(pooled, axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)
    scaled = (pooled - centre) / spread
    if np.linalg.matrix_rank(scaled, tol=1e-4 * len(scaled) ** 0.5) < scaled.shape[1]:
        raise ValueError(
            "the observations do not spread in every direction: a coordinate is constant, or "
            "nearly a linear function of others. Drop it, or pass an embedding."
        )
    return scaled[: len(x)], scaled[len(x) :], centre, spread


def is_finite(pair: Pair) -> bool:
    """Whether P or Q is known by given observations only."""
    return isinstance(pair.p, Observations) or isinstance(pair.q, Observations)


def recipe_of(config: Config) -> Recipe:
    """Take from `config` what means the same where training stops early."""
    return Recipe(
        width=config.width,
        depth=config.depth,
        batch=config.batch,
        learning_rate=config.learning_rate,
        checks=max(1, config.steps // Recipe.check),
    )


def fit_discriminator(
    pair: Pair, recipe: Recipe, key: jax.Array
) -> tuple[LogitNetwork, np.ndarray]:
    """Train one discriminator on what a pair has to learn from, until validation says enough.

    A side that can be sampled afresh is sampled once, as often as the other has observations.

    Returns
    -------
    network : LogitNetwork
        The network as it was when its validated value was highest.
    values : array
        V(D) on the observations kept for validation, after every `recipe.check` steps.
    """
    keys = jax.random.split(key, 3)
    n = max(len(side.train) for side in (pair.p, pair.q) if isinstance(side, Observations))
    x, y = (
        side.train if isinstance(side, Observations) else np.asarray(side.sample(k, n), np.float64)
        for side, k in zip((pair.p, pair.q), keys, strict=False)
    )
    scaled_x, scaled_y, centre, spread = standardise(pair.embedding, x, y)
    none = np.arange(0)
    split = dv.methods.Split(np.arange(len(x)), np.arange(len(y)), none, none)
    rng = np.random.default_rng(int(jax.random.bits(keys[2])))
    tasks = make_tasks([split], recipe, rng)
    task = jax.tree.map(lambda leaf: leaf[0], tasks)
    data = jnp.asarray(scaled_x, jnp.float32), jnp.asarray(scaled_y, jnp.float32)
    network, values = eqx.filter_jit(train)(task, data, recipe)
    mean = centre + spread * np.asarray(network.whitening.mean, np.float64)
    matrix = np.asarray(network.whitening.matrix, np.float64) / spread[:, None]
    values = np.asarray(values)
    return (
        LogitNetwork(pair.embedding, Whitening(mean, matrix), network.mlp),
        values[np.isfinite(values)],
    )
