"""Kernel densities: which distribution they estimate, and how near."""

import numpy as np
import pytest
from scipy.stats import binom, gaussian_kde

import divergences as dv

JS_OF_NORMALS = {1.0: 0.11142148218473618, 2.0: 0.33683082034683161}  # N(0,1), N(mu,1)


def normals(mu, n, m, seed, dim=1):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, dim)), rng.normal(size=(m, dim))
    y[:, 0] += mu
    return dv.Sample(x), dv.Sample(y)


@pytest.mark.parametrize("dim", [1, 3])
@pytest.mark.parametrize("rule", ["scott", "silverman"])
def test_entropy_is_that_of_scipys_kernel_density_less_one_observation(rule, dim):
    x, _ = normals(0.0, 40, 1, 0, dim)
    found = dv.entropy(x, method=dv.methods.KernelDensity(rule))
    factor = gaussian_kde(x.points.T, rule).factor
    covariance = np.atleast_2d(np.cov(x.points.T))
    logs = []
    for i, point in enumerate(x.points):
        others = np.delete(x.points, i, axis=0)
        density = gaussian_kde(others.T)
        density.covariance = factor**2 * covariance
        density.cho_cov = np.linalg.cholesky(density.covariance)
        density.log_det = 2 * np.log(np.diag(density.cho_cov * np.sqrt(2 * np.pi))).sum()
        logs.append(density.logpdf(point)[0])
    assert found.value == pytest.approx(-np.mean(logs), rel=1e-12)
    assert found.standard_error == pytest.approx(np.std(logs, ddof=1) / 40**0.5, rel=1e-10)


@pytest.mark.parametrize("mu", JS_OF_NORMALS)
def test_intervals_of_js_on_the_line_cover_the_truth(mu):
    repetitions, covered = 100, 0
    for seed in range(repetitions):
        x, y = normals(mu, 300, 400, seed)
        found = dv.jensen_shannon_divergence(x, y, method=dv.methods.KernelDensity())
        low, high = found.confidence_interval()
        covered += low <= JS_OF_NORMALS[mu] <= high
    assert covered >= binom.ppf(1e-3, repetitions, 0.95)


def test_at_a_fixed_bandwidth_the_discriminator_is_that_of_noisy_distributions():
    # Two points with noise are two normals, whichever the number of observations at each.
    x, y = dv.Sample(np.zeros(500)), dv.Sample(np.full(400, 3.0))
    noisy = dv.jensen_shannon_divergence(x, y, method=dv.methods.KernelDensity(1.5))
    # E_P and E_Q are over the observations, which are without noise: D at 0 and at 3 only.
    d = 1.0 / (1.0 + np.exp(-0.5 * (3.0 / 1.5) ** 2))
    assert noisy.value == pytest.approx(np.log(2) + np.log(d), rel=1e-12)
    assert noisy.value < np.log(2)


def test_cross_entropy_is_entropy_plus_kl():
    x, y = normals(1.0, 300, 200, 0)
    method = dv.methods.KernelDensity(0.4)
    parts = dv.entropy(x, method=method).value + dv.kl_divergence(x, y, method=method).value
    assert dv.cross_entropy(x, y, method=method).value == pytest.approx(parts, rel=1e-12)


def test_mixture_with_equal_weights_is_the_jensen_shannon_divergence():
    x, y = normals(1.0, 100, 150, 0)
    method = dv.methods.KernelDensity()
    mixed = dv.jensen_shannon_divergence(x, y, weights=[0.5, 0.5], method=method)
    plain = dv.jensen_shannon_divergence(x, y, method=method)
    assert mixed.value == pytest.approx(plain.value, rel=1e-10)


def test_tiles_change_nothing(monkeypatch):
    import divergences.methods.samples.density_ratio.kernel_density as module

    x, y = normals(1.0, 100, 150, 0, dim=2)
    values = []
    for tile in (module.TILE, 1000):
        monkeypatch.setattr(module, "TILE", tile)
        values.append(dv.jensen_shannon_divergence(x, y, method=dv.methods.KernelDensity()).value)
    assert values[0] == values[1]


def test_what_makes_no_sense_is_refused_in_words():
    x = dv.Sample([0.0, 1.0, 2.0])
    for bandwidth in ("fd", 0.0, -1.0, np.inf, True):
        with pytest.raises(ValueError, match=r"bandwidth is .*; pass one of 'scott'"):
            dv.methods.KernelDensity(bandwidth)
    with pytest.raises(ValueError, match=r"do not spread in every direction.*pass a number"):
        dv.entropy(dv.Sample(np.ones((5, 2))), method=dv.methods.KernelDensity())
    with pytest.raises(ValueError, match=r"leaves one observation out"):
        dv.entropy(dv.Sample([1.0]), method=dv.methods.KernelDensity())
    with pytest.raises(ValueError, match=r"samples without weights"):
        dv.entropy(dv.Sample([1.0, 2.0], [1.0, 2.0]), method=dv.methods.KernelDensity())
    with pytest.raises(ValueError, match=r"compares two samples, not 3"):
        dv.jensen_shannon_divergence(x, x, x, method=dv.methods.KernelDensity())
