"""Train discriminators of fixed pairs: D's half of the game, for many pairs at once.

Samples are drawn outside the scan, which knows features alone: it is compiled once for all pairs
that have as many of them.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gan.config import Config
from gan.devices import spread
from gan.game import Rules, discriminator_only, improve, trainable
from gan.networks import Identity, LogitNetwork
from gan.pairs import Game

_WHITENING_SAMPLE = 4096
Network = TypeVar("Network", bound=eqx.Module)
Tree = TypeVar("Tree")
Batches = tuple[jax.Array, jax.Array]


class State(eqx.Module):
    """What the next step needs.

    Attributes
    ----------
    network : LogitNetwork
        The discriminator being trained, as a function of features.
    average : LogitNetwork
        The discriminator with the parameters averaged over the last part of training.
    opt_state : optax.OptState
        Moments of Adam.
    step : jax.Array
        Number of steps taken.
    """

    network: LogitNetwork
    average: LogitNetwork
    opt_state: optax.OptState
    step: jax.Array


class Info(eqx.Module):
    """What a person needs of a step.

    Attributes
    ----------
    value : jax.Array
        V(D) of the network before the step on the step's fresh batch, in nats: an unbiased
        held-out value, since the network has never seen these samples.
    """

    value: jax.Array | np.ndarray


def _rules(config: Config) -> Rules:
    """Return the rules of D's half of the game: Adam's rate falls to zero along a half cosine."""
    adam = optax.adam(optax.cosine_decay_schedule(config.learning_rate, config.steps))
    return discriminator_only(adam, config.batch)


def init(features: jax.Array, config: Config, key: jax.Array) -> State:
    """Initialise a discriminator, its inputs whitened by features of a pooled sample."""
    network = LogitNetwork.untrained(Identity(), features, config.width, config.depth, key)
    weights: Any = trainable(network)[0]
    opt_state = _rules(config).discriminator.init(weights)
    return State(network, network, opt_state, jnp.asarray(0))


class Keys(NamedTuple):
    """Keys of one game: of the network, of its whitening, and, folded with a step, of a batch."""

    network: jax.Array
    pooled: jax.Array
    batches: jax.Array


def step(config: Config, state: State, real: jax.Array, fake: jax.Array) -> tuple[State, Info]:
    """Ascend V(D) once, on features of a fresh batch of both sides."""
    network, opt_state, value = improve(_rules(config), state.network, state.opt_state, real, fake)
    # With rate 1/k at the k-th averaged step this is the plain mean of the last part; until then
    # the rate is 1 and the average is the network itself.
    first = round(config.steps * (1 - config.averaged))
    rate = 1 / jnp.maximum(1, state.step - first + 1)
    average = jax.tree.map(
        lambda old, new: old + rate * (new - old) if eqx.is_inexact_array(new) else new,
        state.average,
        network,
    )
    return State(network, average, opt_state, state.step + 1), Info(value)


@eqx.filter_jit
def _pooled(games: Game, keys: jax.Array) -> jax.Array:
    """Return features of samples of both sides, of shape (games, n, e)."""

    def one(game: Game, key: jax.Array) -> jax.Array:
        return game.embedding(jnp.concatenate(game.sample(key, _WHITENING_SAMPLE)))

    return eqx.filter_vmap(one)(games, keys)


@eqx.filter_jit
def _start(features: jax.Array, config: Config, keys: jax.Array) -> State:
    """Initialise every discriminator: one program for all games of as many features."""
    return eqx.filter_vmap(lambda x, key: init(x, config, key))(features, keys)


@eqx.filter_jit
def draw(games: Game, keys: jax.Array, first: jax.Array, steps: int, batch: int) -> Batches:
    """Return the features of the batches of so many steps, of shape (games, steps, batch, e)."""

    def one(game: Game, key: jax.Array) -> Batches:
        def of_step(number: jax.Array) -> Batches:
            real, fake = game.sample(jax.random.fold_in(key, number), batch)
            return game.embedding(real), game.embedding(fake)

        # A GPU draws the batches of all steps at once, a CPU one that its caches hold.
        at_once = None if jax.default_backend() == "cpu" else steps
        return jax.lax.map(of_step, first + jnp.arange(steps), batch_size=at_once)

    return eqx.filter_vmap(one)(games, keys)


@eqx.filter_jit(donate="all-except-first")
def _advance(batches: Batches, states: State, config: Config) -> tuple[State, Info]:
    """Scan one chunk of steps of every game: one program for all games of as many features."""

    def chunk(state: State, batches: Batches) -> tuple[State, Info]:
        arrays, static = eqx.partition(state, eqx.is_array)

        def body(arrays: State, batch: Batches) -> tuple[State, Info]:
            state, info = step(config, eqx.combine(arrays, static), *batch)
            return eqx.filter(state, eqx.is_array), info

        arrays, infos = jax.lax.scan(body, arrays, batches)
        return eqx.combine(arrays, static), infos

    return eqx.filter_vmap(chunk)(states, batches)


def stack(games: Sequence[Game]) -> Game:
    """Stack games of equal structure and shapes along a new leading axis."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *games)


def take(networks: Network, index: int | slice) -> Network:
    """Pick from networks stacked along the leading axis."""
    return jax.tree.map(lambda leaf: leaf[index] if eqx.is_array(leaf) else leaf, networks)


def train(
    games: Game,
    config: Config,
    keys: jax.Array,
    on_chunk: Callable[[int], None] = lambda chunks: None,
) -> tuple[LogitNetwork, Info]:
    """Train one discriminator per game and key, all at once.

    Parameters
    ----------
    games : Game
        Games stacked along the leading axis.
    config : Config
        Settings.
    keys : jax.Array
        One key per game.
    on_chunk : callable
        Told the number of finished chunks after each.

    Returns
    -------
    networks : LogitNetwork
        The averaged discriminators, stacked like the games.
    info : Info
        What happened in every step, of shape (games, steps).
    """
    return train_together([(games, keys)], config, on_chunk)[0]


def train_together(
    ensembles: Sequence[tuple[Game, jax.Array]],
    config: Config,
    on_chunk: Callable[[int], None] = lambda chunks: None,
) -> list[tuple[LogitNetwork, Info]]:
    """Train ensembles of different games of as many features in one scan.

    What differs from game to game is drawn, and compiled, by several threads.

    Parameters
    ----------
    ensembles : sequence of (Game, jax.Array)
        Games and keys, as of `train`.
    config : Config
        Settings.
    on_chunk : callable
        Told the number of finished chunks after each.

    Returns
    -------
    list of (LogitNetwork, Info)
        What `train` returns, of each ensemble.
    """
    ready, values = [_laid_out(games, keys) for games, keys in ensembles], []
    steps = config.steps // config.chunks
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        features = _joined(pool.map(lambda both: _pooled(both[0], both[1].pooled), ready))
        states = _start(features, config, _joined(keys.network for _, keys in ready))
        for chunk in range(config.chunks):
            first = jnp.asarray(chunk * steps)

            def batches(both: tuple[Game, Keys], first: Any = first) -> Any:
                games, keys = both
                return draw(games, keys.batches, first, steps, config.batch)

            drawn = _joined(pool.map(batches, ready))
            states, info = _advance(drawn, states, config)
            values.append(np.asarray(info.value))
            on_chunk(chunk + 1)
    value = np.concatenate(values, axis=1)
    found, start = [], 0
    for games, keys in ready:
        these = slice(start, start := start + len(keys.network))
        average = take(states.average, these) if len(ready) > 1 else states.average
        network = LogitNetwork(games.embedding, average.whitening, average.mlp)
        found.append((network, Info(value[these])))
    return found


def _laid_out(games: Game, keys: jax.Array) -> tuple[Game, Keys]:
    """Return the games and their keys as arrays of JAX, over all devices."""
    games = jax.tree.map(lambda x: jnp.asarray(x) if eqx.is_array_like(x) else x, games)
    # By a small program of their own, which serves all games.
    parted = Keys(*jax.vmap(lambda key: jax.random.split(key, 3))(keys).T)
    return spread((games, parted), len(keys))


def _joined(trees: Iterable[Tree]) -> Tree:
    """Join ensembles along the leading axis."""
    first, *others = trees
    if not others:
        return first
    arrays = [eqx.filter(tree, eqx.is_array) for tree in (first, *others)]
    joined = jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *arrays)
    return eqx.combine(joined, eqx.filter(first, eqx.is_array, inverse=True))
