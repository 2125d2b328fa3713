"""Energy distance and maximum mean discrepancy: exact sums, standard errors, little memory."""

import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

import divergences as dv
from divergences.functionals.energy import ENERGY
from divergences.functionals.mean_discrepancy import MeanDiscrepancy
from divergences.measures.points import PointCloud
from divergences.methods import LinearUStatistic, UStatistic, VStatistic
from divergences.methods.transport.mmd import line, tiles

from .oracle import value

U = 2.0**-53
coordinates = st.lists(
    st.one_of(st.integers(-3, 3), st.integers(-(2**50), 2**50)).map(lambda x: x / 64.0),
    min_size=2,
    max_size=9,
)


def laplacian(x, y):
    """A kernel of the user's, for arrays of any library."""
    return 2.0 ** -abs(x[:, None, :] - y[None, :, :]).sum(-1)


def unbiased(gram_xx, gram_yy, gram_xy):
    """The U-statistic as the paper writes it."""
    n, m = gram_xy.shape
    xx = (gram_xx.sum() - np.trace(gram_xx)) / (n * (n - 1))
    yy = (gram_yy.sum() - np.trace(gram_yy)) / (m * (m - 1))
    return xx + yy - 2 * gram_xy.mean()


@given(x=coordinates, y=coordinates)
def test_energy_on_the_line_is_that_of_the_definition(x, y):
    got = dv.energy_distance(dv.Sample(x), dv.Sample(y), method=VStatistic()).value
    # Sums of non-negative terms: no digits are lost however near the samples are.
    assert got == pytest.approx(value(ENERGY, x, y), rel=64 * U, abs=0.0)


def test_energy_is_that_of_scipy():
    rng = np.random.default_rng(0)
    for n, m in [(1, 1), (10, 10), (10, 4), (70, 111)]:
        x, y = rng.normal(size=n), rng.gumbel(size=m)
        expected = scipy.stats.energy_distance(x, y)
        assert dv.energy_distance(x, y) == pytest.approx(expected, rel=1e-12)


def test_energy_of_pmfs_at_positions():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=5), rng.normal(size=7)
    a, b = rng.random((3, 5)), rng.random((3, 7))
    got = dv.energy_distance(dv.Weights(a), dv.Weights(b), positions=(x, y))
    assert got.shape == (3,)
    for i in range(3):
        assert got[i] == pytest.approx(value(ENERGY, x, y, a[i], b[i]), rel=1e-14)
    near = a * (1.0 + 1e-10 * rng.standard_normal(a.shape))
    got = dv.energy_distance(dv.Weights(a), dv.Weights(near), positions=x)
    assert got[0] == pytest.approx(value(ENERGY, x, x, a[0], near[0]), rel=1e-13)
    with pytest.raises(ValueError, match="masses at positions are summed exactly"):
        dv.energy_distance([1.0, 0.0], [0.0, 1.0], positions=[0.0, 1.0], method=UStatistic())


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_sums_are_those_of_the_definition_in_any_dimension(dim):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(40, dim)), rng.normal(size=(30, dim)) + 0.3

    def distances(x, y):
        return np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1))

    def gaussian(x, y):
        return np.exp(-(distances(x, y) ** 2) / (2 * 0.7**2))

    grams = [gaussian(x, x), gaussian(y, y), gaussian(x, y)]
    got = dv.maximum_mean_discrepancy(x, y, bandwidth=0.7)
    assert got == pytest.approx(unbiased(*grams), rel=1e-12)
    got = dv.maximum_mean_discrepancy(x, y, bandwidth=0.7, method=VStatistic())
    assert got == pytest.approx(grams[0].mean() + grams[1].mean() - 2 * grams[2].mean(), rel=1e-12)
    grams = [laplacian(x, x), laplacian(y, y), laplacian(x, y)]
    got = dv.maximum_mean_discrepancy(x, y, kernel=laplacian)
    assert got == pytest.approx(unbiased(*grams), rel=1e-12)
    grams = [-distances(x, x), -distances(y, y), -distances(x, y)]
    got = dv.energy_distance(x, y, method=UStatistic())
    assert got**2 == pytest.approx(max(unbiased(*grams), 0.0), rel=1e-12)
    got = dv.energy_distance(x, y)
    mean = grams[0].mean() + grams[1].mean() - 2 * grams[2].mean()
    assert got**2 == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("method", [UStatistic(), VStatistic()])
@pytest.mark.parametrize("dimensions", [1, 3])
def test_nothing_is_between_points_that_are_all_the_same(method, dimensions):
    for n, m in ((5, 7), (50, 31)):
        x, y = np.full((n, dimensions), 0.1), np.full((m, dimensions), 0.1)
        for function in (dv.maximum_mean_discrepancy, dv.energy_distance):
            assert function(x, y, method=method) == 0.0
            found = function(dv.Sample(x), dv.Sample(y), method=method)
            assert (found.value, found.standard_error) == (0.0, 0.0)


def test_points_near_each_other_lose_no_digits():
    # Where s is large MMD^2 is (difference of means / s)^2, to first order in 1/s^2.
    x, y = np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0])
    got = dv.maximum_mean_discrepancy(x, y, bandwidth=1e6, method=VStatistic())
    assert got == pytest.approx((4.0 / 3.0 - 3.0) ** 2 * 1e-12, rel=1e-10)


def test_default_bandwidth_is_the_median_distance():
    x, y = np.array([[0.0], [1.0]]), np.array([[3.0]])
    estimate = dv.maximum_mean_discrepancy(dv.Sample(x), dv.Sample(y), method=VStatistic())
    assert estimate.info["bandwidth"] == 2.0
    many = np.random.default_rng(3).normal(size=5000)
    estimate = dv.maximum_mean_discrepancy(dv.Sample(many), dv.Sample(many), method=VStatistic())
    # |X - Y| of standard normals has median sqrt(2) * 0.6745.
    assert estimate.info["bandwidth"] == pytest.approx(0.954, abs=0.02)
    assert estimate.value == pytest.approx(0.0, abs=1e-15)


def test_weights_count_as_repetitions():
    rng = np.random.default_rng(4)
    x, y, counts = rng.normal(size=6), rng.normal(size=5), np.array([1, 3, 2, 1, 1, 2])
    for function in (dv.energy_distance, dv.maximum_mean_discrepancy):
        keywords = {} if function is dv.energy_distance else {"bandwidth": 1.0}
        repeated = function(
            dv.Sample(x.repeat(counts)), dv.Sample(y), method=VStatistic(), **keywords
        )
        weighted = function(dv.Sample(x, counts), dv.Sample(y), method=VStatistic(), **keywords)
        assert weighted.value == pytest.approx(repeated.value, rel=1e-12)


@pytest.mark.parametrize("method", [UStatistic(), VStatistic(), LinearUStatistic()], ids=repr)
@pytest.mark.parametrize("dim", [1, 2])
def test_standard_errors_are_the_spread_of_repetitions(method, dim):
    rng = np.random.default_rng(5)
    values, errors = [], []
    for _ in range(300):
        p = dv.Sample(rng.normal(size=(60, dim)))
        q = dv.Sample(rng.normal(size=(90, dim)) + 1.0)
        pair = (
            dv.energy_distance(p, q, method=method),
            dv.maximum_mean_discrepancy(p, q, bandwidth=1.0, method=method),
        )
        values.append([e.info["squared"] for e in pair] + [pair[0].value])
        errors.append([e.info["squared_standard_error"] for e in pair] + [pair[0].standard_error])
    ratio = np.sqrt(np.mean(np.square(errors), axis=0)) / np.std(values, axis=0)
    # The spread of 300 has a standard error of 4 %; second-order terms add to the estimate.
    if isinstance(method, LinearUStatistic):
        ratio = ratio[:2]  # with 30 pairs its root is often cut off at 0
    assert np.all((ratio > 0.87) & (ratio < 1.2)), ratio


@pytest.mark.parametrize("dim", [1, 2])
def test_second_order_is_the_variance_at_equality(dim):
    rng = np.random.default_rng(6)
    values, least = [], []
    for _ in range(400):
        p, q = (PointCloud(name, rng.normal(size=(n, dim))) for name, n in (("p", 30), ("q", 50)))
        parts = [tiles.moments(MeanDiscrepancy(None, 1.0), p, q, np)]
        parts.append(line.moments(p, q, np) if dim == 1 else tiles.moments(ENERGY, p, q, np))
        values.append([part.unbiased(np) for part in parts])
        least.append([part.second for part in parts])
    values = np.array(values)
    assert np.all(abs(values.mean(axis=0)) < 4 * values.std(axis=0) / np.sqrt(400))
    # A variance of 400 values of positive excess kurtosis has a standard error near 12 %.
    assert np.mean(least, axis=0) == pytest.approx(values.var(axis=0), rel=0.35)


@pytest.mark.parametrize("shift", [0.0, 0.2, 1.0])
def test_intervals_cover(shift):
    rng = np.random.default_rng(7)
    # E|X - Y| of normals m apart, and E k(X, Y) for the kernel of bandwidth 1.
    apart = lambda m: m * (2 * ndtr(m / 2**0.5) - 1) + 2 * np.exp(-m * m / 4) / np.pi**0.5  # noqa: E731
    energy = np.sqrt(2 * apart(shift) - 2 * apart(0.0))
    mmd = 2 * (1 - np.exp(-(shift**2) / 6)) / 3**0.5
    covered = np.zeros(2)
    for _ in range(300):
        p, q = dv.Sample(rng.normal(size=100)), dv.Sample(rng.normal(size=100) + shift)
        pair = dv.energy_distance(p, q), dv.maximum_mean_discrepancy(p, q, bandwidth=1.0)
        for i, (estimate, truth) in enumerate(zip(pair, (energy, mmd), strict=True)):
            low, high = estimate.confidence_interval(0.95)
            covered[i] += low <= truth <= high
    # 600 other repetitions gave 92 % and more; the standard error of 300 is 1.5 %.
    assert np.all(covered >= 0.88 * 300), covered


def test_memory_is_that_of_a_tile():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(6000, 3)), rng.normal(size=(6000, 3))
    dv.energy_distance(x[:10], y[:10])
    tracemalloc.start()
    dv.energy_distance(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # the kernel matrix has 288 MB


def test_large_offsets_cost_no_digits():
    rng = np.random.default_rng(8)
    x, y = np.round(rng.normal(size=(2, 50)), 3), np.round(rng.normal(size=(2, 50)), 3)
    x, y = x * 2.0**10 // 1, y * 2.0**10 // 1
    far = 2.0**40
    assert dv.energy_distance(x[0], y[0]) == dv.energy_distance(x[0] + far, y[0] + far)
    for a, b in ((x.T, y.T),):
        assert dv.energy_distance(a, b) == dv.energy_distance(a + far, b + far)
        near = dv.maximum_mean_discrepancy(a, b)
        assert near == dv.maximum_mean_discrepancy(a + far, b + far)


@pytest.mark.parametrize("dim", [1, 2])
def test_jax_computes_the_same_compiled_and_differentiates(dim):
    rng = np.random.default_rng(9)
    x, y = rng.normal(size=(700, dim)), rng.normal(size=(400, dim)) + 0.5
    with jax.enable_x64(True):
        u, v = jnp.asarray(x), jnp.asarray(y)
        mmd = jax.jit(dv.maximum_mean_discrepancy)(u, v)
        assert mmd == pytest.approx(dv.maximum_mean_discrepancy(x, y), rel=1e-11)
        energy = jax.jit(jax.value_and_grad(lambda t: dv.energy_distance(u, v + t)))
        value, slope = energy(0.0)
        assert value == pytest.approx(dv.energy_distance(x, y), rel=1e-11)
        rise = (dv.energy_distance(x, y + 1e-5) - dv.energy_distance(x, y - 1e-5)) / 2e-5
        assert slope == pytest.approx(rise, rel=1e-6)
        at_itself = jax.jit(jax.grad(lambda t: dv.energy_distance(u[:9], u[:9] + t)))
        assert at_itself(0.0) == 0.0


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: dv.energy_distance([], [1.0]), ValueError, r"p has shape \(0,\); pass \(n,\)"),
        (lambda: dv.energy_distance(np.ones((2, 2)), [[1.0]]), ValueError, r"p has points in 2 d"),
        (lambda: dv.energy_distance([0.5, 0.5], [1.0, 0.0]), ValueError, r"may be probabilities"),
        (lambda: dv.energy_distance(dv.Logits([0.0]), [1.0]), ValueError, r"p is Logits, which"),
        (lambda: dv.energy_distance(["a"], ["b"]), TypeError, r"p has dtype"),
        (
            lambda: dv.energy_distance(dv.Normal(0, 1), dv.Normal(1, 1)),
            TypeError,
            r"p is Normal\(.*there is only wasserstein_distance\. Draw observations",
        ),
        (
            lambda: dv.energy_distance(dv.Counts([1]), dv.Counts([1]), positions=[0.0]),
            TypeError,
            r"p is Counts, which do not say where.*Weights\(counts\) and positions",
        ),
        (lambda: dv.energy_distance(dv.Sample(["a"]), dv.Sample(["b"])), TypeError, r"no coord"),
        (lambda: dv.energy_distance([1.0], [2.0], method="U"), TypeError, r"'U' is no method .* V"),
        (lambda: dv.maximum_mean_discrepancy([1.0], [2.0]), ValueError, r"p has 1 obs"),
        (
            lambda: dv.maximum_mean_discrepancy([1.0, 2.0], [2.0, 3.0], bandwidth=0.0),
            ValueError,
            r"bandwidth is 0\.0; it must be positive",
        ),
        (
            lambda: dv.maximum_mean_discrepancy([1.0], [2.0], bandwidth=1.0, kernel=laplacian),
            ValueError,
            r"give it or a kernel, not both",
        ),
        (
            lambda: dv.maximum_mean_discrepancy([1.0, 2.0], [2.0, 3.0], kernel=lambda x, y: x),
            ValueError,
            r"kernel returned an array of shape \(2, 1\).* matrix \(2, 2\)",
        ),
        (
            lambda: dv.maximum_mean_discrepancy(
                dv.Sample([1.0, 2.0, 3.0, 4.0], [1, 2, 3, 4]),
                dv.Sample([1.0, 2.0, 3.0, 4.0]),
                method=LinearUStatistic(),
            ),
            ValueError,
            r"p has weights; a linear-time estimate takes none",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_explained(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
