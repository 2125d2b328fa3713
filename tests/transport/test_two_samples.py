"""The permutation test: valid for every size, powerful, and fast for the library's statistics."""

from functools import partial

import jax
import numpy as np
import pytest
import scipy.stats

import divergences as dv

STATISTICS = [
    dv.energy_distance,
    dv.maximum_mean_discrepancy,
    dv.wasserstein_distance,
    partial(dv.wasserstein_distance, order=2),
    lambda x, y: abs(np.mean(x) - np.mean(y)),
]
NAMES = ["energy", "mmd", "wasserstein", "wasserstein-2", "callable"]


def p_value(*arguments, **keywords):
    return dv.two_sample_test(*arguments, **keywords).info["p_value"]


@pytest.mark.parametrize("statistic", STATISTICS, ids=NAMES)
def test_type_one_error_is_what_was_asked_for(statistic):
    rng = np.random.default_rng(0)
    tests, level = 400, 0.1
    rejected = 0
    for _ in range(tests):
        x, y = rng.exponential(size=12), rng.exponential(size=9)
        rejected += p_value(x, y, statistic=statistic, permutations=99, rng=rng) <= level
    low, high = scipy.stats.binom.ppf([1e-4, 1 - 1e-4], tests, level)
    assert low <= rejected <= high


@pytest.mark.parametrize("statistic", STATISTICS[:2], ids=NAMES[:2])
def test_type_one_error_in_the_plane_and_with_ties(statistic):
    rng = np.random.default_rng(1)
    tests, level = 300, 0.1
    rejected = 0
    for _ in range(tests):
        z = rng.integers(0, 3, size=(30, 2)).astype(float)
        rejected += p_value(z[:14], z[14:], statistic=statistic, permutations=99, rng=rng) <= level
    # With ties the test is conservative, never liberal.
    assert rejected <= scipy.stats.binom.ppf(1 - 1e-4, tests, level)
    assert rejected >= 0.4 * tests * level


@pytest.mark.parametrize("statistic", STATISTICS, ids=NAMES)
def test_differences_are_found(statistic):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=60), rng.normal(size=50) + 1.2
    estimate = dv.two_sample_test(x, y, statistic=statistic, rng=3)
    assert estimate.info["p_value"] == 0.001
    assert estimate.value > estimate.info["null_quantile"] > estimate.info["null_mean"]


def test_values_are_those_of_the_statistics():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(15, 2))
    few = {"permutations": 1, "rng": 0}
    line = dv.two_sample_test(x[:, 0], y[:, 0], **few).value
    assert line == pytest.approx(dv.energy_distance(x[:, 0], y[:, 0]) ** 2, rel=1e-12)
    mmd = partial(dv.maximum_mean_discrepancy, bandwidth=0.5)
    got = dv.two_sample_test(x, y, statistic=mmd, **few).value
    assert got == pytest.approx(mmd(x, y), rel=1e-12)
    for order in (1, 3):
        distance = partial(dv.wasserstein_distance, order=order)
        got = dv.two_sample_test(x[:, 0], y[:, 0], statistic=distance, **few).value
        assert got == pytest.approx(distance(x[:, 0], y[:, 0]), rel=1e-12)


def test_fast_statistics_see_the_relabellings_that_a_callable_sees():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(12, 2)), rng.normal(size=(9, 2)) + 0.3
    mmd = partial(dv.maximum_mean_discrepancy, bandwidth=1.0)
    fast = dv.two_sample_test(x, y, statistic=mmd, rng=6)
    slow = dv.two_sample_test(x, y, statistic=lambda x, y: mmd(x, y), rng=6)
    assert fast.info == pytest.approx(slow.info, rel=1e-9)


def test_samples_and_seeds():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=30), rng.normal(size=30)
    first = dv.two_sample_test(x, y, rng=8)
    assert first.info == dv.two_sample_test(dv.Sample(x), dv.Sample(y), rng=8).info
    key = jax.random.key(0)
    assert p_value(x, y, rng=key) == p_value(x, y, rng=key)
    assert p_value(x, x, rng=0) == 1.0  # ties count against


@pytest.mark.parametrize(
    ("arguments", "keywords", "kind", "words"),
    [
        (([1.0], [2.0]), {"rng": "now"}, TypeError, r"rng is 'now'; pass an int"),
        (([1.0], [2.0]), {"rng": 0, "permutations": 0}, ValueError, r"permutations is 0; pass"),
        (([1.0, np.nan], [2.0]), {"rng": 0}, ValueError, r"NaN or infinite; drop them"),
        (
            (dv.Sample([1.0, 2.0], [1, 2]), dv.Sample([2.0])),
            {"rng": 0},
            ValueError,
            r"p has weights; a permutation test exchanges",
        ),
        (
            (np.ones((2, 2)), np.ones((3, 2))),
            {"rng": 0, "statistic": dv.wasserstein_distance},
            ValueError,
            r"wasserstein_distance is on the line",
        ),
        ((np.ones((1, 2)), np.ones((3, 2))), {"rng": 0}, ValueError, r"needs two observations"),
    ],
)
def test_mistakes_are_explained(arguments, keywords, kind, words):
    with pytest.raises(kind, match=words):
        dv.two_sample_test(*arguments, **keywords)
