"""Uniform points: uniform, open, and even."""

import jax
import numpy as np
import pytest
from scipy import stats

from gan.sampling import independent, shifted_lattice

KINDS = [independent, shifted_lattice]


@pytest.mark.parametrize("points", KINDS)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_every_point_is_uniform(points, k):
    # The fifth point of many sets, in each coordinate.
    keys = jax.random.split(jax.random.key(k), 4000)
    fifth = np.asarray(jax.vmap(lambda key: points(key, 8, k)[4])(keys))
    for coordinate in fifth.T:
        assert stats.kstest(coordinate, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("points", KINDS)
def test_points_lie_in_the_open_cube(points):
    u = np.asarray(points(jax.random.key(0), 1_000_000, 2))
    assert u.min() > 0
    assert u.max() < 1


@pytest.mark.parametrize("k", [1, 2, 3])
def test_lattice_integrates_far_better_than_independent_points(k):
    n = 987
    keys = jax.random.split(jax.random.key(0), 64)

    def errors(points):
        integrand = jax.vmap(lambda key: np.e ** points(key, n, k).sum(axis=-1))(keys)
        return np.asarray(integrand.mean(axis=-1)) - (np.e - 1) ** k

    lattice, plain = np.std(errors(shifted_lattice)), np.std(errors(independent))
    assert lattice < plain / 20
