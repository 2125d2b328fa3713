"""Laws are tight where they say so, and laws that are not claimed are broken by stored cases."""

import copy
from dataclasses import replace
from math import inf, isinf

import numpy as np
import pytest

from divergences.testing import laws
from divergences.testing.cases import NO_CASE
from divergences.testing.convention import Convention
from divergences.testing.implementation import Implementation
from divergences.testing.members import members, resolved
from divergences.testing.witnesses import ATTAINED, BROKEN, GREATEST, GROWS, NOT_ATTAINED, OPEN

EVERY = {member.name: member for member in members(orders=(0.375, 3.0))}  # the last order
LAW_OF = {
    "convexity": "convexity",
    "additive": "additivity",
    "symmetric": "symmetry",
    "data_processing": "data processing",
    "metric_power": "triangle inequality",
    "monotone_in_order": "order",
}
RELATIONS = [(m, relation) for m in EVERY.values() for relation in m.laws.relations]
TIGHT = 1e-3


def pmfs(masses):
    return [np.array(p) / 16.0 for p in masses]


def value(member, ps):
    return float(member.function(*ps[: member.arity]))


def near(a, b):
    return a == b or (not isinf(a - b) and abs(a - b) <= TIGHT * abs(a))


@pytest.mark.parametrize(("member", "relation"), RELATIONS, ids=str)
def test_bounds_of_relations_are_attained(member, relation):
    key = member.name, relation.formula
    if key in NOT_ATTAINED:
        assert key not in ATTAINED
        return
    for bound, masses in zip((relation.lower, relation.upper), ATTAINED[key], strict=True):
        assert (bound is None) == (masses is None)
        if bound:
            ps = pmfs(masses)
            assert near(value(member, ps), bound(value(resolved(relation.other), ps)))


def test_what_is_not_attained_is_not_far():
    t = 1.0 - 2.0**-53  # the least KL of so great a total variation distance: Vajda 1970
    least = np.log((1.0 + t) / (1.0 - t)) - 2.0 * t / (1.0 + t)
    (relation,) = (r for r in EVERY["kl_divergence"].laws.relations if "log(1 − TV²)" in r.formula)
    assert list(NOT_ATTAINED) == [("kl_divergence", relation.formula)]
    assert 1.01 < least / relation.lower(t) < 1.012


@pytest.mark.parametrize("member", EVERY.values(), ids=repr)
def test_bounds_are_attained(member):
    lower, upper = member.laws.bounds
    shape = (1, 1) if member.joint else (1,)
    single = [np.ones(shape)] * member.arity
    least = pmfs(GREATEST["jensen_shannon_divergence"]) if "deficit" in member.name else single
    least = single if member.name == "entropy_deficit" else least
    assert value(member, least) == lower
    if member.name in GROWS:
        few, many = (value(resolved_of_growth(member), (spread(member, n),)) for n in (4, 64))
        assert upper == inf
        assert many > 2.0 * few
    elif (member.name, "bounds", upper) not in OPEN:
        assert near(value(member, pmfs(GREATEST[member.name])), upper)


def resolved_of_growth(member):
    """Of any order: of one under which it grows."""
    return resolved(member.name, 0.375) if getattr(member.functional, "order", None) else member


def spread(member, n):
    """The distribution of n outcomes that is greatest."""
    if member.name == "entropy_deficit":
        return np.eye(n)[0]
    if member.joint:
        return np.eye(n) / n if member.name == "mutual_information" else np.full((2, n), 0.5 / n)
    return np.full(n, 1.0 / n)


def unclaimed(member):
    """The laws that a member does not claim, and what each would have to say."""
    stated = member.laws
    yield from (("convexity", way) for way in (1, -1) if stated.convexity != way)
    yield from (("data_processing", way) for way in (1, -1) if stated.data_processing != way)
    if not stated.additive:
        yield "additive", True
    if member.arity == 2:
        if not stated.symmetric:
            yield "symmetric", True
        greater = 0.5 if stated.metric_power is None else round(1.02 * stated.metric_power, 2)
        yield "metric_power", greater
    ordered = isinstance(getattr(member.functional, "order", None), float)
    if ordered and member.name != "bhattacharyya_distance":  # whose order is one half
        ways = (way for way in (1, -1) if stated.monotone_in_order != way)
        yield from (("monotone_in_order", way) for way in ways)


def test_every_law_is_claimed_broken_or_open():
    broken = {(name, field, way) for name, _, field, way in BROKEN}
    asked = {(m.name, *law) for m in EVERY.values() for law in unclaimed(m)}
    said = broken | {key for key in OPEN if key[1] != "bounds"}
    assert said == asked
    assert not broken & OPEN.keys()


@pytest.mark.parametrize("key", BROKEN, ids=str)
def test_what_is_not_claimed_is_broken(key):
    name, order, field, way = key
    member = resolved(name, order)
    functional = copy.copy(member.functional)
    object.__setattr__(functional, "laws", replace(functional.laws, **{field: way}))
    claiming = replace(member, functional=functional)
    convention = Convention("", float, float)
    f = Implementation(member.function, name, claiming, convention, np.dtype(float))
    f.width = "roundings"
    (law,) = (law for law in laws.LAWS if law.name == LAW_OF[field])
    assert law.claimed(f)
    assert law.check(f, *pmfs(BROKEN[key])) not in (None, NO_CASE)
