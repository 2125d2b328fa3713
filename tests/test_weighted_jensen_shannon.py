"""Jensen-Shannon of several distributions and with weights: accurate from logs as from masses."""

import itertools
from functools import cache

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.testing.tolerance import spacing, ulps

ULPS = 8.0
DELTAS = (1.0, 1e-4, 1e-8, 1e-12)
WEIGHTS = ((0.625, 0.25, 0.125), (1 / 3, 1 / 3, 1 / 3), (0.0, 0.75, 0.25))


def logits(delta):
    """Three rows of logits that differ by about delta."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=6)
    return common + delta * rng.normal(size=(3, 6))


@cache
def truth(delta, weights):
    """The value and its derivatives by the logits."""
    with mpmath.workdps(80):
        rows = [[mpmath.exp(mpmath.mpf(float(x))) for x in row] for row in logits(delta)]
        ps = [[x / mpmath.fsum(row) for x in row] for row in rows]
        w = [mpmath.mpf(x) / mpmath.fsum(weights) for x in weights]
        m = [mpmath.fsum(a * x for a, x in zip(w, column, strict=True)) for column in zip(*ps)]  # noqa: B905
        each = [mpmath.fsum(x * mpmath.log(x / y) for x, y in zip(p, m, strict=True)) for p in ps]
        slopes = [
            [a * x * (mpmath.log(x / y) - d) for x, y in zip(p, m, strict=True)]
            for a, p, d in zip(w, ps, each, strict=True)
        ]
        return mpmath.fsum(a * d for a, d in zip(w, each, strict=True)), slopes


@pytest.mark.parametrize("delta", DELTAS)
def test_values_of_three_near_distributions(delta):
    rows = logits(delta)
    for weights in WEIGHTS:
        exact, _ = truth(delta, weights)
        with np.errstate(all="raise"):
            result = dv.jensen_shannon_divergence(*map(dv.Logits, rows), weights=list(weights))
        # Of a first weight of 0 the others are compared by their differences from the first.
        assert ulps(result, exact) <= ULPS, weights


@pytest.mark.parametrize("delta", [1e-12, 1e-8, 1e-3])
def test_weights_of_two_agree_with_the_generalized_divergence(delta):
    x, y = dv.Logits(np.zeros(1000)), dv.Logits(delta * (np.arange(1000) % 3))
    result = dv.jensen_shannon_divergence(x, y, weights=[2 / 3, 1 / 3])
    expected = dv.generalized_jensen_shannon_divergence(x, y, 2 / 3)
    assert result == pytest.approx(expected, rel=4e-15)


def test_values_and_gradients_under_jax():
    with jax.enable_x64(True):
        value = lambda x, w: dv.jensen_shannon_divergence(*map(dv.Logits, x), weights=w)  # noqa: E731
        both = jax.jit(jax.value_and_grad(value))
        for delta in DELTAS:
            for weights in WEIGHTS:
                exact, slopes = truth(delta, weights)
                result, gradient = both(logits(delta), jnp.array(weights))
                assert ulps(result, exact) <= ULPS, (delta, weights)
                unit = spacing(max(abs(x) for row in slopes for x in row), "float64")
                for got, expected in zip(np.ravel(gradient), itertools.chain(*slopes), strict=True):
                    assert abs(mpmath.mpf(float(got)) - expected) <= ULPS * unit
        invalid = [both(logits(1.0), jnp.array(w))[0] for w in ([1.5, -0.5, 0.0], [np.nan, 1, 1])]
        assert np.isnan(invalid).all()


def test_weights_that_are_zero_or_no_numbers():
    p, q = [0.5, 0.5], [0.25, 0.75]
    for weights in ([1.0, 0.0], [0.0, 1.0]):
        value = dv.jensen_shannon_divergence(p, q, weights=weights)
        assert value == 0.0
        assert not np.signbit(value)
    assert dv.jensen_shannon_divergence([0.0, 1.0], [1.0, 0.0], weights=[1.0, 0.0]) == 0.0
    for weights in ([np.nan, 1.0], [1.0, np.nan]):
        with pytest.raises(ValueError, match="weights has NaN"):
            dv.jensen_shannon_divergence(p, q, weights=weights)


def test_a_traced_weight_outside_of_its_range_is_nan():
    p, q = jnp.array([0.5, 0.5]), jnp.array([0.25, 0.75])
    value = jax.jit(lambda b: dv.generalized_jensen_shannon_divergence(p, q, b))
    assert np.isnan([value(b) for b in (1.5, -0.5, np.nan)]).all()
    assert value(0.5) > 0.0
