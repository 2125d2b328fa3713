"""f-GANs: their losses, and their values beside the exact divergences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
import gan
from gan.f_gan import OBJECTIVES, objective_named
from gan.truth import on_grid

P, Q = dv.Normal(0.0, 1.0), dv.Normal(0.75, 1.5)
GRID = on_grid(P, Q, jax.random.key(0))
RATIO = (GRID.log_p - GRID.log_q).ravel()
FORMS = {name: x for name, x in OBJECTIVES.items() if isinstance(x, gan.FGAN)}
REAL, FAKE = jnp.array([0.3, -1.0, 4.0]), jnp.array([2.0, 0.5])


@pytest.mark.parametrize("name", FORMS)
def test_best_output_attains_the_divergence_and_no_other_exceeds_it(name):
    rng = np.random.default_rng(0)
    best = np.where(RATIO > 0, 40.0, -40.0) if name == "tv" else RATIO
    others = [best + shift for shift in (-0.1, 0.1)] + [
        0.9 * best + 0.1 * rng.normal(size=len(best))
    ]
    exact, (attained, *lower) = FORMS[name].on(GRID, [best, *others])
    assert attained == pytest.approx(exact, rel=1e-12)
    # Of total variation the best output is infinite, and a shift of 40 is no change.
    assert max(lower) < exact * (1 + 1e-12 if name == "tv" else 1)
    assert FORMS[name].name == objective_named(FORMS[name].name).name


def test_jensen_shannon_is_the_vanilla_game():
    for minimax, vanilla in ((True, gan.saturating), (False, gan.non_saturating)):
        game = gan.FGAN(dv.jensen_shannon_divergence, minimax=minimax)
        difference = game.discriminator(REAL, FAKE) - vanilla.discriminator(REAL, FAKE)
        assert float(difference) == pytest.approx(-2 * np.log(2), abs=1e-6)
    slopes = [
        jax.grad(lambda fake, loss=loss: loss(REAL, fake))(FAKE)
        for loss in (
            gan.FGAN(dv.jensen_shannon_divergence).generator,
            gan.saturating.generator,
            gan.FGAN(dv.jensen_shannon_divergence, minimax=False).generator,
            gan.non_saturating.generator,
        )
    ]
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-5)
    np.testing.assert_allclose(slopes[2], slopes[3], rtol=1e-5)


def test_kullback_leibler_is_as_published():
    """Nowozin et al. (2016), table 2, with f of slope zero at one: t = v, f*(t) = exp(t) - 1."""
    game = gan.FGAN("kl_divergence")
    value = float(np.mean(np.asarray(REAL)) - np.mean(np.expm1(np.asarray(FAKE))))
    assert float(game.discriminator(REAL, FAKE)) == pytest.approx(-value, rel=1e-6)
    assert float(game.generator(REAL, FAKE)) == pytest.approx(value, rel=1e-6)
    assert game == gan.FGAN(dv.kl_divergence)  # so that a game is compiled once
    assert hash(game) == hash(gan.FGAN(dv.kl_divergence))


def test_exact_divergences_are_those_of_closed_forms():
    for quantity, options in (
        (dv.kl_divergence, {}),
        (dv.jeffreys_divergence, {}),
        (dv.hellinger_distance, {}),
        (dv.alpha_divergence, {"alpha": 0.5}),
    ):
        found = gan.true_divergence(P, Q, quantity, **options)
        assert found.value == pytest.approx(float(quantity(P, Q, **options)), rel=1e-9)
        assert abs(found.info["halving"]) < 1e-9
    with pytest.raises(ValueError, match="more dimensions or points than a grid can have"):
        gan.true_divergence(*[dv.DiagonalNormal(np.zeros(3), np.ones(3))] * 2, dv.kl_divergence)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("entropy",), {}, "entropy has no variational form"),
        (("kl_divergence",), {"alpha": 1.0}, "kl_divergence has no alpha"),
        (("alpha_divergence",), {}, "alpha_divergence needs alpha="),
        (("kl_divergence",), {"limit": 0.0}, r"limit is 0\.0; it must be positive"),
        (("kl_divergence",), {"limit": "5"}, "limit is '5'; it must be a number"),
    ],
)
def test_objectives_that_make_no_sense_are_refused(arguments, options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        gan.FGAN(*arguments, **options)


def test_limit_bounds_the_outputs_of_own_discriminators():
    make = gan.networks.LogitNetwork.untrained
    features = jnp.linspace(-1.0, 1.0, 9)[:, None]
    free, limited = (
        make(gan.networks.Identity(), features, 2, 1, jax.random.key(0), limit)
        for limit in (float("inf"), 0.1)
    )
    v = np.asarray(free(features), float)
    np.testing.assert_allclose(limited(features), 0.1 * np.tanh(v / 0.1), rtol=1e-4)
    assert gan.FGAN(dv.kl_divergence).limit == 5.0
