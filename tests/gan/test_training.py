"""Training: many games at once, determinism, saturation."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import gan
from gan.training import init, stack, step, take, train

SMALL = gan.Config(width=16, depth=1, batch=89, steps=40, chunks=4)


def test_games_trained_together_are_the_games_trained_alone():
    pairs = [gan.targets["normal-mu-1"], gan.targets["normal-mu-4"]]
    keys = jax.random.split(jax.random.key(0), 2)
    networks, info = train(stack([pair.game for pair in pairs]), SMALL, keys)
    x = jnp.linspace(-3, 6, 50)[:, None]
    for i, pair in enumerate(pairs):
        alone, alone_info = gan.train_discriminator(pair, SMALL, keys[i])
        # Equal but for the order of summation: a few roundings of single precision per step.
        tolerance = 100 * np.finfo(np.float32).eps * SMALL.steps
        np.testing.assert_allclose(info.value[i], alone_info.value, atol=tolerance)
        np.testing.assert_allclose(take(networks, i)(x), alone(x), atol=tolerance, rtol=tolerance)


def test_training_is_a_function_of_its_key():
    pair, x = gan.targets["laplace-normal"], jnp.linspace(-3, 3, 9)[:, None]
    runs = [gan.train_discriminator(pair, SMALL, jax.random.key(s)) for s in (0, 0, 1)]
    logits = [np.asarray(network(x)) for network, _ in runs]
    np.testing.assert_array_equal(logits[0], logits[1])
    np.testing.assert_array_equal(runs[0][1].value, runs[1][1].value)
    assert np.all(logits[0] != logits[2])


def test_average_is_the_mean_of_the_last_networks():
    config = gan.Config(width=4, depth=1, batch=21, steps=8, chunks=1, averaged=0.5)
    game, key = jax.tree.map(jnp.asarray, gan.targets["normal-mu-1"].game), jax.random.key(0)
    features = jnp.concatenate(game.sample(key, 64))
    state = eqx.filter_jit(init)(features, config, key)
    biases = []
    compiled = eqx.filter_jit(step)
    for i in range(config.steps):
        state, _ = compiled(config, state, *game.sample(jax.random.fold_in(key, i), config.batch))
        biases.append(np.asarray(state.network.mlp.layers[0].bias))
    np.testing.assert_allclose(
        state.average.mlp.layers[0].bias, np.mean(biases[4:], axis=0), rtol=1e-6
    )


def test_parallel_lines_saturate_from_below():
    pair = gan.targets["parallel-lines"]
    config = gan.Config(width=16, depth=1, batch=89, steps=300, chunks=3)
    _, info = gan.train_discriminator(pair, config, jax.random.key(0))
    values = np.asarray(info.value, np.float64)
    assert np.all(values < 0)
    thirds = values.reshape(3, 100).mean(axis=1)
    assert np.all(np.diff(thirds) > 0)
    assert 0.99 * np.log(2) < gan.js_from_value(values[-1]) < np.log(2)
