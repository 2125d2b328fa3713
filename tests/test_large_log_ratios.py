"""The power family from logs whose masses underflow: masks that are finite, ratios of thousands.

The truth is in the powers' own logarithms, in the arithmetic of mpmath.
"""

from dataclasses import replace
from functools import cache

import jax
import ml_dtypes
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.methods.finite.order_divergence import sums
from divergences.numerics.floats.jvp_rules import simplex_derivative
from divergences.testing.members import functional_instances
from divergences.testing.tolerance import spacing, ulps

ULPS = 8.0
COLUMNS = ("alpha_term", "only_p", "only_q", "overlap")
ORDERS = (-1.0, 0.3, 0.5, 0.9, 2.0)
NAMES = (
    "alpha_divergence",
    "bhattacharyya_distance",
    "renyi_divergence",
    "tsallis_divergence",
)
EVERY = pytest.mark.parametrize("name", NAMES)
MEMBERS = {f.name: f for f in functional_instances()}
# What transformers mask with, on either side and on both, and ratios that no float holds.
PAIRS = (
    ([0.0, 1.0, 2.0], [0.0, 1.0, -1e4]),
    ([0.0, 1.0, -1e4], [0.5, 1.0, 2.0]),
    ([0.0, 0.0, -1e4], [0.0, -1e4, 0.0]),
    ([0.5, 0.0, -1e9], [0.0, -1e9, 0.25]),
    ([0.0, -1400.0, -3000.0], [-1400.0, 0.0, -3000.0]),
    ([900.0, 0.0, -900.0], [-900.0, 0.0, 900.0]),
    ([50.0, 0.0, -50.0], [-50.0, 0.0, 50.0]),
    ([0.0, -90.0, -3.0], [-90.0, 0.0, -250.0]),
    ([3.0, 1.0, -700.0], [3.0, 1.0, -1500.0]),
)


def logarithms(a):
    """The logarithms of the masses that logits stand for."""
    a = [mpmath.mpf(float(x)) for x in a]
    top = max(a)
    total = top + mpmath.log(mpmath.fsum(mpmath.exp(x - top) for x in a))
    return [x - total for x in a]


@cache
def truth(name, order, a, b, digits=400):
    """The value and its derivatives by both logits."""
    with mpmath.workdps(digits):  # values beneath 1e-300 are the difference of one and a sum
        logs = logarithms(a), logarithms(b)
        p, q = ([mpmath.exp(x) for x in side] for side in logs)
        order = mpmath.mpf(order)
        powers = [mpmath.exp(order * x + (1 - order) * y) for x, y in zip(*logs, strict=True)]
        total = mpmath.fsum(powers)
        excess, log_sum = (total - 1) / (order - 1), mpmath.log(total) / (order - 1)
        by_p = [order / (order - 1) * (e - x * total) for e, x in zip(powers, p, strict=True)]
        by_q = [y * total - e for e, y in zip(powers, q, strict=True)]
        value, unit = {
            "tsallis_divergence": (excess, mpmath.mpf(1)),
            "alpha_divergence": (excess / order, 1 / order),
            "renyi_divergence": (log_sum, 1 / total),
            "bhattacharyya_distance": (log_sum / 2, 1 / (2 * total)),
        }[name]
        return value, [[unit * x for x in side] for side in (by_p, by_q)]


def function(name, order):
    if name == "bhattacharyya_distance":
        return dv.bhattacharyya_distance
    return lambda p, q: getattr(dv, name)(p, q, order)


def orders_of(name):
    return (0.5,) if name == "bhattacharyya_distance" else ORDERS


def representable(exact, dtype):
    return abs(exact) < 0.01 * float(np.finfo(dtype).max)


def assert_gradient(found, exact, dtype, where):
    """Every entry is right to some units of the largest."""
    largest = max(abs(x) for side in exact for x in side)
    if not representable(largest, dtype):
        assert not any(np.isnan(np.asarray(x)).any() for x in found), where
        return
    unit = spacing(max(largest, mpmath.mpf(float(np.finfo(dtype).tiny))), dtype)
    for got, side in zip(found, exact, strict=True):
        for g, t in zip(np.asarray(got), side, strict=True):
            error = abs(mpmath.mpf(float(g)) - t) / unit
            assert error <= ULPS, (where, float(g), float(t), float(error))


@EVERY
def test_values_from_logits_and_log_probabilities(name):
    for a, b in PAIRS:
        probs = [np.array([float(x) for x in logarithms(side)]) for side in (a, b)]
        for order in orders_of(name):
            for kind, sides in ((dv.Logits, (a, b)), (dv.LogProbs, probs)):
                result = function(name, order)(*(kind(np.array(x)) for x in sides))
                exact, _ = truth(name, order, *map(tuple, sides))
                if representable(exact, float):
                    assert ulps(result, exact) <= ULPS, (kind, a, b, order)
                else:
                    assert result == np.sign(float(mpmath.sign(exact))) * np.inf, (a, b, order)


@EVERY
def test_orders_at_once_and_batches_are_those_one_by_one(name):
    if name == "bhattacharyya_distance":
        batch = dv.bhattacharyya_distance(
            *(dv.Logits(np.array(x)) for x in zip(*PAIRS, strict=True))
        )
        each = [dv.bhattacharyya_distance(dv.Logits(a), dv.Logits(b)) for a, b in PAIRS]
    else:
        orders = np.array(ORDERS)[:, None]
        batch = getattr(dv, name)(
            *(dv.Logits(np.array(x)) for x in zip(*PAIRS, strict=True)), orders
        )
        each = [
            [getattr(dv, name)(dv.Logits(a), dv.Logits(b), order) for a, b in PAIRS]
            for order in ORDERS
        ]
    assert np.array_equal(batch, each)


@EVERY
def test_a_plain_array_beside_masked_logits(name):
    p = np.array([0.5, 0.375, 0.125])
    logs = tuple(mpmath.log(x) for x in map(float, p))
    for b in ((0.0, 1.0, -1e4), (0.0, -1e9, -800.0), (-2000.0, -3000.0, 0.0)):
        for order in orders_of(name):
            result = function(name, order)(p, dv.Logits(np.array(b)))
            with mpmath.workdps(60):
                logs = [mpmath.log(mpmath.mpf(x)) for x in p.tolist()]
                a = mpmath.mpf(order)
                total = mpmath.fsum(
                    mpmath.exp(a * x + (1 - a) * y)
                    for x, y in zip(logs, logarithms(b), strict=True)
                )
                exact = {
                    "tsallis_divergence": (total - 1) / (a - 1),
                    "alpha_divergence": (total - 1) / (a - 1) / a,
                    "renyi_divergence": mpmath.log(total) / (a - 1),
                    "bhattacharyya_distance": -mpmath.log(total),
                }[name]
            if representable(exact, float):
                assert ulps(result, exact) <= ULPS, (b, order)
            else:
                assert np.isinf(result)


def test_the_smallest_float_as_a_mask():
    # Where the sum itself overflows, only its logarithm is a number.
    least = np.finfo(float).min
    p, q = dv.Logits([0.0, 0.0, least]), dv.Logits([0.0, least, 0.0])
    assert dv.bhattacharyya_distance(p, q) == pytest.approx(np.log(2.0), rel=1e-15)
    assert dv.renyi_divergence(p, q, 0.3) == pytest.approx(np.log(2.0) / 0.7, rel=1e-15)
    for order in (2.0, 3.0):
        assert dv.renyi_divergence(p, q, order) >= 1.7e308
        assert dv.tsallis_divergence(p, q, order) == dv.alpha_divergence(p, q, order) == np.inf
    apart = dv.Logits([0.0, least]), dv.Logits([least, 0.0])
    assert dv.bhattacharyya_distance(*apart) == -0.5 * least
    assert dv.tsallis_divergence(*apart, 0.5) == 2.0


def test_wide_logits_of_many_outcomes():
    rng = np.random.default_rng(0)
    for scale in (300.0, 1000.0):
        a, b = scale * rng.normal(size=(2, 3, 1000))
        found = dv.bhattacharyya_distance(dv.Logits(a), dv.Logits(b))
        for row in range(3):
            with mpmath.workdps(40):
                logs = (logarithms(x[row]) for x in (a, b))
                exact = -mpmath.log(
                    mpmath.fsum(mpmath.exp((x + y) / 2) for x, y in zip(*logs, strict=True))
                )
            assert ulps(found[row], exact) <= ULPS


def rule(name, order, x, y, by_logs=(True, True)):
    """The derivatives by both sides and by the order, as JAX compiles them."""
    member, a = replace(MEMBERS[name], order=order), np.array(order)
    with np.errstate(all="ignore"):
        found = sums.outcomes_of(x, y, *by_logs, np)
        parts = sums.evaluate(found, a, np)
        column = parts._replace(**{k: np.asarray(getattr(parts, k))[..., None] for k in COLUMNS})
        column = column._replace(log_sum=tuple(part[..., None] for part in parts.log_sum))
        p, q = sums.sides(found, a, by_logs, np)
        slopes = [
            simplex_derivative(slope, side.mass, z, is_log, np)
            for slope, side, z, is_log in zip(
                member.gradients(p, q, column, a[..., None], np),
                (p, q),
                (x, y),
                by_logs,
                strict=True,
            )
        ]
        return slopes, member.order_derivative(p, parts, sums.order_derivative(found, a, np), a, np)


@EVERY
def test_derivatives_by_logits(name):
    for a, b in PAIRS:
        for order in orders_of(name):
            slopes, _ = rule(name, order, np.array(a), np.array(b))
            exact = truth(name, order, tuple(a), tuple(b))[1]
            assert_gradient(slopes, exact, "float64", (a, b, order))


@pytest.mark.parametrize("name", [n for n in NAMES if n != "bhattacharyya_distance"])
def test_derivatives_by_the_order(name):
    for a, b in PAIRS:
        for order in ORDERS:
            _, slope = rule(name, order, np.array(a), np.array(b))
            with mpmath.workdps(800):
                step, a_, b_ = mpmath.mpf(10) ** -200, tuple(a), tuple(b)
                above, below = (truth(name, order + s * step, a_, b_, 800)[0] for s in (1, -1))
                exact = (above - below) / (2 * step)
            # The gap of an outcome grows with the order or falls; a Renyi divergence only grows.
            value = 0 if "renyi" in name else abs(truth(name, order, tuple(a), tuple(b))[0])
            if not representable(abs(exact) + value, "float64"):
                assert not np.isnan(slope), (a, b, order)
                continue
            unit = spacing(max(abs(exact), value, 1e-300), "float64")
            assert abs(mpmath.mpf(float(slope)) - exact) <= 2.0 * ULPS * unit, (a, b, order)


@EVERY
def test_derivatives_beside_a_plain_array(name):
    p = np.array([0.5, 0.375, 0.125])
    logs = tuple(np.log(p).tolist())
    for b in ((0.0, 1.0, -1e4), (0.0, -1e4, -700.0), (-2000.0, -3000.0, 0.0)):
        for order in (0.5,) if name == "bhattacharyya_distance" else (0.3, 0.5, 0.9):
            (_, by_q), _ = rule(name, order, p, np.array(b), (False, True))
            exact = truth(name, order, logs, b)[1][1]
            # The logs of P are rounded here, which each derivative feels in proportion.
            scale = max(abs(x) for x in exact)
            for got, expected in zip(by_q, exact, strict=True):
                assert abs(mpmath.mpf(float(got)) - expected) <= 1e-13 * max(scale, 1e-300)


@pytest.mark.parametrize(
    ("name", "dtype"), [("renyi_divergence", "float64"), ("alpha_divergence", "float32")]
)
def test_values_and_gradients_under_jax(name, dtype):
    with jax.enable_x64(dtype == "float64"):
        value = lambda a, b, order: getattr(dv, name)(dv.Logits(a), dv.Logits(b), order)  # noqa: E731
        both = jax.jit(jax.vmap(jax.value_and_grad(value, (0, 1))))
        cases = [(a, b, order) for a, b in PAIRS for order in ORDERS]
        arrays = [np.array(side, dtype) for side in zip(*cases, strict=True)]
        values, gradients = both(*arrays)
    for i in range(len(cases)):
        a, b, order = (x[i] for x in arrays)
        exact, slopes = truth(name, float(order), tuple(a.tolist()), tuple(b.tolist()))
        if representable(exact, dtype) and abs(exact) > float(np.finfo(dtype).tiny):
            assert ulps(values[i], exact) <= ULPS, (a, b, order)
        else:
            assert not np.isnan(values[i]), (a, b, order)
        assert_gradient([g[i] for g in gradients], slopes, dtype, (a, b, order))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_masks_of_sixteen_bits(dtype):
    dtype = ml_dtypes.bfloat16 if dtype == "bfloat16" else np.float16
    least = float(ml_dtypes.finfo(dtype).min)
    p, q = (dv.Logits(np.array(x, dtype)) for x in ([0.0, 0.0, least], [0.0, least, 0.0]))
    result = dv.bhattacharyya_distance(p, q)
    assert result.dtype == np.float32
    assert result == np.float32(np.log(2.0))
    assert dv.renyi_divergence(p, q, 0.5) == np.float32(2.0 * np.log(2.0))
