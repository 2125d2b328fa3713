"""Failing examples shrink to masses that can be read."""

import numpy as np
from hypothesis import find, settings

from divergences.testing.strategies import joint_pmfs, pairs

SETTINGS = settings(max_examples=500, derandomize=True, database=None, deadline=None)


def is_dyadic(p, bits):
    return bool(np.all(np.ldexp(p, bits) == np.round(np.ldexp(p, bits))))


def test_pairs_shrink_to_few_outcomes_and_few_bits():
    def fails(pair):
        p, q = pair
        return min(p.min(), q.min()) > 0.0 and np.abs(p - q).sum() > 0.1

    p, q = find(pairs(), fails, settings=SETTINGS)
    assert p.size == 2
    assert is_dyadic(p, 8)
    assert is_dyadic(q, 8)
    assert p.sum() == q.sum() == 1.0


def test_joint_pmfs_shrink_to_few_bits():
    found = find(joint_pmfs(), lambda p: np.count_nonzero(p) > 1, settings=SETTINGS)
    assert found.size == 2
    assert is_dyadic(found, 3)
    assert found.sum() == 1.0


def test_regions_are_drawn_whole_too():
    p, q = find(pairs(), lambda pair: not is_dyadic(pair[0], 30), settings=SETTINGS)
    assert p.size == q.size
