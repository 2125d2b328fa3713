"""Train discriminators: ``init``, ``step`` and the compiled scan, for many games at once."""

from collections.abc import Callable, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gan.config import Config
from gan.networks import LogitNetwork, Whitening
from gan.objectives import value_function
from gan.pairs import Game, Pair

_WHITENING_SAMPLE = 4096


class State(eqx.Module):
    """What the next step needs.

    Attributes
    ----------
    network : LogitNetwork
        The discriminator being trained.
    average : LogitNetwork
        The discriminator with the parameters averaged over the last part of training.
    opt_state : optax.OptState
        Moments of Adam.
    step : jax.Array
        Number of steps taken.
    key : jax.Array
        Key that, folded with `step`, gives the batch of that step.
    """

    network: LogitNetwork
    average: LogitNetwork
    opt_state: optax.OptState
    step: jax.Array
    key: jax.Array


class Info(eqx.Module):
    """What a person needs of a step.

    Attributes
    ----------
    value : jax.Array
        V(D) of the network before the step on the step's fresh batch, in nats: an unbiased
        held-out value, since the network has never seen these samples.
    """

    value: jax.Array | np.ndarray


def optimizer(config: Config) -> optax.GradientTransformation:
    """Adam whose rate falls to zero along a half cosine."""
    return optax.adam(optax.cosine_decay_schedule(config.learning_rate, config.steps))


def init(game: Game, config: Config, key: jax.Array) -> State:
    """Initialise a discriminator, its inputs whitened by a pooled sample of both sides."""
    network_key, sample_key, batch_key = jax.random.split(key, 3)
    pooled = jnp.concatenate(game.sample(sample_key, _WHITENING_SAMPLE))
    features = game.embedding(pooled)
    mlp = eqx.nn.MLP(
        features.shape[-1], "scalar", config.width, config.depth, jax.nn.gelu, key=network_key
    )
    network = LogitNetwork(game.embedding, Whitening.fit(features), mlp)
    opt_state = optimizer(config).init(eqx.filter(mlp, eqx.is_inexact_array))
    return State(network, network, opt_state, jnp.asarray(0), batch_key)


def step(game: Game, config: Config, state: State) -> tuple[State, Info]:
    """Ascend V(D) once, on a fresh batch of both sides."""
    real, fake = game.sample(jax.random.fold_in(state.key, state.step), config.batch)

    def with_mlp(mlp: eqx.nn.MLP) -> LogitNetwork:
        return LogitNetwork(game.embedding, state.network.whitening, mlp)

    def loss(mlp: eqx.nn.MLP) -> jax.Array:
        network = with_mlp(mlp)
        return -value_function(network(real), network(fake))

    negative_value, gradient = eqx.filter_value_and_grad(loss)(state.network.mlp)
    update, opt_state = optimizer(config).update(gradient, state.opt_state)
    network = with_mlp(eqx.apply_updates(state.network.mlp, update))
    # With rate 1/k at the k-th averaged step this is the plain mean of the last part; until then
    # the rate is 1 and the average is the network itself.
    first = round(config.steps * (1 - config.averaged))
    rate = 1 / jnp.maximum(1, state.step - first + 1)
    average = jax.tree.map(
        lambda old, new: old + rate * (new - old) if eqx.is_inexact_array(new) else new,
        state.average,
        network,
    )
    return State(network, average, opt_state, state.step + 1, state.key), Info(-negative_value)


@eqx.filter_jit
def _start(games: Game, config: Config, keys: jax.Array) -> State:
    return eqx.filter_vmap(lambda game, key: init(game, config, key))(games, keys)


@eqx.filter_jit(donate="all-except-first")
def _advance(games: Game, states: State, config: Config) -> tuple[State, Info]:
    """Scan one chunk of steps for every game; the states are donated."""

    def chunk(game: Game, state: State) -> tuple[State, Info]:
        arrays, static = eqx.partition(state, eqx.is_array)

        def body(arrays: State, _: None) -> tuple[State, Info]:
            state, info = step(game, config, eqx.combine(arrays, static))
            return eqx.filter(state, eqx.is_array), info

        arrays, infos = jax.lax.scan(body, arrays, length=config.steps // config.chunks)
        return eqx.combine(arrays, static), infos

    return eqx.filter_vmap(chunk)(games, states)


def stack(games: Sequence[Game]) -> Game:
    """Stack games of equal structure and shapes along a new leading axis."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *games)


def take(networks: LogitNetwork, index: int | slice) -> LogitNetwork:
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
    games = jax.tree.map(jnp.asarray, games)
    states = _start(games, config, keys)
    values = []
    for chunk in range(config.chunks):
        states, info = _advance(games, states, config)
        values.append(np.asarray(info.value))
        on_chunk(chunk + 1)
    return states.average, Info(np.concatenate(values, axis=1))


def train_discriminator(pair: Pair, config: Config, key: jax.Array) -> tuple[LogitNetwork, Info]:
    """Train the discriminator of one pair.

    Parameters
    ----------
    pair : Pair
        The data distribution P and the generator's Q.
    config : Config
        Settings.
    key : jax.Array
        JAX key; the result is a function of it, of the settings and of the device.

    Returns
    -------
    network : LogitNetwork
        The trained discriminator, a function from samples of shape (n, d) to logits.
    info : Info
        Its value on the fresh batch of every step.

    Examples
    --------
    >>> import gan
    >>> pair, config = gan.targets["normal-mu-2"], gan.Config(steps=400)
    >>> discriminator, _ = gan.train_discriminator(pair, config, jax.random.key(0))
    >>> float(discriminator(jnp.array([[1.0]]))[0])  # half way between N(0, 1) and N(2, 1)
    0.0
    """
    networks, info = train(stack([pair.game]), config, key[None])
    return take(networks, 0), Info(info.value[0])
