"""The Wasserstein distance of order one of a sample and a distribution known by a formula."""

import numpy as np
import pytest
import scipy.stats

import divergences as dv

X = np.random.default_rng(0).normal(size=60)


@pytest.mark.parametrize("c", [0.0, -1.5, 3.0, 6.0, 8.0, 40.0, 1e6])
def test_of_one_observation_it_is_the_mean_distance_from_it(c):
    found = dv.wasserstein_distance(dv.Sample([c]), dv.Normal(0.0, 1.0))
    normal = scipy.stats.norm
    assert found.value == pytest.approx(2 * normal.pdf(c) + c * (1 - 2 * normal.sf(c)), rel=1e-12)
    assert found.standard_error == np.inf


@pytest.mark.parametrize("n", [1, 2, 100])
def test_of_the_best_points_for_a_uniform_law(n):
    points = (np.arange(n) + 0.5) / n
    found = dv.wasserstein_distance(dv.Sample(points), dv.Uniform(0.0, 1.0))
    assert found.value == pytest.approx(0.25 / n, rel=1e-12)


def test_an_outlier_does_not_hide_the_law():
    far = dv.wasserstein_distance(dv.Sample([0.0, 1e6]), dv.Exponential(1.0))
    assert far.value == pytest.approx(5e5 - np.log(2.0), rel=1e-14)


@pytest.mark.parametrize(
    "law",
    [
        dv.Mixture([dv.Normal(-1, 1), dv.Uniform(0, 3)]),
        scipy.stats.gamma(2.5),
        dv.StudentT(3.0, 1.0, 2.0),
    ],
    ids=["mixture", "scipy", "heavy tails"],
)
def test_it_is_the_limit_of_that_of_quantiles_of_the_law(law):
    quantile = law.ppf if hasattr(law, "ppf") else law.quantile
    points = quantile((np.arange(20_000) + 0.5) / 20_000)
    found = dv.wasserstein_distance(dv.Sample(X), law)
    assert found.value == pytest.approx(float(dv.wasserstein_distance(X, points)), abs=2e-3)
    assert dv.wasserstein_distance(law, dv.Sample(X)).value == found.value
    assert found.info["integration_error"] < 1e-7


def test_weights_count_as_repetitions():
    law, counts = dv.Laplace(0.3, 1.0), np.arange(1, 61)
    weighted = dv.wasserstein_distance(dv.Sample(X, weights=counts), law)
    repeated = dv.wasserstein_distance(dv.Sample(np.repeat(X, counts)), law)
    assert weighted.value == pytest.approx(repeated.value, rel=1e-12)


def test_intervals_cover():
    rng, law, draws = np.random.default_rng(1), dv.Normal(0.0, 1.0), 200
    truth = float(dv.wasserstein_distance(dv.Normal(0.7, 1.5), law))
    covered = 0
    for _ in range(draws):
        low, high = dv.wasserstein_distance(dv.Sample(rng.normal(0.7, 1.5, 100)), law).interval
        covered += low <= truth <= high
    lowest, highest = scipy.stats.binom.ppf([1e-4, 1 - 1e-4], draws, 0.95)
    assert lowest <= covered <= highest


def test_refusals_say_what_to_do():
    sample = dv.Sample(X)
    with pytest.raises(TypeError, match=r"order 1 alone.*q.sample\(n\)"):
        dv.wasserstein_distance(sample, dv.Normal(0, 1), 2)
    with pytest.raises(TypeError, match="order 1 alone"):
        dv.wasserstein_distance(sample, dv.Poisson(3.0))
    with pytest.raises(ValueError, match="batch"):
        dv.wasserstein_distance(sample, dv.Normal([0.0, 1.0], 1.0))
    with pytest.raises(ValueError, match="2 dimensions"):
        dv.wasserstein_distance(dv.Sample(np.zeros((3, 2))), dv.Normal(0.0, 1.0))
    with pytest.raises(TypeError, match="nothing to choose"):
        dv.wasserstein_distance(sample, dv.Normal(0, 1), method=dv.methods.Quantiles())
    with pytest.raises(ValueError, match="too slowly"):
        dv.wasserstein_distance(sample, dv.Cauchy(0.0, 1.0))
