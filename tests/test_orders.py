"""Quantities of any order: right at every order, near the special ones, and differentiable by it.

The generic tests hold them to their bounds at two orders; here are the orders that are hard.
"""

import itertools
from dataclasses import replace
from functools import cache
from math import inf

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import functional_instances
from divergences.testing.regions import REGIONS, unit
from divergences.testing.tolerance import ulps

ULPS = 8.0
EPS = 2.0**-52
FUNCTIONALS = {f.name: f for f in functional_instances()}
DIVERGENCES = ("alpha_divergence", "renyi_divergence", "tsallis_divergence")
ENTROPIES = ("renyi_entropy", "tsallis_entropy")
EVERY = pytest.mark.parametrize("name", DIVERGENCES + ENTROPIES)
FINITE = (-1.0, -0.3, -1e-8, 0.0, 1e-8, 0.3, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 1.5, 2.0, 3.3, 50.0)
# Of an infinite order, only the logarithm of a sum has a limit that is not zero or infinite.
ORDERS = {name: (-inf, *FINITE, inf) if "renyi" in name else FINITE for name in FUNCTIONALS}


@cache
def cases(name, kind="probabilities"):
    """Pairs of every region, or distributions: of five outcomes, in batches."""
    rng = np.random.default_rng(6)
    pairs = [REGIONS[region](rng, n) for region in REGIONS for n in (2, 5)]
    pairs = [[np.pad(x, (0, 5 - len(x))) for x in pair] for pair in pairs]
    sides = [np.stack(side) for side in zip(*pairs, strict=True)]
    return sides[:1] if name in ENTROPIES else sides


@cache
def truth(name, order, row):
    return oracle.value(
        replace(FUNCTIONALS[name], order=order), *(side[row] for side in cases(name))
    )


def worst(name, results):
    """The largest error of a table of orders by rows, in units in the last place, and where."""
    found = (0.0, None)
    for order, values in zip(ORDERS[name], results, strict=True):
        for row, value in enumerate(values):
            exact = truth(name, order, row)
            if 0 < abs(exact) < 1e-300 or 1e300 < abs(exact) < inf:
                continue  # where floats end
            where = (order, row, value, mpmath.nstr(exact, 17))
            found = max(found, (ulps(value, exact), where), key=lambda e: e[0])
    return found


@EVERY
def test_values_at_all_orders_at_once(name):
    orders = np.array(ORDERS[name])[:, None]
    results = getattr(dv, name)(*cases(name), alpha=orders)
    error, where = worst(name, results)
    assert error <= ULPS, where


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
@pytest.mark.parametrize("name", ["alpha_divergence", "tsallis_divergence"])
def test_sums_of_infinite_order_are_zero_or_infinite(name, xp):
    p, inside, apart = [0.5, 0.25, 0.25, 0.0], [0.75, 0.25, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]
    orders = np.array([-inf, inf])
    sign = np.sign(orders) if name == "tsallis_divergence" else 1.0
    for a, b in itertools.product((p, inside, apart), repeat=2):
        values = getattr(dv, name)(xp.asarray(a), xp.asarray(b), orders)
        assert np.array_equal(values, [0.0, 0.0] if a == b else sign * np.array([inf, inf])), (a, b)


@EVERY
def test_values_under_jax(name):
    with jax.enable_x64(True):
        tiny = np.finfo(float).tiny
        orders = jnp.array(ORDERS[name])[:, None]
        sides = cases(name)
        normal = np.all([np.all((p == 0) | (p > 16 * tiny), axis=1) for p in sides], axis=0)
        results = np.array(getattr(dv, name)(*map(jnp.asarray, sides), alpha=orders))
        for row in np.flatnonzero(~normal):  # XLA flushes subnormal masses to zero
            results[:, row] = [float(truth(name, order, row)) for order in ORDERS[name]]
    error, where = worst(name, results)
    assert error <= ULPS, where


def moved_by_order(name, order, ps):
    """The derivative by the order in many digits, and the sum of what it is a sum of.

    Central differences of the definition. The gap of an outcome grows with the order or falls, and
    of what cancels so no digits can be expected; the terms of all others have one sign.
    """
    digits = oracle.precision(*ps)
    with mpmath.workdps(4 * digits):
        step = mpmath.mpf(10) ** -digits
        pmfs = [oracle.normalised(oracle.masses(p)) for p in ps]
        functional = FUNCTIONALS[name]

        def slope(function):
            a = mpmath.mpf(order)
            return (function(a + step) - function(a - step)) / (2 * step)

        exact = slope(lambda a: replace(functional, order=a).definition(mpmath.mp, *pmfs))
        value = abs(replace(functional, order=order).definition(mpmath.mp, *pmfs))
        size = abs(exact) + EPS * value
        if name in ("alpha_divergence", "tsallis_divergence"):
            gap = lambda a, p, q: (p**a * q ** (1 - a) - a * p - (1 - a) * q) / (a * (a - 1))  # noqa: E731
            moves = [slope(lambda a, p=p, q=q: gap(a, p, q)) for p, q in zip(*pmfs, strict=True)]
            size = mpmath.fsum(map(abs, moves))
            if name == "tsallis_divergence":  # a times the gap
                size = abs(order) * size + (value / abs(order) if order else abs(exact))
        return exact, size


@EVERY
def test_derivative_by_the_order(name):
    rng = np.random.default_rng(8)
    function = getattr(dv, name)
    arity = 1 if name in ENTROPIES else 2
    with jax.enable_x64(True):
        slope = jax.jit(
            jax.vmap(jax.grad(lambda a, *ps: function(*ps, alpha=a)), (0,) + (None,) * arity)
        )
        regions = ("generic", "close", "near_uniform", "near_certain", "nearly_disjoint")
        for region in (*regions, "zeros_in_p"):
            ps = [unit(p ** np.where(p < 1e-30, 0.1, 1.0)) for p in REGIONS[region](rng, 4)]
            ps = ps[:arity]
            for got, order in zip(slope(jnp.array(FINITE), *ps), FINITE, strict=True):
                if region == "zeros_in_p" and order <= 0.0:
                    continue  # the value is infinite there, or has a kink
                exact, size = moved_by_order(name, order, ps)
                if abs(exact) > 1e300:
                    assert got == np.sign(exact) * inf or ulps(np.asarray(got), exact) <= ULPS
                    continue
                with mpmath.workdps(50):
                    error = float(abs(mpmath.mpf(float(got)) - exact) / (EPS * size))
                assert error <= ULPS, (region, order, float(got), float(exact), error)


def test_infinite_orders_are_limits_and_refused_where_there_is_none():
    p, q = [0.5, 0.5], [0.25, 0.75]
    assert dv.renyi_divergence(p, q, inf) == pytest.approx(np.log(2.0), rel=1e-15)
    assert dv.renyi_divergence(p, q, -inf) == pytest.approx(np.log(2.0 / 3.0), rel=1e-15)
    assert dv.renyi_entropy(q, inf) == pytest.approx(-np.log(0.75), rel=1e-15)


@EVERY
def test_an_order_is_a_real_number(name):
    ps = [[0.5, 0.5], [0.25, 0.75]][: 1 if name in ENTROPIES else 2]
    function = getattr(dv, name)
    for alpha, error in ((1j, TypeError), ("2", TypeError), (None, TypeError)):
        with pytest.raises(error, match="alpha"):
            function(*ps, alpha=alpha)
    assert np.isnan(function(*ps, alpha=np.nan))
    with pytest.raises(ValueError, match="alpha"):
        function([[0.5, 0.5]] * 3, *ps[1:], alpha=[1.0, 2.0])
