"""Generators trained without a discriminator."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gan
from gan.config import GameConfig
from gan.direct import LOSSES, exact_js, train_directly
from gan.named import NAMED
from gan.training import take

DATA = NAMED["mixture"]
CONFIG = GameConfig(codes=16, generator_width=8, generator_depth=1, steps=60, checks=1, batch=89,
                    generator_rate=0.02, seeds=2)  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
def test_js_falls_and_seeds_are_independent(loss):
    first, second = (
        train_directly(dataclasses.replace(CONFIG, steps=steps), loss, 0) for steps in (1, 60)
    )
    before, after = (
        [gan.true_js(DATA, take(generators, i)).value for i in range(2)]
        for generators in (first, second)
    )
    assert max(after) < 0.5 * min(before)
    assert after[0] != after[1]


def test_gradient_of_the_mean_over_samples_is_that_of_js():
    generator = gan.Noisy(jax.random.key(0), 1, noise=1, codes=8, width=4, depth=1, sigma=0.3)

    def moved(shift, loss):
        shifted = eqx.tree_at(
            lambda g: g.network.layers[-1].bias, generator, replace_fn=lambda b: b + shift
        )
        return loss(shifted)

    def by_samples(g):
        return exact_js(g, DATA, jax.random.key(1), 17711)

    nodes = jnp.linspace(-6.0, 6.0, 2001)[:, None]

    def by_trapezoids(g):
        return gan.truth.js_on_grid(DATA, g, nodes)

    found, true = (
        jax.jit(jax.value_and_grad(lambda shift, loss=loss: moved(shift, loss)))(0.0)
        for loss in (by_samples, by_trapezoids)
    )
    # A lattice: its error is far below the 1/sqrt(n) = 0.0075 of independent samples.
    np.testing.assert_allclose(found, true, atol=1e-3)


def test_other_losses_are_refused():
    with pytest.raises(ValueError, match="loss is 'mse'; it is one of: likelihood, exact-js"):
        train_directly(CONFIG, "mse", 0)
