"""Generators with noise trained without a discriminator, because their density is known.

They show what a network could reach, and what a perfect discriminator would teach it: by maximum
likelihood, or down the gradient of the exact JS.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.config import GameConfig
from gan.distributions import Source
from gan.game import trainable
from gan.generators import Noisy
from gan.noisy_games import first_generator
from gan.playing import adam_in_turn
from gan.sources import source

DirectLoss = Callable[[Noisy, Source, jax.Array, int], jax.Array]
"""Maps a generator, the data, a key and a number of samples to what the generator minimises."""


def minus_log_likelihood(generator: Noisy, data: Source, key: jax.Array, batch: int) -> jax.Array:
    """Mean of minus the generator's log-density at samples of the data."""
    return -jnp.mean(generator.logpdf(data.sample(key, batch)))


def exact_js(generator: Noisy, data: Source, key: jax.Array, batch: int) -> jax.Array:
    """JS as a mean over samples of both sides with exact densities; its gradient is unbiased."""
    keys = jax.random.split(key)
    x = jnp.concatenate(
        [side.sample(k, batch) for side, k in zip((data, generator), keys, strict=True)]
    )
    log_odds = data.logpdf(x) - generator.logpdf(x)
    surprise = jax.nn.softplus(jnp.where(jnp.arange(2 * batch) < batch, -log_odds, log_odds))
    return np.log(2) - jnp.mean(surprise)


LOSSES: Mapping[str, DirectLoss] = MappingProxyType(
    {"likelihood": minus_log_likelihood, "exact-js": exact_js}
)
"""What generators minimise without a discriminator, by name."""


def train_directly(config: GameConfig, loss: str, seed: int) -> Noisy:
    """Train generators of several seeds without a discriminator.

    Parameters
    ----------
    config : GameConfig
        Settings; those of discriminators, checks and probes do not matter.
    loss : str
        ``"likelihood"`` or ``"exact-js"``.
    seed : int
        The result is a function of it, of the settings and of the device.

    Returns
    -------
    Noisy
        The generators, stacked along the leading axis of their parameters.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss is {loss!r}; it is one of: {', '.join(LOSSES)}.")
    data = jax.tree.map(jnp.asarray, source("target", config.target))
    return _descend(
        config, LOSSES[loss], data, jax.random.split(jax.random.key(seed), config.seeds)
    )


@eqx.filter_jit
def _descend(config: GameConfig, loss: DirectLoss, data: Source, keys: jax.Array) -> Noisy:
    adam, _ = adam_in_turn(config.steps, 1, (config.generator_rate, 1.0))
    template = eqx.filter_eval_shape(first_generator, config, data.dim, keys[0])
    static = eqx.filter(template, _is_array, inverse=True)

    def one(key: jax.Array) -> Any:
        of_generator, of_samples = jax.random.split(key)
        arrays, rest = trainable(first_generator(config, data.dim, of_generator))

        def body(i: jax.Array, carry: tuple[Any, Any]) -> tuple[Any, Any]:
            arrays, moments = carry
            gradient = jax.grad(
                lambda arrays: loss(
                    eqx.combine(arrays, rest), data, jax.random.fold_in(of_samples, i), config.batch
                )
            )(arrays)
            update, moments = adam.update(gradient, moments, arrays)
            return eqx.apply_updates(arrays, update), moments

        arrays, _ = jax.lax.fori_loop(0, config.steps, body, (arrays, adam.init(arrays)))
        return eqx.filter(eqx.combine(arrays, rest), eqx.is_array)

    # One after another: the densities of a batch at thousands of codes fill the cache.
    return eqx.combine(jax.lax.map(one, keys), static)


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, jax.ShapeDtypeStruct)
