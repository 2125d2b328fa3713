"""Compensated sums under JAX: nearly as if rounded once, and linear."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp

from divergences.numerics.floats.sums import LONG, compensated_sum, pairwise_sum


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("n", [1, 2, 9, 1000, LONG - 1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_are_as_if_rounded_once(n, dtype):
    rng = np.random.default_rng(n)
    u = float(np.finfo(dtype).eps) / 2.0
    for x in (
        rng.uniform(-1.0, 1.0, (2, n)),
        rng.uniform(size=(2, n)) * 10.0 ** rng.uniform(-12, 12, (2, n)),
        np.full((2, n), 0.1),
    ):
        x = x.astype(dtype)
        high, low = jax.jit(compensated_sum, static_argnums=1)(jnp.asarray(x), jnp)
        found = map(np.asarray, (high, low, pairwise_sum(jnp.asarray(x), jnp)))
        for row, *parts in zip(x, *found, strict=True):
            with mp.workdps(60):
                exact = mp.fsum(map(float, row))
                size = float(mp.fsum(map(abs, map(float, row))))
                of_pair, of_sum = (
                    float(abs(mp.fsum(map(float, found)) - exact))
                    for found in (parts[:2], parts[2:])
                )
            # Sum2 (Ogita, Rump and Oishi), with (n - 1) u for what it adds the errors with.
            assert of_pair <= (n * u) ** 2 * size + u**2 * abs(float(exact))
            assert of_sum <= u * abs(float(exact)) + (n * u) ** 2 * size


def test_infinite_and_missing_terms_stay():
    x = jnp.array([[1.0, jnp.inf, 2.0], [jnp.inf, -jnp.inf, 0.0], [1.0, jnp.nan, 2.0]])
    assert np.array_equal(pairwise_sum(x, jnp), [np.inf, np.nan, np.nan], equal_nan=True)
    high, low = compensated_sum(x[:1], jnp)
    assert (high[0], low[0]) == (np.inf, 0.0)
    most = jnp.full((1, 3), np.finfo(np.float64).max)
    assert pairwise_sum(most, jnp)[0] == np.inf


def test_derivatives_are_those_of_a_sum():
    x = jnp.array([0.3, -1e9, 2.0, 5e-7])

    def square(x):
        return pairwise_sum(x, jnp) ** 2

    total = float(pairwise_sum(x, jnp))
    assert np.array_equal(jax.grad(square)(x), np.full(4, 2.0 * total))
    assert np.array_equal(jax.hessian(square)(x), np.full((4, 4), 2.0))
    assert np.array_equal(jax.jacrev(jax.jacrev(square))(x), np.full((4, 4), 2.0))


def test_derivatives_of_what_a_scan_is_given():
    # On the way back JAX drops rules of what a scan is given, and differentiates the sum itself.
    x = jnp.array([0.25, 0.5, 2.0])

    def value(y):
        def step(carry, row):
            return carry + pairwise_sum(row * x, jnp) * pairwise_sum(row, jnp), None

        return jax.lax.scan(step, 0.0, y)[0]

    y, v = jnp.arange(6.0).reshape(2, 3), jnp.ones((2, 3))
    _, change = jax.jvp(jax.jit(jax.grad(value)), (y,), (v,))
    # The value of a row is (x, y) (1, y): its gradient x (1, y) + (x, y) changes by 3 x + (x, 1).
    assert np.array_equal(change, np.broadcast_to(3.0 * x + 2.75, (2, 3)))


@pytest.mark.parametrize("n", [LONG, LONG + 3])
def test_long_sums_are_of_all_terms(n):
    # XLA adds them in no stated order: at worst n roundings, each of half an epsilon.
    x = np.random.default_rng(n).random(n)
    assert float(pairwise_sum(jnp.asarray(x), jnp)) == pytest.approx(math.fsum(x), rel=n * 2.0**-53)
    assert pairwise_sum(jnp.full(n, 0.1), jnp) == n * 0.1  # of equal terms exactly
