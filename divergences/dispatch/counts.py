"""Counts: every family is estimated by a method, with its uncertainty.

The default methods are those that did best in ``benchmarks/estimators.py``.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, log
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.order import OrderDivergence
from divergences.core.score import Score
from divergences.dispatch import orders
from divergences.measures import axes, checks
from divergences.measures.counts import Counts, count_tables
from divergences.methods.counts.coverage import ChaoShen, ChaoWangJost
from divergences.methods.counts.dirichlet import Dirichlet
from divergences.methods.counts.jackknife import Jackknife
from divergences.methods.counts.nsb import NSB
from divergences.methods.counts.permutation import Permutation
from divergences.methods.counts.plug_in import PlugIn, Shrinkage
from divergences.methods.counts.series import Grassberger, MillerMadow, Schurmann
from divergences.methods.counts.zhang import Zhang
from divergences.methods.from_alpha_term import alpha_term, of_alpha_term

METHODS: tuple[type[Method], ...] = (
    PlugIn,
    MillerMadow,
    Jackknife,
    Grassberger,
    Schurmann,
    ChaoShen,
    ChaoWangJost,
    Zhang,
    Dirichlet,
    Shrinkage,
    NSB,
    Permutation,
)
ENTROPY: Method = ChaoWangJost()
EXCESS: Method = Zhang()  # of a divergence that is a cross-entropy less an entropy, and of either
DIVERGENCE: Method = Jackknife()
MIXTURE: Method = MillerMadow()
CODE: Method = PlugIn()  # of a cross-entropy whose code is known, a mean over the observations
# Families of a sample and a distribution that is known, and the methods that have them.
BESIDE_KNOWN = ("f_divergence", "order_divergence", "cross_entropy")
WITH_KNOWN: tuple[type[Method], ...] = (PlugIn, Jackknife, Permutation)


def f_divergence(member: FDivergence, p: Any, q: Any, *how: Any) -> Estimate:
    """Estimate an f-divergence of two distributions."""
    sampled = isinstance(p, Counts) and isinstance(q, Counts)
    default = EXCESS if member.is_relative_entropy and sampled else DIVERGENCE
    power = member.laws.unit_power
    return _estimate("f_divergence", (member,), {"p": p, "q": q}, default, power, *how)


def order_divergence(
    member: OrderDivergence, p: Any, q: Any, alpha: Any, base: Any, *how: Any
) -> Estimate:
    """Estimate a quantity of the power family, of one order or several."""
    return orders.each(alpha, lambda a: _of_order(member, a, p, q, base, *how))


def _of_order(member: OrderDivergence, a: float, p: Any, q: Any, base: Any, *how: Any) -> Estimate:
    found = _estimate(
        "f_divergence", (alpha_term(a),), {"p": p, "q": q}, DIVERGENCE, 0.0, None, *how
    )
    return of_alpha_term(member, a, found).expressed(checks.unit_of(base), member.laws.unit_power)


def cross_entropy(p: Any, q: Any, *how: Any) -> Estimate:
    """Estimate the mean code length under P of Q's code (P's own if q is None)."""
    if q is None:
        return _estimate("cross_entropy", (), {"p": p}, ENTROPY, 1.0, *how, after=(None,))
    if not isinstance(p, Counts):
        raise TypeError(
            "the code of an unknown Q is estimated best beside its own entropy; pass "
            "kl_divergence(p, q), and add entropy(p), which is known."
        )
    default = EXCESS if isinstance(q, Counts) else CODE
    return _estimate("cross_entropy", (), {"p": p, "q": q}, default, 1.0, *how)


def perplexity(p: Any, *how: Any) -> Estimate:
    """Estimate exp of the mean code length of P in its own code."""
    return _estimate("perplexity", (), {"p": p}, ENTROPY, 0.0, None, *how)


def entropy_deficit(member: FDivergence, p: Any, *how: Any) -> Estimate:
    """Estimate an f-divergence of P and the uniform distribution on the outcomes kept."""
    return _estimate("entropy_deficit", (member,), {"p": p}, ENTROPY, 1.0, *how)


def information_radius(
    member: FDivergence, ps: tuple[Any, ...], weights: Any, *how: Any
) -> Estimate:
    """Estimate the mean divergence of several distributions from their weighted mixture."""
    names = ["p", "q", *(f"more[{i}]" for i in range(len(ps) - 2))]
    shares = checks.shares(weights, len(ps))
    named = dict(zip(names, ps, strict=True))
    return _estimate("information_radius", (member,), named, MIXTURE, 1.0, *how, after=(shares,))


def conditional_entropy(
    p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Estimate:
    """Estimate the mean code length of the second variable when the first is known."""
    shape = axes.joint_shape(p.values, axis, np.ndim(where))
    how = base, axis, keepdims, where, method
    return _estimate("conditional_entropy", (), {"p": p}, ENTROPY, 1.0, *how, after=(shape,))


def mutual_information(
    member: FDivergence,
    p: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
    complete: bool = True,
) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals.

    Variables of k and l outcomes share at most log min(k, l), if the table is `complete`: one of
    observed symbols may lack some.
    """
    shape = axes.joint_shape(p.values, axis, np.ndim(where))
    default = ENTROPY if member.is_relative_entropy else PlugIn()
    greatest = log(min(shape)) if complete and member.is_relative_entropy else inf
    how = base, axis, keepdims, where, method
    return _estimate(
        "mutual_information", (member,), {"p": p}, default, 1.0, *how, after=(shape, greatest)
    )


def _estimate(
    family: str,
    before: tuple[Any, ...],
    named: dict[str, Any],
    default: Method,
    unit_power: float,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
    after: tuple[Any, ...] = (),
) -> Estimate:
    """Choose the method, let it estimate in nats, and present what it found."""
    unit = checks.unit_of(base)
    chosen = default if method is None else method
    function = getattr(chosen, family, None)
    if function is None or not isinstance(chosen, METHODS):
        able = ", ".join(kind.__name__ for kind in METHODS if hasattr(kind, family))
        raise TypeError(
            f"{chosen!r} is no method for this quantity ({family.replace('_', ' ')}) of counts; "
            f"these are: {able}."
        )
    sides, kept = count_tables(named, axis, where)
    if any(side.known for side in sides) and not isinstance(chosen, WITH_KNOWN):
        able = ", ".join(kind.__name__ for kind in WITH_KNOWN if hasattr(kind, family))
        raise TypeError(
            f"{chosen!r} compares samples, and one of these distributions is known; these methods "
            f"take that: {able}."
        )
    operands = (tuple(sides),) if family == "information_radius" else sides
    found = function(*before, *operands, *after)
    missing = np.any(np.broadcast_arrays(*(side.missing for side in sides)), axis=0)
    shape = kept if keepdims else np.shape(found.value)
    changes: dict[str, Any] = {
        "value": _shown(found.value, missing, shape),
        "standard_error": _shown(found.standard_error, missing, shape),
        "n": tuple(_number(side.total) for side in sides if not side.known),
        "info": {name: _shown(x, missing, shape) for name, x in found.info.items()},
    }
    if found.score is not None:
        parts = (np.broadcast_to(x, np.shape(found.value)) for x in found.score)
        changes["score"] = Score(*(_shown(x, missing, shape) for x in parts))
    found = replace(found, **changes)
    return found.expressed(unit, unit_power)


def _number(total: Array) -> Any:
    """Return a number of observations, or those of a batch."""
    return total if np.ndim(total) else int(total) if total == np.rint(total) else float(total)


def _shown(x: Array, missing: Array, shape: tuple[int, ...]) -> Array:
    """Return a result in the shape asked for, NaN where a count is."""
    return np.where(missing, np.nan, x).reshape(shape)[()]
