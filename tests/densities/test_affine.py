"""Shifted and stretched distributions of `scipy.stats`: singular ends away from zero, circles."""

import math

import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.measures.scipy_adapter import distribution

GAMMA = 0.57721566490153286  # of Euler

# Densities that are infinite at an end, and what they are on their own interval.
SINGULAR = [
    (stats.arcsine, (), math.log(math.pi / 4)),
    (stats.powerlaw, (0.35,), 1 - 1 / 0.35 - math.log(0.35)),
    (stats.beta, (0.4, 3.0), None),
    (stats.beta, (3.0, 0.4), None),
    (stats.rdist, (0.8,), None),
    (stats.weibull_max, (0.6,), None),
    (stats.gumbel_l, (), 1 + GAMMA),
    (stats.genextreme, (10.0,), GAMMA * (1 - 10) + 1),
    (stats.genextreme, (-10.0,), GAMMA * (1 + 10) + 1),
    (stats.genextreme, (0.3,), GAMMA * (1 - 0.3) + 1),
    (stats.gamma, (0.4,), None),
    (stats.chi2, (0.7,), None),
]


@pytest.mark.parametrize(
    ("kind", "shapes", "truth"), SINGULAR, ids=lambda x: str(getattr(x, "name", ""))
)
def test_a_shift_leaves_singular_ends_as_they_are(kind, shapes, truth):
    own = dv.entropy(kind(*shapes))
    if truth is not None:
        assert own.value == pytest.approx(truth, rel=1e-12)
    for loc, scale in ((-1.25, 1.0), (3.7, 0.01), (1e3, 50.0)):
        moved = dv.entropy(kind(*shapes, loc=loc, scale=scale))
        slack = moved.error_bound + (own.error_bound or 0.0)
        assert abs(moved.value - own.value - math.log(scale)) <= slack + 1e-13
        assert moved.error_bound < 1e-11


def test_a_shift_and_a_stretch_of_both_change_no_divergence():
    p, q = (stats.beta, (0.4, 0.6)), (stats.arcsine, ())
    own = dv.jensen_shannon_divergence(p[0](*p[1]), q[0](*q[1]))
    moved = dv.jensen_shannon_divergence(
        p[0](*p[1], loc=-0.7, scale=3.0), q[0](*q[1], loc=-0.7, scale=3.0)
    )
    assert abs(own.value - moved.value) <= own.error_bound + moved.error_bound
    assert moved.error_bound < 1e-12


def test_singular_ends_inside_the_support_of_a_mixture():
    # Arcsine laws on (0, 1) and (1, 3), which share no point.
    p = dv.Mixture([stats.arcsine(), stats.arcsine(1.0, 2.0)])
    truth = math.log(math.pi / 4) + 0.5 * math.log(2) + math.log(2)
    estimate = dv.entropy(p)
    assert abs(estimate.value - truth) <= estimate.error_bound < 1e-13


@pytest.mark.parametrize("scale", [180 / math.pi, 0.5])
def test_angles_have_any_unit(scale):
    p, q = stats.vonmises(2, scale=scale), stats.vonmises(0.5, loc=scale, scale=scale)
    own = dv.VonMises(0.0, 2.0), dv.VonMises(1.0, 0.5)
    entropy, kl = dv.entropy(p), dv.kl_divergence(p, q)
    assert abs(entropy.value - own[0].entropy() - math.log(scale)) <= entropy.error_bound + 1e-14
    assert abs(kl.value - dv.kl_divergence(*own).value) <= kl.error_bound + 1e-14
    assert max(entropy.error_bound, kl.error_bound) < 1e-12


@pytest.mark.parametrize(
    "original",
    [
        stats.beta(0.4, 3.0, loc=-0.7, scale=2.5),
        stats.weibull_max(0.7, loc=1.2, scale=0.4),
        stats.genextreme(0.8, loc=0.1, scale=2.0),
        stats.genextreme(-0.8, loc=0.1, scale=2.0),
        stats.gumbel_l(0.3, 0.5),
        stats.rdist(1.4, 0.3, 2.0),
    ],
    ids=lambda p: p.dist.name,
)
def test_density_quantiles_and_samples_are_those_of_scipy(original):
    p = distribution("p", original)
    x, u = np.linspace(-0.9, 2.0, 13), np.linspace(0.01, 0.99, 9)
    np.testing.assert_allclose(p.sf(x), original.sf(x), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(p.log_prob(x), original.logpdf(x), rtol=1e-13)
    np.testing.assert_allclose(p.cdf(x), original.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(p.quantile(u), original.ppf(u), rtol=1e-12)
    draws = p.sample(0, 1000)
    assert stats.kstest(draws, original.cdf).pvalue > 1e-3


def test_messages_say_which_distribution_it_is():
    assert (
        repr(distribution("p", stats.burr12(2, 3, scale=0.5)))
        == "scipy.stats burr12(2, 3, scale=0.5)"
    )
    assert "rv_histogram" in repr(distribution("p", stats.rv_histogram(([1, 2], [0, 1, 2]))))
