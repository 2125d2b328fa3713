"""Samplers and log-densities describe the same distributions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import gan
from gan.distributions import Cauchy, Distribution, Laplace, Normal, NormalRing, VerticalSegment
from gan.sampling import independent

ON_THE_LINE = [
    (Normal(1.5, 0.7), stats.norm(1.5, 0.7)),
    (Laplace(-1, 2), stats.laplace(-1, 2)),
    (Cauchy(3, 2), stats.cauchy(3, 2)),
]


def draw(distribution: Distribution, n: int) -> np.ndarray:
    points = independent(jax.random.key(0), n, distribution.uniforms)
    return np.asarray(distribution.transport(points))


@pytest.mark.parametrize(("ours", "reference"), ON_THE_LINE)
def test_transport_is_the_quantile_function(ours, reference):
    u = np.linspace(0.001, 0.999, 999)
    with jax.enable_x64(True):
        np.testing.assert_allclose(ours.transport(u[:, None])[:, 0], reference.ppf(u), rtol=1e-12)


@pytest.mark.parametrize(("ours", "reference"), ON_THE_LINE)
def test_logpdf_is_that_of_scipy(ours, reference):
    x = np.linspace(-30, 30, 601)
    with jax.enable_x64(True):
        np.testing.assert_allclose(ours.logpdf(x[:, None]), reference.logpdf(x), rtol=1e-13)


@pytest.mark.parametrize(("ours", "reference"), ON_THE_LINE)
def test_single_precision_samples_pass_a_kolmogorov_smirnov_test(ours, reference):
    assert stats.kstest(draw(ours, 20_000)[:, 0], reference.cdf).pvalue > 1e-3


def test_ring_samples_follow_the_density():
    # Under the density, the probability of the half-disc x > 0 minus its mirror image is zero, and
    # the squared radius has mean r^2 + 2 s^2 and variance 4 r^2 s^2 + 4 s^4.
    n, r, s = 100_000, 2.0, 0.2
    x = draw(NormalRing(8, r, s), n)
    square = np.sum(x**2, axis=-1)
    error = np.sqrt((4 * r**2 * s**2 + 4 * s**4) / n)
    assert abs(square.mean() - (r**2 + 2 * s**2)) < 4 * error
    modes = np.round(np.arctan2(x[:, 1], x[:, 0]) / (np.pi / 4)).astype(int) % 8
    assert stats.chisquare(np.bincount(modes, minlength=8)).pvalue > 1e-3


def test_ring_density_is_the_mixture_of_scipy_normals():
    ring = NormalRing(8, 2.0, 0.2)
    x = np.random.default_rng(0).normal(0, 1.5, (100, 2))
    pdf = np.mean([stats.multivariate_normal(m, 0.04).pdf(x) for m in ring.means], axis=0)
    with jax.enable_x64(True):
        np.testing.assert_allclose(ring.logpdf(x), np.log(pdf), rtol=1e-11)


@pytest.mark.parametrize("name", [n for n, pair in gan.targets.items() if not pair.saturates])
def test_densities_integrate_to_one(name):
    pair = gan.targets[name]
    nodes, log_weights = pair.truth.grid(pair.dim)
    with jax.enable_x64(True):
        for distribution in (pair.p, pair.q):
            total = jnp.sum(jnp.exp(distribution.logpdf(nodes) + log_weights))
            assert abs(total - 1) < 1e-13


def test_segment_carries_its_samples_and_no_others():
    here, there = VerticalSegment(0), VerticalSegment(1)
    x = draw(here, 1000)
    assert np.all(here.logpdf(x) == 0)
    assert np.all(there.logpdf(x) == -np.inf)
    assert stats.kstest(x[:, 1], "uniform").pvalue > 1e-3


@pytest.mark.parametrize("distribution", [Normal(0, 1), Cauchy(0, 1), Laplace(0, 1)])
def test_extreme_uniforms_give_finite_samples(distribution):
    half = np.finfo(np.float32).eps / 2
    ends = jnp.asarray([[half], [1 - half]], jnp.float32)
    assert np.all(np.isfinite(distribution.transport(ends)))


def test_ring_survives_a_uniform_on_the_border_of_two_modes():
    assert np.all(np.isfinite(NormalRing(8, 2.0, 0.2).transport(jnp.asarray([[0.25, 0.5]]))))
