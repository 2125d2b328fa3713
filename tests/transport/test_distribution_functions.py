"""Distances by distribution functions, and quantiles of what has none in closed form."""

from math import inf, log, pi, sqrt

import mpmath
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import cumulative_simpson

import divergences as dv
from divergences.measures.scipy_adapter import distribution

FUNCTIONS, QUANTILES = dv.methods.DistributionFunctions(), dv.methods.Quantiles()
TWO = dv.Mixture([dv.Normal(0, 1), dv.Normal(4, 1)], [0.5, 0.5])

# Pairs of which one dominates the other: the distance is the difference of the means.
KNOWN = [
    (dv.Normal(0.0, 1.0), dv.Normal(0.5, 1.0), 0.5),
    (dv.Exponential(1.0), dv.Exponential(4.0), 3.0),
    (dv.Uniform(0.0, 1.0), dv.Uniform(1e6, 1e6 + 3), 1e6 + 1),
    (dv.StudentT(3.0), dv.StudentT(3.0, 1.0), 1.0),
    (dv.Pareto(1.5), dv.Pareto(1.5, 2.0), 3.0),
    (stats.exponnorm(1.0), stats.exponnorm(1.0, loc=0.5), 0.5),
    (
        dv.Mixture([TWO, dv.Normal(2, 3)]),
        dv.Mixture([TWO, dv.Normal(2, 3), TWO, dv.Normal(6, 3)]),
        1.0,
    ),
]


@pytest.mark.parametrize(("p", "q", "truth"), KNOWN, ids=lambda x: repr(x)[:20])
def test_known_distances_are_within_the_bound(p, q, truth):
    estimate = dv.wasserstein_distance(p, q, method=FUNCTIONS)
    assert abs(estimate.value - truth) <= estimate.error_bound + 1e-15 * truth
    assert estimate.error_bound < 2e-6 * truth
    assert estimate.info["evaluations"] < 4000


def test_a_mixture_is_compared_by_its_distribution_function():
    estimate = dv.wasserstein_distance(TWO, dv.Normal(2, 2))

    def difference(x):  # F - G right of the centre of symmetry
        return (mpmath.ncdf(x) + mpmath.ncdf(x - 4)) / 2 - mpmath.ncdf((x - 2) / 2)

    with mpmath.workdps(20):
        crossing = mpmath.findroot(difference, (4.0, 5.5), solver="anderson")
        parts = (mpmath.quad(difference, ends) for ends in ([2, crossing], [crossing, 8, 14, 30]))
        truth = float(2 * sum(abs(part) for part in parts))
    assert abs(estimate.value - truth) <= estimate.error_bound < 1e-10
    assert "DistributionFunctions" in estimate.method
    by_quantiles = dv.wasserstein_distance(TWO, dv.Normal(2, 2), method=QUANTILES)
    assert abs(estimate.value - by_quantiles.value) <= by_quantiles.error_bound + 1e-12


def test_other_orders_of_mixtures_take_their_quantiles():
    # A mixture and itself, shifted: the distance of every order is the shift.
    moved = dv.Mixture([dv.Normal(1, 1), dv.Normal(5, 1)], [0.5, 0.5])
    estimate = dv.wasserstein_distance(TWO, moved, 2)
    assert abs(estimate.value - 1.0) <= estimate.error_bound < 1e-8
    lattice = dv.wasserstein_distance(dv.Mixture([dv.Poisson(2), dv.Poisson(5)]), dv.Poisson(3))
    k = np.arange(80)
    difference = 0.5 * (stats.poisson(2).cdf(k) + stats.poisson(5).cdf(k)) - stats.poisson(3).cdf(k)
    assert lattice.value == pytest.approx(np.sum(np.abs(difference)), rel=1e-12)


def by_trapezoids(p, q, half):
    """Return the integral of |F - G| from -half to half, from the densities of SciPy."""
    x = np.linspace(-half, half, 200_001)
    f, g = (cumulative_simpson(d.pdf(x), x=x, initial=0.0) for d in (p, q))
    return np.trapezoid(np.abs(f - g), x)


@pytest.mark.parametrize("scale", [180 / pi])
def test_angles_are_on_the_line_from_minus_pi_to_pi(scale):
    p, q = (stats.vonmises(2, loc=loc, scale=scale) for loc in (3.1 * scale, -3.1 * scale))
    estimate = dv.wasserstein_distance(p, q)
    assert estimate.value == pytest.approx(by_trapezoids(p, q, pi * scale), rel=1e-8)
    assert estimate.error_bound < 1e-10 * scale
    assert estimate.info["evaluations"] < 2000
    second = dv.wasserstein_distance(p, q, 2)
    assert second.value > estimate.value
    assert second.error_bound < 1e-8 * second.value


def test_quantiles_of_von_mises_invert_its_distribution_function():
    p = dv.VonMises([[0.0], [2.5]], [0.0, 1.0, 300.0])
    u = np.array([1e-12, 0.01, 0.5, 0.99])[:, None, None]
    np.testing.assert_allclose(p.cdf(p.quantile(u)), np.broadcast_to(u, (4, 2, 3)), atol=1e-14)
    assert p.quantile(np.array(0.5)).shape == (2, 3)


def test_kernel_density_estimates_are_mixtures_of_normals():
    rng = np.random.default_rng(0)
    data, weights = rng.normal(size=9), rng.dirichlet(np.ones(9))
    estimate = stats.gaussian_kde(data, weights=weights)
    width = sqrt(estimate.covariance[0, 0])
    mixture = dv.Mixture([dv.Normal(x, width) for x in data], weights)
    for order in (1, 2):
        found = dv.wasserstein_distance(estimate, dv.Normal(0, 1), order)
        right = dv.wasserstein_distance(mixture, dv.Normal(0, 1), order)
        assert abs(found.value - right.value) <= found.error_bound + right.error_bound + 1e-12
    p = distribution("p", estimate)
    assert stats.kstest(p.sample(0, 300), p.cdf).pvalue > 1e-3


def test_kernel_density_estimates_in_the_plane_are_integrated():
    data = np.random.default_rng(0).normal(size=(2, 6))
    estimate = stats.gaussian_kde(data)
    mixture = dv.Mixture([dv.MultivariateNormal(x, estimate.covariance) for x in data.T])
    x = np.random.default_rng(1).normal(size=(5, 2))
    np.testing.assert_allclose(distribution("p", estimate).log_prob(x), mixture.log_prob(x))
    rough = dv.methods.Quadrature(1e-3)
    found = dv.jensen_shannon_divergence(estimate, mixture, method=rough)
    assert found.value <= found.error_bound < 1e-3


def test_what_scipy_computes_numerically_is_flagged():
    p = stats.levy_stable(1.8, 0.5)
    entropy = dv.entropy(p)
    assert len(entropy.warnings) == 1
    assert "levy_stable" in entropy.warnings[0]
    # For two groups it is the root of two times the size of Student's t.
    studentized = dv.entropy(stats.studentized_range(2, 10))
    truth = float(stats.t(10).entropy()) - 0.5 * log(2)
    assert abs(studentized.value - truth) <= studentized.error_bound < 1e-5
    # The distribution function of levy_stable is one where it should lack 1e-6.
    with pytest.raises(TypeError, match="wrong in SciPy"):
        dv.wasserstein_distance(p, stats.norm(0, 1))
    with pytest.raises(TypeError, match="wrong in SciPy"):
        dv.wasserstein_distance(dv.Mixture([p, dv.Normal(0, 1)]), dv.Normal(0, 1), 2)


def test_mirrored_distributions_have_both_tails():
    # Both sides mirrored: the same distance.
    p, q = stats.weibull_max(2.0, 1.0), stats.gumbel_l()
    for order in (1, 3):
        found = dv.wasserstein_distance(p, q, order)
        right = dv.wasserstein_distance(dv.Weibull(2.0), dv.Gumbel(1.0), order)
        assert abs(found.value - right.value) <= found.error_bound + right.error_bound
    extreme = dv.wasserstein_distance(stats.genextreme(0.5), stats.genextreme(0.5, loc=1.0), 2)
    assert abs(extreme.value - 1.0) <= extreme.error_bound + 1e-14


def test_a_distribution_of_ones_own_needs_no_more_than_its_distribution_function():
    class Mine(stats.rv_continuous):
        def _cdf(self, x):
            return -np.expm1(-(x**2))

    found = dv.wasserstein_distance(Mine(a=0.0)(), dv.Rayleigh(sqrt(0.5)))
    assert found.value <= found.error_bound < 1e-13


def test_kinks_of_quantiles_and_far_levels_leave_bounds_as_they_are():
    p, q = stats.triang(0.4738501, -0.5573803, 2.4749091), stats.norm(0.3, 1.2)
    x = np.linspace(-8.0, 9.0, 400_001)
    truth = np.trapezoid(np.abs(p.cdf(x) - q.cdf(x)), x)
    found = dv.wasserstein_distance(p, q)
    assert found.error_bound < 1e-10
    assert found.value == pytest.approx(truth, abs=1e-10)
    inverse = dv.InverseGaussian(0.9, 3.1)
    u = np.array([1e-300, 1e-12, 0.3, 1 - 1e-15])
    np.testing.assert_allclose(inverse.cdf(inverse.quantile(u)), u, rtol=1e-9)
    third = dv.wasserstein_distance(inverse, dv.InverseGaussian(1.8, 6.2), 3)  # twice as wide
    x3 = 0.9**3 * (1 + 3 * 0.9 / 3.1 + 3 * (0.9 / 3.1) ** 2)  # the third moment
    assert abs(third.value - x3 ** (1 / 3)) <= third.error_bound + 1e-14


def test_infinite_distances_are_infinite():
    p = dv.Mixture([dv.Cauchy(0, 1), dv.Normal(0, 1)])
    assert dv.wasserstein_distance(p, dv.Normal(1, 1)).value == inf


REFUSED = [
    (
        lambda: dv.wasserstein_distance(TWO, dv.Normal(0, 1), 2, method=FUNCTIONS),
        ValueError,
        "order",
    ),
    (
        lambda: dv.wasserstein_distance(dv.Density(lambda x: 0 * x, (0, 1)), dv.Normal(0, 1)),
        TypeError,
        "no quantiles",
    ),
    (
        lambda: dv.wasserstein_distance(
            dv.Mixture([dv.Density(lambda x: 0 * x, (0, 1)), dv.Uniform(0, 1)]), dv.Normal(0, 1)
        ),
        TypeError,
        "no distribution function",
    ),
]


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED)
def test_refusals_say_why(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
