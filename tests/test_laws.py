"""The laws that members state.

Masses are integers wherever something is made from them (merged outcomes, marginals, mixtures,
products): that is exact, so only the quantities themselves are rounded.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import divergences as dv
from divergences.core import Laws, Relation
from divergences.testing import laws
from divergences.testing.members import members
from divergences.testing.strategies import integer_weights, joint_pmfs, pairs, pmfs, several

U = 2.0**-52  # the distance between neighbouring floats
LOG2 = np.log(2.0)
DIVERGENCES = members(arity=2)
ONE, JOINT = members(arity=1, joint=False), members(joint=True)
MEASURES = {
    "probabilities": np.asarray,
    "weights": lambda p: dv.Weights(3.0 * p),
    "logits": lambda p: dv.Logits(log(p)),
}


def log(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


def close(a, b, *terms, ulps=8.0):
    """Whether a and b agree to `ulps` units of the largest of them and of `terms`."""
    return a == b or abs(a - b) <= ulps * U * max(map(abs, (a, b, *terms)))


def every(found):
    return pytest.mark.parametrize("member", found, ids=repr)


def claiming(claim):
    return every([m for m in DIVERGENCES if claim(m.laws)])


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@every(DIVERGENCES + ONE)
@given(pair=pairs())
def test_bounds(member, measure, pair):
    laws.check_bounds(member.function, member.laws, *pair[: member.arity], measure=measure)


@every(JOINT)
@given(p=joint_pmfs())
def test_bounds_of_joint_quantities(member, p):
    laws.check_bounds(member.function, member.laws, p)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@claiming(lambda stated: stated.symmetric)
@given(pair=pairs())
def test_symmetry(member, measure, pair):
    laws.check_symmetry(member.function, member.laws, *pair, measure=measure)


@claiming(lambda stated: stated.symmetric)
@given(pair=pairs())
def test_symmetry_of_masses_and_logs(member, pair):
    p = dv.Weights(pair[0])
    q = dv.Logits(log(pair[1]))
    assert member.function(p, q) == member.function(q, p)


def test_symmetry_where_weights_of_one_side_underflow():
    p = dv.Weights([0.5, 1.1, 0.0, 1.4])
    q = dv.Weights([1.28, 3.7e-322, 1.72, 4.4e-323])
    assert dv.bhattacharyya_distance(p, q) == dv.bhattacharyya_distance(q, p)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@claiming(lambda stated: stated.at_equal is not None)
@given(p=pmfs())
def test_equal_distributions(member, measure, p):
    laws.check_equal(member.function, member.laws, p, measure=measure)


@claiming(lambda stated: stated.at_equal == 0.0)
@given(p=pmfs(), k=st.integers(0, 900), shift=st.sampled_from([1.0, -3.5, 2.0**20]))
def test_proportional_weights_and_shifted_logits_are_equal(member, p, k, shift):
    assert member.function(dv.Weights(np.ldexp(p, k)), dv.Weights(p)) == 0.0
    # Rounded so that the shift is exact.
    logits = np.where(p > 0, np.round(log(np.where(p > 0, p, 1.0)) * 2.0**10) / 2.0**10, -np.inf)
    assert member.function(dv.Logits(logits + shift), dv.Logits(logits)) == 0.0


@claiming(lambda stated: stated.at_disjoint is not None)
@given(p=pmfs(), q=pmfs())
def test_disjoint_supports(member, p, q):
    apart = np.append(p, np.zeros_like(q)), np.append(np.zeros_like(p), q)
    laws.check_disjoint(member.function, member.laws, *apart)


@claiming(lambda stated: stated.metric_power is not None)
@given(ps=several(3))
def test_triangle_inequality(member, ps):
    laws.check_metric(member.function, member.laws, *ps, measure=dv.Weights)


@every([m for m in DIVERGENCES + ONE if m.laws.data_processing])
@given(data=st.data(), ps=several(2))
def test_data_processing(member, data, ps):
    groups = data.draw(st.lists(st.integers(0, 3), min_size=ps[0].size, max_size=ps[0].size))
    ps = ps[: member.arity]
    laws.check_data_processing(member.function, member.laws, groups, *ps, measure=dv.Weights)


@every([m for m in DIVERGENCES + ONE if m.laws.convexity])
@given(ps=several(4, max_size=4))
def test_convexity(member, ps):
    ps = [p % 2**10 + (p > 0) for p in ps]  # so that mixtures are exact
    first, second = tuple(ps[:2][: member.arity]), tuple(ps[2:][: member.arity])
    laws.check_convexity(member.function, member.laws, first, second, measure=dv.Weights)


@every([m for m in JOINT if m.laws.convexity])
@given(ps=several(2, max_size=6))
def test_convexity_of_joint_quantities(member, ps):
    first, second = (((p % 2**10 + (p > 0))[None, :].repeat(2, axis=0),) for p in ps)
    first[0][0] += 1.0
    laws.check_convexity(member.function, member.laws, first, second, measure=dv.Weights)


@every([m for m in DIVERGENCES + ONE if m.laws.additive])
@given(ps=several(4, max_size=4))
def test_additivity(member, ps):
    first, second = tuple(ps[:2][: member.arity]), tuple(ps[2:][: member.arity])
    laws.check_additivity(member.function, member.laws, first, second, measure=dv.Weights)


@pytest.mark.parametrize("measure", [np.asarray, dv.Weights], ids=["probabilities", "weights"])
@every([m for m in DIVERGENCES + ONE if m.laws.relations])
@given(pair=pairs())
def test_relations(member, measure, pair):
    ps = pair[: member.arity]
    laws.check_relations(member.function, member.laws, others(member), *ps, measure=measure)


@every([m for m in JOINT if m.laws.relations])
@given(p=joint_pmfs())
def test_relations_of_joint_quantities(member, p):
    laws.check_relations(member.function, member.laws, others(member), p)


def others(member):
    """The other members as functions of as many distributions; of one alone, of the first."""
    return {
        other.name: lambda *ps, other=other: other.function(*ps[: other.arity])
        for other in members()
        if other.arity <= member.arity and other.joint == member.joint
    }


@every(members())
def test_laws_name_members(member):
    names = [relation.other for relation in member.laws.relations]
    names += [member.laws.dual] if member.laws.dual else []
    assert set(names) <= {other.name for other in members()}
    assert not (member.laws.symmetric and member.laws.dual), "a symmetric quantity is its own dual"


@given(w=integer_weights(12))
def test_data_processing_of_information(w):
    joint = w.reshape(3, 4)
    merged = np.stack([joint[:, 0] + joint[:, 1], joint[:, 2], joint[:, 3]], axis=1)
    fine, coarse = (dv.mutual_information(dv.Weights(x)) for x in (joint, merged))
    assert coarse <= fine + laws.slack(fine, coarse)


@every(DIVERGENCES + ONE)
@given(pair=pairs(), seed=st.integers(0, 99))
def test_order_of_outcomes(member, pair, seed):
    order = np.random.default_rng(seed).permutation(pair[0].size)
    ps = [dv.Weights(p) for p in pair[: member.arity]]
    shuffled = [dv.Weights(p[order]) for p in pair[: member.arity]]
    a, b = member.function(*ps), member.function(*shuffled)
    # Roots of sums near the end of the exponents have fewer digits.
    assert close(a, b) or max(a, b) < 1e-150


@every(DIVERGENCES + ONE)
@given(pair=pairs(), j=st.integers(0, 900), k=st.integers(0, 900))
def test_powers_of_two_change_no_bit(member, pair, j, k):
    pair = pair[: member.arity]
    scaled = [dv.Weights(np.ldexp(p, i)) for p, i in zip(pair, (j, k), strict=False)]
    assert member.function(*scaled) == member.function(*map(dv.Weights, pair))


def test_checks_find_what_is_not_so():
    p, q, r = np.array([1.0, 2.0, 5.0]), np.array([4.0, 3.0, 1.0]), np.array([2.0, 2.0, 1.0])
    js, h = dv.jensen_shannon_divergence, dv.entropy
    wrong = [
        (laws.check_convexity, h, Laws(convexity=1), ((p,), (q,))),
        (laws.check_convexity, js, Laws(convexity=-1), ((p, q), (q, p))),
        (laws.check_additivity, js, Laws(additive=True), ((p, q), (q, r))),
        (
            laws.check_order,
            lambda x, order: -order * h(x),
            Laws(monotone_in_order=1),
            ((1.0, 2.0), p),
        ),
    ]
    for check, function, stated, arguments in wrong:
        with pytest.raises(AssertionError):
            check(function, stated, *arguments, measure=dv.Weights)
    for bounds in ({"lower": lambda t: t}, {"upper": lambda t: 0.1 * t}):
        relation = Relation("wrong", "nobody", "total_variation_distance", **bounds)
        others = {"total_variation_distance": dv.total_variation_distance}
        with pytest.raises(AssertionError, match=r"wrong \(nobody\)"):
            laws.check_relations(js, Laws(relations=(relation,)), others, p, q, measure=dv.Weights)
