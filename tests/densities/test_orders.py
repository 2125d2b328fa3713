"""Quantities of one order of densities: closed forms, integrals, sums and Monte Carlo agree."""

import math

import jax
import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.methods import ClosedForm, LatticeSum, MonteCarlo, Quadrature

OF_TWO = [dv.alpha_divergence, dv.renyi_divergence, dv.tsallis_divergence]
ORDERS = [-0.2, 0.0, 1e-9, 0.3, 0.5, 1.0, 1.0 + 1e-9, 1.7]
WITH_CLOSED_FORM = [
    (dv.Normal(0, 1), dv.Normal(1, 1.5)),
    (dv.Gamma(2, 1), dv.Gamma(3, 2)),
    (dv.Beta(2, 3), dv.Beta(3, 2.5)),
    (dv.Poisson(3), dv.Poisson(4)),
]
MIXTURES = (
    dv.Mixture([dv.Normal(-2, 0.5), dv.Normal(1, 1)], [0.3, 0.7]),
    dv.Mixture([dv.Normal(0, 1), dv.Normal(3, 0.5)], [0.6, 0.4]),
)


def bounded(estimate, truth):
    assert abs(estimate.value - truth) <= estimate.error_bound + 4e-15 * abs(truth)


def within(estimate, truth):
    bounded(estimate, truth)
    assert estimate.error_bound <= 1e-11 * abs(truth) or estimate.error_bound < 1e-14
    assert estimate.info["reached"]


@pytest.mark.parametrize("quantity", OF_TWO, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("p", "q"), WITH_CLOSED_FORM, ids=range(len(WITH_CLOSED_FORM)))
def test_integrals_and_sums_agree_with_closed_forms(quantity, p, q):
    method = LatticeSum() if p.support.lattice else Quadrature()
    for order in ORDERS:
        within(quantity(p, q, order, method=method), quantity(p, q, order).value)


@pytest.mark.parametrize("quantity", OF_TWO, ids=lambda f: f.__name__)
def test_nearly_equal_densities_are_known_as_well_as_their_logarithms(quantity):
    p, q = dv.Normal(0, 1), dv.Normal(1e-6, 1)
    for order in ORDERS:
        found, truth = quantity(p, q, order, method=Quadrature()), quantity(p, q, order).value
        bounded(found, truth)
        assert found.error_bound <= 1e-7 * abs(truth)


def test_renyi_divergence_of_normals_is_that_of_the_textbook():
    # Gil, Alajaji & Linder (2013), table 2.
    m, s, t, a = 1.0, 1.0, 1.5, 1.3
    whole = a * t**2 + (1 - a) * s**2
    truth = math.log(t / s) + math.log(t**2 / whole) / (2 * (a - 1)) + a * m**2 / (2 * whole)
    found = dv.renyi_divergence(dv.Normal(0, s), dv.Normal(m, t), a)
    assert found.method == "ClosedForm()"
    assert found.value == pytest.approx(truth, rel=1e-14)
    assert dv.renyi_divergence(dv.Normal(0, s), dv.Normal(m, t), a, base=2).value == pytest.approx(
        truth / math.log(2), rel=1e-14
    )


def test_orders_that_have_names_are_what_they_are_called():
    p, q = MIXTURES
    kl, reverse = dv.kl_divergence(p, q).value, dv.kl_divergence(q, p).value
    squared = dv.hellinger_distance(p, q).value ** 2
    within(dv.alpha_divergence(p, q, 1), kl)
    within(dv.alpha_divergence(p, q, 0), reverse)
    within(dv.alpha_divergence(p, q, 0.5), 4 * squared)
    within(dv.tsallis_divergence(p, q, 2), dv.chi_squared_divergence(p, q).value)
    within(dv.bhattacharyya_distance(p, q), -math.log1p(-squared))
    within(dv.renyi_divergence(p, q, 1), kl)


def test_where_the_sum_of_powers_leaves_the_range_of_floats():
    p, q = dv.Normal(0, 1), dv.Normal(200, 1)
    bounded(dv.bhattacharyya_distance(p, q, method=Quadrature()), 200**2 / 8)
    bounded(dv.renyi_divergence(p, q, 3, method=Quadrature()), 1.5 * 200**2)
    assert dv.chi_squared_divergence(p, q, method=Quadrature()).value == math.inf
    # The integrand is e^125 times as large as both densities, far from either.
    close = dv.Normal(5, 1)
    truth = dv.alpha_divergence(p, close, 5).value
    assert truth == pytest.approx(math.exp(250) / 20, rel=1e-12)
    bounded(dv.alpha_divergence(p, close, 5, method=Quadrature()), truth)
    bounded(dv.alpha_divergence(close, p, -4, method=Quadrature()), truth)


def test_masses_outside_the_other_support():
    p, q = dv.Uniform(0, 1), dv.Uniform(0.5, 4.5)
    for order, powers in ((0.5, 0.5 * 0.5), (0.25, 0.5 * 0.25**0.75)):
        within(dv.tsallis_divergence(p, q, order), (powers - 1) / (order - 1))
        within(dv.renyi_divergence(p, q, order), math.log(powers) / (order - 1))
    within(dv.renyi_divergence(p, q, 0), math.log(8))
    within(dv.tsallis_divergence(p, q, 0), 0.875)
    assert dv.alpha_divergence(p, q, [0, 1, 2, -1]).value.tolist() == [math.inf] * 4
    assert dv.renyi_divergence(p, q, 1.5).value == math.inf
    assert dv.renyi_divergence(p, q, -1).value == -math.inf
    assert dv.renyi_divergence(p, dv.Uniform(2, 3), 0.5).value == math.inf
    assert dv.renyi_divergence(dv.Bernoulli(1.0), dv.Bernoulli(0.5), 0).value == pytest.approx(
        math.log(2), rel=1e-15
    )


@pytest.mark.parametrize(
    ("p", "q", "order"),
    [
        (dv.Cauchy(0, 1), dv.Normal(0, 1), 1.0),
        (dv.Cauchy(0, 1), dv.Normal(0, 1), 1.5),
        (dv.StudentT(1, 0, 1), dv.StudentT(5, 0, 1), 1.5),  # x^(-2a - 6 (1 - a)) = x^0
        (dv.Normal(0, 2), dv.Normal(0, 1), 2),
        (dv.Laplace(0, 2), dv.Laplace(0, 1), 2),
    ],
)
def test_divergent_integrals_are_infinite(p, q, order):
    for method in (None, Quadrature()):
        assert dv.renyi_divergence(p, q, order, method=method).value == math.inf
        assert dv.alpha_divergence(p, q, order, method=method).value == math.inf


def test_renyi_entropies_that_are_known():
    within(dv.renyi_entropy(dv.Cauchy(0, 1), 2), math.log(2 * math.pi))
    assert dv.renyi_entropy(dv.Cauchy(0, 1), 0.5).value == math.inf
    within(dv.renyi_entropy(dv.Beta(2, 1), 3), -0.5 * math.log(2))
    within(dv.renyi_entropy(dv.Beta(2, 3), 0, method=Quadrature()), 0.0)
    within(dv.renyi_entropy(dv.Geometric(0.25), 2), -math.log(0.25**2 / (1 - 0.75**2)))
    # Jacquet & Szpankowski (1999) have no closed form either; this is the plain sum.
    pmf = stats.poisson(3).pmf(np.arange(200))
    within(dv.renyi_entropy(dv.Poisson(3), 0.5), 2 * math.log(np.sum(np.sqrt(pmf))))
    within(dv.tsallis_entropy(dv.Poisson(3), 2), 1 - np.sum(pmf**2))
    assert dv.renyi_entropy(dv.Poisson(3), 0).value == math.inf


@pytest.mark.parametrize(
    "p", [dv.Normal(1, 3), dv.Laplace(1, 3), dv.Exponential(0.01), dv.Uniform(1, 40)]
)
def test_closed_entropies_of_one_order_agree_with_integrals(p):
    for order in (0.2, 1.0, 1.0 + 1e-9, 1.5, 3.0):
        for entropy in (dv.renyi_entropy, dv.tsallis_entropy):
            closed = entropy(p, order, method=ClosedForm()).value
            within(entropy(p, order, method=Quadrature()), closed)


def test_entropies_of_normals_in_space():
    cov = np.array([[2.0, 0.5], [0.5, 1.0]])
    p = dv.MultivariateNormal(np.zeros(2), cov)
    truth = math.log(4 * math.pi * math.sqrt(np.linalg.det(cov)))  # -log of the integral of p^2
    assert dv.renyi_entropy(p, 2).value == pytest.approx(truth, rel=1e-14)
    within(dv.renyi_entropy(p, 2, method=Quadrature()), truth)
    wide = dv.DiagonalNormal(np.zeros(30), np.full(30, 2.0))
    truth = 30 * math.log(2 * math.sqrt(4 * math.pi))
    assert dv.renyi_entropy(wide, 2).value == pytest.approx(truth, rel=1e-14)


def test_mixtures_in_the_plane():
    means, weights = np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([0.4, 0.6])
    p = dv.Mixture([dv.DiagonalNormal(m, np.ones(2)) for m in means], weights)
    gaps = np.sum((means[:, None] - means) ** 2, axis=-1)
    square = weights @ (np.exp(-gaps / 4) / (4 * math.pi)) @ weights
    within(dv.renyi_entropy(p, 2), -math.log(square))
    q = dv.DiagonalNormal([0.5, 0.5], [1.5, 1.5])
    within(dv.alpha_divergence(p, q, 1), dv.kl_divergence(p, q).value)


def test_high_dimensions_reduce_or_are_sampled():
    cov = np.eye(16) + 0.5
    p, q = (dv.MultivariateNormal(np.full(16, m), cov) for m in (0.0, 0.3))
    found = dv.renyi_divergence(p, q, 0.7, method=Quadrature())
    assert "16 dimensions to 1" in found.info["reduction"]
    within(found, dv.renyi_divergence(p, q, 0.7).value)


@pytest.mark.parametrize("order", [0.0, 0.5, 0.9, 1.5])
def test_monte_carlo_agrees_within_its_standard_error(order):
    p, q = MIXTURES
    method = MonteCarlo(40_000, rng=1)
    for quantity in OF_TWO:
        found, truth = quantity(p, q, order, method=method), quantity(p, q, order).value
        assert abs(found.value - truth) <= 4 * found.standard_error
    if order:
        found, truth = dv.renyi_entropy(p, order, method=method), dv.renyi_entropy(p, order).value
        assert abs(found.value - truth) <= 4 * found.standard_error


def test_several_orders_broadcast_with_batches():
    p, q = dv.Normal(0, 1), dv.Normal([0.5, 1.0, 2.0], 1)
    orders = np.array([[0.5], [1.0], [2.0]])
    found = dv.renyi_divergence(p, q, orders)
    np.testing.assert_allclose(found.value, orders * np.array([0.5, 1.0, 2.0]) ** 2 / 2, rtol=1e-14)
    both = dv.renyi_divergence(*MIXTURES, [0.5, 2.0])
    assert both.value.shape == both.error_bound.shape == both.info["evaluations"].shape == (2,)
    for i, order in enumerate((0.5, 2.0)):
        assert both.value[i] == dv.renyi_divergence(*MIXTURES, order).value


def test_closed_forms_of_one_order_are_differentiable():
    def renyi(m, s):
        return dv.renyi_divergence(dv.Normal(0.0, 1.0), dv.Normal(m, s), 0.5).value

    with jax.enable_x64(True):
        by_m, by_s = jax.jit(jax.grad(renyi, (0, 1)))(1.0, 1.0)
    # D = m^2 / (2 (1 + s^2)) + log((1 + s^2) / (2 s)), and so dD/ds = -m^2 s / (1 + s^2)^2 at s = 1
    assert by_m == pytest.approx(0.5, rel=1e-14)
    assert by_s == pytest.approx(-0.25, rel=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.renyi_divergence(*MIXTURES, math.inf), ValueError, "finite"),
        (lambda: dv.renyi_entropy(MIXTURES[0], math.nan), ValueError, "finite"),
        (lambda: dv.alpha_divergence(*MIXTURES, "half"), TypeError, "real number"),
        (
            lambda: jax.grad(lambda a: dv.renyi_entropy(dv.Normal(0, 1), a).value)(0.5),
            TypeError,
            "cannot be traced",
        ),
        (
            lambda: dv.renyi_divergence(*MIXTURES, 0.5, method=ClosedForm()),
            TypeError,
            "no closed form of order 0.5",
        ),
        (
            lambda: dv.renyi_entropy(MIXTURES[0], 0.5, method=ClosedForm()),
            TypeError,
            "order 0.5 is known for Mixture",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
