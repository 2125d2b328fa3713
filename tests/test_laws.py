"""The laws that members state, on drawn distributions, by the checks that anybody's are put to.

Masses are integers wherever something is made from them (merged outcomes, mixtures, products): that
is exact, so only the quantities themselves are rounded. `tests/testing` checks what needs exact
values, and pmfs; here are measures of other kinds.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import divergences as dv
from divergences.testing import laws
from divergences.testing.cases import NO_CASE
from divergences.testing.convention import Convention
from divergences.testing.implementation import Implementation
from divergences.testing.members import members
from divergences.testing.strategies import integer_weights, joint_pmfs, pairs, pmfs, several


def log(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


MEASURES = {
    "probabilities": np.asarray,
    "weights": lambda p: dv.Weights(3.0 * p),
    "logits": lambda p: dv.Logits(log(p)),
}
OF_INTEGERS = ("triangle inequality", "data processing", "convexity", "additivity")
OF_ANY = ("bounds", "symmetry", "equal distributions")
LAWS = [law for law in laws.LAWS if law.name in (*OF_INTEGERS, *OF_ANY, "order of outcomes")]
FEW = settings(max_examples=settings().max_examples // 2)  # they are checked on pmfs elsewhere


def under_test(member, measure):
    """A member as a function under test, of measures, in our own convention."""
    convention = Convention("", float, float, measure)
    return Implementation(member.function, member.name, member, convention, np.dtype(float))


def claims():
    """Laws, members that claim them, and kinds of measures."""
    for law in LAWS:
        for member in members():
            for kind in MEASURES if law.name in OF_ANY else ("weights",):
                if law.claimed(under_test(member, None)):
                    yield pytest.param(law, member, kind, id=f"{law.name}-{member!r}-{kind}")


def drawn(law, member):
    """The distributions that a law speaks of."""
    count = int(law.copies * member.arity)
    if law.name in OF_INTEGERS and member.joint:
        return st.lists(
            integer_weights(6).map(lambda w: w.reshape(2, 3)), min_size=count, max_size=count
        )
    if law.name in OF_INTEGERS:
        return several(count, max_size=4)
    return st.tuples(joint_pmfs()) if member.joint else pairs().map(lambda pair: pair[:count])


@pytest.mark.parametrize(("law", "member", "kind"), list(claims()))
@FEW
@given(data=st.data())
def test_law(law, member, kind, data):
    f = under_test(member, MEASURES[kind])
    f.width = law.width
    assert law.check(f, *data.draw(drawn(law, member))) in (None, NO_CASE)


def every(found):
    return pytest.mark.parametrize("member", found, ids=repr)


@every([m for m in members(arity=2) if m.laws.symmetric])
@given(pair=pairs())
def test_symmetry_of_masses_and_logs(member, pair):
    p = dv.Weights(pair[0])
    q = dv.Logits(log(pair[1]))
    assert member.function(p, q) == member.function(q, p)


def test_symmetry_where_weights_of_one_side_underflow():
    p = dv.Weights([0.5, 1.1, 0.0, 1.4])
    q = dv.Weights([1.28, 3.7e-322, 1.72, 4.4e-323])
    assert dv.bhattacharyya_distance(p, q) == dv.bhattacharyya_distance(q, p)


@every([m for m in members(arity=2) if m.laws.at_equal == 0.0])
@given(p=pmfs(), k=st.integers(0, 900), shift=st.sampled_from([1.0, -3.5, 2.0**20]))
def test_proportional_weights_and_shifted_logits_are_equal(member, p, k, shift):
    assert member.function(dv.Weights(np.ldexp(p, k)), dv.Weights(p)) == 0.0
    # Rounded so that the shift is exact.
    logits = np.where(p > 0, np.round(log(np.where(p > 0, p, 1.0)) * 2.0**10) / 2.0**10, -np.inf)
    assert member.function(dv.Logits(logits + shift), dv.Logits(logits)) == 0.0


@every(members())
def test_laws_name_members(member):
    names = [relation.other for relation in member.laws.relations]
    names += [member.laws.dual] if member.laws.dual else []
    assert set(names) <= {other.name for other in members()}
    assert not (member.laws.symmetric and member.laws.dual), "a symmetric quantity is its own dual"


@every(members(joint=False))
@given(pair=pairs(), j=st.integers(0, 900), k=st.integers(0, 900))
def test_powers_of_two_change_no_bit(member, pair, j, k):
    pair = pair[: member.arity]
    scaled = [dv.Weights(np.ldexp(p, i)) for p, i in zip(pair, (j, k), strict=False)]
    assert member.function(*scaled) == member.function(*map(dv.Weights, pair))
