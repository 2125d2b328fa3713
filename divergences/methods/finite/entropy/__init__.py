"""Expected surprisals: entropy and its relatives, exact on any array namespace.

The surprisal of outcome i under Q is log(Q/q_i) in nats, where Q is the total. For the most
probable outcome it is computed as log1p(rest/q_i), where the rest is the sum of the other masses:
the surprisal of a nearly certain outcome is small, and 1 - q_i would lose its digits. No surprisal
is negative, so their mean cannot cancel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures.discrete import MassArray
from divergences.methods.finite.entropy import blocks, by_rule
from divergences.methods.finite.entropy.surprisals import (
    exp_mean_surprisal,
    mean_own_surprisal,
    mean_surprisal,
    surprisals,
)
from divergences.numerics.compiled import NUMBERS, sums
from divergences.numerics.differentiable import differentiates
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import fill


def expected_surprisal(p: MassArray, q: MassArray, xp: Any) -> Array:
    """Return the mean surprisal of Q under P, the cross-entropy."""
    if backend(xp).native and not (p.is_log or q.is_log):
        return blocks.expected_surprisal(p, q)
    for side in {id(p): p, id(q): q}.values():
        side.check_values(xp)
    if differentiates(xp):
        if p is q:
            return by_rule.own_surprisal(p.is_log, p.values.shape[-1:], xp)(p.values)
        return by_rule.cross_entropy(p.is_log, q.is_log, xp)(p.values, q.values)
    number = NUMBERS.get("cross_entropy") if backend(xp).native and p.is_log and q.is_log else None
    if number is None:
        return _compensated(p, q, xp)
    value = sums.of_logs(number, p.values, q.values)
    if p is q:

        def own(x: Array) -> Array:
            side = p._replace(values=x)
            return _compensated(side, side, xp)

        return fill(value, own, p.values)

    def cross(x: Array, y: Array) -> Array:
        return _compensated(p._replace(values=x), q._replace(values=y), xp)

    return fill(value, cross, p.values, q.values)


@np.errstate(all="ignore")
def _compensated(p: MassArray, q: MassArray, xp: Any) -> Array:
    if p is q:
        return mean_own_surprisal(p.values, p.is_log, xp)
    surprisal = surprisals(q.values, q.is_log, xp)
    return mean_surprisal(p.values, surprisal, p.is_log, xp)


def conditional(p: MassArray, shape: tuple[int, int], xp: Any) -> Array:
    """Return the mean surprisal of Y given X; the outcomes (x, y) have the given `shape`."""
    p.check_values(xp)
    if differentiates(xp):
        return by_rule.own_surprisal(p.is_log, shape, xp)(p.values)
    batch = p.values.shape[:-1]
    with np.errstate(all="ignore"):
        surprisal = surprisals(xp.reshape(p.values, batch + shape), p.is_log, xp)
        return mean_surprisal(p.values, xp.reshape(surprisal, p.values.shape), p.is_log, xp)


def perplexity(p: MassArray, xp: Any) -> Array:
    """Return exp of the entropy."""
    p.check_values(xp)
    if differentiates(xp):
        return by_rule.perplexity(p.is_log, xp)(p.values)
    with np.errstate(all="ignore"):
        return exp_mean_surprisal(p.values, p.is_log, xp)
