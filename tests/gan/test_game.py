"""The game: losses, who is frozen when, the theory of the gradient, and training as a whole."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.special import roots_hermitenorm

import gan
from gan.game import Rules, init, non_saturating, relativistic, saturating, step
from gan.playing import adam_in_turn, make_discriminator

KEY = jax.random.key(0)
DATA = jax.tree.map(jnp.asarray, gan.targets["mixture-mixture"].p)
GENERATOR = gan.Noisy(KEY, 1, noise=1, codes=32, sigma=0.3, width=8)
DISCRIMINATOR = eqx.filter_jit(make_discriminator)(DATA, KEY, width=16)


def leaves(tree) -> list[np.ndarray]:
    return [np.asarray(x) for x in jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array))]


def equal(first, second) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(leaves(first), leaves(second), strict=True))


def test_losses_are_those_of_the_paper():
    real, fake = jnp.array([0.3, -1.0]), jnp.array([2.0, 0.5, -0.5])
    d = jax.nn.sigmoid(fake)
    value = jnp.mean(jnp.log(jax.nn.sigmoid(real))) + jnp.mean(jnp.log(1 - d))
    for objective in (saturating, non_saturating):
        assert float(objective.discriminator(real, fake)) == pytest.approx(-float(value))
    assert float(saturating.generator(real, fake)) == pytest.approx(float(jnp.mean(jnp.log(1 - d))))
    assert float(non_saturating.generator(real, fake)) == pytest.approx(
        -float(jnp.mean(jnp.log(d)))
    )


def test_relativistic_players_compare_samples_two_by_two():
    real, fake = jnp.array([0.3, -1.0]), jnp.array([2.0, 0.5])
    above = jax.nn.sigmoid(real - fake)
    assert float(relativistic.discriminator(real, fake)) == pytest.approx(
        -float(jnp.mean(jnp.log(above)))
    )
    assert float(relativistic.generator(real, fake)) == pytest.approx(
        -float(jnp.mean(jnp.log(1 - above)))
    )


def test_penalties_are_squared_slopes():
    """Of the logit sin(x) y, at the samples of one side each, beside the gradient by hand."""
    real, fake = jax.random.normal(KEY, (2, 7, 2))

    def logit(x):
        return jnp.sin(x[:, 0]) * x[:, 1]

    for penalty, (x, y) in ((gan.R1(3.0), real.T), (gan.R2(3.0), fake.T)):
        expected = 1.5 * jnp.mean((jnp.cos(x) * y) ** 2 + jnp.sin(x) ** 2)
        assert float(penalty(logit, real, fake)) == pytest.approx(float(expected), rel=1e-5)
    with pytest.raises(ValueError, match=r"gamma is 0\.0; it must be positive"):
        gan.R1(0.0)


def test_each_player_is_frozen_while_the_other_learns():
    sgd = optax.inject_hyperparams(optax.sgd)(learning_rate=0.1)
    rules = Rules(saturating, sgd, sgd, batch=21, d_steps=2, ema=0.5)
    compiled = eqx.filter_jit(step)
    for still, moving in (("generator", "discriminator"), ("discriminator", "generator")):
        before = init(rules, GENERATOR, DISCRIMINATOR, KEY)
        getattr(before, f"{still}_moments").hyperparams["learning_rate"] *= 0.0
        after, info = compiled(rules, DATA, before)
        assert equal(getattr(before, still), getattr(after, still))
        assert not equal(getattr(before, moving), getattr(after, moving))
        # What is not trained stays: codes, and the whitening of the discriminator's inputs.
        assert equal(before.generator.codes, after.generator.codes)
        assert equal(before.discriminator.whitening, after.discriminator.whitening)
        assert float(info.value) < 0


class Line(eqx.Module):
    slope: jax.Array

    def __call__(self, x):
        return self.slope * x[:, 0]


def test_penalties_are_added_to_the_discriminators_loss():
    def penalty(discriminator, real, fake):
        return 2.0 * discriminator.slope

    generator = gan.Push(KEY, 1, noise=1, width=1, depth=1)
    rules = Rules(saturating, optax.sgd(0.1), optax.sgd(0.1), batch=21, d_steps=1, ema=0.0)
    plain, penalised = (
        eqx.filter_jit(step)(chosen, DATA, init(chosen, generator, Line(jnp.array(0.3)), KEY))[0]
        for chosen in (rules, dataclasses.replace(rules, penalties=(penalty,)))
    )
    change = float(penalised.discriminator.slope - plain.discriminator.slope)
    assert change == pytest.approx(-0.2, abs=1e-6)


def test_gradient_through_the_best_discriminator_is_that_of_two_js():
    """The envelope theorem: V(D*) moves with the generator as if D* stood still."""
    with jax.enable_x64(True):
        centres, sigma = jnp.array([-1.5, -0.5, 0.4, 2.0]), 0.5
        x = jnp.arange(-12.0, 12.0, 0.02)
        log_p = DATA.logpdf(x[:, None])
        eps, weights = (jnp.asarray(part) for part in roots_hermitenorm(80))
        weights = weights / jnp.sum(weights)

        def log_q(x, centres):
            z = (x[:, None] - centres) / sigma
            log_parts = -0.5 * z**2 - 0.5 * np.log(2 * np.pi) - np.log(sigma)
            return jax.nn.logsumexp(log_parts, axis=1) - np.log(len(centres))

        def two_js(centres):
            p, log_odds = jnp.exp(log_p), log_p - log_q(x, centres)
            q = jnp.exp(log_q(x, centres))
            terms = p * jax.nn.softplus(-log_odds) + q * jax.nn.softplus(log_odds)
            return 2 * np.log(2) - 0.02 * jnp.sum(terms)

        def loss(centres, frozen):
            samples = (centres[:, None] + sigma * eps).ravel()
            logits = DATA.logpdf(samples[:, None]) - log_q(samples, frozen)
            return -jnp.mean(jax.nn.softplus(logits).reshape(4, -1) @ weights)

        expected = jax.jit(jax.grad(two_js))(centres)
        found = jax.jit(jax.grad(loss))(centres, centres)
    # Gauss-Hermite of 80 nodes, of a logit whose poles are some sigmas off the line.
    np.testing.assert_allclose(found, expected, rtol=1e-6)


# One pair of optimisers and one number of steps between checks: all games share a compiled loop.
SETTINGS = {
    "key": KEY, "steps": 40, "batch": 55, "checks": 4, "d_steps": 2,
    "discriminator": DISCRIMINATOR, "optimizers": adam_in_turn(300, 2, (5e-3, 1e-2)),
}  # fmt: skip


@pytest.fixture(scope="module")
def trained():
    states = []
    result = gan.train(
        "mixture",
        GENERATOR,
        on_check=lambda check, state: states.append(state),
        **SETTINGS,
    )
    return result, states


def test_training_tells_what_happens(trained):
    result, states = trained
    assert [check.step for check in result.history] == [10, 20, 30, 40]
    for check in result.history:
        assert check.js == pytest.approx(check.value / 2 + np.log(2))
        assert check.js_at_least < check.js
        shown = f"BCE {-check.value:.4f}; JS >= {max(check.js_at_least, 0):.4f} [95 %]"
        assert shown in str(check)
    assert equal(result.state, states[-1])
    assert result.generator.sample(KEY, 3).shape == (3, 1)
    assert result.discriminator(np.zeros((5, 1))).shape == (5,)
    assert not equal(result.generator, result.state.generator)  # one is the moving average


@pytest.mark.parametrize("check", [0, 2])
def test_training_goes_on_as_if_it_had_not_stopped(trained, check):
    result, states = trained
    again = gan.train("mixture", GENERATOR, resume=states[check], **SETTINGS)
    assert equal(again.state, result.state)
    assert again.history == result.history[check + 1 :]


def test_generator_learns_the_data():
    result = gan.train("mixture", GENERATOR, **SETTINGS | {"steps": 300, "checks": 30})
    start, end, average = (
        gan.true_js("mixture", generator).value
        for generator in (GENERATOR, result.state.generator, result.generator)
    )
    assert start > 0.15
    assert end < 0.05
    assert average < 0.1  # over some hundreds of steps: it lags behind


class Shapeless(eqx.Module):
    dim: int = 1

    def sample(self, key, n):
        return jnp.zeros((n,))


def test_given_observations_give_no_bound():
    """The discriminator has learned from them."""
    real = np.random.default_rng(0).normal(size=200)
    result = gan.train(real, GENERATOR, **SETTINGS | {"steps": 10, "checks": 1})
    assert result.history[0].js_at_least is None
    assert "no bound of JS" in str(result.history[0])


MISTAKES = {
    "real is int": {"real": 3},
    "key is 0": {"key": 0},
    "steps is 0": {"steps": 0},
    "d_steps is -1": {"d_steps": -1},
    "batch is 0": {"batch": 0},
    "checks is 0": {"checks": 0},
    r"ema is 1\.0": {"ema": 1.0},
    "objective is str": {"objective": "saturating"},
    "generator is int": {"generator": 3},
    "generator has 2 dimensions and real has 1": {"generator": gan.Push(KEY, 2)},
    r"generator\.sample returned shape \(3,\)": {"generator": Shapeless()},
    "discriminator is int": {"discriminator": 3},
    r"discriminator returned shape \(3, 1\)": {"discriminator": lambda x: x},
    "optimizers is no pair": {"optimizers": (optax.adam(1e-3),)},
    "penalties is no sequence": {"penalties": gan.R1(1.0)},
    "resume is int": {"resume": 3},
}


@pytest.mark.parametrize("words", MISTAKES)
def test_games_that_make_no_sense_are_refused(words):
    arguments = {"real": "mixture", "generator": GENERATOR} | SETTINGS | MISTAKES[words]
    with pytest.raises((TypeError, ValueError), match=rf"^{words}"):
        gan.train(arguments.pop("real"), **arguments)


def test_game_that_is_over_is_not_resumed(trained):
    with pytest.raises(ValueError, match="resume has taken 40 steps; steps is 40"):
        gan.train("mixture", GENERATOR, resume=trained[0].state, **SETTINGS)
