"""Histograms: bins that are shared and named, and a method for counts that does the rest."""

import numpy as np
import pytest
from scipy.stats import binom

import divergences as dv


def normals(mu, n, m, seed, dim=1):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, dim)), rng.normal(size=(m, dim))
    y[:, 0] += mu
    return dv.Sample(x), dv.Sample(y)


@pytest.mark.parametrize("rule", ["fd", "scott", "sturges", 7])
def test_rules_are_those_of_numpy_on_all_observations_together(rule):
    x, y = normals(1.0, 300, 200, 0)
    edges = np.histogram_bin_edges(np.concatenate([x.values, y.values]), rule)
    n, m = (np.histogram(sample.values, edges)[0] for sample in (x, y))
    method = dv.methods.PlugIn("krichevsky-trofimov")
    found = dv.kl_divergence(x, y, method=dv.methods.Histogram(rule, method))
    direct = dv.kl_divergence(dv.Counts(n), dv.Counts(m), method=method)
    assert found.info["bins"] == (len(edges) - 1,)
    assert found.value == pytest.approx(float(direct), rel=1e-12)
    assert found.standard_error == pytest.approx(float(direct.standard_error), rel=1e-12)


def test_cells_of_the_plane_are_those_of_numpy():
    x, y = normals(1.0, 300, 200, 0, dim=2)
    edges = [np.linspace(-5, 7, 9), np.array([-6.0, -1.0, 0.5, 6.0])]
    n, m = (np.histogramdd(sample.points, edges)[0].ravel() for sample in (x, y))
    found = dv.jensen_shannon_divergence(x, y, method=dv.methods.Histogram(edges))
    direct = dv.jensen_shannon_divergence(dv.Counts(n), dv.Counts(m))
    assert found.info["bins"] == (8, 3)
    assert found.value == pytest.approx(float(direct), rel=1e-12)


def test_last_bin_includes_its_upper_edge():
    x, y = dv.Sample([0.0, 0.5, 1.0, 2.0]), dv.Sample([0.2, 1.5, 1.7, 2.0])
    method = dv.methods.Histogram([0.0, 1.0, 2.0], dv.methods.PlugIn())
    found = dv.total_variation_distance(x, y, method=method)
    assert found.value == pytest.approx(0.25)


def test_entropy_of_uniform_observations_in_uneven_bins_is_that_of_the_density():
    # One observation in the middle of each of 100 equal parts: frequencies are exact.
    x = dv.Sample((np.arange(100) + 0.5) / 50.0)
    method = dv.methods.Histogram([0.0, 0.1, 0.5, 1.8, 2.0], dv.methods.PlugIn())
    found = dv.entropy(x, method=method)
    assert found.value == pytest.approx(np.log(2.0), rel=1e-12)
    assert dv.cross_entropy(x, x, method=method).value == pytest.approx(np.log(2.0), rel=1e-12)


def test_entropy_follows_shifts_and_scales():
    x = np.random.default_rng(0).normal(size=200)
    plain, moved = (
        dv.entropy(dv.Sample(z), method=dv.methods.Histogram()) for z in (x, 8.0 * x + 4.0)
    )
    assert moved.value == pytest.approx(plain.value + np.log(8.0), rel=1e-9)


def test_intervals_of_js_on_the_line_cover_the_truth():
    repetitions, covered = 200, 0
    for seed in range(repetitions):
        x, y = normals(2.0, 1000, 1000, seed)
        low, high = dv.jensen_shannon_divergence(
            x, y, method=dv.methods.Histogram()
        ).confidence_interval()
        covered += low <= 0.33683082034683161 <= high  # N(0,1), N(2,1)
    assert binom.ppf(1e-3, repetitions, 0.95) <= covered


def test_without_smoothing_kl_is_infinite_where_only_p_was_seen():
    x, y = dv.Sample([0.0, 1.0, 2.0]), dv.Sample([0.0, 0.1, 0.2])
    plain = dv.methods.Histogram(2, dv.methods.PlugIn())
    assert dv.kl_divergence(x, y, method=plain).value == np.inf
    smooth = dv.methods.Histogram(2, dv.methods.PlugIn("additive"))
    assert 0.0 < dv.kl_divergence(x, y, method=smooth).value < 1.0


def test_mixture_of_three_histograms_is_that_of_their_counts():
    samples = [dv.Sample(np.array(v)) for v in ([0.1, 1.2], [0.3, 0.4, 1.9], [1.5])]
    method = dv.methods.Histogram([0.0, 1.0, 2.0], dv.methods.PlugIn())
    found = dv.jensen_shannon_divergence(*samples, method=method)
    pmfs = [[0.5, 0.5], [2 / 3, 1 / 3], [0.0, 1.0]]
    assert found.value == pytest.approx(float(dv.jensen_shannon_divergence(*pmfs)), rel=1e-12)


def test_what_makes_no_sense_is_refused_in_words():
    x = dv.Sample([0.0, 1.0, 2.0])
    for bins in ("auto", 0, True):
        with pytest.raises(ValueError, match=r"bins is .*; pass one of 'fd', 'scott', 'sturges'"):
            dv.methods.Histogram(bins)
    for bins, words in (
        ([0.0, 1.0], r"1 observation\(s\) are outside the edges 0 ... 1; widen them"),
        ([3.0, 1.0], r"bins must be two or more increasing edges"),
        ([[0.0, 3.0], [0.0, 1.0]], r"edges for 2 coordinate\(s\) and the observations have 1"),
    ):
        with pytest.raises(ValueError, match=words):
            dv.entropy(x, method=dv.methods.Histogram(bins))
    with pytest.raises(ValueError, match=r"a coordinate has one value only"):
        dv.entropy(dv.Sample([1.0, 1.0]), method=dv.methods.Histogram())
    with pytest.raises(ValueError, match=r"bins='fd' would make .* bins, because most"):
        dv.entropy(dv.Sample([0.0, 1e-9, 2e-9, 3e-9, 1.0]), method=dv.methods.Histogram())
    with pytest.raises(ValueError, match=r"there would be 1e\+09 cells; pass fewer bins"):
        dv.entropy(dv.Sample(np.eye(9)), method=dv.methods.Histogram(10))
    with pytest.raises(ValueError, match=r"samples without weights"):
        dv.entropy(dv.Sample([0.0, 1.0], [1.0, 2.0]), method=dv.methods.Histogram())
    with pytest.raises(TypeError, match=r"counts is NSB\(.*\), which is no method for this"):
        dv.kl_divergence(x, x, method=dv.methods.Histogram(2, dv.methods.NSB()))
