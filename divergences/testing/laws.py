"""The laws that a quantity claims in its `Laws`, checked on anybody's implementation.

Each check takes a function of distributions, its `Laws`, and distributions: arrays of masses >= 0.
What `function` is called with is made of them by `measure`, for example `Weights`.

Examples
--------
>>> import numpy as np
>>> from scipy.special import rel_entr
>>> from divergences.core import Laws
>>> from divergences.testing import laws
>>> kl = lambda p, q: rel_entr(p, q).sum(axis=-1)
>>> p, q = np.array([0.1, 0.9]), np.array([0.1, 0.9]) + [1e-17, 0.0]
>>> laws.check_bounds(kl, Laws(), p, q)
Traceback (most recent call last):
    ...
AssertionError: -1.3...e-17 is not between 0.0 and inf
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from divergences.core import Laws
from divergences.numerics.typing import Array
from divergences.testing.tolerance import info

Function = Callable[..., Any]
Measure = Callable[[Array], Any]

ULPS = 4.0  # of each value compared
LEAST = 1e-140  # the square of a smaller number has fewer digits


def slack(*values: Any) -> float:
    """Return by how much values may be wrong, each being right to `ULPS`."""
    finite = [abs(float(v)) for v in values if np.isfinite(v)]
    return ULPS * _eps(values[0]) * sum(finite)


def _eps(value: Any) -> float:
    return float(info(_dtype(value)).eps)


def _dtype(value: Any) -> Any:
    """Return the dtype of a value; whole numbers of Python stand for doubles."""
    dtype = np.asarray(value).dtype
    return np.dtype(float) if dtype.kind in "biu" else dtype


def check_bounds(function: Function, laws: Laws, *ps: Array, measure: Measure = np.asarray) -> None:
    """Check that the value lies between the stated bounds; no rounding may carry it past them."""
    value = function(*map(measure, ps))
    lower, upper = laws.bounds
    # The greatest value is itself rounded: log 2, sqrt(log 2).
    assert lower <= value <= np.asarray(upper, _dtype(value)), (
        f"{value} is not between {lower} and {upper}"
    )


def check_symmetry(
    function: Function, laws: Laws, p: Array, q: Array, *, measure: Measure = np.asarray
) -> None:
    """Check D(P, Q) = D(Q, P), bit for bit."""
    if laws.symmetric:
        there, back = function(measure(p), measure(q)), function(measure(q), measure(p))
        assert there == back, f"D(P, Q) = {there!r} but D(Q, P) = {back!r}"


def check_equal(function: Function, laws: Laws, p: Array, *, measure: Measure = np.asarray) -> None:
    """Check the value for P and P: exactly, if it is zero."""
    if laws.at_equal is not None:
        value = function(measure(p), measure(p.copy()))
        wrong = abs(value - laws.at_equal)
        assert wrong <= slack(value) * bool(laws.at_equal), f"D(P, P) = {value!r}"


def check_disjoint(
    function: Function, laws: Laws, p: Array, q: Array, *, measure: Measure = np.asarray
) -> None:
    """Check the value for P and Q that share no outcome."""
    assert not np.any((p > 0) & (q > 0)), "P and Q share an outcome"
    if laws.at_disjoint is not None:
        value = function(measure(p), measure(q))
        right = value == laws.at_disjoint or abs(value - laws.at_disjoint) <= slack(value)
        assert right, f"D(P, Q) = {value!r} on disjoint supports, not {laws.at_disjoint}"


def check_metric(
    function: Function, laws: Laws, p: Array, q: Array, r: Array, *, measure: Measure = np.asarray
) -> None:
    """Check the triangle inequality of the stated power of D."""
    if laws.metric_power is not None:
        pq, qr, pr = (function(measure(a), measure(b)) for a, b in ((p, q), (q, r), (p, r)))
        pq, qr, pr = (d**laws.metric_power for d in (pq, qr, pr))
        assert pr <= pq + qr + slack(pq, qr, pr), f"{pr!r} > {pq!r} + {qr!r}"


def check_data_processing(
    function: Function,
    laws: Laws,
    groups: Array,
    *ps: Array,
    measure: Measure = np.asarray,
) -> None:
    """Check that merging outcomes moves the value only the way it may.

    Outcome i is merged into ``groups[i]``. Masses that are integers are merged exactly; others
    are rounded, which nearly equal distributions feel.
    """
    if laws.data_processing:
        fine = function(*map(measure, ps))
        coarse = function(*(measure(np.bincount(groups, p)) for p in ps))
        change = laws.data_processing * (coarse - fine) if coarse != fine else 0.0
        assert change <= slack(fine, coarse), f"{fine!r} becomes {coarse!r} when outcomes merge"


def check_convexity(
    function: Function,
    laws: Laws,
    ps: tuple[Array, ...],
    qs: tuple[Array, ...],
    *,
    measure: Measure = np.asarray,
) -> None:
    """Check that the value for mixtures of `ps` and `qs` is on its side of the mean of the values.

    The masses are of any total, and each pair is mixed equally: small integers are mixed exactly.
    """
    if laws.convexity:
        mixed = [p * q.sum() + q * p.sum() for p, q in zip(ps, qs, strict=True)]
        values = [function(*map(measure, arrays)) for arrays in (ps, qs)]
        mean = 0.5 * (values[0] + values[1])
        value = function(*map(measure, mixed))
        excess = laws.convexity * (value - mean) if value != mean else 0.0
        assert excess <= slack(value, mean), f"{value!r} of a mixture, whose parts have {values}"


def check_additivity(
    function: Function,
    laws: Laws,
    ps: tuple[Array, ...],
    qs: tuple[Array, ...],
    *,
    measure: Measure = np.asarray,
) -> None:
    """Check D(P x R, Q x S) = D(P, Q) + D(R, S): `ps` are P and Q, `qs` are R and S."""
    if laws.additive:
        products = [np.multiply.outer(p, q).ravel() for p, q in zip(ps, qs, strict=True)]
        parts = [function(*map(measure, arrays)) for arrays in (ps, qs)]
        whole = function(*map(measure, products))
        right = whole == parts[0] + parts[1] or abs(whole - sum(parts)) <= slack(whole, *parts)
        assert right, f"{whole!r} of a product, whose parts have {parts}"


def check_order(
    function: Callable[..., Any],
    laws: Laws,
    orders: tuple[float, float],
    *ps: Array,
    measure: Measure = np.asarray,
) -> None:
    """Check that the value moves with the order, the last argument, only the way it may."""
    if laws.monotone_in_order:
        lower, upper = (function(*map(measure, ps), order) for order in sorted(orders))
        fall = laws.monotone_in_order * (lower - upper) if lower != upper else 0.0
        assert fall <= slack(lower, upper), f"{lower!r}, then {upper!r}, at orders {orders}"


def check_relations(
    function: Function,
    laws: Laws,
    others: Mapping[str, Function],
    *ps: Array,
    measure: Measure = np.asarray,
) -> None:
    """Check what other quantities, functions of the same distributions by name, say of the value.

    Both may be off by `ULPS`, the other also where its function makes more of that.
    """
    for relation in laws.relations:
        value = function(*map(measure, ps))
        other = float(others[relation.other](*map(measure, ps)))
        assert not np.isnan([value, other]).any(), f"{relation}: {value!r} beside {other!r}"
        if min(value, other) < LEAST:
            continue
        off = ULPS * _eps(value)
        if relation.lower is not None:
            lower = relation.lower(other * (1.0 - 2.0 * off))
            assert value * (1.0 + off) >= lower, f"{relation}: {value!r} < {lower!r}"
        if relation.upper is not None:
            upper = relation.upper(other * (1.0 + 2.0 * off))
            assert value * (1.0 - off) <= upper, f"{relation}: {value!r} > {upper!r}"
