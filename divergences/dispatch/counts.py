"""Counts: every family is estimated by a method, with its uncertainty.

The default methods are those that did best in ``benchmarks/estimators.py``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf, log
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Method
from divergences.core.alpha_term import alpha_term_of
from divergences.core.score import Score
from divergences.dispatch import orders
from divergences.dispatch.call import Call, Families
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
from divergences.methods.from_alpha_term import of_alpha_term

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


def f_divergence(call: Call) -> Estimate:
    """Estimate an f-divergence of two distributions."""
    sampled = all(isinstance(x, Counts) for x in call.measures.values())
    default = EXCESS if call.member.is_relative_entropy and sampled else DIVERGENCE
    return _estimate(call, default)


def order_divergence(call: Call) -> Estimate:
    """Estimate a quantity of the power family, of one order or several."""
    return orders.each(call.alpha, partial(_of_order, call))


def _of_order(call: Call, a: float) -> Estimate:
    of_term = call._replace(family="f_divergence", member=alpha_term_of(a))
    found = _estimate(of_term.with_options(base=None), DIVERGENCE)
    return of_alpha_term(call.member, a, found).expressed(call.unit, call.unit_power)


def cross_entropy(call: Call) -> Estimate:
    """Estimate the cross-entropy of P and Q, or the entropy of P if there is no Q."""
    p, *others = call.measures.values()
    if not others:
        return _estimate(call, ENTROPY, after=(None,))
    if not isinstance(p, Counts):
        raise TypeError(
            "the code of an unknown Q is estimated best beside its own entropy; pass "
            "kl_divergence(p, q), and add entropy(p), which is known."
        )
    return _estimate(call, EXCESS if isinstance(others[0], Counts) else CODE)


def of_entropy(call: Call) -> Estimate:
    """Estimate a function of the entropy of one distribution."""
    return _estimate(call, ENTROPY)


def information_radius(call: Call) -> Estimate:
    """Estimate the mean divergence of several distributions from their weighted mixture."""
    shares = checks.shares(call.weights, len(call.measures))
    return _estimate(call, MIXTURE, after=(shares,))


def conditional_entropy(call: Call) -> Estimate:
    """Estimate the conditional entropy of the second variable given the first."""
    return _estimate(call, ENTROPY, after=(_joint_shape(call),))


def mutual_information(call: Call, complete: bool = True) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals.

    Variables of k and l outcomes share at most log min(k, l), if the table is `complete`: one of
    observed symbols may lack some.
    """
    shape = _joint_shape(call)
    is_relative_entropy = call.member.is_relative_entropy
    default = ENTROPY if is_relative_entropy else PlugIn()
    greatest = log(min(shape)) if complete and is_relative_entropy else inf
    return _estimate(call, default, after=(shape, greatest))


FAMILIES: Families = {
    "f_divergence": f_divergence,
    "order_divergence": order_divergence,
    "cross_entropy": cross_entropy,
    "perplexity": of_entropy,
    "entropy_deficit": of_entropy,
    "information_radius": information_radius,
    "conditional_entropy": conditional_entropy,
    "mutual_information": mutual_information,
}


def _joint_shape(call: Call) -> tuple[int, int]:
    """Return the numbers of outcomes of both variables."""
    _, axis, _, where, _ = call.options
    return axes.joint_shape(call.measures["p"].values, axis, np.ndim(where))


def _estimate(call: Call, default: Method, after: tuple[Any, ...] = ()) -> Estimate:
    """Choose the method, let it estimate in nats, and present what it found."""
    unit, family = call.unit, call.family
    _, axis, keepdims, where, method = call.options
    chosen = default if method is None else method
    function = getattr(chosen, family, None)
    if function is None or not isinstance(chosen, METHODS):
        able = ", ".join(kind.__name__ for kind in METHODS if hasattr(kind, family))
        raise TypeError(
            f"{chosen!r} is no method for this quantity ({family.replace('_', ' ')}) of counts; "
            f"these are: {able}."
        )
    sides, kept = count_tables(call.measures, axis, where)
    if any(side.known for side in sides) and not isinstance(chosen, WITH_KNOWN):
        able = ", ".join(kind.__name__ for kind in WITH_KNOWN if hasattr(kind, family))
        raise TypeError(
            f"{chosen!r} compares samples, and one of these distributions is known; these methods "
            f"take that: {able}."
        )
    operands = (tuple(sides),) if family == "information_radius" else sides
    found = function(*call.members, *operands, *after)
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
    return found.expressed(unit, call.unit_power)


def _number(total: Array) -> Any:
    """Return a number of observations, or those of a batch."""
    return total if np.ndim(total) else int(total) if total == np.rint(total) else float(total)


def _shown(x: Array, missing: Array, shape: tuple[int, ...]) -> Array:
    """Return a result in the shape asked for, NaN where a count is."""
    return np.where(missing, np.nan, x).reshape(shape)[()]
