"""Rounded observations: their grid is found, and estimates are those without rounding."""

import numpy as np
import pytest

import divergences as dv
from divergences.numerics.observations.rounding import cell_widths, has_ties

NORMAL = 0.5 * np.log(2.0 * np.pi * np.e)
JS, KL = 0.110963, 0.5  # of normals with means 0 and 1
ROUNDINGS = {
    "one decimal": lambda x: np.round(x, 1),
    "two decimals": lambda x: np.round(x, 2),
    "ticks": lambda x: np.round(32.0 * x) / 32.0 + 100.0,
    "other units": lambda x: (np.round(20.0 * x) - 32.0) * 5.0 / 90.0,
    "differences": lambda x: np.diff(np.round(1e3 + np.cumsum(np.append(0.0, x)), 2)),
    "float16": lambda x: x.astype(np.float16),
    "offset": lambda x: 1e9 + 1e-6 * x,
    "float32 and offset": lambda x: (1024.0 + 1e-3 * x).astype(np.float32),
}


def normals(seed, *means, n=600):
    rng = np.random.default_rng(seed)
    return [rng.normal(mean, 1.0, n) for mean in means]


def of(function, *xs):
    return function(*map(dv.Sample, xs))


@pytest.mark.parametrize("rounded", ROUNDINGS.values(), ids=ROUNDINGS)
def test_rounding_changes_no_estimate(rounded):
    x, y, z = normals(1, 0.0, 1.0, 0.0)
    for function, other, truth in (
        (dv.jensen_shannon_divergence, y, JS),
        (dv.jensen_shannon_divergence, z, 0.0),
        (dv.kl_divergence, y, KL),
        (dv.hellinger_distance, y, (1.0 - np.exp(-0.125)) ** 0.5),
    ):
        plain, found = of(function, x, other), of(function, rounded(x), rounded(other))
        assert abs(found.value - truth) < 3.0 * found.standard_error
        assert found.standard_error == pytest.approx(plain.standard_error, rel=0.25)
        low, high = found.confidence_interval()
        assert low < high
        assert found.info["ties"] > 0
        assert found.info["shared"] == 0
        assert not found.warnings
    both = dv.Sample.joint(rounded(x), rounded(0.8 * x + 0.6 * z))
    found = dv.mutual_information(both)
    assert abs(found.value + 0.5 * np.log(0.36)) < 3.0 * found.standard_error
    assert abs(dv.mutual_information(dv.Sample.joint(rounded(x), rounded(z))).value) < 0.075


@pytest.mark.parametrize(("decimals", "scale"), [(2, 1.0), (1, 1.0), (4, 0.01)])
def test_entropy_of_rounded_numbers_is_that_of_the_density(decimals, scale):
    (x,) = normals(2, 0.0, n=2000)
    for method in (None, dv.methods.Spacings()):
        found = dv.entropy(dv.Sample(np.round(scale * x, decimals)), method=method)
        assert abs(found.value - NORMAL - np.log(scale)) < 3.0 * found.standard_error


def test_one_of_several_coordinates_may_be_rounded():
    x, y, u, v = normals(3, 0.0, 1.0, 0.0, 0.0)
    p, q = (np.stack([np.round(a, 1), b], axis=1) for a, b in ((x, u), (y, v)))
    found = of(dv.kl_divergence, p, q)
    assert abs(found.value - KL) < 3.0 * found.standard_error
    entropy = dv.entropy(dv.Sample(p))
    assert abs(entropy.value - 2.0 * NORMAL) < 3.0 * entropy.standard_error


@pytest.mark.parametrize("names", [("one decimal", None), ("one decimal", "two decimals")])
def test_samples_may_be_rounded_differently(names):
    x, y, z = normals(8, 0.0, 1.0, 0.0)
    first, second = (ROUNDINGS.get(name, np.asarray) for name in names)
    for other, js, kl in ((y, JS, KL), (z, 0.0, 0.0)):
        for p, q in ((first(x), second(other)), (second(x), first(other))):
            found = of(dv.jensen_shannon_divergence, p, q)
            assert abs(found.value - js) < 3.0 * found.standard_error
            found = of(dv.kl_divergence, p, q)
            assert abs(found.value - kl) < 3.0 * found.standard_error
            assert not found.warnings


def test_noise_is_drawn_alike_each_time():
    x, y = (np.round(z, 1) for z in normals(4, 0.0, 1.0))
    assert of(dv.kl_divergence, x, y).value == of(dv.kl_divergence, x, y).value
    other = dv.methods.NearestNeighbours(rng=1)
    p, q = dv.Sample(x), dv.Sample(y)
    assert dv.kl_divergence(p, q, method=other).value != dv.kl_divergence(p, q).value


def test_a_grid_is_found_where_there_is_one_and_nowhere_else():
    (x,) = normals(5, 0.0, n=1000)
    rng = np.random.default_rng(5)
    steps = {
        0.25: np.round(4.0 * x) / 4.0,
        0.05: np.round((100.0 + x) / 0.05) * 0.05,
        0.1: np.where(rng.random(1000) < 0.6, 0.0, np.round(rng.exponential(5.0, 1000), 1)),
        1.0: (x > 1.5).astype(float),
    }
    for step, rounded in steps.items():
        np.testing.assert_allclose(cell_widths(rounded), step, rtol=1e-9)
    three = np.array([float(f"{value:.2e}") for value in np.exp(x)])
    np.testing.assert_allclose(cell_widths(three), 10.0 ** (np.floor(np.log10(three)) - 2.0))
    levels = np.array([0.0, 1.0, 1.37])[rng.integers(0, 3, 1000)]
    np.testing.assert_allclose(np.unique(cell_widths(levels)), [0.37, 1.0])
    assert cell_widths(np.log(rng.poisson(50.0, 1000))) is not None
    for continuous in (x, np.exp(50.0 * x), rng.random(1000)):
        assert cell_widths(continuous) is None
    assert not has_ties(x)
    atoms = np.maximum(x, 0.0), np.clip(x, -1.0, 1.0), np.append(rng.random(100), np.zeros(900))
    for repeated in (*atoms, rng.choice(x, 1000), np.append(x, x)):
        assert has_ties(repeated)
        assert cell_widths(repeated) is None


def test_a_coarse_grid_is_named():
    (x,) = normals(6, 0.0)
    found = dv.entropy(dv.Sample(np.round(x)))
    assert any("rounded to a grid of step 1" in warning for warning in found.warnings)
    assert not dv.entropy(dv.Sample(np.round(x, 1))).warnings


def test_integers_stay_symbols():
    found = dv.entropy(dv.Sample(np.array([1, 1, 2, 2])))
    assert found.method.startswith("ChaoWangJost")
