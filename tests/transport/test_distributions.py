"""Wasserstein distances of distributions known by a formula: closed forms, and quantiles."""

from math import gamma, inf, sqrt

import mpmath
import numpy as np
import pytest
import scipy.stats

import divergences as dv

QUANTILES = dv.methods.Quantiles()
CLOSED = [
    (dv.Normal(0.0, 1.0), dv.Normal(2.0, 3.0)),
    (dv.Normal(0.0, 1.0), dv.Normal(0.5, 1.0)),
    (dv.Normal(5.0, 1.0), dv.Normal(5.0, 1e-3)),
    (dv.Laplace(0.0, 1.0), dv.Laplace(1.0, 2.0)),
    (dv.Logistic(0.0, 2.0), dv.Logistic(1.0, 0.5)),
    (dv.Gumbel(0.0, 1.0), dv.Gumbel(-1.0, 2.0)),
    (dv.StudentT(6.0, 0.0, 1.0), dv.StudentT(6.0, 0.5, 2.0)),
]
# Pairs with the distance of an order, by which one dominates the other or by moments.
KNOWN = [
    (dv.Exponential(1.0), dv.Exponential(4.0), 1, 3.0),  # of means, and roots of moments of x
    (dv.Exponential(1.0), dv.Exponential(4.0), 3, 3.0 * gamma(4.0) ** (1 / 3)),
    (dv.Uniform(0.0, 1.0), dv.Uniform(2.0, 5.0), 1, 3.0),
    (dv.Uniform(0.0, 1.0), dv.Uniform(2.0, 5.0), 2, sqrt(4 + 4 + 4 / 3)),  # of 2 + 2u
    (dv.Normal(0.0, 1.0), dv.Normal(0.0, 3.0), 4, 2.0 * 3 ** (1 / 4)),
    (dv.Poisson(3.0), dv.Poisson(4.0), 1, 1.0),
    (dv.Binomial(10, 0.2), dv.Binomial(10, 0.5), 1, 3.0),
    (dv.Geometric(0.5), dv.Geometric(0.25), 1, 2.0),
    (dv.Cauchy(0.0, 1.0), dv.Cauchy(3.0, 1.0), 1.5, 3.0),
    (dv.Pareto(3.0, 1.0), dv.Pareto(2.5, 1.0), 1, 1 / 6),
    (scipy.stats.norm(0, 1), scipy.stats.norm(1, 1), 3, 1.0),
    (scipy.stats.expon(), scipy.stats.gamma(3), 1, 2.0),
    (scipy.stats.poisson(2), scipy.stats.poisson(5), 1, 3.0),
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("pair", CLOSED, ids=lambda pair: type(pair[0]).__name__)
def test_closed_forms_are_within_the_bounds_of_the_integral(pair, order):
    closed = dv.wasserstein_distance(*pair, order)
    integral = dv.wasserstein_distance(*pair, order, method=QUANTILES)
    assert closed.method == "closed form"
    assert integral.method == "Quantiles(rtol=1e-10)"
    assert abs(closed.value - integral.value) <= integral.error_bound + 1e-15 * closed.value
    assert integral.error_bound < 1e-8 * closed.value


@pytest.mark.parametrize(("p", "q", "order", "truth"), KNOWN)
def test_known_distances_are_within_the_bound(p, q, order, truth):
    estimate = dv.wasserstein_distance(p, q, order)
    bound = estimate.error_bound or 0.0
    assert abs(estimate.value - truth) <= bound + 1e-14 * truth
    assert bound < 1e-7 * truth


def test_order_one_is_the_integral_of_the_difference_of_distribution_functions():

    def difference(x):  # for x > 0; both are symmetric
        return mpmath.ncdf(x) - (1 - mpmath.exp(-x) / 2)

    with mpmath.workdps(20):
        crossing = mpmath.findroot(difference, (0.5, 1.0), solver="anderson")
        inner, outer = (
            mpmath.quad(difference, ends) for ends in ([0, crossing], [crossing, 5, 20, 60])
        )
        truth = float(2 * (abs(inner) + abs(outer)))
    estimate = dv.wasserstein_distance(dv.Normal(0, 1), dv.Laplace(0, 1))
    assert abs(estimate.value - truth) <= estimate.error_bound < 1e-9
    samples = dv.wasserstein_distance(
        dv.Normal(0, 1).quantile((np.arange(4000) + 0.5) / 4000),
        dv.Laplace(0, 1).quantile((np.arange(4000) + 0.5) / 4000),
    )
    assert estimate.value == pytest.approx(samples, abs=1e-3)


def test_divergent_moments_are_infinite_and_heavy_tails_known_less_well():
    assert dv.wasserstein_distance(dv.Cauchy(0, 1), dv.Cauchy(0, 2)).value == inf
    p, q = dv.StudentT(3.0, 0.0, 1.0), dv.StudentT(3.0, 0.0, 2.0)
    estimate = dv.wasserstein_distance(p, q, 2, method=QUANTILES)
    assert not estimate.info["reached"]
    assert 1e-9 < estimate.error_bound < 1e-5
    assert abs(estimate.value - sqrt(3.0)) <= estimate.error_bound


def test_normals_in_space():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3, 3))
    p = dv.MultivariateNormal(np.zeros(3), a @ a.T)
    q = dv.MultivariateNormal(np.ones(3), b @ b.T)
    got = dv.wasserstein_distance(p, q, 2).value
    root = scipy.linalg.sqrtm(a @ a.T)
    cross = scipy.linalg.sqrtm(root @ b @ b.T @ root)
    expected = sqrt(3.0 + np.trace(a @ a.T + b @ b.T - 2 * cross).real)
    assert got == pytest.approx(expected, rel=1e-9)
    assert dv.wasserstein_distance(p, p, 2).value < 1e-14
    near = dv.MultivariateNormal(np.zeros(3), a @ a.T * (1 + 1e-10) ** 2)
    # No digit would be left of a difference of traces.
    expected = 1e-10 * np.sqrt(np.trace(a @ a.T))
    assert dv.wasserstein_distance(p, near, 2).value == pytest.approx(expected, rel=1e-4)
    diagonal = dv.DiagonalNormal([0.0, 1.0], [1.0, 2.0]), dv.DiagonalNormal([3.0, 1.0], [1.0, 6.0])
    assert dv.wasserstein_distance(*diagonal, 2).value == 5.0


def test_batches_of_distributions():
    p = dv.Normal([0.0, 1.0], 1.0)
    estimate = dv.wasserstein_distance(p, dv.Normal(3.0, 1.0), 3)
    assert estimate.value == pytest.approx([3.0, 2.0], rel=1e-12)
    assert estimate.error_bound.shape == (2,)
    closed = dv.wasserstein_distance(p, dv.Normal(3.0, [[1.0], [2.0]]))
    assert closed.value.shape == (2, 2)
    assert closed.value[0].tolist() == [3.0, 2.0]


def test_lines_apart_as_pmfs_densities_and_samples():
    """JS stays at log 2, W_1 grows with the gap, whatever is known of P and Q."""
    gaps = [4.0, 8.0, 16.0]
    x = np.random.default_rng(1).uniform(size=2000)
    for gap in gaps:
        p, q = dv.Uniform(0.0, 1.0), dv.Uniform(gap, gap + 1.0)
        assert dv.wasserstein_distance(p, q).value == pytest.approx(gap, rel=1e-9)
        assert dv.jensen_shannon_divergence(p, q).value == pytest.approx(np.log(2.0), rel=1e-12)
        grid = np.array([0.0, gap])
        assert dv.wasserstein_distance([1.0, 0.0], [0.0, 1.0], positions=grid) == gap
        assert dv.jensen_shannon_divergence([1.0, 0.0], [0.0, 1.0]) == np.log(2.0)
        assert dv.wasserstein_distance(dv.Sample(x), dv.Sample(x + gap)).value == pytest.approx(gap)


@pytest.mark.parametrize(
    ("arguments", "keywords", "kind", "words"),
    [
        ((dv.Normal(0, 1), [1.0, 2.0]), {}, TypeError, r"Normal and list are known in different"),
        ((dv.Normal(0, 1), dv.Counts([1])), {}, TypeError, r"Normal and Counts are known in"),
        ((dv.Normal(0, 1), dv.Poisson(1)), {}, TypeError, r"one distribution is discrete and"),
        ((dv.Normal(0, 1), dv.Normal(1, 2), inf), {}, ValueError, r"order is inf; the largest"),
        ((dv.Normal(0, 1), dv.Normal(1, 2)), {"axis": 0}, ValueError, r"axis and keepdims are for"),
        ((dv.Normal(0, 1), dv.Normal(1, 2)), {"method": "q"}, TypeError, r"'q' is no method for"),
        (
            (dv.DiagonalNormal([0.0], [1.0]), dv.DiagonalNormal([0.0], [2.0])),
            {},
            TypeError,
            r"has no quantiles; draw samples",
        ),
        (
            (dv.Density(lambda x: -x, support=(0, inf)), dv.Exponential(1.0)),
            {},
            TypeError,
            r"p is .* which has no quantiles; draw samples",
        ),
    ],
)
def test_mistakes_are_explained(arguments, keywords, kind, words):
    with pytest.raises(kind, match=words):
        dv.wasserstein_distance(*arguments, **keywords)
