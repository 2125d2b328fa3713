"""The identity itself, by quadrature: no training, no sampling."""

from functools import cache

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gan

from .grids import RULES, grid, masses

NAMES = list(RULES)


def quadrature_value(pair: gan.Pair, logits: np.ndarray) -> float:
    """V(D) = sum of w (p log D + q log(1 - D)) over the nodes."""
    p, q = masses(pair.name)
    return float(-p @ np.logaddexp(0, -logits) - q @ np.logaddexp(0, logits))


@cache
def true_logits(name: str) -> np.ndarray:
    pair = gan.targets[name]
    with jax.enable_x64(True):
        return np.asarray(jax.jit(gan.optimal_logits(pair.p, pair.q))(grid(pair)[0]))


@pytest.mark.parametrize("name", NAMES)
def test_optimal_discriminator_attains_two_js_minus_two_log_two(name):
    pair = gan.targets[name]
    value = quadrature_value(pair, true_logits(name))
    assert value == pytest.approx(2 * pair.js - 2 * np.log(2), rel=0, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    name=st.sampled_from([name for name in NAMES if gan.targets[name].dim == 1]),
    amplitude=st.floats(-5, 5),
    frequency=st.floats(0, 10),
    shift=st.floats(-5, 5),
)
def test_no_other_discriminator_does_better_and_the_loss_is_a_divergence(
    name, amplitude, frequency, shift
):
    pair = gan.targets[name]
    optimal = true_logits(name)
    x = grid(pair)[0][:, 0]
    logits = optimal + amplitude * np.sin(frequency * x) + shift
    gap = pair.v_star - quadrature_value(pair, logits)
    assert gap >= -1e-13

    # V* - V(D) = 2 E_m KL(Bern D* || Bern D) with m = (p + q)/2.
    p, q = masses(pair.name)
    d = 1 / (1 + np.exp(-optimal))
    log_d, log_e = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    log_d_star, log_e_star = -np.logaddexp(0, -optimal), -np.logaddexp(0, optimal)
    kl = d * (log_d_star - log_d) + (1 - d) * (log_e_star - log_e)
    assert gap == pytest.approx((p + q) @ kl, rel=1e-11, abs=1e-12)


def test_value_of_an_undecided_discriminator():
    assert gan.value_function(np.zeros(3), np.zeros(5)) == pytest.approx(-2 * np.log(2))


def test_value_function_is_the_mean_of_log_probabilities():
    with jax.enable_x64(True):
        real, fake = np.array([0.3, -1.2, 4.0]), np.array([-0.7, 2.5])
        d = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake))
        expected = np.mean(np.log(d[0])) + np.mean(np.log(1 - d[1]))
        assert gan.value_function(real, fake) == pytest.approx(expected, rel=1e-14)


def test_value_function_is_finite_far_out_and_exact_at_infinity():
    assert gan.value_function(np.array([-200.0]), np.array([200.0])) == -400
    assert gan.value_function(np.array([np.inf]), np.array([-np.inf])) == 0


def test_gradient_is_one_minus_d_on_real_and_minus_d_on_fake():
    real, fake = np.array([0.5, -1.0], np.float32), np.array([2.0, 0.0], np.float32)
    on_real, on_fake = jax.grad(gan.value_function, argnums=(0, 1))(real, fake)
    np.testing.assert_allclose(on_real, (1 / (1 + np.exp(real))) / 2, rtol=1e-6)
    np.testing.assert_allclose(on_fake, -(1 / (1 + np.exp(-fake))) / 2, rtol=1e-6)


def test_optimal_logits_of_shifted_normals_are_linear():
    from scipy import stats

    logits = gan.optimal_logits(stats.norm(0, 1), stats.norm(2, 1))
    x = np.linspace(-3, 5, 9)
    np.testing.assert_allclose(logits(x), 2 - 2 * x, rtol=1e-5, atol=1e-5)


def test_js_from_value():
    assert gan.js_from_value(-2 * np.log(2)) == 0
    assert gan.js_from_value(0.0) == np.log(2)
