"""The laws of values that an implementation is checked on, as a table.

A check gets the implementation and distributions. It returns None where the law holds, `NO_CASE`
where the law says nothing of these distributions, and else what is wrong, in words. What it
compares are intervals (`implementation.Value`), as wide as roundings allow.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite

import numpy as np

from divergences.testing.accuracy import ACCURATE, check_accuracy
from divergences.testing.cases import LARGEST_TO_MULTIPLY, NO_CASE
from divergences.testing.examining import Law
from divergences.testing.implementation import Implementation, Value
from divergences.testing.members import resolved
from divergences.testing.tolerance import info

Array = np.ndarray
FEW_OUTCOMES = 3  # to which others are added: there are few shapes
LEAST = 1e-140  # the square of a smaller number has fewer digits


def equal(a: Value, b: Value) -> bool:
    """Whether two results may stand for the same value."""
    return a.low <= b.high and b.low <= a.high


def check_value(f: Implementation, *ps: Array) -> str | None:
    """Check that the value is right but for roundings of terms of order one."""
    exact, value = f.exact(*ps), f(*ps)
    if value.low <= float(exact) <= value.high:
        return None
    right = float(f.convention.in_its_unit(exact))
    if value.result == inf and right > float(info(f.dtype).max):
        return None
    return f"{value}, but {right!r} is right"


def check_bounds(f: Implementation, *ps: Array) -> str | None:
    """Check that the value lies between its bounds; the greater one is itself rounded."""
    lower, upper = f.member.laws.bounds
    value, most = f(*ps), float(np.asarray(upper, f.dtype))
    if f.convention.name:  # the value in our unit is rounded too
        most *= 1.0 + f.eps
    if lower <= value.high and value.low <= most:
        return None
    return f"{value} is not between {_bound(f, lower)} and {_bound(f, upper)}"


def _bound(f: Implementation, ours: float) -> str:
    return f"{float(f.convention.in_its_unit(ours)):.6g}"


def check_equal(f: Implementation, *ps: Array) -> str | None:
    """Check the value for P and P."""
    right, value = f.member.laws.at_equal, f(ps[0], ps[0])
    assert right is not None
    if value.low <= right <= value.high:
        return None
    return f"{value} for P and P, but {_bound(f, right)} is right"


def check_disjoint(f: Implementation, p: Array, q: Array) -> str | None:
    """Check the value for P and Q put side by side, so that they share no outcome."""
    right = f.member.laws.at_disjoint
    assert right is not None
    if p.size > FEW_OUTCOMES:
        return NO_CASE
    value = f(np.append(p, np.zeros_like(q)), np.append(np.zeros_like(p), q))
    if value.low <= right <= value.high:
        return None
    return f"{value} on disjoint supports, but {_bound(f, right)} is right"


def check_excluded(f: Implementation, p: Array, q: Array) -> str | None:
    """Check the value where Q excludes an outcome of P."""
    return check_value(f, p, q) if ((p > 0) & (q == 0)).any() else NO_CASE


def check_symmetry(f: Implementation, *ps: Array) -> str | None:
    """Check D(P, Q) = D(Q, P), or I(X; Y) = I(Y; X): there sums run in another order."""
    if f.member.joint and f.width == "bits":
        f.width = "ulps"
    there, back = f(*ps), f(*(ps[::-1] if len(ps) == 2 else (ps[0].T.copy(),)))
    return None if equal(there, back) else f"{there} becomes {back} when the two are exchanged"


def check_impossible(f: Implementation, *ps: Array) -> str | None:
    """Check that an outcome of mass zero under all changes nothing."""
    if ps[0].shape[-1] > FEW_OUTCOMES:
        return NO_CASE
    before = f(*ps)
    after = f(*(np.concatenate([p, np.zeros_like(p[..., :1])], axis=-1) for p in ps))
    return None if equal(before, after) else f"{before} becomes {after} with an impossible outcome"


def check_order(f: Implementation, *ps: Array) -> str | None:
    """Check that the order of the outcomes does not matter."""
    before, after = f(*ps), f(*(p[..., ::-1].copy() for p in ps))
    return None if equal(before, after) else f"{before} becomes {after} in the reverse order"


def check_triangle(f: Implementation, p: Array, q: Array, r: Array) -> str | None:
    """Check the triangle inequality of the stated power."""
    power = f.member.laws.metric_power
    assert power is not None
    pq, qr, pr = f(p, q), f(q, r), f(p, r)
    way = max(pq.high, 0.0) ** power + max(qr.high, 0.0) ** power
    return None if max(pr.low, 0.0) ** power <= way else f"D(P, R) = {pr}, by Q {pq} and {qr}"


def check_data_processing(f: Implementation, *ps: Array) -> str | None:
    """Check that merging the first two outcomes moves the value only the way it may."""
    if ps[0].shape[-1] < 2:
        return NO_CASE
    fine = f(*ps)
    coarse = f(*(np.concatenate([p[..., :1] + p[..., 1:2], p[..., 2:]], axis=-1) for p in ps))
    more, less = (fine, coarse) if f.member.laws.data_processing > 0 else (coarse, fine)
    return None if less.low <= more.high else f"{fine} becomes {coarse} when outcomes are merged"


def check_convexity(f: Implementation, *ps: Array) -> str | None:
    """Check that the value of an equal mixture lies on its side of the mean of the values."""
    half = len(ps) // 2
    first, second = f(*ps[:half]), f(*ps[half:])
    pairs = zip(ps[:half], ps[half:], strict=True)
    mixed = f(*((p * q.sum() + q * p.sum()) / 2 for p, q in pairs))  # of totals other than one too
    if f.member.laws.convexity > 0:
        right = mixed.low <= (first.high + second.high) / 2
    else:
        right = mixed.high >= (first.low + second.low) / 2
    return None if right else f"{mixed} for the mixture, {first} and {second} for its parts"


def check_additivity(f: Implementation, *ps: Array) -> str | None:
    """Check that values for independent parts add up to that for the whole."""
    half = len(ps) // 2
    if ps[0].size ** 2 > LARGEST_TO_MULTIPLY:
        return NO_CASE
    parts = f(*ps[:half]), f(*ps[half:])
    products = [np.kron(p, r) for p, r in zip(ps[:half], ps[half:], strict=True)]
    total = Value(parts[0].low + parts[1].low, parts[0].high + parts[1].high, 0.0)
    whole = f(*products)
    return None if equal(whole, total) else f"{whole} for the whole, {parts[0]} and {parts[1]}"


def check_relations(f: Implementation, *ps: Array) -> str | None:
    """Check what other quantities, exactly computed, say of the value."""
    value = f(*ps)
    for relation in f.member.laws.relations:
        other = f.exact_other(resolved(relation.other), *ps)
        if min(abs(value.low), other) < LEAST:
            continue
        lower = -inf if relation.lower is None else relation.lower(other * (1.0 - 8.0 * f.eps))
        above = other * (1.0 + 8.0 * f.eps)
        upper = inf if relation.upper is None else relation.upper(above)
        if not (lower <= value.high and value.low <= upper):
            return f"{value} breaks {relation.formula}"
    return None


def check_rise(f: Implementation, *ps: Array) -> str | None:
    """Check that the value lies on its side of exact ones of half the order and of twice."""
    rises, order = f.member.laws.monotone_in_order, f.order
    value = f(*ps)
    for other in (order / 2, order * 2):
        exact = f.exact_other(resolved(f.member.name, other), *ps)
        off = 8.0 * f.eps * abs(exact) if isfinite(exact) else 0.0
        above = rises * (other - order) > 0
        if value.low > exact + off if above else value.high < exact - off:
            return f"{value} is on the wrong side of {_bound(f, exact)}, that of order {other:g}"
    return None


def _has(name: str) -> Callable[[Implementation], bool]:
    """Return whether a law is stated that is None, False or empty otherwise; 0 is a value."""
    return lambda f: getattr(f.member.laws, name) not in (None, ())


LAWS: tuple[Law, ...] = (
    Law("value", "it is the quantity's definition", check_value, width="roundings", hostile=True),
    Law(
        "excluded outcomes",
        "it is right where Q excludes an outcome of P",
        check_excluded,
        lambda f: f.member.arity == 2,
        width="roundings",
    ),
    Law(
        "impossible outcomes",
        "an outcome that has no mass changes nothing",
        check_impossible,
        lambda f: f.member.laws.data_processing != 0,
    ),
    Law("order of outcomes", "the order of the outcomes does not matter", check_order),
    Law("bounds", "it lies between its bounds", check_bounds, width="bits", hostile=True),
    Law(
        "equal distributions",
        "it has its value where P = Q",
        check_equal,
        lambda f: f.member.arity == 2 and f.member.laws.at_equal is not None,
        hostile=True,
    ),
    Law("disjoint supports", "it has its value there", check_disjoint, _has("at_disjoint")),
    Law(
        "symmetry",
        "it is the same to the last bit when P and Q are exchanged; X and Y, but for roundings",
        check_symmetry,
        lambda f: f.member.laws.symmetric,
        width="bits",
        hostile=True,
    ),
    Law(
        "triangle inequality",
        "a power of it obeys the triangle inequality",
        check_triangle,
        _has("metric_power"),
        copies=1.5,
    ),
    Law(
        "data processing",
        "merging outcomes moves it one way only",
        check_data_processing,
        lambda f: f.member.laws.data_processing != 0,
    ),
    Law(
        "convexity",
        "it is convex, or concave",
        check_convexity,
        lambda f: f.member.laws.convexity != 0,
        copies=2,
    ),
    Law(
        "additivity",
        "independent parts add up",
        check_additivity,
        lambda f: f.member.laws.additive,
        copies=2,
    ),
    Law(
        "order",
        "it never falls, or never rises, as the order grows",
        check_rise,
        lambda f: f.member.laws.monotone_in_order != 0 and f.order != 0.0,
    ),
    Law(
        "relations",
        "it keeps its relations to other quantities",
        check_relations,
        _has("relations"),
        hostile=True,
    ),
    Law(
        "accuracy",
        f"it is right to {ACCURATE:g} units in the last place",
        check_accuracy,
        hostile=True,
        otherwise="accuracy",
    ),
)
