"""Many dimensions: exact reductions, the plane, Monte Carlo with its error, and certain bounds."""

import math

import numpy as np
import pytest

import divergences as dv
from divergences.methods import MonteCarlo, Quadrature

JS = {1: 0.11142148218473618, 2: 0.33683082034683161}  # N(0, 1) and N(mu, 1)


def covariance(d, seed=0):
    a = np.random.default_rng(seed).normal(size=(d, d))
    return a @ a.T + np.eye(d)


@pytest.mark.parametrize("d", [1, 2, 16, 64])
def test_a_shared_covariance_reduces_to_the_line(d):
    cov = covariance(d)
    shift = np.linalg.cholesky(cov) @ (2 * np.eye(d)[-1])
    p, q = dv.MultivariateNormal(np.ones(d), cov), dv.MultivariateNormal(np.ones(d) + shift, cov)
    js = dv.jensen_shannon_divergence(p, q)
    # The whitening rounds the distance of the means.
    assert js.value == pytest.approx(JS[2], rel=1e-11)
    assert "to 1" in js.info["reduction"]


def test_equal_normals_have_no_divergence():
    p = dv.MultivariateNormal(np.ones(5), covariance(5))
    assert dv.jensen_shannon_divergence(p, p).value == 0.0


def test_coordinates_that_do_not_differ_are_left_out():
    scale = np.ones(10)
    scale[3] = 2.0
    js = dv.jensen_shannon_divergence(
        dv.DiagonalNormal(np.zeros(10), np.ones(10)), dv.DiagonalNormal(np.zeros(10), scale)
    )
    line = dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(0, 2))
    assert js.value == pytest.approx(line.value, rel=1e-12)


def test_mixtures_of_one_covariance_live_on_the_span_of_their_means():
    cov = covariance(6)
    root = np.linalg.cholesky(cov)
    means = np.zeros((3, 6))
    means[1, 0], means[2, :2] = 2.0, (1.0, 3.0)

    def at(j):
        return dv.MultivariateNormal(root @ means[j], cov)

    p, q = dv.Mixture([at(0), at(1)], [0.3, 0.7]), at(2)
    js = dv.jensen_shannon_divergence(p, q)

    def flat(j):
        return dv.DiagonalNormal(means[j, :2], np.ones(2))

    plane = dv.jensen_shannon_divergence(
        dv.Mixture([flat(0), flat(1)], [0.3, 0.7]), flat(2), method=Quadrature(1e-10)
    )
    assert js.value == pytest.approx(plane.value, rel=1e-9)


def test_the_plane_by_products_of_panels():
    kl = dv.kl_divergence(
        dv.DiagonalNormal([0, 0], [1, 1]),
        dv.MultivariateNormal([1.2, 1.6], [[2, 0.9], [0.9, 1]]),
        method=Quadrature(),
    )
    truth = dv.kl_divergence(
        dv.DiagonalNormal([0, 0], [1, 1]), dv.MultivariateNormal([1.2, 1.6], [[2, 0.9], [0.9, 1]])
    )
    assert abs(kl.value - truth.value) <= kl.error_bound


def test_a_ring_of_eight_has_its_published_value():
    angles = np.pi / 4 * np.arange(8)
    ring = dv.Mixture(
        [dv.DiagonalNormal([2 * np.cos(a), 2 * np.sin(a)], [0.2, 0.2]) for a in angles]
    )
    deficit = dv.jensen_shannon_deficit(ring, dv.DiagonalNormal([0, 0], [1.5, 1.5]))
    # 2 JS - 2 log 2 to twelve digits, by trapezoids of spacing 0.06 in the plane.
    assert -2 * deficit.value == pytest.approx(-0.548133285637, abs=1e-12)
    assert deficit.info["reached"]


def test_squares_that_overlap():
    def square(low, high):
        area = math.log((high - low) ** 2)
        return dv.Density(lambda x: np.full(np.shape(x)[:-1], -area), [(low, high)] * 2)

    js = dv.jensen_shannon_divergence(square(0, 1), square(0.5, 1.5))
    assert abs(js.value - 0.75 * math.log(2)) <= js.error_bound + 1e-15


def test_heavy_tails_in_the_plane_are_an_error_not_a_number():
    def cauchy(x):  # density 1 / (2 pi (1 + r^2)^(3/2))
        return -1.5 * np.log1p(np.sum(x * x, axis=-1)) - math.log(2 * math.pi)

    p = dv.Density(cauchy, [(-math.inf, math.inf)] * 2)
    js = dv.jensen_shannon_divergence(p, dv.DiagonalNormal([0, 0], [1, 1]), method=Quadrature(1e-6))
    assert 0 < js.value < math.log(2)
    with pytest.raises(ValueError, match="too slowly"):
        dv.kl_divergence(p, dv.DiagonalNormal([0, 0], [1, 1]), method=Quadrature(1e-6))


def test_monte_carlo_covers_the_truth_and_is_repeatable():
    p, q = (
        dv.DiagonalNormal(np.zeros(3), np.ones(3)),
        dv.DiagonalNormal(np.ones(3) / 3**0.5, np.ones(3)),
    )
    for function in (
        dv.kl_divergence,
        dv.jensen_shannon_divergence,
        dv.jensen_shannon_deficit,
        dv.hellinger_distance,
        dv.total_variation_distance,
    ):
        truth = function(dv.Normal(0, 1), dv.Normal(1, 1)).value
        found = [function(p, q, method=MonteCarlo(20_000, rng=seed)) for seed in (1, 1, 2)]
        assert found[0].value == found[1].value != found[2].value
        assert abs(found[0].value - truth) < 4 * found[0].standard_error
        assert found[0].method == "MonteCarlo(20000)"


def test_monte_carlo_standard_errors_are_those_of_repetitions():
    p, q = dv.Normal(0, 1), dv.Laplace(1, 1)
    found = [dv.kl_divergence(p, q, method=MonteCarlo(400, rng=seed)) for seed in range(200)]
    values = np.array([f.value for f in found])
    claimed = np.mean([f.standard_error for f in found])
    assert np.std(values) == pytest.approx(claimed, rel=0.2)  # 4 standard errors of a deviation
    assert abs(values.mean() - dv.kl_divergence(p, q).value) < 4 * claimed / 200**0.5


def test_entropies_and_several_distributions_by_monte_carlo():
    p = dv.Mixture(
        [dv.DiagonalNormal(np.zeros(4), np.ones(4)), dv.DiagonalNormal(np.ones(4), np.ones(4))]
    )
    found = dv.entropy(p, method=MonteCarlo(20_000, rng=0))
    low, high = found.bounds
    assert low < found.value < high
    cross = dv.cross_entropy(dv.Normal(0, 1), dv.Normal(1, 1), method=MonteCarlo(20_000, rng=0))
    assert abs(cross.value - 0.5 * math.log(2 * math.pi) - 1) < 4 * cross.standard_error
    ps = [dv.Normal(m, 1) for m in (0, 1, 3)]
    weights = [0.2, 0.3, 0.5]
    truth = dv.jensen_shannon_divergence(*ps, weights=weights)
    js = dv.jensen_shannon_divergence(*ps, weights=weights, method=MonteCarlo(20_000, rng=0))
    assert abs(js.value - truth.value) < 4 * js.standard_error
    assert js.bounds[0] <= truth.value <= js.bounds[1]


def test_certain_bounds_hold_and_estimates_keep_within():
    rng = np.random.default_rng(0)
    of_two = (
        dv.kl_divergence,
        dv.cross_entropy,
        dv.jensen_shannon_divergence,
        dv.jensen_shannon_deficit,
    )
    widths = []
    for _ in range(10):
        p, q = (
            dv.Mixture(
                [
                    dv.Normal(*x)
                    for x in zip(rng.normal(0, 3, 3), rng.uniform(0.5, 2, 3), strict=True)
                ]
            )
            for _ in range(2)
        )
        for function in of_two:
            found, truth = function(p, q, method=MonteCarlo(100, rng=0)), function(p, q).value
            assert found.bounds[0] <= truth <= found.bounds[1]
            assert found.bounds[0] <= found.value <= found.bounds[1]
        for function in (dv.entropy, dv.perplexity):
            found = function(p, method=MonteCarlo(100, rng=0))
            assert found.bounds[0] <= function(p).value <= found.bounds[1]
        found = dv.kl_divergence(p, q, method=MonteCarlo(100, rng=0))
        convex = np.mean([dv.kl_divergence(a, b).value for a in p.components for b in q.components])
        assert found.bounds[1] <= convex * (1 + 1e-14)
        widths.append(found.bounds[0] > 0.0)
    assert any(widths)  # the lower bound says something


def test_certain_bounds_of_mixtures_in_space_and_in_bits():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(8, 8))
    p = dv.Mixture(
        [
            dv.MultivariateNormal(np.zeros(8), root @ root.T + np.eye(8)),
            dv.DiagonalNormal(np.full(8, 3.0), np.ones(8)),
        ]
    )
    q = dv.Mixture([dv.DiagonalNormal(rng.normal(size=8), np.full(8, s)) for s in (1.0, 2.0)])
    method = MonteCarlo(50_000, rng=0)
    for found in (
        dv.entropy(p, method=method),
        dv.kl_divergence(p, q, method=method),
        dv.jensen_shannon_divergence(p, q, method=method),
    ):
        low, high = found.bounds
        assert low - 4 * found.standard_error < found.value < high + 4 * found.standard_error
        assert low <= found.confidence_interval()[0] <= found.confidence_interval()[1] <= high
    bits, nats = (dv.kl_divergence(p, q, base=base, method=method) for base in (2, None))
    np.testing.assert_allclose(np.array(bits.bounds) * math.log(2), nats.bounds)


def test_mixtures_are_sampled_by_their_weights():
    p = dv.Mixture([dv.Normal(-5, 1), dv.Normal(5, 1)], [0.2, 0.8])
    x = p.sample(0, 10_000)
    assert np.mean(x > 0) == pytest.approx(0.8, abs=4 * 0.4 / 100)
    flat = dv.Mixture([dv.DiagonalNormal([-5, 0], [1, 1]), dv.DiagonalNormal([5, 9], [1, 1])])
    y = flat.sample(1, (50, 20))
    assert y.shape == (50, 20, 2)
    np.testing.assert_allclose(y[..., 1], 4.5 * (1 + np.sign(y[..., 0])), atol=5)
