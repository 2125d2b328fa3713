"""Families of distributions agree with SciPy's, sample themselves, and are JAX pytrees."""

import inspect
from itertools import pairwise

import numpy as np
import pytest
import scipy.stats as st
from scipy.integrate import quad

import divergences as dv
from divergences.measures.univariate import Univariate

jax = pytest.importorskip("jax")

PAIRS = [
    (dv.Normal(0.3, 1.2), st.norm(0.3, 1.2)),
    (dv.Laplace(0.3, 1.2), st.laplace(0.3, 1.2)),
    (dv.Cauchy(0.3, 1.2), st.cauchy(0.3, 1.2)),
    (dv.Logistic(0.3, 1.2), st.logistic(0.3, 1.2)),
    (dv.Gumbel(0.3, 1.2), st.gumbel_r(0.3, 1.2)),
    (dv.StudentT(3.3, 0.2, 1.4), st.t(3.3, 0.2, 1.4)),
    (dv.Uniform(0.5, 2), st.uniform(0.5, 1.5)),
    (dv.Gamma(2.3, 0.7), st.gamma(2.3, scale=0.7)),
    (dv.Exponential(0.7), st.expon(scale=0.7)),
    (dv.ChiSquared(3.3), st.chi2(3.3)),
    (dv.Chi(3.3), st.chi(3.3)),
    (dv.Weibull(1.7, 2.0), st.weibull_min(1.7, scale=2)),
    (dv.Rayleigh(1.3), st.rayleigh(scale=1.3)),
    (dv.Maxwell(1.3), st.maxwell(scale=1.3)),
    (dv.HalfNormal(1.3), st.halfnorm(scale=1.3)),
    (dv.InverseGamma(3.2, 1.4), st.invgamma(3.2, scale=1.4)),
    (dv.Frechet(3.2, 1.4), st.invweibull(3.2, scale=1.4)),
    (dv.GeneralizedGamma(1.4, -2.2, 0.8), st.gengamma(1.4, -2.2, scale=0.8)),
    (dv.LogNormal(0.3, 0.6), st.lognorm(0.6, scale=np.exp(0.3))),
    (dv.Pareto(3.4, 1.2), st.pareto(3.4, scale=1.2)),
    (dv.Beta(2.3, 0.7), st.beta(2.3, 0.7)),
    (dv.InverseGaussian(1.3, 2.2), st.invgauss(1.3 / 2.2, scale=2.2)),
    (dv.VonMises(0.0, 2.2), st.vonmises(2.2)),
    (dv.Poisson(3.3), st.poisson(3.3)),
    (dv.Bernoulli(0.3), st.bernoulli(0.3)),
    (dv.Binomial(7, 0.3), st.binom(7, 0.3)),
    (dv.Geometric(0.3), st.geom(0.3)),
    (dv.NegativeBinomial(2.2, 0.3), st.nbinom(2.2, 0.3)),
    (dv.Zeta(4.4), st.zipf(4.4)),
]
OURS = [ours for ours, _ in PAIRS] + [dv.ContinuousBernoulli(0.3)]
U = np.array([0.01, 0.2, 0.5, 0.77, 0.99])
TOLERANCE = 1e-13  # a few hundred roundings: SciPy's own formulas are not better


def name(case) -> str:
    return type(case).__name__ if isinstance(case, dv.Distribution) else ""


def test_every_family_of_scalars_is_here():
    families = {
        value
        for value in (getattr(dv, name) for name in dv.__all__)
        if inspect.isclass(value) and issubclass(value, Univariate)
    }
    assert families == {type(ours) for ours in OURS}
    assert len(families) >= 20


@pytest.mark.parametrize(("ours", "scipys"), PAIRS, ids=name)
def test_densities_probabilities_and_quantiles_are_those_of_scipy(ours, scipys):
    x = scipys.ppf(U)
    log_prob = scipys.logpmf if ours.support.lattice else scipys.logpdf
    np.testing.assert_allclose(ours.log_prob(x), log_prob(x), rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(ours.cdf(x), scipys.cdf(x), rtol=TOLERANCE)
    np.testing.assert_allclose(ours.quantile(U), x, rtol=TOLERANCE, atol=TOLERANCE)
    assert np.all(np.isnan(ours.log_prob(np.array([np.nan]))))


@pytest.mark.parametrize(("ours", "scipys"), PAIRS, ids=name)
def test_moments_and_entropies_are_those_of_scipy(ours, scipys):
    if not isinstance(ours, dv.VonMises):  # circular moments
        np.testing.assert_allclose(ours.mean, scipys.mean(), rtol=TOLERANCE)
        np.testing.assert_allclose(ours.variance, scipys.var(), rtol=TOLERANCE)
    if type(ours).entropy is dv.Distribution.entropy:
        with pytest.raises(TypeError, match="no closed form"):
            ours.entropy()
    else:
        # SciPy sums the entropy of lattices to 1e-8.
        rtol = 1e-7 if isinstance(ours, dv.Zeta) else TOLERANCE
        np.testing.assert_allclose(ours.entropy(), scipys.entropy(), rtol=rtol, atol=TOLERANCE)


@pytest.mark.parametrize(
    "ours", [d for d in OURS if hasattr(d, "shortfall") and np.isfinite(d.mean)], ids=name
)
def test_shortfalls_are_integrals_of_the_distribution_function(ours):
    for m in ours.quantile(U[1:]):
        integral = quad(lambda x: float(ours.cdf(x)), ours.support.low, m, epsabs=0.0)[0]
        np.testing.assert_allclose(ours.shortfall(np.float64(m)), integral, rtol=1e-7)


@pytest.mark.parametrize("ours", [d for d in OURS if hasattr(d, "exp_mean")], ids=name)
def test_means_of_exponentials_are_integrals(ours):
    for t in (-0.6, 0.4):
        parts = pairwise((0.0, 0.02, 0.5, 0.98, 1.0))  # a mean is an integral over levels
        f = lambda u, t=t: float(np.exp(t * ours.quantile(u)))  # noqa: E731
        integral = sum(quad(f, *part, epsabs=0.0, limit=200)[0] for part in parts)
        np.testing.assert_allclose(ours.exp_mean(np.float64(t)), integral, rtol=1e-5)


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.7])
def test_densities_at_the_end_of_the_support(shape):
    for ours, scipys in (
        (dv.Weibull(shape, 2.0), st.weibull_min(shape, scale=2.0)),
        (dv.Gamma(shape, 2.0), st.gamma(shape, scale=2.0)),
        (dv.Chi(2.0 * shape), st.chi(2.0 * shape)),
        (dv.GeneralizedGamma(shape, 2.0, 0.8), st.gengamma(shape, 2.0, scale=0.8)),
    ):
        np.testing.assert_allclose(ours.log_prob(0.0), scipys.logpdf(0.0), rtol=TOLERANCE)


def test_the_density_of_cauchy_far_away():
    far = dv.Cauchy(0.0, 1.0).log_prob(np.array([-1e9, 1e9, 1e200]))
    expected = -np.log(np.pi) - 2.0 * np.log([1e9, 1e9, 1e200])
    np.testing.assert_allclose(far, expected, rtol=1e-15)


@pytest.mark.parametrize("ours", OURS, ids=name)
@pytest.mark.parametrize("library", ["numpy", "jax"])
def test_samples_follow_the_distribution(ours, library):
    n = 5000
    rng = 1 if library == "numpy" else jax.random.key(1)
    x = np.asarray(ours.sample(rng, n), np.float64)
    assert x.shape == (n,)
    if ours.support.lattice:  # the statistic of a discrete distribution is only smaller
        x = np.sort(x)
        distance = np.max(np.abs(np.searchsorted(x, x, "right") / n - ours.cdf(x)))
    else:
        distance = st.kstest(x, ours.cdf).statistic
    assert distance < 1.95 / n**0.5  # exceeded once in a thousand seeds; this one is fixed


@pytest.mark.parametrize("ours", OURS, ids=name)
def test_parameters_may_be_jax_arrays_and_instances_pytrees(ours):
    with jax.enable_x64(True):
        theirs = jax.tree.map(jax.numpy.asarray, ours)
        assert type(theirs) is type(ours)
        x = ours.quantile(U)
        np.testing.assert_allclose(theirs.log_prob(x), ours.log_prob(x), rtol=1e-12, atol=1e-13)


def test_distributions_pass_through_jit_and_vmap():
    with jax.enable_x64(True):
        batch = dv.StudentT(jax.numpy.asarray([2.0, 3.0]), jax.numpy.zeros(2), jax.numpy.ones(2))
        value = jax.jit(jax.vmap(lambda d: d.log_prob(0.5)))(batch)
        np.testing.assert_allclose(value, st.t([2.0, 3.0]).logpdf(0.5), rtol=TOLERANCE)


@pytest.mark.parametrize("ours", [dv.StudentT(3.3, 0.2, 1.4), dv.Poisson(3.3)], ids=name)
def test_quantiles_under_jax_are_found_by_bisection(ours):
    with jax.enable_x64(True):
        theirs = jax.tree.map(jax.numpy.asarray, ours)
        np.testing.assert_allclose(theirs.quantile(U), ours.quantile(U), rtol=1e-11, atol=1e-14)


def test_quantiles_have_derivatives_under_jax():
    with jax.enable_x64(True):
        slope = jax.grad(lambda a: dv.Gamma(a, 2.0).quantile(0.3))(2.5)
        h = 1e-5
        centred = st.gamma(2.5 + h, scale=2).ppf(0.3) - st.gamma(2.5 - h, scale=2).ppf(0.3)
        np.testing.assert_allclose(slope, centred / (2 * h), rtol=1e-7)  # h^2 and rounding / h


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dv.Normal(0, -1), "scale of Normal is -1.0; it must be positive"),
        (lambda: dv.Normal([0, 1], [1, 2, 3]), "do not broadcast"),
        (lambda: dv.Normal([[0], [1, 2]], 1), "not a rectangular array"),
        (lambda: dv.Normal(np.inf, 1), "loc of Normal is inf"),
        (lambda: dv.Uniform(1, 1), "needs low < high"),
        (lambda: dv.Bernoulli(1.5), "p of Bernoulli is 1.5; it must be between 0 and 1"),
        (lambda: dv.Binomial(2.5, 0.5), "whole number"),
        (lambda: dv.Zeta(1.0), "above 1"),
        (lambda: dv.Geometric(0.0), "above 0"),
        (lambda: dv.GeneralizedGamma(1, 0, 1), "not zero"),
        (lambda: dv.VonMises(0, -1), "not negative"),
        (lambda: dv.ContinuousBernoulli(0), "strictly between"),
        (lambda: dv.MultivariateNormal([0, 0], [1, 1]), "DiagonalNormal"),
        (lambda: dv.MultivariateNormal([0, 0], [[1, 2], [0, 1]]), "not symmetric"),
        (lambda: dv.MultivariateNormal([0, 0], [[1, 2], [2, 1]]), "not positive definite"),
        (lambda: dv.MultivariateNormal([[0, 0]] * 2, np.stack([np.eye(2)] * 3)), "batches"),
        (lambda: dv.DiagonalNormal([0, 0], [1.0]), "needs shapes"),
        (lambda: dv.Dirichlet([1.0]), "at least two"),
        (lambda: dv.MultivariateNormal([0, 0], np.eye(2)).log_prob([1.0]), "last axis"),
        (lambda: dv.Dirichlet([1.0, 1.0]).log_prob([1.0]), "last axis"),
    ],
)
def test_bad_parameters_are_refused_with_words(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_other_mistakes_are_type_errors():
    with pytest.raises(TypeError, match="dtype"):
        dv.Normal("a", 1)
    with pytest.raises(TypeError, match="rng is 'x'"):
        dv.Normal().sample("x")
    with jax.enable_x64(True), pytest.raises(TypeError, match="SciPy computes the cdf"):
        dv.VonMises(jax.numpy.asarray(0.0)).cdf(0.1)


def test_other_array_libraries_are_refused():
    strict = pytest.importorskip("array_api_strict")
    with pytest.raises(TypeError, match="pass NumPy or JAX"):
        dv.Normal(strict.asarray(0.0), 1)


def test_nan_parameters_give_nan():
    assert np.isnan(dv.Normal(np.nan, 1.0).log_prob(0.0))
    assert np.isnan(dv.Gamma(np.nan, 1.0).entropy())


def test_vectors_agree_with_scipy():
    mean, cov = np.array([0.2, -1.0]), np.array([[2.0, 0.6], [0.6, 1.0]])
    x = np.array([[0.1, 0.2], [1.0, -2.0]])
    ours, theirs = dv.MultivariateNormal(mean, cov), st.multivariate_normal(mean, cov)
    np.testing.assert_allclose(ours.log_prob(x), theirs.logpdf(x), rtol=1e-13)
    np.testing.assert_allclose(ours.entropy(), theirs.entropy(), rtol=1e-13)
    diagonal = dv.DiagonalNormal(mean, [1.5, 0.5])
    np.testing.assert_allclose(diagonal.log_prob(x), diagonal.full.log_prob(x), rtol=1e-13)
    np.testing.assert_allclose(diagonal.entropy(), diagonal.full.entropy(), rtol=1e-13)
    a = np.array([2.0, 0.7, 3.0])
    shares = np.array([0.2, 0.3, 0.5])
    ours, theirs = dv.Dirichlet(a), st.dirichlet(a)
    np.testing.assert_allclose(ours.log_prob(shares), theirs.logpdf(shares), rtol=1e-13)
    np.testing.assert_allclose(ours.entropy(), theirs.entropy(), rtol=1e-13)
    assert ours.log_prob(np.array([0.5, 0.5, 0.5])) == -np.inf


def test_density_of_vectors_vanishes_at_infinity_only():
    normal = dv.MultivariateNormal([0.0, 1.0], [[2.0, 0.6], [0.6, 1.0]])
    x = np.array([[np.inf, 0.0], [0.0, -np.inf], [np.inf, np.inf], [np.nan, 0.0], [0.0, 0.0]])
    value = normal.log_prob(x)
    assert np.all(value[:3] == -np.inf)
    assert np.isnan(value[3])
    assert np.isfinite(value[4])


def test_density_of_many_vectors_solves_no_system_for_each():
    """With JAX 0.10, on two cores, a few large batches of systems wait for each other for ever."""
    covs, x = np.stack([np.eye(2)] * 4), np.zeros((977, 2))
    steps = jax.make_jaxpr(
        jax.vmap(lambda cov: dv.MultivariateNormal(np.zeros(2), cov).log_prob(x))
    )(covs)
    solving = [line for line in str(steps).splitlines() if "triangular_solve[" in line]
    assert solving
    assert not [line for line in solving if "977" in line]


@pytest.mark.parametrize("library", ["numpy", "jax"])
def test_samples_of_vectors_have_their_mean_and_covariance(library):
    n = 20000
    rng = 2 if library == "numpy" else jax.random.key(2)
    cov = np.array([[2.0, 0.6], [0.6, 1.0]])
    cases = [
        (dv.MultivariateNormal([1.0, 2.0], cov), cov),
        (dv.DiagonalNormal([1.0, 2.0], [2.0, 0.5]), np.diag([4.0, 0.25])),
        (dv.Dirichlet([1.0, 2.0]), np.array([[1, -1], [-1, 1]]) / 18),
    ]
    for ours, expected in cases:
        x = np.asarray(ours.sample(rng, (n,)), np.float64)
        assert x.shape == (n, 2)
        error = np.sqrt(np.diag(expected) / n)
        assert np.all(np.abs(x.mean(0) - ours.mean) < 4 * error)
        assert np.max(np.abs(np.cov(x.T) - expected)) < 4 * np.max(expected) * (2 / n) ** 0.5


def test_huge_parameters_keep_the_entropy_accurate():
    # scipy#18093; 60 digits of mpmath.
    np.testing.assert_allclose(dv.Beta(2.0, 1e20).entropy(), -44.47448619497938, rtol=4e-16)
    np.testing.assert_allclose(dv.Beta(1e20, 2.0).entropy(), -44.47448619497938, rtol=4e-16)
