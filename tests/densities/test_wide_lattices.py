"""Discrete distributions over many outcomes: sums by runs, tails, supports, and what is refused."""

from math import expm1, inf, log, pi, sinh, sqrt, tanh

import mpmath
import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.measures.scipy_adapter import distribution
from divergences.methods import LatticeSum
from divergences.methods.density.quadrature.lattice_support import Grid
from divergences.methods.density.quadrature.runs import SHORT, add_up, total_of

EPS = 2.0**-52


def holds(found, truth, slack=0.0):
    """Whether the bound holds, up to two roundings of the truth, and is of use."""
    return abs(found.value - truth) <= found.error_bound + 2 * EPS * abs(truth) + slack and (
        found.error_bound < 1e-11 * max(1.0, abs(truth))
    )


@pytest.mark.parametrize("rate", [1e6, 1e10, 1e11, 1e12, 1e15])
def test_entropy_of_poisson_is_that_of_its_asymptotic_series(rate):
    # Evans & Boersma (1988): the next term is 19 / (360 rate^3).
    truth = 0.5 * log(2 * pi * np.e * rate) - 1 / (12 * rate) - 1 / (24 * rate**2)
    assert holds(dv.entropy(dv.Poisson(rate)), truth, slack=1 / rate**3)


@pytest.mark.parametrize("n", [10**10, 10**11, 2**53 - 1])
def test_entropy_of_fair_coins_is_that_of_their_normal_limit(n):
    truth = 0.5 * log(0.5 * pi * np.e * n)  # up to O(1/n)
    assert holds(dv.entropy(stats.binom(n, 0.5)), truth, slack=1 / n)
    assert holds(dv.entropy(stats.binom(n // 2, 0.5, loc=3)), truth - 0.5 * log(2), slack=2 / n)


@pytest.mark.parametrize("p", [0.5, 0.3, 1e-3])
def test_kl_from_poisson_is_that_of_the_normal_limit(p):
    # Of normals with equal means and variances in the ratio 1 - p, up to O(1/n).
    found = dv.kl_divergence(dv.Binomial(10**11, p), dv.Poisson(10**11 * p))
    assert holds(found, -0.5 * (np.log1p(-p) + p), slack=1e-10 / p)


def test_runs_agree_with_sums_of_all_terms():
    p, q = dv.Poisson(3e8), dv.Binomial(10**9, 0.30001)
    k = np.arange(3e8 - 2e5, 3e8 + 2e5)  # the masses elsewhere are below 1e-25
    a, b = dv.Weights(np.exp(p.log_prob(k))), dv.Weights(np.exp(q.log_prob(k)))
    for function in (
        dv.jensen_shannon_divergence,
        dv.total_variation_distance,
        dv.hellinger_distance,
        dv.triangular_discrimination,
    ):
        found = function(p, q)
        # exp of a log of 10 loses a dozen roundings.
        assert holds(found, float(function(a, b)), slack=20 * EPS)
        assert found.info["evaluations"] < 20_000


@pytest.mark.parametrize("degree", [0, 1, 5, 12, 23])
@pytest.mark.parametrize("count", [SHORT + 1, 5000, 40_001])
def test_runs_sum_polynomials_exactly(degree, count):
    def terms(k):
        unit = np.polynomial.legendre.Legendre.basis(degree)(2 * k / count - 1.0)
        return unit, np.zeros_like(k), np.zeros_like(k)

    k = np.arange(float(count))
    truth = float(np.sum(terms(k)[0]))
    found = add_up(terms, np.array([0.0, count]), 0.9, 10**6, (0.0, 0.0))
    assert found.value == pytest.approx(truth, abs=8 * EPS * count)
    assert total_of(terms, k, 1e-12).value == pytest.approx(truth, abs=8 * EPS * count)


@pytest.mark.parametrize("p", [dv.Poisson(1e8), dv.Binomial(10**10, 0.3)], ids=repr)
def test_sums_are_cut_at_every_standard_deviation_of_the_bulk(p):
    grid = Grid([p])
    first, last = grid.bulk
    edges = grid.edges(0.0, float(p.mean) * 2.0)
    inside = edges[(edges >= first) & (edges <= last)]
    assert (inside[0], inside[-1]) == (first, last)
    assert np.diff(inside).max() <= sqrt(p.variance) + 1.0  # edges are whole numbers


@pytest.mark.parametrize("n", [10**6, 10**7, 10**12])
def test_flat_stretches_are_summed_at_once(n):
    p, q = stats.randint(0, n), stats.randint(-n, n)
    assert holds(dv.entropy(p), log(n))
    assert holds(dv.kl_divergence(p, q), log(2))
    assert dv.kl_divergence(q, p).value == inf
    assert holds(dv.jensen_shannon_divergence(p, q), 0.75 * log(4 / 3))
    assert holds(dv.total_variation_distance(p, q), 0.5)
    assert holds(dv.hellinger_distance(p, q), sqrt(1 - sqrt(0.5)))
    assert dv.entropy(p).info["evaluations"] < 50_000


def test_finite_supports_have_finite_entropy():
    n, a = 10**6, 1.2
    with mpmath.workdps(30):
        total = mpmath.zeta(a) - mpmath.zeta(a, n + 1)
        mean_log = (mpmath.zeta(a, n + 1, 1) - mpmath.zeta(a, 1, 1)) / total
        truth = float(a * mean_log + mpmath.log(total))
    assert holds(dv.entropy(stats.zipfian(a, n)), truth)
    uniform = dv.entropy(stats.betabinom(10**7, 1, 1))
    assert abs(uniform.value - log(10**7 + 1)) <= uniform.error_bound < 1e-8


def test_geometric_tails_are_recognised():
    rate = 1e-6
    for loc in (0, 5):
        truth = -log(-expm1(-rate)) + rate / expm1(rate)
        assert holds(dv.entropy(stats.planck(rate, loc=loc)), truth)
        truth = rate / sinh(rate) - log(tanh(0.5 * rate))
        assert holds(dv.entropy(stats.dlaplace(rate, loc=loc)), truth)
    k = np.arange(1.0, 5e5)
    logs = k * log(0.9999) - np.log(k) - log(-np.log1p(-0.9999))
    assert holds(dv.entropy(stats.logser(0.9999)), -float(np.sum(np.exp(logs) * logs)))


def test_power_tails_known_at_whole_numbers_are_summed_or_refused():
    # P(k) = 1 / (k (k + 1)): the sum of (log k + log(k + 1)) / (k (k + 1)) over k >= 1.
    with mpmath.workdps(30):
        truth = float(
            mpmath.nsum(
                lambda k: (mpmath.log(k) + mpmath.log(k + 1)) / (k * (k + 1)),
                [1, mpmath.inf],
                method="e",
            )
        )
    found = dv.entropy(stats.yulesimon(1.0))
    assert abs(found.value - truth) <= found.error_bound < 1e-8
    with pytest.raises(ValueError, match=r"2\^53"):
        dv.entropy(stats.yulesimon(0.3))


def test_mixtures_of_zeta_distributions():
    p = dv.Mixture([dv.Zeta(2), dv.Zeta(3)], [0.5, 0.5])
    with mpmath.workdps(30):

        def mixed(k):
            return (k**-2 / mpmath.zeta(2) + k**-3 / mpmath.zeta(3)) / 2

        entropy = mpmath.nsum(
            lambda k: -mixed(k) * mpmath.log(mixed(k)), [1, mpmath.inf], method="e"
        )
    assert holds(dv.entropy(p), float(entropy))


def test_masses_far_apart():
    p = dv.Mixture([dv.Poisson(3), dv.Poisson(1e12)], [0.5, 0.5])
    truth = 0.5 * (dv.entropy(dv.Poisson(3)).value + dv.entropy(dv.Poisson(1e12)).value) + log(2)
    assert holds(dv.entropy(p), truth)
    assert holds(dv.jensen_shannon_divergence(dv.Poisson(3), dv.Poisson(1e12)), log(2))


@pytest.mark.parametrize(("a", "b"), [(1e3, 3e3), (1e12, 0.9e12)])
@pytest.mark.parametrize("order", [0.5, 2.0])
def test_orders_whose_largest_term_is_far_from_both_masses(a, b, order):
    p, q = dv.Poisson(a), dv.Poisson(b)
    truth = float(dv.renyi_divergence(p, q, order))
    found = dv.renyi_divergence(p, q, order, method=LatticeSum())
    assert abs(found.value - truth) <= found.error_bound + 2 * EPS * truth
    assert found.error_bound < 1e-14 * truth + 1e-12


def test_listed_outcomes_need_no_lattice():
    weights = np.array([0.2, 0.3, 0.5])
    p = stats.rv_discrete(values=([0, 0.5, 10**9], weights))
    assert holds(dv.entropy(p), -float(np.sum(weights * np.log(weights))))
    q = stats.rv_discrete(values=([-1, 0.5, 10**9], weights[::-1]))
    assert dv.kl_divergence(p, q).value == inf
    assert holds(dv.total_variation_distance(p, q), 0.5)
    spread = stats.rv_discrete(values=([0, 10**12], [0.5, 0.5]))
    overlap = float(np.exp(dv.Poisson(1e12).log_prob(1e12)))
    assert holds(dv.total_variation_distance(spread, dv.Poisson(1e12)), 1.0 - overlap)


def test_what_underflows_is_no_zero():
    p = dv.Poisson(100.0)
    # SciPy's log-probability at 100 is -inf; the mean of -log q is 8 |k| - log tanh 4.
    truth = 800.0 - log(tanh(4.0)) - dv.entropy(p).value
    assert holds(dv.kl_divergence(p, stats.dlaplace(8.0)), truth)
    with pytest.raises(ValueError, match="underflowed"):
        dv.kl_divergence(p, stats.skellam(5.0, 3.0))
    p, q = stats.skellam(5.0, 3.0), stats.skellam(6.0, 3.0)
    k = np.arange(-40.0, 60.0)
    truth = float(np.sum(p.pmf(k) * (p.logpmf(k) - q.logpmf(k))))
    found = dv.kl_divergence(p, q)
    assert abs(found.value - truth) <= found.error_bound + 1e-13 < 1e-11


def test_outcomes_that_q_lacks_make_kl_infinite_however_small_their_mass():
    p, q = stats.binom(10**11, 0.5), stats.binom(10**11 - 1, 0.5, loc=1)
    assert dv.kl_divergence(p, q).value == inf  # by 2^-(10^11) at 0
    assert dv.kl_divergence(q, p).value < 1e-10
    assert dv.cross_entropy(p, q).value == inf
    assert dv.renyi_divergence(p, q, 2.0).value == inf
    assert dv.renyi_divergence(p, q, 0.5).value < 1e-10
    assert dv.jensen_shannon_divergence(p, q).value < 1e-10


class Unnormalised(stats.rv_discrete):
    """Masses that sum to 0.8."""

    def _pmf(self, k):
        return 0.4 * 0.5**k


class Scattered(stats.rv_discrete):
    """A different mass at every outcome, without a rule."""

    def _pmf(self, k):
        return (1.0 + 0.5 * np.sin(k * k)) / 10**7

    def _stats(self):
        return 5e6, 3e6, 0.0, 0.0


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (dv.Binomial(2**60, 0.5), r"2\^53"),
        (dv.Poisson(1e17), r"2\^53"),
        (stats.randint(0, 2**60), r"2\^53"),
        (Unnormalised(a=0, name="unnormalised")(), "sum to 0.8, not 1"),
    ],
)
def test_what_is_refused(p, words):
    with pytest.raises(ValueError, match=words):
        dv.entropy(p, method=LatticeSum())


def test_masses_without_a_rule_are_refused():
    with pytest.raises(ValueError, match="max_evaluations"):
        dv.entropy(
            Scattered(a=0, b=10**7 - 1, name="scattered")(),
            method=LatticeSum(max_evaluations=100_000),
        )


def test_outcomes_between_those_of_the_other_are_refused():
    with pytest.raises(ValueError, match="one lattice"):
        dv.jensen_shannon_divergence(stats.poisson(3, loc=0.5), dv.Poisson(3))
    shifted = dv.entropy(stats.poisson(3, loc=0.5))
    assert holds(shifted, dv.entropy(dv.Poisson(3)).value)


@pytest.mark.parametrize("n", [30, 10**6, 10**11])
@pytest.mark.parametrize("p", [0.3, 1e-3])
def test_log_probabilities_are_right_far_from_the_mean(n, p):
    for family, mean, spread in (
        (dv.Binomial(n, p), n * p, sqrt(n * p * (1 - p))),
        (dv.NegativeBinomial(n, p), n * (1 - p) / p, sqrt(n * (1 - p)) / p),
    ):
        for z in (-6, -1, 0, 3):
            k = max(float(np.floor(mean + z * spread)), 0.0)
            with mpmath.workdps(50):
                a = n - k + 1 if isinstance(family, dv.Binomial) else mpmath.mpf(n)
                whole = n + 1 if isinstance(family, dv.Binomial) else n + k
                hits, misses = (k, n - k) if isinstance(family, dv.Binomial) else (n, k)
                truth = float(
                    mpmath.loggamma(whole)
                    - mpmath.loggamma(k + 1)
                    - mpmath.loggamma(a)
                    + hits * mpmath.log(p)
                    + misses * mpmath.log(1 - mpmath.mpf(p))
                )
            assert abs(family.log_prob(k) - truth) <= EPS * (4 + 2 * abs(truth))


@pytest.mark.parametrize(
    "x",
    [
        stats.planck(0.3, loc=2),
        stats.boltzmann(0.3, 10, loc=-3),
        stats.dlaplace(1.2, loc=1),
        stats.logser(0.7, loc=3),
        stats.randint(3, 9, loc=4),
        stats.poisson(3, loc=4),
        stats.geom(0.2, loc=-4),
        stats.zipf(2.0, loc=-1),
        stats.nbinom(3.0, 0.2, loc=1),
        stats.binom(9, 0.2, loc=1),
    ],
    ids=lambda x: x.dist.name,
)
def test_formulas_for_distributions_of_scipy_are_theirs(x):
    k = np.arange(-6.0, 30.0)
    logs = x.logpmf(k)
    np.testing.assert_allclose(distribution("p", x).log_prob(k), logs, rtol=1e-13, atol=1e-14)
    assert np.all(distribution("p", x).log_prob(k + 0.5) == -inf)
