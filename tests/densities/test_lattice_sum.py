"""Sums over whole numbers: closed forms, tails of both kinds, bounds that hold."""

import math

import mpmath
import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.methods import ClosedForm, LatticeSum

PAIRS = [
    (dv.Poisson(3), dv.Poisson(5)),
    (dv.Poisson(1e5), dv.Poisson(1.01e5)),
    (dv.Geometric(0.3), dv.Geometric(1e-3)),
    (dv.Geometric(1e-4), dv.Geometric(2e-4)),
    (dv.NegativeBinomial(0.3, 0.01), dv.NegativeBinomial(0.3, 0.02)),
    (dv.Zeta(2), dv.Zeta(3)),
    (dv.Zeta(1.5), dv.Zeta(3)),
    (dv.Zeta(1.1), dv.Zeta(1.05)),
    (dv.Binomial(20, 0.3), dv.Binomial(20, 0.6)),
    (dv.Zeta(1.5), dv.Geometric(0.5)),
    (dv.Poisson(3), dv.Binomial(5, 0.5)),
]


@pytest.mark.parametrize(("p", "q"), PAIRS, ids=str)
def test_kl_is_the_closed_form_within_the_bound(p, q):
    truth = dv.kl_divergence(p, q, method=ClosedForm()).value
    found = dv.kl_divergence(p, q, method=LatticeSum())
    if math.isinf(truth):
        assert found.value == truth
    else:
        assert abs(found.value - truth) <= found.error_bound + 4e-15 * truth
        assert found.value == pytest.approx(truth, rel=1e-11)


def test_finite_distributions_agree_with_arrays():
    p, q = dv.Binomial(6, 0.3), dv.Binomial(6, 0.7)
    k = np.arange(7.0)
    a, b = np.exp(p.log_prob(k)), np.exp(q.log_prob(k))
    for function in (
        dv.jensen_shannon_divergence,
        dv.jensen_shannon_deficit,
        dv.total_variation_distance,
        dv.hellinger_distance,
        dv.jeffreys_divergence,
    ):
        found = function(p, q)
        assert found.value == pytest.approx(
            float(function(dv.Weights(a), dv.Weights(b))), rel=1e-13
        )


def test_js_of_power_tails_is_that_of_high_precision():
    # sum over k of (p log(p/m) + q log(q/m)) / 2, by mpmath's nsum in 30 digits.
    with mpmath.workdps(30):
        z1, z2 = mpmath.zeta(2), mpmath.zeta(3)

        def term(k):
            p, q = k**-2 / z1, k**-3 / z2
            m = (p + q) / 2
            return (p * mpmath.log(p / m) + q * mpmath.log(q / m)) / 2

        truth = float(mpmath.nsum(term, [1, mpmath.inf], method="e"))
    found = dv.jensen_shannon_divergence(dv.Zeta(2), dv.Zeta(3))
    assert abs(found.value - truth) <= found.error_bound + 4e-16
    assert found.info["reached"]


def test_entropies():
    for p in (dv.Zeta(2.5), dv.Geometric(0.1)):
        truth = dv.entropy(p, method=ClosedForm()).value
        found = dv.entropy(p, method=LatticeSum())
        assert abs(found.value - truth) <= found.error_bound + 4e-15 * truth
    bits = dv.entropy(dv.Bernoulli(0.5), base=2, method=LatticeSum())
    assert bits.value == pytest.approx(1.0, rel=1e-15)


def test_mixtures_and_scipy():
    p = dv.Mixture([dv.Poisson(2), dv.Poisson(50)], [0.5, 0.5])
    js = dv.jensen_shannon_divergence(p, stats.poisson(10))
    k = np.arange(400.0)
    a, b = np.exp(p.log_prob(k)), np.exp(dv.Poisson(10).log_prob(k))
    truth = float(dv.jensen_shannon_divergence(dv.Weights(a), dv.Weights(b)))
    assert js.value == pytest.approx(truth, rel=1e-13)
    shifted = stats.randint(2, 5)
    assert dv.entropy(shifted).value == pytest.approx(math.log(3), rel=1e-14)
