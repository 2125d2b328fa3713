"""Samplers and log-densities describe the same distributions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import divergences as dv
import gan
from gan.distributions import Family, VerticalSegment
from gan.mixtures import NormalMixture
from gan.networks import Fourier
from gan.plane import Bend, Box, Checkerboard, Image, Rotation
from gan.shapes import Beta, Gamma, Student

from .grids import RULES, draw, log_density, masses, transported

BY_QUANTILES = [
    (Family(dv.Normal(1.5, 0.7)), stats.norm(1.5, 0.7)),
    (Family(dv.Laplace(-1, 2)), stats.laplace(-1, 2)),
    (Family(dv.Cauchy(3, 2)), stats.cauchy(3, 2)),
    (Student(1.5), stats.t(2, 0, 1.5)),
]
MIXTURE = NormalMixture([[-2], [1]], [0.5, 1], [0.3, 0.7])
ON_THE_LINE = [
    *BY_QUANTILES,
    (Gamma(3, 0.5), stats.gamma(3, 0, 0.5)),
    (Gamma(1, 2), stats.expon(0, 2)),
    (Beta(2, 3), stats.beta(2, 3)),
    (Beta(4, 1), stats.beta(4, 1)),
]
RING = NormalMixture.ring(8, 2.0, 0.2)


@pytest.mark.parametrize(("ours", "reference"), BY_QUANTILES)
def test_transport_is_the_quantile_function(ours, reference):
    u = np.linspace(0.001, 0.999, 999)
    with jax.enable_x64(True):
        np.testing.assert_allclose(
            transported(ours, u[:, None])[:, 0], reference.ppf(u), rtol=1e-12
        )


@pytest.mark.parametrize(("ours", "reference"), ON_THE_LINE)
def test_logpdf_is_that_of_scipy(ours, reference):
    x = np.linspace(-30, 30, 700)
    with jax.enable_x64(True):
        # A log-density near zero is a difference of terms of the order of one.
        np.testing.assert_allclose(
            log_density(ours, x[:, None]), reference.logpdf(x), rtol=1e-13, atol=1e-14
        )


@pytest.mark.parametrize(("ours", "reference"), ON_THE_LINE)
def test_single_precision_samples_pass_a_kolmogorov_smirnov_test(ours, reference):
    assert stats.kstest(draw(ours, 20_000)[:, 0], reference.cdf).pvalue > 1e-3


def test_samples_of_a_mixture_pass_a_kolmogorov_smirnov_test():
    def cdf(x: np.ndarray) -> np.ndarray:
        return 0.3 * stats.norm(-2, 0.5).cdf(x) + 0.7 * stats.norm(1, 1).cdf(x)

    assert stats.kstest(draw(MIXTURE, 20_000)[:, 0], cdf).pvalue > 1e-3


def test_correlated_samples_have_their_mean_and_covariance():
    cov = np.array([[1.0, 0.8], [0.8, 2.0]])
    n, x = 100_000, draw(Family(dv.MultivariateNormal([1, -1], cov)), 100_000)
    # The variance of a product of centred normals is cov_ii cov_jj + cov_ij^2.
    error = np.sqrt((np.outer(np.diag(cov), np.diag(cov)) + cov**2) / n)
    assert np.all(np.abs(x.mean(axis=0) - [1, -1]) < 4 * np.sqrt(np.diag(cov) / n))
    assert np.all(np.abs(np.cov(x, rowvar=False) - cov) < 4 * error)


def test_correlated_density_is_that_of_scipy():
    cov, x = [[1.0, 0.8], [0.8, 2.0]], np.random.default_rng(0).normal(0, 2, (100, 2))
    with jax.enable_x64(True):
        np.testing.assert_allclose(
            log_density(Family(dv.MultivariateNormal([1, -1], cov)), x),
            stats.multivariate_normal([1, -1], cov).logpdf(x),
            rtol=1e-13,
        )


def test_ring_samples_follow_the_density():
    # Under the density, the probability of the half-disc x > 0 minus its mirror image is zero, and
    # the squared radius has mean r^2 + 2 s^2 and variance 4 r^2 s^2 + 4 s^4.
    n, r, s = 100_000, 2.0, 0.2
    x = draw(NormalMixture.ring(8, r, s), n)
    square = np.sum(x**2, axis=-1)
    error = np.sqrt((4 * r**2 * s**2 + 4 * s**4) / n)
    assert abs(square.mean() - (r**2 + 2 * s**2)) < 4 * error
    modes = np.round(np.arctan2(x[:, 1], x[:, 0]) / (np.pi / 4)).astype(int) % 8
    assert stats.chisquare(np.bincount(modes, minlength=8)).pvalue > 1e-3


def test_ring_density_is_the_mixture_of_scipy_normals():
    x = np.random.default_rng(0).normal(0, 1.5, (100, 2))
    pdf = np.mean([stats.multivariate_normal(m, 0.04).pdf(x) for m in RING.means], axis=0)
    with jax.enable_x64(True):
        np.testing.assert_allclose(log_density(RING, x), np.log(pdf), rtol=1e-11)


@pytest.mark.parametrize("name", ["mixture-mixture", "ring-8"])
def test_true_values_come_from_the_density_that_samples_follow(name):
    pair = gan.targets[name]
    x = np.concatenate([draw(d, 200) for d in (pair.p, pair.q)]).astype(np.float64)
    points = x[:, 0] if pair.dim == 1 else x
    with jax.enable_x64(True):
        for distribution in (pair.p, pair.q):
            known = distribution.known.log_prob(points)
            np.testing.assert_allclose(log_density(distribution, x), known, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_densities_integrate_to_one(name):
    for found in masses(name):
        assert abs(np.sum(found) - 1) < 1e-13


def test_segment_carries_its_samples_and_no_others():
    here, there = VerticalSegment(0), VerticalSegment(1)
    x = draw(here, 1000)
    assert np.all(here.logpdf(x) == 0)
    assert np.all(there.logpdf(x) == -np.inf)
    assert stats.kstest(x[:, 1], "uniform").pvalue > 1e-3


@pytest.mark.parametrize("distribution", [d for d, _ in ON_THE_LINE] + [MIXTURE, RING])
def test_extreme_uniforms_give_finite_samples(distribution):
    half = np.finfo(np.float32).eps / 2
    ends = jnp.asarray([[half], [1 - half]], jnp.float32)
    ends = jnp.broadcast_to(ends, (2, distribution.uniforms))
    assert np.all(np.isfinite(transported(distribution, ends)))


def test_ring_survives_a_uniform_on_the_border_of_two_modes():
    assert np.all(np.isfinite(RING.transport(jnp.asarray([[0.25, 0.5]]))))


def test_single_precision_is_untouched_by_what_was_compiled_in_double_precision():
    mixture = NormalMixture([[0], [3]], [1, 0.5], [0.6, 0.4])
    u = np.random.default_rng(5).random((8, 1))
    kept = jax.jit(lambda u: mixture.transport(u)), jax.jit(lambda x: mixture.logpdf(x))
    with jax.enable_x64(True):
        assert all(function(jnp.asarray(u)).dtype == np.float64 for function in kept)
    for function in (mixture.transport, mixture.logpdf):
        assert function(jnp.asarray(u, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "ours",
    [
        Checkerboard(),
        Box([0, -1], [2, 3]),
        Image(Box([0, 0], [1, 1]), Rotation(0.7)),
        Image(Image(Family(dv.DiagonalNormal([0, 1], [1, 2])), Bend(0.5)), Rotation(2.0)),
    ],
    ids=lambda x: type(x).__name__,
)
def test_shares_of_the_plane_are_integrals_of_the_density(ours):
    """Shares of samples in coarse cells, beside sums of the density over fine ones."""
    n, fine, lines = 200_000, 800, np.linspace(-8, 8, 9)
    edges = np.linspace(-8, 8, fine + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    nodes = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1).reshape(-1, 2)
    with jax.enable_x64(True):
        masses = np.exp(np.asarray(log_density(ours, nodes))).reshape(fine, fine) * (16 / fine) ** 2
    k = fine // 8
    expected = masses.reshape(8, k, 8, k).sum(axis=(1, 3))
    counts, *_ = np.histogram2d(*draw(ours, n).T, bins=[lines, lines])
    error = np.sqrt(expected * (1 - expected) / n)
    # Of cells that an edge of the support cuts, the sum is off by a fine cell's share of it.
    assert np.all(np.abs(counts / n - expected) <= 5 * error + 0.01 * (16 / fine))


def test_fourier_features():
    x = np.array([[0.1, 0.2], [0.3, -0.4]])
    features = np.asarray(Fourier(np.pi, (1, 3))(jnp.asarray(x)))
    assert features.shape == (2, 10)
    np.testing.assert_allclose(features[:, :2], x, rtol=1e-6)
    np.testing.assert_allclose(features[:, 4:6], np.sin(3 * np.pi * x), atol=1e-6)
    np.testing.assert_allclose(features[:, 8:10], np.cos(3 * np.pi * x), atol=1e-6)
