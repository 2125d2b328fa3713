"""Games of generators with noise, played from settings: rules, first states, and the play."""

from collections.abc import Callable, Iterator

import equinox as eqx
import jax
import jax.numpy as jnp

from gan.config import GameConfig
from gan.devices import spread
from gan.distributions import Source
from gan.f_gan import objective_named
from gan.game import Rules, State, init, run_all
from gan.generators import Noisy
from gan.penalties import R1, R2
from gan.playing import adam_in_turn, make_discriminator
from gan.sources import source


def rules_of(config: GameConfig) -> Rules:
    """Return how a game of these settings is played."""
    adams = adam_in_turn(
        config.steps, config.d_steps, (config.generator_rate, config.discriminator_rate)
    )
    gamma = config.gamma
    return Rules(
        objective_named(config.objective),
        *adams,
        batch=config.batch,
        d_steps=config.d_steps,
        ema=config.ema,
        penalties=(R1(gamma), R2(gamma)) if gamma else (),
    )


def first_generator(config: GameConfig, dim: int, key: jax.Array) -> Noisy:
    """Return the untrained generator of these settings."""
    return Noisy(
        key,
        dim,
        noise=config.noise,
        codes=config.codes,
        sigma=config.sigma,
        learn_sigma=config.learn_sigma,
        width=config.generator_width,
        depth=config.generator_depth,
    )


def first_states(config: GameConfig, rules: Rules, data: Source, seed: int) -> State:
    """Return the stacked states of all games before their first steps."""

    def start(key: jax.Array) -> State:
        of_generator, of_discriminator, of_game = jax.random.split(key, 3)
        discriminator = make_discriminator(
            data, of_discriminator, config.width, config.depth, limit=rules.objective.limit
        )
        return init(rules, first_generator(config, data.dim, of_generator), discriminator, of_game)

    keys = jax.random.split(jax.random.key(seed), config.seeds)
    return eqx.filter_jit(eqx.filter_vmap(start))(keys)


def play(
    config: GameConfig,
    seed: int,
    progress: Callable[[], None] = lambda: None,
    resume: State | None = None,
) -> Iterator[State]:
    """Play the games of several seeds at once; yield their stacked states at each check.

    Parameters
    ----------
    config : GameConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Called before each check; it may raise.
    resume : State, optional
        The states of all games at a check, to go on from.
    """
    data, rules = jax.tree.map(jnp.asarray, source("target", config.target)), rules_of(config)
    states = first_states(config, rules, data, seed) if resume is None else resume
    states, length = spread(states, config.seeds), config.steps // config.checks
    for _ in range(int(states.step[0]) // length, config.checks):
        states = run_all(rules, data, states, jnp.asarray(length))
        progress()
        yield states
