"""A sample of points beside a distribution that is known by a formula."""

import numpy as np
import pytest
import scipy.stats

import divergences as dv

X = np.random.default_rng(0).normal(size=500)


def test_cross_entropy_is_a_mean_over_the_observations():
    found = dv.cross_entropy(dv.Sample(X), dv.Normal(0.5, 2.0), base=2)
    lengths = -scipy.stats.norm(0.5, 2.0).logpdf(X) / np.log(2)
    assert found.value == pytest.approx(lengths.mean(), rel=1e-13)
    assert found.standard_error == pytest.approx(scipy.stats.sem(lengths), rel=1e-12)
    assert (found.unit, found.n) == ("bit", (500,))
    beyond = dv.cross_entropy(dv.Sample(X), dv.Uniform(0.0, 1.0))
    assert beyond.value == np.inf
    twice = dv.cross_entropy(dv.Sample(X, weights=np.full(500, 2.0)), dv.Normal(0.5, 2.0), base=2)
    assert twice.interval == pytest.approx(found.interval, rel=1e-12)


def test_weights_are_shares():
    weights = np.array([1.0, 2.0, 0.0])
    found = dv.cross_entropy(dv.Sample([0.0, 1.0, 9.0], weights), dv.Normal(0, 1))
    assert found.value == pytest.approx(0.5 * np.log(2 * np.pi) + 0.5 * 2 / 3)


@pytest.mark.parametrize("law", [dv.Normal(1, 1), scipy.stats.norm(1, 1)], ids=["ours", "scipy"])
def test_divergence_is_cross_entropy_less_entropy(law):
    sample = dv.Sample(X)
    found = dv.kl_divergence(sample, law)
    parts = dv.cross_entropy(sample, law).value - dv.entropy(sample).value
    assert found.value == pytest.approx(parts, rel=1e-9)
    assert found.interval.low < 0.5 < found.interval.high


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_intervals_cover(shift):
    rng, law, draws = np.random.default_rng(1), dv.MultivariateNormal(np.zeros(2), np.eye(2)), 100
    truth = 0.5 * shift**2
    covered = 0
    for _ in range(draws):
        x = rng.normal([shift, 0.0], 1.0, size=(200, 2))
        low, high = dv.kl_divergence(dv.Sample(x), law).interval
        covered += low <= truth <= high
    assert scipy.stats.binom.ppf(1e-4, draws, 0.93) <= covered


def test_refusals_say_what_to_do():
    sample = dv.Sample(X)
    with pytest.raises(TypeError, match=r"Draw as many observations.*pass two samples"):
        dv.jensen_shannon_divergence(sample, dv.Normal(0, 1))
    with pytest.raises(TypeError, match=r"Sample\(q.sample\(n\)\) for a distribution"):
        dv.kl_divergence(dv.Normal(0, 1), sample)
    with pytest.raises(TypeError, match="count the observations"):
        dv.kl_divergence(sample, dv.Poisson(3.0))
    with pytest.raises(ValueError, match="points in 1 dimensions, and q has 2"):
        dv.cross_entropy(sample, dv.MultivariateNormal(np.zeros(2), np.eye(2)))
    with pytest.raises(ValueError, match="batch"):
        dv.cross_entropy(sample, dv.Normal([0, 1], 1))
    with pytest.raises(TypeError, match="nothing to choose"):
        dv.cross_entropy(sample, dv.Normal(0, 1), method=dv.methods.NearestNeighbours())
