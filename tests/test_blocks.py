"""Large batches and long vectors are computed in blocks, on several threads, and as accurately."""

import itertools

import numpy as np
import pytest

import divergences as dv
from divergences.numerics.parallel import map_blocks
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
