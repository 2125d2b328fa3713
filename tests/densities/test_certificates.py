"""Error bounds of random pairs hold beside another algorithm: a small run of that benchmark."""

from collections import Counter

import numpy as np
import pytest

from benchmarks import certificates
from benchmarks.certificate_pairs import CONTINUOUS
from benchmarks.certificate_reference import QUANTITIES

PAIRS = 60
NAMES = list(QUANTITIES)


def row_of(number, name=None):
    """Return what became of one quantity of a random pair."""
    group, p, q = certificates.drawn(np.random.default_rng([2, number]))
    smooth = certificates.SMOOTH if group == "wide" else NAMES
    return certificates.judged(name or smooth[number % len(smooth)], p, q)


def test_bounds_of_random_pairs_hold():
    rows = [row_of(number) for number in range(PAIRS)]
    assert not [row for row in rows if row["outcome"] in ("violated", "of no use", "refused")]
    outcomes = Counter(row["outcome"] for row in rows)
    assert outcomes["held"] >= 0.75 * PAIRS, outcomes


@pytest.mark.parametrize("number", range(3))
def test_a_wrong_value_is_noticed(number, monkeypatch):
    right = QUANTITIES["JS"]

    def wrong(p, q):
        found = right.function(p, q)
        return type(found)(found.value + 1e-9, found.method, None, found.error_bound)

    assert row_of(number, "JS")["outcome"] == "held"
    monkeypatch.setitem(QUANTITIES, "JS", right._replace(function=wrong))
    assert row_of(number, "JS")["outcome"] == "violated"


@pytest.mark.parametrize("name", ["gumbel_l", "dgamma", "f"])
def test_an_infinite_value_is_noticed_where_it_is_finite(name, monkeypatch):
    law = CONTINUOUS[name](np.random.default_rng(0), 0.0, 1.0)
    assert certificates.judged("entropy", law, law)["outcome"] == "held"
    entropy = QUANTITIES["entropy"]
    infinite = entropy._replace(function=lambda p: type(entropy.function(p))(np.inf, "", None, 0.0))
    monkeypatch.setitem(QUANTITIES, "entropy", infinite)
    assert certificates.judged("entropy", law, law)["outcome"] == "violated"
