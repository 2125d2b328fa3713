"""Where a quotient or a mass leaves the range of floats, but the quantity does not."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import members
from divergences.testing.regions import REGIONS
from divergences.testing.tolerance import ulps

MEMBER = {member.name: member for member in members()}


def exact(name, *measures):
    return oracle.value(MEMBER[name].functional, *measures)


def test_chi_squared_is_finite_where_the_quotient_overflows():
    # (p - q)/q is 2e310 and more; its product with p - q is within range.
    p, q = np.array([1e-10, 1.0 - 1e-10]), np.array([5e-321, 1.0])
    result = dv.chi_squared_divergence(p, q)
    # Of a q without full digits it is computed from log(p/q), to as many roundings as that is.
    assert float(result) == pytest.approx(float(exact("chi_squared_divergence", p, q)), rel=1e-12)


def test_chi_squared_of_weights_that_are_squared_beyond_the_range():
    p, q = dv.Weights([1.0, 1e-20]), dv.Weights([1e-20, 1.0])
    result = dv.chi_squared_divergence(p, q)
    assert ulps(result, exact("chi_squared_divergence", p, q)) <= 4.0


@pytest.mark.parametrize("name", ["chi_squared_divergence", "jeffreys_divergence"])
def test_masses_that_underflow_are_known_by_their_logs(name):
    p, q = dv.Logits(np.array([0.0, -600.0])), dv.Logits(np.array([0.0, -800.0]))
    truth = float(exact(name, p, q))
    function = MEMBER[name].function
    assert float(function(p, q)) == pytest.approx(truth, rel=1e-12, abs=0.0)
    with jax.enable_x64(True):
        result = function(*(dv.Logits(jnp.asarray(x.values)) for x in (p, q)))
        assert float(result) == pytest.approx(truth, rel=1e-12, abs=0.0)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([0.0, -600.0], [0.0, -800.0]),
        ([0.0, -100.0], [0.0, -745.0]),
        ([0.0, -800.0], [0.0, -1600.0]),  # no mass is a float, and the value is one
        ([0.0, 1.0], [0.0, 1.0001]),
    ],
)
def test_chi_squared_of_logits_whose_masses_underflow(p, q):
    p, q = dv.Logits(np.array(p)), dv.Logits(np.array(q))
    truth = exact("chi_squared_divergence", p, q)
    assert ulps(dv.chi_squared_divergence(p, q), truth) <= 8.0
    with jax.enable_x64(True):
        result = dv.chi_squared_divergence(*(dv.Logits(jnp.asarray(x.values)) for x in (p, q)))
    assert ulps(np.asarray(result), truth) <= 8.0


def test_chi_squared_may_itself_be_subnormal():
    p, q = np.array([1.0, 3e-310]), np.array([1.0, 1e-310])
    truth = float(exact("chi_squared_divergence", p, q))
    assert 0.0 < truth < np.finfo(float).smallest_normal
    # Subnormal numbers of this size have 44 bits.
    assert float(dv.chi_squared_divergence(p, q)) == pytest.approx(truth, rel=1e-12, abs=0.0)


def test_jeffreys_of_masses_whose_quotient_is_subnormal():
    p, q = np.array([0.5, 1.5e-323, 0.5]), np.array([0.375, 0.625, 2.5e-323])
    assert ulps(dv.jeffreys_divergence(p, q), exact("jeffreys_divergence", p, q)) <= 4.0


@pytest.mark.parametrize("name", ["chi_squared_divergence", "jeffreys_divergence", "kl_divergence"])
def test_gradients_of_infinite_values_are_limits(name):
    # One outcome is impossible under Q. As its mass falls to zero, so the derivatives tend.
    p, q = np.array([0.25, 0.25, 0.5]), np.array([0.0, 0.5, 0.5])
    with jax.enable_x64(True):
        limits = jax.grad(MEMBER[name].function, (0, 1))(jnp.asarray(p), jnp.asarray(q))
        near = q + np.array([1e-150, 0.0, 0.0])
        there = oracle.gradient(MEMBER[name].functional, p, near)
        for got, expected in zip(limits, there, strict=True):
            for g, e in zip(np.asarray(got), map(float, expected), strict=True):
                # What grows without bound may do so like a logarithm.
                grown = abs(e) > 50.0
                assert (np.isinf(g) and g * e > 0) if grown else g == pytest.approx(e, rel=1e-12)


@pytest.mark.parametrize(
    "name", ["kl_divergence", "jeffreys_divergence", "chi_squared_divergence", "hellinger_distance"]
)
def test_jax_keeps_all_digits_of_masses_whose_halves_would_be_flushed(name):
    p, q = np.array([1.0, 2.0154047842015481e-199]), np.array([1.0, 1.3082612228253854e-300])
    with jax.enable_x64(True):
        result = np.asarray(MEMBER[name].function(jnp.asarray(p), jnp.asarray(q)))
    assert ulps(result, exact(name, p, q)) <= 5.0


def test_entropies_of_logits_further_apart_than_the_largest_float():
    z = [1e308, -1e308]
    with np.errstate(all="raise"):
        p = dv.Logits(z)
        assert dv.entropy(p) == dv.tsallis_entropy(p, 0.5) == dv.renyi_entropy(p, np.inf) == 0.0
        assert dv.perplexity(p) == dv.tsallis_entropy(p, 0.0) == 1.0
        assert dv.renyi_entropy(p, 0.0) == pytest.approx(np.log(2.0), rel=1e-15)
        assert dv.renyi_entropy(p, -1.0) == np.inf
        # The same logits twice, no mass beyond the range, and some mass there.
        assert dv.cross_entropy(p, dv.Logits(z)) == 0.0
        assert dv.cross_entropy(dv.Logits([0.0, 0.0]), p) == np.inf
    least = np.finfo(float).min
    assert dv.cross_entropy(dv.Logits([0.0, 0.0]), dv.Logits([0.0, least])) == pytest.approx(
        -0.5 * least, rel=1e-15
    )
    value, slope = jax.value_and_grad(lambda z: dv.entropy(dv.Logits(z)))(jnp.array([3e38, -3e38]))
    assert value == 0.0
    assert np.array_equal(slope, [0.0, 0.0])


@pytest.mark.parametrize("order", [1e300, 1e308, -1e308])
def test_orders_near_the_largest_float(order):
    p, q = [0.6, 0.4], [0.5, 0.5]
    most = 0.6 if order > 0.0 else 0.4
    assert dv.renyi_entropy(p, order) == pytest.approx(-np.log(most), rel=1e-15)
    assert dv.renyi_divergence(p, q, order) == pytest.approx(np.log(2.0 * most), rel=1e-15)
    assert dv.tsallis_divergence(p, q, order) == np.sign(order) * np.inf
    expected = 1.0 / order if order > 0.0 else np.inf
    assert dv.tsallis_entropy(p, order) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("logits", [[0.0, -745.0, -746.0], [0.0, -90.0, -744.0], [0.0, -37.0]])
def test_entropies_of_logits_that_are_nearly_certain(logits):
    p = np.array(logits)
    assert ulps(dv.entropy(dv.Logits(p)), exact("entropy", dv.Logits(p))) <= 4.0
    for order in (0.5, 0.6, 0.9):  # the powers are normal numbers where masses are not
        for name in ("renyi_entropy", "tsallis_entropy"):
            functional = replace(MEMBER[name].functional, order=order)
            result = getattr(dv, name)(dv.Logits(p), order)
            assert ulps(result, oracle.value(functional, dv.Logits(p))) <= 8.0, (name, order)


def test_entropies_in_single_precision_of_masses_beneath_its_range():
    p = dv.Logits(jnp.array([0.0, -90.0], jnp.float32))
    assert float(dv.entropy(p)) == pytest.approx(91.0 * np.exp(-90.0), rel=1e-6, abs=0.0)
    order = np.float32(0.75)
    expected = np.exp(-67.5) / 0.25
    assert float(dv.tsallis_entropy(p, order)) == pytest.approx(expected, rel=1e-6, abs=0.0)
    assert float(dv.renyi_entropy(p, order)) == pytest.approx(expected, rel=1e-6, abs=0.0)


def test_perplexity_beyond_the_range_of_its_dtype():
    assert dv.perplexity(dv.Weights(np.ones(70_000, np.float16))) == 70_000.0


@pytest.mark.parametrize("member", [m for m in members() if not m.joint], ids=repr)
def test_floating_point_errors_of_the_caller_are_not_raised(member):
    rng = np.random.default_rng(9)
    for region in ("subnormal", "wide", "close_of_all_sizes", "disjoint"):
        for n in (2, 10, 3001):
            with np.errstate(all="ignore"):
                ps = REGIONS[region](rng, n)[: member.arity]
                small = [p * 1e-300 for p in ps if np.any(p * 1e-300 > 0.0)]
                logits = [np.log(p) for p in ps]
            with np.errstate(all="raise"):
                member.function(*ps)
                member.function(*map(dv.Logits, logits))
                if len(small) == len(ps):
                    member.function(*map(dv.Weights, small))
    with np.errstate(all="raise"):
        single = [np.array([1.0, 1e-30], np.float32), np.array([1.0, 2e-30], np.float32)]
        member.function(*map(dv.Weights, single[: member.arity]))  # a result that underflows


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([1e308, 1e308], [1e308, 1e-308]),
        ([5e-324, 5e-324], [5e-324, 1e308]),
        ([1e308, 3e-320, 2.0], [2.0, 5e307, 1e-300]),
        ([1e200, 1e-200], [1e-200, 1e200]),
    ],
)
def test_weights_whose_range_exceeds_that_of_one_float(p, q):
    p, q = dv.Weights(np.array(p)), dv.Weights(np.array(q))
    for name in ("kl_divergence", "cross_entropy", "jeffreys_divergence", "entropy"):
        sides = (p, q)[: MEMBER[name].arity]
        truth = exact(name, *sides)
        result = MEMBER[name].function(*sides)
        assert ulps(result, truth) <= 4.0 or abs(truth) < 1e-300, name
    for name, order in (("bhattacharyya_distance", 0.5), ("renyi_divergence", 2.0)):
        functional = replace(MEMBER[name].functional, order=order)
        keywords = {} if name == "bhattacharyya_distance" else {"alpha": order}
        result = getattr(dv, name)(p, q, **keywords)
        assert ulps(result, oracle.value(functional, p, q)) <= 8.0, name


def test_weights_whose_range_exceeds_that_of_one_float_are_checked():
    p, q = dv.Weights([1.3e-299, 9.6e297]), dv.Weights([6.2e-264, 8.7e224])
    assert dv.jeffreys_divergence(p, q) == dv.jeffreys_divergence(q, p) == 0.0  # they underflow
    for bad, match in (
        ([-1.0, 1e308, 1e-308], "negative"),
        ([np.inf, 1e308, 1e-308], "infinite"),
        ([[0.0, 0.0], [1e308, 1e-308]], "zero"),
    ):
        with pytest.raises(ValueError, match=match):
            dv.entropy(dv.Weights(bad))
    assert np.isnan(dv.entropy(dv.Weights([np.nan, 1e308, 1e-308])))


def test_single_weights_under_jax_whose_range_exceeds_that_of_one_float():
    ones, wide = (jnp.array(x, jnp.float32) for x in ([1.0, 1.0], [1e20, 1e-20]))
    result = dv.kl_divergence(dv.Weights(ones), dv.Weights(wide))
    wide = np.asarray(wide, np.float64)
    assert float(result) == pytest.approx(
        dv.kl_divergence(dv.Weights([1.0, 1.0]), dv.Weights(wide)), rel=1e-6
    )
