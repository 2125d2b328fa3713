"""Where a quotient or a mass leaves the range of floats, but the quantity does not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import members
from divergences.testing.tolerance import ulps

MEMBER = {member.name: member for member in members()}


def exact(name, *measures):
    return oracle.value(MEMBER[name].functional, *measures)


def test_chi_squared_is_finite_where_the_quotient_overflows():
    # (p - q)/q is 2e310 and more; its product with p - q is within range.
    p, q = np.array([1e-10, 1.0 - 1e-10]), np.array([5e-321, 1.0])
    result = dv.chi_squared_divergence(p, q)
    # Of a q without full digits it is computed from log(p/q), to as many roundings as that is.
    assert float(result) == pytest.approx(float(exact("chi_squared_divergence", p, q)), rel=1e-12)


def test_chi_squared_of_weights_that_are_squared_beyond_the_range():
    p, q = dv.Weights([1.0, 1e-20]), dv.Weights([1e-20, 1.0])
    result = dv.chi_squared_divergence(p, q)
    assert ulps(result, exact("chi_squared_divergence", p, q)) <= 4.0


@pytest.mark.parametrize("name", ["chi_squared_divergence", "jeffreys_divergence"])
def test_masses_that_underflow_are_known_by_their_logs(name):
    p, q = dv.Logits(np.array([0.0, -600.0])), dv.Logits(np.array([0.0, -800.0]))
    truth = float(exact(name, p, q))
    function = MEMBER[name].function
    assert float(function(p, q)) == pytest.approx(truth, rel=1e-12)
    with jax.enable_x64(True):
        result = function(*(dv.Logits(jnp.asarray(x.values)) for x in (p, q)))
        assert float(result) == pytest.approx(truth, rel=1e-12)


def test_jeffreys_of_masses_whose_quotient_is_subnormal():
    p, q = np.array([0.5, 1.5e-323, 0.5]), np.array([0.375, 0.625, 2.5e-323])
    assert ulps(dv.jeffreys_divergence(p, q), exact("jeffreys_divergence", p, q)) <= 4.0


@pytest.mark.parametrize("name", ["chi_squared_divergence", "jeffreys_divergence", "kl_divergence"])
def test_gradients_of_infinite_values_are_limits(name):
    # One outcome is impossible under Q. As its mass falls to zero, so the derivatives tend.
    p, q = np.array([0.25, 0.25, 0.5]), np.array([0.0, 0.5, 0.5])
    with jax.enable_x64(True):
        limits = jax.grad(MEMBER[name].function, (0, 1))(jnp.asarray(p), jnp.asarray(q))
        near = q + np.array([1e-150, 0.0, 0.0])
        there = oracle.gradient(MEMBER[name].functional, p, near)
        for got, expected in zip(limits, there, strict=True):
            for g, e in zip(np.asarray(got), map(float, expected), strict=True):
                # What grows without bound may do so like a logarithm.
                grown = abs(e) > 50.0
                assert (np.isinf(g) and g * e > 0) if grown else g == pytest.approx(e, rel=1e-12)


@pytest.mark.parametrize(
    "name", ["kl_divergence", "jeffreys_divergence", "chi_squared_divergence", "hellinger_distance"]
)
def test_jax_keeps_all_digits_of_masses_whose_halves_would_be_flushed(name):
    p, q = np.array([1.0, 2.0154047842015481e-199]), np.array([1.0, 1.3082612228253854e-300])
    with jax.enable_x64(True):
        result = np.asarray(MEMBER[name].function(jnp.asarray(p), jnp.asarray(q)))
    assert ulps(result, exact(name, p, q)) <= 5.0
