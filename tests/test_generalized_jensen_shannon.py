"""Jensen-Shannon divergences of any weight: right to the last digits up to the ends and at them."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.functionals.generalized_jensen_shannon import GeneralizedJensenShannon
from divergences.testing import oracle
from divergences.testing.regions import REGIONS
from divergences.testing.tolerance import ulps

WEIGHTS = (0.0, 1e-300, 1e-12, 0.1, 0.5, 0.75, 1.0 - 1e-12, 1.0)
jensen_shannon = dv.generalized_jensen_shannon_divergence


def logits(p):
    with np.errstate(divide="ignore"):
        return dv.Logits(np.log(p))


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_accuracy(weight, normalized):
    rng = np.random.default_rng(0)
    # The mixture is right to two roundings, which count where P and Q are apart.
    for measure, bound in ((np.asarray, 5.0), (dv.Weights, 5.0), (logits, 6.0)):
        for region in REGIONS:
            for n in (1, 2, 3, 9):
                ps = [measure(p) for p in REGIONS[region](rng, n)]
                with mpmath.workdps(1000):
                    exact = true(mpmath.mpf(weight), normalized, *ps)
                result = jensen_shannon(*ps, weight, normalized=normalized)
                if 0 < exact < 1e-300:  # the end of the exponents
                    assert 0.0 <= result < 1e-290
                else:
                    error = ulps(result, exact)
                    assert error <= bound, (region, error, ps, result)


def test_ends_are_the_members_bit_for_bit_and_half_is_jensen_shannon():
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(5), 20), rng.dirichlet(np.ones(5), 20)
    for weight, x, y in ((0.0, p, q), (1.0, q, p)):
        assert jensen_shannon(p, q, weight, normalized=True) == pytest.approx(
            dv.kl_divergence(x, y), rel=1e-15
        )
        assert np.all(jensen_shannon(p, q, weight) == 0.0)
    js = dv.jensen_shannon_divergence(p, q)
    assert jensen_shannon(p, q) == pytest.approx(js, rel=1e-15)
    assert jensen_shannon(p, q, normalized=True) == pytest.approx(4.0 * js, rel=1e-15)
    weighted = dv.jensen_shannon_divergence(p[0], q[0], weights=[0.3, 0.7])
    assert jensen_shannon(p[0], q[0], 0.3) == pytest.approx(weighted, rel=1e-15)
    assert jensen_shannon(p, q, 0.3) == pytest.approx(jensen_shannon(q, p, 0.7), rel=1e-14)


def test_ends_on_disjoint_supports():
    p, q = [1.0, 0.0], [0.0, 1.0]
    for weight in (0.0, 1.0):
        assert jensen_shannon(p, q, weight) == 0.0
        assert jensen_shannon(p, q, weight, normalized=True) == np.inf
    assert jensen_shannon(p, q, 0.25, base=2) == pytest.approx(dv.entropy([0.25, 0.75], base=2))


def test_weights_broadcast_with_the_batch():
    rng = np.random.default_rng(2)
    p, q = rng.dirichlet(np.ones(5), 4), rng.dirichlet(np.ones(5), 4)
    weights = np.array([0.0, 1e-9, 0.4, 1.0])
    expected = np.array(
        [jensen_shannon(a, b, w, normalized=True) for a, b, w in zip(p, q, weights, strict=True)]
    )
    for normalized in (False, True):
        scale = 1.0 if normalized else weights * (1.0 - weights)
        values = jensen_shannon(p, q, weights, normalized=normalized)
        assert values == pytest.approx(scale * expected, rel=1e-14)
    assert jensen_shannon(p[0], q[0], weights).shape == (4,)
    with jax.enable_x64(True):
        values = jensen_shannon(jnp.asarray(p), jnp.asarray(q), jnp.asarray(weights))
        assert np.asarray(values) == pytest.approx(weights * (1.0 - weights) * expected, rel=1e-14)


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("measure", [lambda x: x, dv.Logits], ids=["probabilities", "logits"])
def test_derivatives_by_the_weight_and_by_both_distributions(normalized, measure):
    rng = np.random.default_rng(3)

    def function(b, x, y):
        return jensen_shannon(measure(x), measure(y), b, normalized=normalized)

    with jax.enable_x64(True):
        gradient = jax.jit(jax.grad(function, (0, 1, 2)))
        for region in ("generic", "close", "wide", "zeros_in_both", "nearly_disjoint"):
            x, y = REGIONS[region](rng, 5)
            if measure is dv.Logits:
                with np.errstate(divide="ignore"):
                    x, y = np.log(x), np.log(y)
            for b in (1e-12, 0.2, 0.5, 0.9):
                got = gradient(b, x, y)
                with mpmath.workdps(700):
                    h = mpmath.mpf(10) ** -300
                    ends = [
                        true(mpmath.mpf(b) + s * h, normalized, measure(x), measure(y))
                        for s in (-1, 1)
                    ]
                    slope = float((ends[1] - ends[0]) / (2 * h))
                value = float(function(b, x, y))
                # A difference of two parts, each at most value / min(b, 1 - b) or the slope.
                assert float(got[0]) == pytest.approx(slope, rel=1e-12, abs=2e-14 * value), region
                functional = GeneralizedJensenShannon(b, normalized)
                for g, t in zip(
                    got[1:], oracle.gradient(functional, measure(x), measure(y)), strict=True
                ):
                    scale = max(abs(float(e)) for e in t) + value
                    assert np.max(abs(np.asarray(g) - [float(e) for e in t])) <= 1e-14 * scale


def true(b, normalized, *measures):
    """The divergence in the arithmetic of mpmath, for a weight of as many digits."""
    p, q = (oracle.normalised(oracle.masses(m)) for m in measures)
    if normalized and b in (0, 1):
        pairs = zip(p, q, strict=True) if b == 0 else zip(q, p, strict=True)
        return mpmath.fsum(x * mpmath.log(x / y) if y else mpmath.inf for x, y in pairs if x)
    both = [(x, y, b * x + (1 - b) * y) for x, y in zip(p, q, strict=True)]
    total = b * mpmath.fsum(x * mpmath.log(x / m) for x, _, m in both if b and x)
    total += (1 - b) * mpmath.fsum(y * mpmath.log(y / m) for _, y, m in both if b != 1 and y)
    return total / (b * (1 - b)) if normalized else total


def test_derivative_by_the_weight_at_the_end():
    p, q = jnp.array([0.5, 0.3, 0.2]), jnp.array([0.25, 0.25, 0.5])
    with jax.enable_x64(True):
        p, q = p.astype(jnp.float64), q.astype(jnp.float64)
        slope = jax.grad(lambda b: jensen_shannon(p, q, b, normalized=True))(0.0)
        expected = dv.kl_divergence(p, q) - 0.5 * dv.chi_squared_divergence(p, q)
        assert float(slope) == pytest.approx(float(expected), rel=1e-6)


def test_of_distributions_and_samples():
    p, q = dv.Normal(0.0, 1.0), dv.Normal(2.0, 1.0)
    for weight in (0.0, 1e-9, 0.3):
        found = jensen_shannon(p, q, weight, normalized=True)
        if weight < 0.1:
            assert found.value == pytest.approx(2.0, rel=1e-7)
        assert found.error_bound < 1e-8


def test_weights_are_shares():
    for wrong in (-0.1, 1.1, np.nan, [0.5, 2.0]):
        with pytest.raises(ValueError, match=r"weight is .*; it is the share of P .* from 0 to 1"):
            jensen_shannon([0.5, 0.5], [0.5, 0.5], wrong)
    with pytest.raises(TypeError, match="weight has dtype <U1; pass a real number"):
        jensen_shannon([0.5, 0.5], [0.5, 0.5], "a")
