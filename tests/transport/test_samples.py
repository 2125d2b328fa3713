"""Transport between samples: values, and standard errors that are the spread of repetitions."""

import sys
from functools import partial
from importlib.util import find_spec
from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.functionals.sinkhorn import SinkhornDivergence
from divergences.methods.transport import sinkhorn

from .oracle import value


def spread(estimate_of, repetitions):
    """Return root mean square of the stated errors over the standard deviation of the values."""
    found = [estimate_of(np.random.default_rng(seed)) for seed in range(repetitions)]
    errors = [estimate.standard_error for estimate in found]
    return np.sqrt(np.mean(np.square(errors))) / np.std([estimate.value for estimate in found])


def test_samples_have_the_distance_of_their_points():
    x, y, a = [0.0, 3.0, 1.0], [2.0, 5.0], [1.0, 2.0, 1.0]
    for order in (1, 2, inf):
        plain = dv.wasserstein_distance(x, y, order)
        estimate = dv.wasserstein_distance(dv.Sample(x), dv.Sample(y), order)
        assert float(estimate) == plain
        assert estimate.method == "sorted coupling"
    weighted = dv.wasserstein_distance(dv.Sample(x, a), dv.Sample(y), 2)
    at_positions = dv.wasserstein_distance(dv.Weights(a), dv.Weights([1, 1]), 2, positions=(x, y))
    assert float(weighted) == pytest.approx(at_positions, rel=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_standard_errors_of_the_distance(order):
    def estimate(rng):
        x, y = rng.normal(size=200), 3.0 + 1.5 * rng.normal(size=120)
        return dv.wasserstein_distance(dv.Sample(x), dv.Sample(y), order)

    # The spread of 400 has a standard error of 3.5 %.
    assert spread(estimate, 400) == pytest.approx(1.0, abs=0.12)


def test_standard_errors_count_weights():
    def estimate(rng):
        x, w = rng.normal(size=300), rng.integers(1, 5, size=300)
        return dv.wasserstein_distance(dv.Sample(x, w), dv.Sample(rng.normal(size=300) + 2.0))

    assert spread(estimate, 400) == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("order", [1, 2])
def test_equal_weights_change_nothing(order):
    # No level of F is one of G but the last, so that roundings of levels change no partner.
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=60).round(1), 0.5 + rng.normal(size=49).round(1)
    plain = dv.wasserstein_distance(dv.Sample(x), dv.Sample(y), order)
    weighted = dv.wasserstein_distance(dv.Sample(x, np.ones(60)), dv.Sample(y), order)
    assert weighted.value == pytest.approx(plain.value, rel=1e-14)
    assert weighted.standard_error == pytest.approx(plain.standard_error, rel=1e-12)


def test_sliced_distance_of_shifted_points():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    # E |cos|^p over the sphere in three dimensions is 1/(p + 1).
    for order in (1, 2):
        estimate = dv.sliced_wasserstein_distance(
            dv.Sample(x), dv.Sample(x + np.array([0.0, 6.0, 8.0])), order, directions=4000, rng=1
        )
        truth = 10.0 * (1.0 / (order + 1)) ** (1.0 / order)
        own = estimate.info["standard_error_of_directions"]
        assert abs(estimate.value - truth) < 4 * own < 0.5


def test_sliced_distance_on_the_line_is_the_distance():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=30), rng.normal(size=20)
    got = dv.sliced_wasserstein_distance(x, y, 2, directions=3, rng=0)
    assert got == pytest.approx(dv.wasserstein_distance(x, y, 2), rel=1e-14)
    estimate = dv.sliced_wasserstein_distance(dv.Sample(x), dv.Sample(y), 2, directions=3, rng=0)
    exact = dv.wasserstein_distance(dv.Sample(x), dv.Sample(y), 2)
    assert estimate.standard_error == pytest.approx(exact.standard_error, rel=1e-9)


def test_standard_errors_of_the_sliced_distance():
    def estimate(rng):
        x, y = rng.normal(size=(80, 2)), rng.normal(size=(80, 2)) + np.eye(2)[0] * 2.0
        return dv.sliced_wasserstein_distance(dv.Sample(x), dv.Sample(y), 2, directions=16, rng=rng)

    assert spread(estimate, 250) == pytest.approx(1.0, abs=0.15)


def test_sliced_distance_under_jax():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=(20, 2))
    with jax.enable_x64(True):
        sliced = jax.jit(partial(dv.sliced_wasserstein_distance, rng=5, directions=8))
        got = sliced(jnp.asarray(x), jnp.asarray(y))
        expected = dv.sliced_wasserstein_distance(x, y, rng=5, directions=8)
        assert got == pytest.approx(expected, rel=1e-12)

        def shifted(t):
            return dv.sliced_wasserstein_distance(
                jnp.asarray(x), jnp.asarray(y) + t, 2, directions=8, rng=jax.random.key(0)
            )

        value, slope = jax.jit(jax.value_and_grad(shifted))(4.0)
        rise = jax.jit(shifted)(4.0 + 1e-5) - value
        assert slope == pytest.approx(float(rise) / 1e-5, rel=1e-4)


def test_missing_solver_is_named_with_its_remedy(monkeypatch):
    sinkhorn._solver.cache_clear()
    monkeypatch.setitem(sys.modules, "ott.geometry.costs", None)
    with pytest.raises(ImportError, match=r'pip install "divergences\[transport\]"'):
        dv.sinkhorn_divergence([0.0], [1.0])


@pytest.fixture
def solver():
    """Skip where OTT-JAX is not installed; do not import it here, it warns."""
    if find_spec("ott") is None:
        pytest.skip("OTT-JAX is not installed")


@pytest.mark.parametrize("order", [1, 1.5, 2])
def test_sinkhorn_divergence_is_that_of_the_definition(solver, order):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=5), rng.normal(size=4) + 1.0
    expected = value(SinkhornDivergence(order, 0.5), x, y)
    got = dv.sinkhorn_divergence(x, y, order, epsilon=0.5)
    assert got == pytest.approx(expected, rel=1e-6)  # the threshold of the solver
    a = np.array([1.0, 2.0, 1.0, 1.0, 3.0])
    expected = value(SinkhornDivergence(order, 0.5), x, y, a)
    got = dv.sinkhorn_divergence(dv.Sample(x, a), dv.Sample(y), order, epsilon=0.5)
    assert float(got) == pytest.approx(expected, rel=1e-6)


def test_sinkhorn_divergence_of_a_shift_is_its_square(solver):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(60, 3))
    estimate = dv.sinkhorn_divergence(dv.Sample(x), dv.Sample(x + np.array([3.0, 4.0, 0.0])))
    assert estimate.value == pytest.approx(25.0, rel=1e-5)
    assert estimate.info["converged"]
    assert dv.sinkhorn_divergence(x, x) == pytest.approx(0.0, abs=1e-6)


def test_standard_errors_of_the_sinkhorn_divergence(solver):
    def estimate(rng):
        x, y = rng.normal(size=(60, 2)), rng.normal(size=(40, 2)) + 1.5
        return dv.sinkhorn_divergence(dv.Sample(x), dv.Sample(y), epsilon=0.5)

    assert spread(estimate, 60) == pytest.approx(1.0, abs=0.25)  # of 60: 9 %


def test_sinkhorn_divergence_has_a_gradient(solver):
    x = jnp.asarray(np.random.default_rng(6).normal(size=(20, 2)), jnp.float32)
    slope = jax.jit(jax.grad(lambda t: dv.sinkhorn_divergence(x, x + t, epsilon=0.5)))(1.0)
    assert slope == pytest.approx(4.0, rel=1e-3)  # of 2 t^2


def test_lack_of_convergence_is_said(solver):
    x = np.random.default_rng(7).normal(size=(30, 2))
    method = dv.methods.Sinkhorn(max_iterations=1)
    with pytest.warns(UserWarning, match=r"has not converged; raise max_iterations or epsilon"):
        dv.sinkhorn_divergence(x, x + 1.0, epsilon=1e-3, method=method)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (
            lambda x: dv.wasserstein_distance(dv.Sample(x), dv.Sample(x)),
            ValueError,
            r"2 dimensions, and wasserstein_distance is on the line; use sliced",
        ),
        (
            lambda x: dv.wasserstein_distance(dv.Sample([1.0]), [2.0], positions=[1.0]),
            ValueError,
            r"positions, axis and keepdims are for arrays; a Sample",
        ),
        (
            lambda x: dv.sliced_wasserstein_distance(x, x, inf, rng=0),
            ValueError,
            r"order is inf; this distance is a mean",
        ),
        (
            lambda x: dv.sliced_wasserstein_distance(x, x, directions=0, rng=0),
            ValueError,
            r"directions is 0; pass a positive integer",
        ),
        (
            lambda x: dv.sinkhorn_divergence(x, x, epsilon=-1.0),
            ValueError,
            r"epsilon is -1\.0; it must be positive",
        ),
        (
            lambda x: dv.sinkhorn_divergence(x, x, method="fast"),
            TypeError,
            r"'fast' is no method for entropic transport; Sinkhorn is",
        ),
    ],
)
def test_mistakes_are_explained(call, kind, words):
    with pytest.raises(kind, match=words):
        call(np.ones((3, 2)))
