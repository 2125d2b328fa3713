"""The default table: which method is chosen, what it says, what is refused, and how batches go."""

import math
from itertools import pairwise

import jax
import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.methods import ClosedForm, LatticeSum, MonteCarlo, PlugIn, Quadrature

REAL = (-math.inf, math.inf)


def normal(loc, scale):
    """A normal that is known by its log-density alone."""
    return dv.Density(stats.norm(loc, scale).logpdf, REAL, points=[loc])


@pytest.mark.parametrize(
    ("estimate", "method"),
    [
        (lambda: dv.kl_divergence(dv.Normal(0, 1), dv.Normal(1, 1)), "ClosedForm()"),
        (lambda: dv.jensen_shannon_divergence(dv.Cauchy(0, 1), dv.Cauchy(1, 1)), "ClosedForm()"),
        (lambda: dv.entropy(dv.Gamma(2, 1)), "ClosedForm()"),
        (lambda: dv.kl_divergence(dv.Cauchy(0, 1), dv.Normal(0, 1)), "ClosedForm()"),
        (lambda: dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(1, 1)), "Quadrature"),
        (lambda: dv.jensen_shannon_divergence(dv.Poisson(3), dv.Poisson(5)), "LatticeSum"),
        (lambda: dv.entropy(dv.Mixture([dv.Normal(0, 1), dv.Cauchy(1, 1)])), "Quadrature"),
    ],
)
def test_the_result_says_how_it_was_computed(estimate, method):
    assert estimate().method.startswith(method)


def test_methods_agree():
    p, q = dv.Normal(0, 1), dv.Normal(1, 2)
    closed = dv.kl_divergence(p, q, method=ClosedForm()).value
    quadrature = dv.kl_divergence(p, q, method=Quadrature())
    sampled = dv.kl_divergence(p, q, method=MonteCarlo(100_000, rng=0))
    assert abs(quadrature.value - closed) <= quadrature.error_bound
    assert abs(sampled.value - closed) <= 4 * sampled.standard_error


def test_closed_forms_of_related_quantities():
    p, q = dv.Cauchy(0, 1), dv.Cauchy(3, 2)
    js = dv.jensen_shannon_divergence(p, q)
    assert js.value == pytest.approx(math.log(1.2), rel=1e-15)
    distance = dv.jensen_shannon_distance(p, q, base=2)
    assert distance.value == pytest.approx(math.sqrt(js.value / math.log(2)), rel=1e-15)
    assert dv.perplexity(dv.Normal(0, 1)).value == pytest.approx(math.sqrt(2 * math.pi * math.e))


def test_closed_forms_are_traced_and_differentiated_and_quadrature_says_that_it_is_not():
    slope = jax.grad(lambda m: dv.kl_divergence(dv.Normal(0.0, 1.0), dv.Normal(m, 1.0)).value)(2.0)
    assert slope == 2.0
    with pytest.raises(TypeError, match="cannot be traced"):
        jax.grad(
            lambda m: dv.jensen_shannon_divergence(dv.Normal(0.0, 1.0), dv.Normal(m, 1.0)).value
        )(2.0)


def test_batches_of_closed_forms_and_of_integrals():
    p, q = dv.Normal(0, 1), dv.Normal([0.0, 1.0, 2.0], 1)
    np.testing.assert_allclose(dv.kl_divergence(p, q).value, [0, 0.5, 2])
    js = dv.jensen_shannon_divergence(p, q)
    assert js.value.shape == (3,)
    assert js.value[0] == 0.0


SCIPY = [
    (stats.norm(1, 2), stats.t(3, loc=1)),
    (stats.gamma(2, scale=3), stats.lognorm(0.5)),
    (stats.beta(2, 3), stats.uniform(0, 1)),
    (stats.Normal(mu=1, sigma=2), stats.norm(0, 1)),
    (stats.gamma(2, loc=1), stats.expon(loc=1)),  # shifted: through their own log-densities
    (stats.skewnorm(3), stats.norm()),
]


@pytest.mark.parametrize(("p", "q"), SCIPY, ids=range(len(SCIPY)))
def test_scipy_distributions_are_accepted_as_they_are(p, q):
    kl = dv.kl_divergence(p, q)

    def integrand(x):
        return p.pdf(x) * (p.logpdf(x) - q.logpdf(x)) if p.pdf(x) > 0 else 0.0

    from scipy.integrate import quad

    cuts = np.clip(p.median() + np.array([-math.inf, -5, 0, 5, math.inf]), *p.support())
    truth = sum(
        quad(integrand, a, b, epsabs=1e-12, limit=500)[0] for a, b in pairwise(cuts) if a < b
    )
    assert kl.value == pytest.approx(truth, abs=1e-8)


FAMILIES = [
    stats.norm(1, 2),
    stats.laplace(loc=1, scale=2),
    stats.cauchy(1),
    stats.logistic(1, 2),
    stats.gumbel_r(1, 2),
    stats.t(3, 1, 2),
    stats.uniform(1, 2),
    stats.expon(scale=2),
    stats.gamma(2, scale=3),
    stats.invgamma(2, scale=3),
    stats.weibull_min(2, scale=3),
    stats.pareto(2, scale=3),
    stats.lognorm(0.5, scale=3),
    stats.halfnorm(scale=2),
    stats.rayleigh(scale=2),
    stats.maxwell(scale=2),
    stats.beta(2, 3),
    stats.chi2(3),
    stats.chi(3),
    stats.gengamma(2, 3, scale=2),
    stats.invgauss(0.7, scale=2),
    stats.invweibull(2, scale=3),
    stats.vonmises(2, loc=0.5),
    stats.poisson(3),
    stats.bernoulli(0.3),
    stats.binom(7, 0.3),
    stats.nbinom(3, 0.3),
    stats.geom(0.3),
    stats.zipf(2.5),
    stats.Normal(mu=1, sigma=2),
    stats.Uniform(a=1, b=3),
]


@pytest.mark.parametrize(
    "original", FAMILIES, ids=lambda d: getattr(getattr(d, "dist", d), "name", "new")
)
def test_families_of_scipy_are_the_same_distributions(original):
    from divergences.measures.scipy_families import family_of

    family = family_of(original)
    assert family is not None
    if family.support.lattice:
        x = np.arange(1.0, 8.0)
        np.testing.assert_allclose(family.log_prob(x), original.logpmf(x), rtol=1e-10)
    else:
        new = hasattr(original, "icdf")
        x = (original.icdf if new else original.ppf)(np.array([0.01, 0.2, 0.5, 0.9, 0.99]))
        np.testing.assert_allclose(family.log_prob(x), original.logpdf(x), rtol=1e-10, atol=1e-12)


def test_von_mises_distributions_of_scipy_are_on_the_circle():
    found = dv.kl_divergence(stats.vonmises(2, loc=3), stats.vonmises(2, loc=3 - 2 * np.pi))
    assert found.value == pytest.approx(0.0, abs=1e-30)
    assert dv.kl_divergence(stats.vonmises(2), dv.Uniform(-np.pi, np.pi)).value > 0


def test_histograms_and_samples_of_scipy_are_distributions():
    halves = stats.rv_histogram((np.array([0.25, 0.75]), np.array([0.0, 0.5, 1.0])))
    kl = dv.kl_divergence(halves, dv.Uniform(0, 1))
    truth = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert abs(kl.value - truth) <= kl.error_bound + 1e-15
    coin = stats.rv_discrete(values=([0, 1], [0.25, 0.75]))
    assert dv.kl_divergence(coin, stats.bernoulli(0.5)).value == pytest.approx(truth, rel=1e-14)


def test_densities_are_as_good_as_families():
    p, q = normal(0, 1), normal(2, 1)
    js = dv.jensen_shannon_divergence(p, q)
    assert js.value == pytest.approx(0.33683082034683161, rel=1e-12)
    far = dv.jensen_shannon_divergence(normal(1e4, 0.01), normal(1e4 + 0.02, 0.01))
    assert abs(far.value - 0.33683082034683161) <= far.error_bound


def test_densities_that_are_not_normalised_are_found_out():
    with pytest.raises(ValueError, match=r"integrates to 1\.7724\d+, not 1"):
        dv.entropy(dv.Density(lambda x: -x * x, REAL))
    with pytest.raises(ValueError, match="integrates to inf"):
        dv.entropy(dv.Density(lambda x: 0.0 * x, REAL))
    half = [stats.norm(-30, 0.001), stats.norm(30, 0.001)]
    p = dv.Density(lambda x: np.logaddexp(*(h.logpdf(x) for h in half)) - math.log(2), REAL)
    with pytest.raises(ValueError, match=r"integrates to 0\.5\d*, not 1.*points="):
        dv.entropy(p)
    with pytest.raises(ValueError, match="shows no mass"):
        dv.entropy(dv.Density(lambda x: np.full(np.shape(x), -math.inf), REAL))


def test_points_say_where_to_look():
    half = [stats.norm(-30, 0.001), stats.norm(30, 0.001)]
    p = dv.Density(
        lambda x: np.logaddexp(*(h.logpdf(x) for h in half)) - math.log(2),
        REAL,
        points=[-30, -30.01, -29.99, 30, 30.01, 29.99],
    )
    truth = half[0].entropy() + math.log(2)
    assert dv.entropy(p).value == pytest.approx(truth, rel=1e-10)


REFUSED = [
    (lambda: dv.kl_divergence(dv.Normal(0, 1), dv.Normal(0, 1), axis=0), ValueError, "axis"),
    (lambda: dv.entropy(dv.Normal(0, 1), where=[True]), ValueError, "where"),
    (lambda: dv.entropy(dv.Normal(0, 1), keepdims=True), ValueError, "keepdims"),
    (lambda: dv.kl_divergence(dv.Normal(0, 1), dv.Poisson(3)), TypeError, "no common measure"),
    (lambda: dv.kl_divergence(dv.Normal(0, 1), [0.5, 0.5]), TypeError, "different ways"),
    (
        lambda: dv.entropy(dv.Density(lambda x: -float(x), (0, math.inf))),
        TypeError,
        "must take arrays",
    ),
    (
        lambda: dv.kl_divergence(stats.truncnorm([-1, -2], 1), stats.norm()),
        ValueError,
        "scipy.stats truncnorm is a batch",
    ),
    (lambda: dv.kl_divergence(stats.norm, stats.norm), TypeError, "not a frozen distribution"),
    (
        lambda: dv.kl_divergence(dv.Normal(0, 1), dv.DiagonalNormal([0, 0], [1, 1])),
        ValueError,
        "different dimensions",
    ),
    (
        lambda: dv.kl_divergence(dv.Normal(0, 1), dv.Normal(0, 1), method=PlugIn()),
        TypeError,
        "PlugIn",
    ),
    (
        lambda: dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(1, 1), method=ClosedForm()),
        TypeError,
        "no closed form",
    ),
    (lambda: dv.entropy(dv.Poisson(3), method=Quadrature()), TypeError, "LatticeSum"),
    (lambda: dv.entropy(dv.Normal(0, 1), method=LatticeSum()), TypeError, "continuous"),
    (
        lambda: dv.entropy(dv.Mixture([dv.DiagonalNormal(np.zeros(3), np.ones(3))] * 2)),
        TypeError,
        "MonteCarlo",
    ),
    (lambda: Quadrature(rtol=0), ValueError, "rtol"),
    (lambda: Quadrature(max_evaluations=0), ValueError, "max_evaluations"),
    (lambda: MonteCarlo(2, rng=0), ValueError, "n is 2"),
    (lambda: dv.Density(3, REAL), TypeError, "logpdf"),
    (lambda: dv.Density(lambda x: x, (1, 0)), ValueError, "support"),
    (lambda: dv.Density(lambda x: x, [(0, 1)]), ValueError, "support"),
    (lambda: dv.Density(lambda x: x, (0, 1), points=[2]), ValueError, "points"),
    (lambda: dv.entropy(dv.Density(lambda x: 0.0, (0, 1))), ValueError, "one number for each"),
    (lambda: dv.Density(lambda x: x, (0, 1)).sample(0), TypeError, "cannot be sampled"),
    (lambda: dv.Mixture([]), ValueError, "empty"),
    (lambda: dv.Mixture([dv.Normal(0, 1)], [0.5]), ValueError, "weights"),
    (lambda: dv.Mixture([dv.Normal([0, 1], 1)]), ValueError, "batches"),
    (lambda: dv.Mixture([dv.Normal(0, 1), dv.Poisson(1)]), TypeError, "partly discrete"),
    (lambda: dv.Mixture([dv.Normal(0, 1), 3]), TypeError, "component is int"),
    (
        lambda: dv.Mixture([dv.Normal(0, 1), dv.DiagonalNormal([0, 0], [1, 1])]),
        ValueError,
        "dimensions",
    ),
    (lambda: dv.kl_divergence(stats.skewnorm([1, 2]), stats.norm()), ValueError, "batch"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_nan_parameters_give_nan():
    assert math.isnan(dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(math.nan, 1)).value)
    assert math.isnan(dv.kl_divergence(dv.Normal(0, 1), dv.Normal(math.nan, 1)).value)
