"""Large batches and long vectors are computed in blocks, on several threads, and as accurately."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.numerics.runtime.parallel import map_blocks
from divergences.testing import oracle
from divergences.testing.members import members
from divergences.testing.regions import REGIONS
from divergences.testing.tolerance import ulps

POSITIVE = ("generic", "close", "close_of_all_sizes", "near_uniform")
# Products of two differences, and differences of powers, as in the tests of accuracy.
ULPS = {"chi_squared_divergence": 5.0, "jeffreys_divergence": 5.0, "triangular_discrimination": 5.0}


def bound(member):
    """How many units in the last place a value may be off."""
    return 8.0 if hasattr(member.functional, "order") else ULPS.get(member.name, 4.0)


def two_valued(rng, n):
    """Few distinct pairs of masses, whose roundings all err alike."""
    p, q = (rng.uniform(0.1, 1.0, 2)[(np.arange(n) * k // n) % 2] for k in (2, 4))
    return p / p.sum(), q / q.sum()


@pytest.mark.parametrize("n", [10, 100])
@pytest.mark.parametrize("member", members(joint=False), ids=repr)
def test_rows_of_a_large_batch_are_right(member, n):
    rng = np.random.default_rng(n)
    regions = itertools.cycle([*(REGIONS[name] for name in POSITIVE), two_valued])
    rows = [next(regions)(rng, n) for _ in range(20_000 // n)]
    batch = [np.stack(side) for side in zip(*rows, strict=True)][: member.arity]
    results = member.function(*batch)
    for i in range(24):
        exact = oracle.value(member.functional, *(side[i] for side in batch))
        assert ulps(results[i], exact) <= bound(member), (i, results[i], exact)


def no_mass_anywhere(rng, n):
    """Few outcomes that P or Q has, fewer that both have, and many that neither has."""
    p, q = (rng.exponential(size=n) * (rng.random(n) < 0.3) for _ in range(2))
    p[0] = q[0] = 1.0
    return p / p.sum(), q / q.sum()


def barely_shared(rng, n):
    """What one has, the other has a rounding of, or a few."""
    first = np.arange(n) < n // 2
    p, q = rng.random((2, n))
    tiny = 2.0 ** -rng.integers(50, 60)
    p, q = np.where(first, p, tiny * q), np.where(first, tiny * p, q)
    return p / p.sum(), q / q.sum()


SPARSE = [
    *(REGIONS[name] for name in ("wide", "with_zeros", "zeros_in_p", "zeros_in_both")),
    *(REGIONS[name] for name in ("nearly_disjoint", "disjoint", "subnormal")),
    no_mass_anywhere,
    barely_shared,
]
QUICK = ["kl_divergence", "jensen_shannon_divergence", "jensen_shannon_distance"]


@pytest.mark.parametrize("n", [65, 100, 300])
@pytest.mark.parametrize("member", [m for m in members(joint=False) if m.name in QUICK], ids=repr)
def test_many_outcomes_are_right_where_masses_vanish(member, n):
    rng = np.random.default_rng(n)
    for region in SPARSE:
        batch = [np.stack(side) for side in zip(*(region(rng, n) for _ in range(3)), strict=True)]
        results = member.function(*batch)
        for p, q, result in zip(*batch, results, strict=True):
            exact = oracle.value(member.functional, p, q)
            assert ulps(result, exact) <= 4.0, (region.__name__, result, exact)
            assert ulps(member.function(p, q), exact) <= 4.0, (region.__name__, exact)


@pytest.mark.parametrize("place", [0, 500, -1])
@pytest.mark.parametrize("member", [m for m in members(joint=False) if m.arity == 2], ids=repr)
def test_one_outcome_may_outweigh_all_others(member, place):
    rng = np.random.default_rng(7)
    p, q = rng.random((2, 1000))
    p[place], q[place] = 500.0, 250.0
    p, q = p / p.sum(), q / q.sum()
    exact = oracle.value(member.functional, p, q)
    assert ulps(member.function(p, q), exact) <= bound(member)


@pytest.mark.parametrize("function", [dv.kl_divergence, dv.jensen_shannon_divergence])
def test_one_outcome_may_outweigh_all_others_of_a_long_vector_under_jax(function):
    p, q = np.full((2, 1 << 17), 1.0)
    p[0], q[0], q[1:9] = 2.0**16, 2.0**14, 2.0**12
    p, q = p / p.sum(), q / q.sum()
    with jax.enable_x64(True):
        result = function(jnp.asarray(p), jnp.asarray(q))
    assert abs(float(result) / float(function(p, q)) - 1.0) < 4e-15


def test_batches_whose_outcomes_come_first_are_as_right():
    rng = np.random.default_rng(6)
    p, q = rng.dirichlet(np.ones(100), (2, 50))
    for function in (dv.kl_divergence, dv.jensen_shannon_divergence):
        expected = function(p, q)
        assert np.array_equal(function(p.T.copy(), q.T.copy(), axis=0), expected)
        assert np.array_equal(function(p[:1], q), function(np.repeat(p[:1], 50, axis=0), q))


@pytest.mark.parametrize("delta", [1.0, 1e-6, 1e-12])
@pytest.mark.parametrize("n", [3, 300, 100_000])
def test_total_variation_is_right_whatever_the_rounding_of_the_totals(n, delta):
    rng = np.random.default_rng(n)
    p = rng.random(n)
    q = p * (1.0 + delta * rng.uniform(-1.0, 1.0, n))
    p, q = p / p.sum(), q / q.sum()
    # Masses as integers, and with them the totals: every p_i Q - q_i P is exact.
    a, b = ([int(x) for x in np.ldexp(side, 110)] for side in (p, q))
    total_a, total_b = sum(a), sum(b)
    gap = sum(abs(x * total_b - y * total_a) for x, y in zip(a, b, strict=True))
    assert (
        ulps(dv.total_variation_distance(p, q), oracle.mp.mpf(gap) / (2 * total_a * total_b)) <= 4
    )


def test_blocks_keep_their_order_and_their_exceptions():
    x = np.arange(10.0)
    assert map_blocks(lambda a: a.tolist(), 3, x) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    with pytest.raises(ZeroDivisionError):
        map_blocks(lambda a: 1 // (9 - int(a[-1])), 1, x)
