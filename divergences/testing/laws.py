"""The laws that a quantity claims in its `Laws`, checked on anybody's implementation.

Each check takes a function of distributions, its `Laws`, and distributions: arrays of masses >= 0.
What `function` is called with is made of them by `measure`, for example `Weights`.

Examples
--------
>>> import numpy as np
>>> from scipy.special import rel_entr
>>> from divergences.interface import Laws
>>> from divergences.testing import laws
>>> kl = lambda p, q: rel_entr(p, q).sum(axis=-1)
>>> p, q = np.array([0.1, 0.9]), np.array([0.1, 0.9]) + [1e-17, 0.0]
>>> laws.check_bounds(kl, Laws(), p, q)
Traceback (most recent call last):
    ...
AssertionError: -1.3...e-17 is not between 0.0 and inf
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.interface import Laws

Array = Any
Function = Callable[..., Any]
Measure = Callable[[Array], Any]

ULPS = 4.0  # of each value compared


def slack(*values: Any) -> float:
    """Return by how much values may be wrong, each being right to `ULPS`."""
    finite = [abs(float(v)) for v in values if np.isfinite(v)]
    return ULPS * float(np.finfo(np.asarray(values[0]).dtype).eps) * sum(finite)


def check_bounds(function: Function, laws: Laws, *ps: Array, measure: Measure = np.asarray) -> None:
    """Check that the value lies between the stated bounds; no rounding may carry it past them."""
    value = function(*map(measure, ps))
    least, greatest = laws.bounds
    # The greatest value is itself rounded: log 2, sqrt(log 2).
    assert least <= value <= np.asarray(greatest, np.asarray(value).dtype), (
        f"{value} is not between {least} and {greatest}"
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
    fine = function(*map(measure, ps))
    coarse = function(*(measure(np.bincount(groups, p)) for p in ps))
    change = laws.data_processing * (coarse - fine) if coarse != fine else 0.0
    assert not change > slack(fine, coarse), f"{fine!r} becomes {coarse!r} when outcomes merge"
