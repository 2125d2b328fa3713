"""Held-out evaluation: right for any discriminator, and honest about its error."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gan
from gan.evaluation import Evaluation, held_out, held_out_values
from gan.networks import LogitNetwork
from gan.sampling import independent, shifted_lattice
from gan.training import init, stack

from .grids import grid, masses

NAMES = ["normal-mu-2", "laplace-normal", "cauchy-cauchy", "ring-8"]


def untrained(pair: gan.Pair, config: gan.Config):
    """Return a discriminator far from the optimum, as a stack of one."""
    network = _untrained(jax.tree.map(jnp.asarray, pair.game), config)
    return jax.tree.map(lambda leaf: leaf[None] if eqx.is_array(leaf) else leaf, network), network


@eqx.filter_jit
def _untrained(game, config: gan.Config) -> LogitNetwork:
    network_key, sample_key = jax.random.split(jax.random.key(3), 3)[:2]
    features = game.embedding(jnp.concatenate(game.sample(sample_key, 4096)))
    of_features = init(features, config, network_key).network
    return LogitNetwork(game.embedding, of_features.whitening, of_features.mlp)


def exact_value(pair: gan.Pair, network) -> float:
    with jax.enable_x64(True):
        network = jax.tree.map(
            lambda x: jnp.asarray(x, jnp.float64) if eqx.is_inexact_array(x) else x, network
        )
        logits = np.asarray(eqx.filter_jit(network)(grid(pair)[0]))
    p, q = masses(pair.name)
    return float(-p @ np.logaddexp(0, -logits) - q @ np.logaddexp(0, logits))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("points", [shifted_lattice, independent])
def test_intervals_cover_the_exact_value_as_often_as_they_claim(name, points):
    trials, replicates = 400, 8
    config = gan.Config(width=8, depth=1, replicates=trials * replicates, held_out=89)
    pair = gan.targets[name]
    stacked, network = untrained(pair, config)
    values = held_out_values(stacked, stack([pair.game]), config, jax.random.key(0), points)
    truth = exact_value(pair, network)
    intervals = [Evaluation(v).interval(0.95) for v in values.reshape(trials, replicates)]
    covered = sum(low <= truth <= high for low, high in intervals)
    assert abs(covered - 0.95 * trials) < 4 * np.sqrt(trials * 0.95 * 0.05)


def test_lattices_are_a_hundred_times_more_precise_than_independent_samples():
    config = gan.Config(width=8, depth=1, held_out=2584)
    pair = gan.targets["normal-mu-2"]
    stacked, _ = untrained(pair, config)
    errors = [
        Evaluation(
            held_out_values(stacked, stack([pair.game]), config, jax.random.key(0), points)[0]
        ).standard_error
        for points in (shifted_lattice, independent)
    ]
    assert errors[0] < errors[1] / 100


def test_evaluation_summarises_replicates():
    evaluation = Evaluation(np.array([1.0, 2.0, 3.0, 4.0]))
    assert evaluation.value == 2.5
    assert evaluation.standard_error == pytest.approx(np.sqrt(5 / 3) / 2)
    # Student's 97.5 % quantile with three degrees of freedom is 3.182446.
    low, high = evaluation.interval(0.95)
    assert high - low == pytest.approx(2 * 3.182446305 * np.sqrt(5 / 3) / 2, rel=1e-9)


@pytest.mark.parametrize("name", ["normal-mu-2", "ring-8"])
def test_regret_is_the_gap(name):
    pair, config = gan.targets[name], gan.Config(width=8, depth=1, held_out=2584)
    stacked, network = untrained(pair, config)
    _, regrets = held_out(stacked, stack([pair.game]), config, jax.random.key(1), shifted_lattice)
    regret = Evaluation(regrets[0])
    exact = pair.v_star - exact_value(pair, network)
    assert abs(regret.value - exact) < 4 * regret.standard_error + 1e-9


def test_regret_on_disjoint_supports():
    pair, config = gan.targets["parallel-lines"], gan.Config(width=4, depth=1, held_out=144)
    stacked, _ = untrained(pair, config)
    values, regrets = held_out(
        stacked, stack([pair.game]), config, jax.random.key(1), shifted_lattice
    )
    np.testing.assert_allclose(regrets, -values, rtol=1e-14)  # V* = 0
