"""Sums of parts: as accurate as those of whole arrays, in any order, or refused."""

import json
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from mpmath import mp

import divergences as dv
from divergences.numerics.special.terms import js_halves_difference
from divergences.states import SumState
from divergences.testing import oracle
from divergences.testing.tolerance import ulps

F_DIVERGENCES = (
    "kl_divergence",
    "jensen_shannon_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_deficit",
    "hellinger_distance",
    "total_variation_distance",
    "chi_squared_divergence",
    "jeffreys_divergence",
    "triangular_discrimination",
)
NEARLY_ZERO = set(F_DIVERGENCES) - {"jensen_shannon_deficit"}  # where P and Q are nearly equal
QUANTITIES = (*F_DIVERGENCES, "entropy", "cross_entropy")
N = 33
# Of whole arrays values are within four units, products of differences within five: see
# test_accuracy.py. Of parts, the correction and the merging add a rounding each at most.
ULPS = 6.0


def spots(rng, n=N, k=5):
    """Parts of n outcomes, some of which may be empty."""
    cuts = [0, *sorted(rng.integers(0, n + 1, k - 1)), n]
    return [slice(a, b) for a, b in pairwise(cuts)]


def merged(states, rng):
    """The merge of states by a random tree, in random order."""
    states = list(states)
    while len(states) > 1:
        i, j = rng.choice(len(states), 2, replace=False)
        one, other = states[i], states[j]
        states = [s for k, s in enumerate(states) if k not in (i, j)] + [one.merge(other)]
    return states[0]


def of_parts(empty, sides, parts, rng, wrap=lambda x: x):
    return merged([empty.update(*(wrap(x[..., s]) for x in sides)) for s in parts], rng)


def pairs(rng):
    """Distributions far apart, near each other, with zeros, and with totals a little off."""
    p, q = rng.dirichlet(np.ones(N), 2)
    near = p * (1.0 + 1e-3 * rng.standard_normal(N))
    zeros = np.where(rng.random(N) < 0.3, 0.0, q)
    yield p, q
    yield p, near / near.sum()
    yield zeros / zeros.sum(), q
    yield p, zeros / zeros.sum()
    yield p * (1.0 + 1.2e-8), q * (1.0 - 0.7e-8)


@pytest.mark.parametrize("name", QUANTITIES)
def test_one_pass_over_parts_is_as_accurate_as_whole_arrays(name):
    rng = np.random.default_rng(1)
    for sides in pairs(rng):
        sides = sides[:1] if name == "entropy" else sides
        state = of_parts(SumState(name), sides, spots(rng), rng)
        assert not state.needs_second_pass
        exact = oracle.value(name, *map(dv.Weights, sides))
        assert ulps(state.result(), exact) <= ULPS


@pytest.mark.parametrize(
    "name", ["kl_divergence", "jensen_shannon_divergence", "jensen_shannon_distance"]
)
def test_divergences_near_the_error_of_totals_are_corrected_in_one_pass(name):
    # The totals differ by 1.9e-8, whose square is a tenth of the divergence.
    rng = np.random.default_rng(8)
    p = rng.dirichlet(np.ones(N))
    q = p * (1.0 + 6e-8 * rng.standard_normal(N))
    sides = p * (1.0 + 1.2e-8), q * ((1.0 - 0.7e-8) / q.sum())
    state = of_parts(SumState(name), sides, spots(rng), rng)
    assert not state.needs_second_pass
    assert ulps(state.result(), oracle.value(name, *map(dv.Weights, sides))) <= ULPS


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("skew", [1e-6, 1e-3, 1.0, 30.0])
def test_jensen_shannon_is_corrected_for_totals_also_where_its_halves_differ(
    skew, pure, monkeypatch
):
    if pure:
        monkeypatch.setattr("divergences.methods.partial_sums.number_of", lambda kind: None)
    rng = np.random.default_rng(9)
    p = rng.dirichlet(np.ones(N))
    q = p * np.exp(-skew * rng.exponential(size=N))  # a few outcomes have much less
    q /= q.sum()
    for a, b in ((p, q), (q, p)):
        sides = a * (1.0 + 1.4e-8), b * (1.0 - 1.4e-8)
        state = of_parts(SumState("jensen_shannon_divergence"), sides, spots(rng), rng)
        assert not state.needs_second_pass
        exact = oracle.value("jensen_shannon_divergence", *map(dv.Weights, sides))
        assert ulps(state.result(), exact) <= ULPS


def test_the_difference_of_halves_is_as_good_as_it_says():
    v = np.concatenate([np.logspace(-9, 0, 60), [0.6499, 0.6501, 1.0 - 1e-12]])
    p, q = np.append(1.0 + v, 0.3), np.append(1.0 - v, 0.0)
    found = js_halves_difference(p, q, p - q, np)
    with mp.workdps(50):
        for value, x, y in zip(found, map(mp.mpf, p), map(mp.mpf, q), strict=True):
            of_p, of_q = (z * mp.log(2 * z / (x + y)) if z else mp.zero for z in (x, y))
            assert abs(of_p - of_q - (x - y) - mp.mpf(value)) <= 2e-10 * (of_p + of_q)
    assert np.array_equal(js_halves_difference(q, p, q - p, np), -found)


@pytest.mark.parametrize("name", QUANTITIES)
def test_what_one_pass_does_not_certify_two_passes_do(name):
    rng = np.random.default_rng(2)
    p = rng.dirichlet(np.ones(N))
    q = p * (1.0 + 1e-9 * rng.standard_normal(N))
    for wrap, scale in ((lambda x: x, 1.0), (dv.Weights, 7e30)):
        sides = (scale * p,) if name == "entropy" else (scale * p * (1.0 + 1e-8), q)
        first = of_parts(SumState(name), sides, spots(rng), rng, wrap)
        assert first.needs_second_pass == (wrap is dv.Weights or name in NEARLY_ZERO)
        if first.needs_second_pass:
            with pytest.raises(ValueError, match=r"give the same chunks to state\.second_pass"):
                first.result()
        second = of_parts(first.second_pass(), sides, spots(rng), rng, wrap)
        exact = oracle.value(name, *map(dv.Weights, sides))
        assert ulps(second.result(), exact) <= ULPS


@pytest.mark.parametrize("pure", [False, True])
def test_batches_and_long_rows_agree_with_whole_arrays(pure, monkeypatch):
    if pure:
        monkeypatch.setattr("divergences.methods.partial_sums.number_of", lambda kind: None)
        monkeypatch.setattr("divergences.methods.partial_sums.NUMBERS", {})
    rng = np.random.default_rng(3)
    p, q = (x / x.sum(axis=-1, keepdims=True) for x in rng.random((2, 3, 4000)))
    tiny = np.full(4000, 1e-300)
    tiny[0] = 1.0
    for sides in ((p, q), (p[:, :50] * 0 + 0.02, q[:1, :50] / q[0, :50].sum()), (tiny, p[0])):
        for quantity in (dv.kl_divergence, dv.jensen_shannon_divergence, dv.cross_entropy):
            state = of_parts(SumState(quantity), sides, spots(rng, sides[0].shape[-1]), rng)
            assert state.result() == pytest.approx(quantity(*sides), rel=1e-14)
    assert SumState(dv.entropy).update(p).result(2) == pytest.approx(
        dv.entropy(p, base=2), rel=1e-14
    )


def test_any_tree_of_merges_gives_the_same_to_eight_units():
    rng = np.random.default_rng(4)
    p, q = rng.dirichlet(np.full(600, 0.1), 2)
    for quantity in (dv.kl_divergence, dv.total_variation_distance, dv.jensen_shannon_distance):
        empty = SumState(quantity)
        states = [empty.update(p[i : i + 3], q[i : i + 3]) for i in range(0, 600, 3)]
        in_order = reduce(SumState.merge, states, empty).result()
        values = [merged(states, rng).result() for _ in range(10)]
        assert np.max(np.abs(values - in_order)) <= 8.0 * np.spacing(in_order)


def test_states_survive_json_and_are_never_changed():
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    first = SumState(dv.kl_divergence).update(p[:2], q[:2])
    record = json.dumps(first.to_dict())
    again = SumState.from_dict(json.loads(record))
    assert json.dumps(again.to_dict()) == record
    whole = again.update(p[2:], q[2:])
    assert json.dumps(first.to_dict()) == record
    assert whole.result() == pytest.approx(dv.kl_divergence(p, q), rel=1e-15)
    second = SumState.from_dict(json.loads(json.dumps(whole.second_pass().to_dict())))
    assert second.update(p, q).result() == whole.result()
    empty = SumState.from_dict(SumState(dv.entropy).to_dict())
    assert empty.merge(empty).update([0.5, 0.5]).result(base=2) == 1.0


def test_boundary_values():
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert SumState(dv.kl_divergence).update(p, q).result() == np.inf
    assert SumState(dv.jensen_shannon_divergence).update(p, q).result(base=2) == 1.0
    assert SumState(dv.kl_divergence).update(p, p).result() == 0.0
    assert SumState(dv.entropy).update(p).result() == 0.0
    assert np.isnan(SumState(dv.entropy).update([np.nan, 0.5]).result())
    unknown = dv.Weights([np.nan, 0.5])
    assert np.isnan(SumState(dv.entropy).update(unknown).second_pass().update(unknown).result())
    weights = dv.Weights(3.0 * p)
    state = SumState(dv.entropy).update(weights)
    assert state.second_pass().update(weights).result() == 0.0


def test_what_is_refused():
    empty = SumState(dv.kl_divergence)
    half = np.array([0.5, 0.5])
    for quantity in (
        dv.mutual_information,
        "renyi_divergence",
        "perplexity",
        dv.wasserstein_distance,
    ):
        with pytest.raises(TypeError, match="is no sum of terms of two masses"):
            SumState(quantity)
    with pytest.raises(TypeError, match="no sum of terms"):
        SumState(dv.generalized_jensen_shannon_divergence)
    with pytest.raises(TypeError, match="kl_divergence is of P and Q: pass both"):
        empty.update(half)
    with pytest.raises(TypeError, match="entropy is of P alone"):
        SumState("entropy").update(half, half)
    with pytest.raises(TypeError, match="LogSumExpState finds"):
        empty.update(dv.Logits(half), half)
    with pytest.raises(ValueError, match="q has a negative entry"):
        empty.update(half, [1.5, -0.5])
    with pytest.raises(ValueError, match=r"p \(2\) and q \(1\) have different numbers"):
        empty.update(half, [1.0])
    with pytest.raises(ValueError, match="all chunks alike"):
        empty.update(half, half).update(dv.Weights(half), half)
    with pytest.raises(ValueError, match=r"q sums to 0\.5, not 1"):
        empty.update(half, 0.5 * half).result()
    for batch in ((3,), (3, 1), (2,)):  # of which three would meet the sums as their batch
        many = np.broadcast_to(half, (*batch, 2))
        with pytest.raises(ValueError, match="do not agree; all chunks have one batch"):
            SumState("entropy").update(0.5 * half).update(0.5 * many)
    with pytest.raises(ValueError, match="has no outcomes"):
        empty.result()
    with pytest.raises(ValueError, match="do not merge"):
        empty.merge(SumState("jeffreys_divergence"))
    with pytest.raises(ValueError, match="all chunks have one batch"):
        empty.update(np.full((2, 2), 0.5), half).update(np.full((3, 2), 0.5), half)
    with pytest.raises(ValueError, match="has a total that is not between"):
        SumState("entropy").update(dv.Weights(1e200 * half)).second_pass()
    second = SumState("entropy").update(dv.Weights([1.0, 2.0])).second_pass()
    with pytest.raises(ValueError, match="give the same chunks to both"):
        second.update(dv.Weights([1.0])).result()
    weights = np.array([1.0, 2.0, 4.0]) / 3.0
    proportional = dv.Weights(weights), dv.Weights(weights * 1.1)
    with pytest.raises(ValueError, match="less than sums in two passes certify"):
        empty.update(*proportional).second_pass().update(*proportional).result()
