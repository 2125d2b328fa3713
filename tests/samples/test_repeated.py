"""Observations that samples share, that are repeated, or that are atoms; even grids of points."""

import numpy as np
import pytest

import divergences as dv

S = dv.Sample


def normal(seed, n, mean=0.0):
    return np.random.default_rng(seed).normal(mean, 1.0, n)


@pytest.mark.parametrize("decimals", [None, 1])
@pytest.mark.parametrize(
    "function",
    [dv.jensen_shannon_divergence, dv.kl_divergence, dv.jeffreys_divergence, dv.hellinger_distance],
)
def test_a_sample_does_not_differ_from_itself(function, decimals):
    x = normal(0, 300) if decimals is None else np.round(normal(0, 300), decimals)
    found = function(S(x), S(x))
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert 0.0 < found.standard_error < 0.1
    assert found.info["shared"] == 300
    assert "300 observations are in more than one sample" in found.warnings[0]
    if decimals is None:
        assert function(S(x), S(x[::-1])).value == pytest.approx(0.0, abs=1e-12)


def test_windows_that_overlap_are_told_apart_by_the_rest():
    # Q is half of P and half of another normal distribution: truth by the rule of trapezoids.
    t = np.linspace(-12.0, 14.0, 20_001)
    p, r = (np.exp(-0.5 * (t - mean) ** 2) / np.sqrt(2.0 * np.pi) for mean in (0.0, 1.5))
    q = 0.5 * (p + r)
    kl = np.trapezoid(p * np.log(p / q), t)
    js = 0.5 * np.trapezoid(p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q)), t)
    for function, truth in ((dv.kl_divergence, kl), (dv.jensen_shannon_divergence, js)):
        found = []
        for seed in range(30):
            x = normal(seed, 300)
            y = np.append(x[150:], normal(seed + 99, 150, 1.5))
            found.append(function(S(x), S(y)))
        z = [(e.value - truth) / e.standard_error for e in found]
        assert abs(np.mean(z)) < 3.5 / 30**0.5
        assert 0.6 < np.std(z) < 1.35
        assert found[0].info["shared"] == 150


def test_rounded_windows_of_one_series_are_recognised_by_their_order():
    x = np.round(normal(1, 900), 1)
    for p, q in ((x[:600], x[300:]), (x[300:], x[:600])):
        found = dv.kl_divergence(S(p), S(q))
        assert found.info["shared"] == 300
        assert abs(found.value) < 3.5 * found.standard_error
    assert dv.kl_divergence(S(x[:450]), S(x[450:])).info["shared"] == 0


def test_repetitions_count_once_if_few_and_are_refused_if_many():
    x, y = normal(2, 400), normal(3, 400, 1.0)
    doubled = np.append(x, x[:4])
    found = dv.kl_divergence(S(doubled), S(y))
    assert found.value == dv.kl_divergence(S(x), S(y)).value
    assert "4 observations repeat others and were counted once" in found.warnings[0]
    assert dv.cross_entropy(S(x), S(x)).value == pytest.approx(dv.entropy(S(x)).value, rel=1e-12)
    resampled = np.random.default_rng(0).choice(x, 400)
    for function in (dv.kl_divergence, dv.jensen_shannon_divergence):
        with pytest.raises(ValueError, match=r"repeat others exactly.*with replacement and Markov"):
            function(S(x), S(resampled))


def test_shared_observations_are_refused_where_they_are_not_served():
    x = normal(4, 300)
    y = np.append(x[:150], normal(5, 150))
    with pytest.raises(ValueError, match=r"150 observations are in more than one sample, which"):
        dv.jensen_shannon_divergence(S(x), S(y), weights=[0.5, 0.5])
    apart = S(normal(6, 300))
    with pytest.raises(ValueError, match=r"150 observations are in more than one sample, which"):
        dv.jensen_shannon_divergence(apart, S(x), S(y))
    with pytest.raises(ValueError, match=r"150 observations are in more than one sample, which"):
        dv.chi_squared_divergence(S(x), S(y))
    histogram = dv.jensen_shannon_divergence(S(x), S(y), method=dv.methods.Histogram())
    assert "150 observations of one sample are in the other too" in histogram.warnings[-1]


def test_atoms_have_no_density_but_a_share():
    rng = np.random.default_rng(6)
    with pytest.raises(ValueError, match=r"900 observations have the value 0 in coordinate 0: an"):
        dv.entropy(S(np.append(rng.random(100), np.zeros(900))))
    p, q = (np.maximum(rng.normal(mean, 1.0, 1000), 0.0) for mean in (0.0, 1.0))
    with pytest.raises(ValueError, match=r"have the value 0 in coordinate 0: an atom"):
        dv.kl_divergence(S(p), S(q))
    found = dv.jensen_shannon_divergence(S(p), S(q))
    assert abs(found.value - 0.1039) < 3.0 * found.standard_error  # by quadrature
    assert found.standard_error < 0.02


def test_an_even_grid_is_no_sample():
    grid = np.linspace(0.0, 1.0, 301)
    draws = S(np.random.default_rng(7).random(300))
    for function in (dv.jensen_shannon_divergence, dv.kl_divergence):
        with pytest.raises(ValueError, match=r"301 observations are the points of an even grid"):
            function(S(grid), draws)
    plane = np.stack(np.meshgrid(grid[:20], grid[:15]), axis=-1).reshape(-1, 2)
    with pytest.raises(ValueError, match=r"300 observations are the points of an even grid"):
        dv.entropy(S(plane))


def test_copies_with_noise_are_noticed():
    x = normal(8, 300)
    found = dv.jensen_shannon_distance(S(x), S(x + 1e-5))
    assert "negative by several standard errors" in found.warnings[0]
    low, high = found.confidence_interval()
    assert low < high


def test_the_share_of_p_beyond_the_observations_of_q_is_reported():
    rng = np.random.default_rng(9)
    p, q = S(2.0 * rng.random(500)), S(rng.random(500))
    for found in (dv.kl_divergence(p, q), dv.cross_entropy(p, q)):
        assert found.info["beyond"] == pytest.approx(0.5, abs=0.07)
        assert "% of one sample lie beyond the range of the other" in found.warnings[0]
    inside = dv.kl_divergence(q, p)
    assert inside.info["beyond"] == 0.0
    assert not inside.warnings


def test_a_series_is_noticed_and_independent_observations_are_not():
    rng = np.random.default_rng(10)
    noise = rng.normal(size=(2, 800))
    series = np.zeros((2, 800))
    for i in range(1, 800):
        series[:, i] = 0.9 * series[:, i - 1] + noise[:, i]
    pairs = dv.mutual_information(S.joint(series[0], series[1]))
    assert "Consecutive observations are correlated (0.8" in pairs.warnings[0]
    assert dv.entropy(S(series[0])).warnings
    for fine in (S.joint(series[0], noise[1]), S.joint(noise[0], noise[1])):
        assert not dv.mutual_information(fine).warnings
    assert not dv.entropy(S(np.sort(noise[0]))).warnings
    assert not dv.entropy(S(np.round(noise[0], 1))).warnings
