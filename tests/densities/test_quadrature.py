"""Quadrature on the line: values known otherwise, bounds that hold, divergence that is found."""

import math

import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.methods import Quadrature

# JS of N(0, 1) and N(mu, 1) to 17 digits, by mpmath quadrature in 30 digits.
SHIFTED = {
    0.5: 0.030311300520838981,
    1: 0.11142148218473618,
    2: 0.33683082034683161,
    3: 0.52677730652137350,
    4: 0.63272019373686698,
    6: 0.68929793302907777,
    8: 0.69305364548291993,
}


def within(estimate, truth, rtol=1e-12):
    """Whether the bound holds (up to the rounding of the truth) and the value is near."""
    error = abs(estimate.value - truth)
    assert error <= estimate.error_bound + 4e-16 * abs(truth)
    assert error <= rtol * abs(truth)


@pytest.mark.parametrize("mu", SHIFTED)
def test_shifted_normals_have_the_published_divergence(mu):
    js = dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(mu, 1), method=Quadrature())
    within(js, SHIFTED[mu])
    assert js.info["reached"]
    assert js.info["evaluations"] < 1000
    assert js.error_bound < 1e-12 * js.value


@pytest.mark.parametrize(("mu", "digits"), [(20, 2.366e-23), (60, 1.5394e-197)])
def test_deficit_is_relatively_accurate_where_supports_all_but_part(mu, digits):
    deficit = dv.jensen_shannon_deficit(dv.Normal(0, 1), dv.Normal(mu, 1), method=Quadrature())
    assert deficit.value == pytest.approx(digits, rel=1e-4)
    # The logs of densities of 1e-197 are rounded: 450 u times a few.
    assert deficit.error_bound < 1e-11 * deficit.value


def cauchy_js(loc, scale):
    # Nielsen & Okamura, "On f-divergences between Cauchy distributions" (2021), section 4.
    chi = (loc**2 + (1 - scale) ** 2) / (2 * scale)
    root = math.sqrt(2 + chi)
    return math.log(2 * root / (math.sqrt(2) + root))


@pytest.mark.parametrize(("loc", "scale"), [(1, 1), (3, 2), (-0.5, 0.3), (100, 1), (0, 1e-4)])
def test_cauchy_tails_are_integrated_to_the_last_digits(loc, scale):
    js = dv.jensen_shannon_divergence(dv.Cauchy(0, 1), dv.Cauchy(loc, scale), method=Quadrature())
    within(js, cauchy_js(loc, scale))


@pytest.mark.parametrize(("m", "s"), [(3, 2), (0, 10), (1e-3, 1), (1e3, 1e-3), (0, 1e-100)])
def test_kl_of_normals_is_the_closed_form(m, s):
    kl = dv.kl_divergence(dv.Normal(0, 1), dv.Normal(m, s), method=Quadrature())
    r = 1 / s**2 - 1
    truth = 0.5 * (m / s) ** 2 + 0.5 * (r - math.log1p(r))
    within(kl, truth, rtol=1e-9)
    assert abs(kl.value - truth) <= kl.error_bound + 4e-16 * truth


def test_what_lies_beyond_the_last_crossing_counts():
    """Of total variation 5e-9 are right of 9.54, where the densities cross the last time."""
    p = dv.Mixture([dv.Normal(-3.45, 1.15), dv.Normal(3.45, 1.15)], [0.45, 0.55])
    q = dv.Mixture([dv.Normal(0.775, 0.775), dv.Normal(5.425, 0.775)], [0.6, 0.4])
    within(dv.total_variation_distance(p, q), 0.750303654252606)  # from distribution functions


def test_distances_are_the_closed_forms():
    p, q = dv.Normal(0, 1), dv.Normal(1, 1)
    within(dv.total_variation_distance(p, q, method=Quadrature()), math.erf(math.sqrt(1 / 8)))
    within(
        dv.hellinger_distance(p, q, method=Quadrature()), math.sqrt(-math.expm1(-1 / 8)), rtol=1e-12
    )


def test_entropies_are_the_closed_forms():
    within(
        dv.entropy(dv.Normal(5, 2), method=Quadrature()),
        0.5 * math.log(2 * math.pi * math.e) + math.log(2),
    )
    within(dv.entropy(dv.Cauchy(0, 1), method=Quadrature()), math.log(4 * math.pi))
    within(dv.perplexity(dv.Laplace(0, 1), method=Quadrature()), 2 * math.e)
    cross = dv.cross_entropy(dv.Laplace(0, 1), dv.Normal(0, 1), method=Quadrature())
    within(cross, 1 + 0.5 * math.log(2 * math.pi))


def test_base_converts_value_and_bound():
    p, q = dv.Normal(0, 1), dv.Normal(2, 1)
    nats, bits = (dv.jensen_shannon_divergence(p, q, base=base) for base in (None, 2))
    assert bits.value == pytest.approx(nats.value / math.log(2), rel=1e-15)
    assert bits.error_bound == pytest.approx(nats.error_bound / math.log(2), rel=1e-15)


def test_several_distributions_against_their_mixture():
    p, q = dv.Normal(0, 1), dv.Normal(2, 1)
    twice = dv.jensen_shannon_divergence(p, q, q, weights=[0.5, 0.25, 0.25])
    within(twice, SHIFTED[2])
    mixture = dv.Mixture([p, q], [0.3, 0.7])
    js = dv.jensen_shannon_divergence(p, q, weights=[0.3, 0.7])
    entropies = [dv.entropy(x, method=Quadrature()).value for x in (mixture, p, q)]
    assert js.value == pytest.approx(
        entropies[0] - 0.3 * entropies[1] - 0.7 * entropies[2], rel=1e-12
    )


def uniform(low, high):
    return dv.Density(lambda x: np.full(np.shape(x), -math.log(high - low)), (low, high))


def test_partly_overlapping_supports():
    # p = 1/2 on (0, 2), q = 1/2 on (1, 3): half of each outside the other.
    js = dv.jensen_shannon_divergence(uniform(0, 2), uniform(1, 3))
    within(js, 0.5 * math.log(2))
    assert dv.kl_divergence(uniform(0, 2), uniform(1, 3)).value == math.inf
    within(dv.kl_divergence(uniform(0, 1), uniform(0, 2)), math.log(2))
    within(dv.total_variation_distance(uniform(0, 2), uniform(1, 3)), 0.5)
    disjoint = dv.jensen_shannon_deficit(uniform(0, 1), uniform(2, 3))
    assert (disjoint.value, disjoint.error_bound) == (0.0, 0.0)


DIVERGENT = [
    (dv.Cauchy(0, 1), dv.Normal(0, 1)),
    (dv.Cauchy(3, 1e-3), dv.Normal(0, 1e3)),
    (dv.Cauchy(0, 1), dv.Laplace(0, 1)),
    (stats.t(2), dv.Normal(0, 1)),
    (stats.t(1.5), dv.Normal(0, 1)),
    (stats.pareto(1), stats.expon(0.5)),
    (stats.gamma(0.5), stats.invgamma(3)),
    (dv.Normal(0, 1), dv.Uniform(-40, 40)),  # with next to no mass outside
    (dv.Mixture([dv.Uniform(0, 1), dv.Uniform(5, 6)]), dv.Uniform(0, 3)),
]


@pytest.mark.parametrize(("p", "q"), DIVERGENT, ids=lambda d: repr(d)[:30])
def test_divergent_integrals_are_infinite(p, q):
    kl = dv.kl_divergence(p, q, method=Quadrature())
    assert kl.value == math.inf
    assert kl.info["reached"]


def test_barely_convergent_integrals_are_finite():
    # KL(t_v‖N) = -h(t_v) + log(2 pi)/2 + E x^2 / 2, E x^2 = v / (v - 2).
    for df in (2.5, 2.05):
        truth = -stats.t(df).entropy() + 0.5 * math.log(2 * math.pi) + 0.5 * df / (df - 2)
        kl = dv.kl_divergence(stats.t(df), dv.Normal(0, 1), method=Quadrature())
        assert abs(kl.value - truth) <= kl.error_bound + 1e-12 * truth
        assert kl.value == pytest.approx(truth, rel=1e-9)


def test_tails_that_do_not_show_whether_they_converge_are_an_error():
    def slow(x):  # 1 / (x log^2 x) beyond e: its entropy is infinite, by a hair
        return -np.log(x) - 2 * np.log(np.log(x))

    p = dv.Density(slow, (math.e, math.inf))
    with pytest.raises(ValueError, match="too slowly"):
        dv.entropy(p)


def test_the_bound_says_where_the_tolerance_is_not_reached():
    kl = dv.kl_divergence(dv.Normal(0, 1), dv.Normal(1e-9, 1), method=Quadrature())
    assert not kl.info["reached"]
    assert abs(kl.value - 5e-19) <= kl.error_bound
    few = dv.jensen_shannon_divergence(
        dv.Normal(0, 1), dv.Normal(2, 1), method=Quadrature(max_evaluations=100)
    )
    assert not few.info["reached"]
    assert 0 < abs(few.value - SHIFTED[2]) <= few.error_bound


def test_looser_tolerance_takes_fewer_evaluations():
    p, q = dv.Normal(0, 1), dv.Mixture([dv.Normal(-2, 0.1), dv.Cauchy(4, 1)])
    loose, tight = (
        dv.jensen_shannon_divergence(p, q, method=Quadrature(rtol)) for rtol in (1e-4, 1e-12)
    )
    assert loose.info["evaluations"] < tight.info["evaluations"]
    assert abs(loose.value - tight.value) <= loose.error_bound


def test_equal_distributions():
    p = dv.Mixture([dv.Normal(-1, 1), dv.Cauchy(1, 2)], [0.3, 0.7])
    assert dv.jensen_shannon_divergence(p, p).value == 0.0
    within(dv.jensen_shannon_deficit(p, p), math.log(2))


def test_symmetric_members_are_symmetric():
    p, q = dv.Normal(0, 1), dv.Laplace(1, 3)
    there, back = dv.jensen_shannon_divergence(p, q), dv.jensen_shannon_divergence(q, p)
    assert abs(there.value - back.value) <= there.error_bound + back.error_bound


def test_batches_are_integrated_one_by_one():
    js = dv.jensen_shannon_divergence(
        dv.Normal(0, 1), dv.Normal([[0.5], [2.0]], [1.0, 1.0]), method=Quadrature()
    )
    assert js.value.shape == js.error_bound.shape == js.info["reached"].shape == (2, 2)
    truth = [[SHIFTED[0.5]] * 2, [SHIFTED[2]] * 2]
    assert np.all(np.abs(js.value - truth) <= js.error_bound + 1e-16)


def test_gaps_in_the_support_of_a_mixture_cost_nothing():
    p = dv.Mixture([dv.Uniform(0, 1), dv.Uniform(5, 6)])
    q = dv.Mixture([dv.Uniform(0, 2), dv.Uniform(4, 6)])
    within(dv.kl_divergence(p, q), math.log(2))
    within(dv.entropy(p), math.log(2))


def test_upper_ends_are_resolved_to_the_last_bit():
    p, q = dv.Beta(2, 0.3), dv.Beta(3, 0.2)  # most of their mass is within 1e-5 of one
    truth = dv.kl_divergence(p, q).value
    within(dv.kl_divergence(p, q, method=Quadrature()), truth)


# Bounds on random pairs: a sample of what `benchmarks/quadrature_study.py` does at length.
def test_bounds_hold_on_random_pairs_by_another_rule():
    from benchmarks import quadrature_study

    found = quadrature_study.summary(quadrature_study.study(40, seed=11))
    for key in ("js", "deficit"):
        assert found[key]["bound_violated"] == 0
        assert found[key]["error_within_1e-12"] == 1.0
        assert found[key]["evaluations_percentiles"]["50"] < 550


def test_a_zero_at_a_single_point_does_not_make_kl_infinite():
    # The density |x| exp(-x^2) beside N(0, 1): E log|X| is -(Euler's constant + log 2) / 2.
    truth = 0.5 * (1 + np.euler_gamma + math.log(2) - math.log(2 * math.pi))
    within(dv.kl_divergence(stats.norm(), stats.dweibull(2)), truth)
    within(
        dv.cross_entropy(stats.norm(), stats.dweibull(2)), 1 + (np.euler_gamma + math.log(2)) / 2
    )
    assert dv.kl_divergence(stats.norm(), stats.dweibull(2, loc=1)).value < 2


def test_what_is_infinite_has_a_bound_of_zero():
    found = dv.kl_divergence(stats.truncnorm(-1, 2, 0.3, 1), stats.invgamma(2))
    assert (found.value, found.error_bound) == (math.inf, 0.0)


def test_densities_that_underflow_do_not_make_kl_infinite():
    # The cross-entropy of a Levy distribution takes E[1/X], of Beta(a, b) (a + b - 1) / (a - 1).
    p, q = stats.beta(1.5, 2), stats.levy(0, 2)
    cross = 0.5 * math.log(math.pi) + 1.5 * p.expect(np.log) + 2.5 / 0.5
    assert dv.cross_entropy(p, q).value == pytest.approx(cross, rel=1e-7)
    with pytest.raises(ValueError, match="underflowed"):
        dv.kl_divergence(stats.cauchy(), stats.johnsonsu(0, 1))
    empty = stats.rv_histogram(([1, 0, 1], [0, 1, 2, 3]))
    assert dv.kl_divergence(stats.uniform(0, 3), empty).value == math.inf
