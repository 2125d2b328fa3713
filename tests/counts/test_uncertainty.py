"""What is said about the error is true: bias, standard errors, intervals and null calibration."""

import math

import numpy as np
import pytest

import divergences as dv
from divergences import methods

RNG = np.random.default_rng(5)
REPETITIONS = 2000
SHARES = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
OTHER = np.array([0.2, 0.2, 0.25, 0.15, 0.1, 0.1])
UNIFORM = np.full(20, 1 / 20)


def drawn(shares, n, repetitions=REPETITIONS):
    return dv.Counts(
        RNG.multinomial(n, np.ravel(shares), repetitions).reshape(-1, *np.shape(shares))
    )


def assert_mean(values, truth, tolerance=0.0):
    """Assert that the mean is the truth to four of its standard errors, and a known remainder."""
    assert abs(np.mean(values) - truth) < 4 * np.std(values) / math.sqrt(len(values)) + tolerance


@pytest.mark.parametrize(
    "method",
    [
        methods.PlugIn(),
        methods.MillerMadow(),
        methods.Jackknife(),
        methods.Grassberger(),
        methods.ChaoShen(),
        methods.ChaoWangJost(),
        methods.Zhang(),
        methods.NSB(),
    ],
    ids=repr,
)
def test_standard_errors_of_entropy_are_the_spread_of_the_estimates(method):
    found = dv.entropy(
        drawn(SHARES, 400, 200 if method == methods.NSB() else REPETITIONS), method=method
    )
    assert np.mean(found.standard_error) == pytest.approx(np.std(found.value), rel=0.2)
    low, high = found.confidence_interval()
    truth = float(dv.entropy(SHARES))
    assert np.mean((low <= truth) & (truth <= high)) > 0.9


@pytest.mark.parametrize(
    ("function", "method"),
    [
        (dv.kl_divergence, methods.Zhang()),
        (dv.kl_divergence, methods.PlugIn("krichevsky-trofimov")),
        (dv.kl_divergence, methods.Dirichlet("jeffreys")),
        (dv.kl_divergence, methods.Jackknife("krichevsky-trofimov")),
        (dv.cross_entropy, methods.Zhang()),
        (dv.cross_entropy, methods.PlugIn("krichevsky-trofimov")),
        (dv.cross_entropy, methods.Dirichlet("jeffreys")),
        (dv.jensen_shannon_divergence, methods.Jackknife()),
        (dv.jensen_shannon_divergence, methods.PlugIn()),
        (dv.jensen_shannon_distance, methods.Jackknife()),
        (dv.hellinger_distance, methods.PlugIn()),
        (dv.total_variation_distance, methods.PlugIn()),
    ],
    ids=lambda x: getattr(x, "__name__", repr(x)),
)
def test_standard_errors_of_two_samples_are_the_spread_of_the_estimates(function, method):
    found = function(drawn(SHARES, 1500), drawn(OTHER, 1000), method=method)
    assert np.mean(found.standard_error) == pytest.approx(np.std(found.value), rel=0.1)


@pytest.mark.parametrize("function", [dv.mutual_information, dv.conditional_entropy])
@pytest.mark.parametrize("method", [methods.PlugIn(), methods.ChaoWangJost()], ids=repr)
def test_standard_errors_of_two_variables_are_the_spread_of_the_estimates(function, method):
    joint = np.array([[0.3, 0.1, 0.02], [0.05, 0.2, 0.03], [0.05, 0.05, 0.2]])
    found = function(drawn(joint, 1000), method=method)
    assert np.mean(found.standard_error) == pytest.approx(np.std(found.value), rel=0.1)
    assert_mean(found.value, float(function(joint)), 4 / 1000)


def test_bias_of_the_plug_in_divergence_of_equal_laws_is_the_expected_one():
    """At P = Q it is (S - 1)/8 (1/n + 1/m) to first order; the next is of order (S/n)^2."""
    n, m = 2000, 3000
    p, q = drawn(UNIFORM, n), drawn(UNIFORM, m)
    first = 19 / 8 * (1 / n + 1 / m)
    found = dv.jensen_shannon_divergence(p, q, method=methods.PlugIn())
    assert_mean(found.value, first, (20 / n) ** 2)
    corrected = dv.jensen_shannon_divergence(p, q, method=methods.Jackknife())
    assert_mean(corrected.info["unprojected"], 0.0, (20 / n) ** 2)
    assert np.all(corrected.value >= 0.0)
    assert np.all(found.value > 0.0)


@pytest.mark.parametrize(
    ("function", "method"),
    [
        (dv.kl_divergence, methods.Zhang()),
        (dv.jensen_shannon_divergence, methods.Jackknife()),
    ],
)
def test_corrected_divergences_are_unbiased_to_first_order(function, method):
    n = 400
    found = function(drawn(SHARES, n), drawn(OTHER, n), method=method)
    assert_mean(found.info["unprojected"], float(function(SHARES, OTHER)), (6 / n) ** 2)


def test_jensen_shannon_never_leaves_its_range():
    parted = dv.jensen_shannon_divergence(dv.Counts([5, 0]), dv.Counts([0, 7]))
    assert parted.value == pytest.approx(math.log(2), abs=1e-15)
    assert parted.confidence_interval()[1] <= math.log(2)
    for n in (2, 5, 30):
        values = dv.jensen_shannon_divergence(drawn(SHARES, n), drawn(OTHER, n)).value
        assert np.all((values >= 0.0) & (values <= math.log(2)))


def test_what_entropy_lacks_of_its_greatest_value_is_never_negative():
    counts = dv.Counts([5, 3, 2])
    found, entropy = dv.entropy_deficit(counts), dv.entropy(counts)
    assert found.value == 0.0
    assert found.info["unprojected"] == pytest.approx(math.log(3) - entropy.value)
    assert found.standard_error == entropy.standard_error


def test_kl_is_infinite_where_it_is_and_finite_by_choice():
    p, q = dv.Counts([3, 2, 0]), dv.Counts([4, 0, 1])
    plain = dv.kl_divergence(p, q, method=methods.PlugIn())
    assert plain.value == math.inf
    assert plain.standard_error == math.inf
    assert dv.kl_divergence(p, q, method=methods.Jackknife()).value == math.inf
    found = dv.kl_divergence(p, q)
    assert math.isfinite(found.value)
    assert found.info["unmatched"] == pytest.approx(0.4)
    for smoothing in ("additive", "krichevsky-trofimov", 0.01, "shrink"):
        smoothed = dv.kl_divergence(p, q, method=methods.PlugIn(smoothing))
        assert math.isfinite(smoothed.value)
        assert math.isfinite(smoothed.standard_error)


def test_errors_do_not_vanish_where_the_counts_say_nothing():
    one = dv.entropy(dv.Counts([20]))
    assert one.value == 0.0
    assert one.confidence_interval()[1] > 0.3
    even = dv.entropy(dv.Counts([10, 10]))
    assert even.standard_error == pytest.approx(math.sqrt(0.5) / 20)
    once = dv.entropy(dv.Counts([1, 1, 1, 1]))
    assert once.standard_error == math.inf
    assert once.info["coverage"] == 0.0
    assert once.confidence_interval() == (0.0, math.inf)


@pytest.mark.parametrize("weights", [(1 / 3, 1 / 3, 1 / 3), (0.6, 0.3, 0.1)])
def test_three_samples_of_one_law_are_no_distance_apart(weights):
    law, sizes, runs = np.full(20, 0.05), (200, 300, 500), 2000
    samples = [dv.Counts(RNG.multinomial(n, law, size=runs)) for n in sizes]
    found = dv.jensen_shannon_divergence(*samples, weights=weights)
    plain = dv.jensen_shannon_divergence(*samples, weights=weights, method=methods.PlugIn())
    first = sum(w * (1 - w) * 19 / (2 * n) for w, n in zip(weights, sizes, strict=True))
    raw = found.info["unprojected"]
    assert np.mean(plain.value) == pytest.approx(first, rel=0.05)
    # The next order in 1/n is some hundredths of the first.
    assert abs(np.mean(raw)) < 4.0 * np.std(raw) / runs**0.5 + 0.03 * first
    assert np.all(found.value == np.maximum(raw, 0.0))
    two = dv.jensen_shannon_divergence(*samples[:2], weights=weights[:2] / np.sum(weights[:2]))
    none = dv.jensen_shannon_divergence(*samples, weights=[*weights[:2] / np.sum(weights[:2]), 0.0])
    assert none.value == pytest.approx(two.value, rel=1e-12, abs=1e-15)


def test_permutation_p_values_are_uniform_under_the_null():
    p, q = drawn(UNIFORM, 40, 200), drawn(UNIFORM, 60, 200)
    method = methods.Permutation(rng=1, permutations=99)
    found = dv.jensen_shannon_divergence(p, q, method=method)
    values = found.info["p_value"]
    for level in (0.05, 0.2, 0.5):
        spread = math.sqrt(level * (1 - level) / 200)
        assert np.mean(values <= level) == pytest.approx(level, abs=4 * spread)
    assert np.mean(found.info["null_mean"]) == pytest.approx(np.mean(found.value), rel=0.05)
    assert np.mean(found.value > found.info["null_quantile"]) == pytest.approx(0.05, abs=0.062)


def test_permutation_finds_a_difference_and_is_reproducible():
    p, q = dv.Counts([40, 10, 5, 5]), dv.Counts([10, 20, 15, 15])
    found = [
        dv.kl_divergence(p, q, method=methods.Permutation(rng, method=methods.PlugIn("additive")))
        for rng in (7, 7, np.random.default_rng(7))
    ]
    assert found[0].info["p_value"] == pytest.approx(0.001)
    assert len({float(f.info["null_mean"]) for f in found}) == 1
    assert "Permutation(rng=7" in found[0].method
    with pytest.raises(TypeError, match=r"rng is 1.5; pass a seed"):
        methods.Permutation(rng=1.5)
    big = dv.Counts([10**9, 1])
    with pytest.raises(ValueError, match=r"takes fewer than 10\^9 observations"):
        dv.jensen_shannon_divergence(big, big, method=methods.Permutation(rng=0))


def test_infinite_divergences_are_compared_as_they_are():
    p, q = dv.Counts([30, 20, 4, 0]), dv.Counts([30, 20, 0, 4])  # both see three of four outcomes
    found = dv.kl_divergence(p, q, method=methods.Permutation(0))
    one, both = (math.comb(108 - k, 54 - k) / math.comb(108, 54) for k in (4, 8))
    infinite = 2 * one - both  # the share of permutations that leave Q without an outcome of P's
    assert found.value == found.info["null_mean"] == found.info["null_quantile"] == math.inf
    assert found.info["p_value"] == pytest.approx(infinite, abs=4 * (infinite / 999) ** 0.5)


def test_a_question_of_sample_size():
    """Two samples of one law, of 1000 and of 10: a large divergence that means nothing."""
    law = np.full(50, 0.02)
    p, q = (dv.Counts(RNG.multinomial(n, law)) for n in (1000, 10))
    found = dv.jensen_shannon_divergence(p, q, method=methods.Permutation(rng=0))
    assert found.value > 0.35
    assert found.info["null_mean"] == pytest.approx(found.value, rel=0.1)
    assert found.info["p_value"] > 0.05
