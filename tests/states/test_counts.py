"""Counts of streams: the estimates of the whole, whatever the chunks."""

import json
from itertools import pairwise

import numpy as np
import pytest

import divergences as dv
from divergences.states import CountState

RNG = np.random.default_rng(5)
STREAMS = {
    "bytes": RNG.integers(-128, 128, 900).astype(np.int8),
    "integers": RNG.zipf(1.6, 900),
    "unsigned": RNG.zipf(1.6, 900).astype(np.uint64) + np.uint64(2**63),
    "booleans": RNG.random(900) < 0.3,
    "strings": RNG.choice(np.array(["a", "bc", "d e", ""]), 900),
    "objects": RNG.choice(np.array(["a", "bc", 7], object), 900),
    "rows": RNG.integers(0, 4, (900, 2)),
}


@pytest.mark.parametrize("name", STREAMS)
def test_estimates_are_those_of_the_whole_stream(name):
    stream = STREAMS[name]
    first, second = stream[:500], stream[400:]
    states = [sum_of(x) for x in (first, second)]
    for quantity in (dv.entropy, dv.kl_divergence, dv.jensen_shannon_divergence):
        sides = states[:1] if quantity is dv.entropy else states
        whole = quantity(*map(dv.Sample, (first, second)[: len(sides)]), base=2)
        found = sides[0].result(quantity, *sides[1:], base=2)
        assert found.method == whole.method
        assert float(found) == pytest.approx(float(whole), rel=1e-13)
        assert found.confidence_interval() == pytest.approx(whole.confidence_interval(), rel=1e-12)


def sum_of(stream):
    """The state of a stream, in chunks that are merged out of order."""
    cuts = [0, 1, 1, 60, 300, len(stream)]
    a, b, c, d, e = (CountState().update(stream[i:j]) for i, j in pairwise(cuts))
    return e.merge(b).merge(d.merge(a)).update(stream[:0]).merge(c)


@pytest.mark.parametrize("name", STREAMS)
def test_trees_and_json_give_the_same_bits(name):
    stream = STREAMS[name]
    whole, parts = CountState().update(stream), sum_of(stream)
    assert whole.counts == parts.counts
    assert whole.total == len(stream)
    again = CountState.from_dict(json.loads(json.dumps(parts.to_dict())))
    values = [
        float(state.result("jensen_shannon_divergence", sum_of(stream[:80])))
        for state in (whole, parts, again)
    ]
    assert values[0] == values[1] == values[2]


def test_known_symbols_that_were_not_seen_count_as_outcomes():
    known = CountState(dict.fromkeys("abcd", 0)).update(["a", "b", "a"])
    method = dv.methods.Dirichlet(1.0)
    expected = dv.entropy(dv.Counts([2, 1, 0, 0]), method=method)
    assert float(known.result(dv.entropy, method=method)) == float(expected)


def test_what_is_refused():
    state = CountState().update([1, 2])
    with pytest.raises(TypeError, match=r"symbols are floats.* numpy\.digitize"):
        state.update([0.5])
    with pytest.raises(ValueError, match="missing"):
        state.update(["a", None])
    with pytest.raises(TypeError, match="states merge with their like"):
        state.merge({1: 2})
    with pytest.raises(TypeError, match="others has a Counts"):
        state.result(dv.kl_divergence, dv.Counts([1, 2]))
    with pytest.raises(ValueError, match="no observations"):
        CountState().result(dv.entropy)
    with pytest.raises(ValueError, match="counts are not negative"):
        CountState({"a": -1})
    with pytest.raises(TypeError, match="counts are ints"):
        CountState({"a": 1.0})
    with pytest.raises(ValueError, match="not of a CountState"):
        CountState.from_dict({"state": "SumState"})
