"""Entropy on the line from spacings, beside SciPy's and the truth."""

import numpy as np
import pytest
from scipy import stats

import divergences as dv

KINDS = {"vasicek": "vasicek", "van_es": "van es", "ebrahimi": "ebrahimi", "correa": "correa"}


def entropy(x, *settings):
    return dv.entropy(dv.Sample(x), method=dv.methods.Spacings(*settings))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", [None, 1, 7, 50])
def test_classical_kinds_are_those_of_scipy(kind, window):
    x = np.random.default_rng(0).normal(size=101)
    theirs = stats.differential_entropy(x, method=KINDS[kind], window_length=window)
    assert entropy(x, kind, window).value == pytest.approx(theirs, rel=1e-13)


@pytest.mark.parametrize("window", [1, 3, 10])
def test_corrected_kind_is_unbiased_for_uniform_observations(window):
    rng = np.random.default_rng(0)
    values = [entropy(rng.random(30), "corrected", window).value for _ in range(1000)]
    assert abs(np.mean(values)) < 4.0 * np.std(values) / 1000**0.5


@pytest.mark.parametrize(
    "distribution", [stats.norm(), stats.expon(), stats.laplace(), stats.t(3), stats.cauchy()]
)
def test_intervals_cover_the_truth_as_often_as_they_say(distribution):
    repetitions, covered = 300, 0
    truth = distribution.entropy()
    for seed in range(repetitions):
        low, high = entropy(distribution.rvs(500, random_state=seed)).confidence_interval()
        covered += low <= truth <= high
    low, high = stats.binom.ppf([1e-3, 1 - 1e-3], repetitions, 0.95)
    assert low <= covered <= high


@pytest.mark.parametrize("kind", ["corrected", *KINDS])
def test_entropy_follows_shifts_and_scales(kind):
    x = np.random.default_rng(0).normal(size=100)
    plain, moved = entropy(x, kind), entropy(8.0 * x + 3.0, kind)
    assert moved.value == pytest.approx(plain.value + np.log(8.0), rel=1e-12)
    assert moved.standard_error == pytest.approx(plain.standard_error, rel=1e-9)


def test_a_few_ties_are_counted_and_many_are_refused():
    x = np.random.default_rng(0).normal(size=100)
    assert entropy(np.append(x, x[:5])).info["ties"] == 5
    with pytest.raises(ValueError, match=r"10 observation\(s\) equal another.*no density"):
        entropy(np.append(x, np.zeros(11)))


def test_three_observations_are_enough():
    assert np.isfinite(entropy([0.0, 1.0, 3.0]).value)


def test_what_makes_no_sense_is_refused_in_words():
    with pytest.raises(ValueError, match=r"kind is 'van es'; pass one of 'corrected', 'vasicek'"):
        dv.methods.Spacings("van es")
    with pytest.raises(ValueError, match=r"window is 5; for 10 observations pass 1 to 4"):
        entropy(np.arange(10.0), "vasicek", 5)
    with pytest.raises(ValueError, match=r"window is 2.5; pass an integer"):
        entropy(np.arange(10.0), "vasicek", 2.5)
    with pytest.raises(ValueError, match=r"10 points in 2 dimensions; Spacings needs"):
        entropy(np.ones((10, 2)))
    with pytest.raises(ValueError, match=r"2 points in 1 dimension; Spacings needs"):
        entropy([0.0, 1.0])
    x = dv.Sample([0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match=r"estimates the entropy of one sample"):
        dv.cross_entropy(x, x, method=dv.methods.Spacings())
