"""Expected code lengths: entropy and its relatives, exact on any array namespace.

The ideal code of Q gives outcome i the length log(Q/q_i) nats, Q being the total. For the most
probable outcome that is log1p(rest/q_i), the rest summed without it: a near-certain distribution
has a short code for it, and 1 - q_i would have lost it. No length is negative, so their mean cannot
cancel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures.discrete import MassArray
from divergences.methods.finite.entropy import blocks, by_rule
from divergences.methods.finite.entropy.lengths import (
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
    """Return the mean length under P of the code that is ideal for Q."""
    if backend(xp).native and not (p.is_log or q.is_log):
        return blocks.expected_surprisal(p, q)
    for side in {id(p): p, id(q): q}.values():
        side.check_values(xp)
    if differentiates(xp):
        if p is q:
            return by_rule.own_surprisal(p.is_log, p.values.shape[-1:], xp)(p.values)
        return by_rule.length(p.is_log, q.is_log, xp)(p.values, q.values)
    number = NUMBERS.get("cross_entropy") if backend(xp).native and p.is_log and q.is_log else None
    if number is None:
        return _with_care(p, q, xp)
    value = sums.of_logs(number, p.values, q.values)
    if p is q:

        def own(x: Array) -> Array:
            side = p._replace(values=x)
            return _with_care(side, side, xp)

        return fill(value, own, p.values)

    def careful(x: Array, y: Array) -> Array:
        return _with_care(p._replace(values=x), q._replace(values=y), xp)

    return fill(value, careful, p.values, q.values)


@np.errstate(all="ignore")
def _with_care(p: MassArray, q: MassArray, xp: Any) -> Array:
    if p is q:
        return mean_own_surprisal(p.values, p.is_log, xp)
    lengths = surprisals(q.values, q.is_log, xp)
    return mean_surprisal(p.values, lengths, p.is_log, xp)


def conditional(p: MassArray, shape: tuple[int, int], xp: Any) -> Array:
    """Return the mean length of Y in the code ideal for it given X; outcomes (x, y) are `shape`."""
    p.check_values(xp)
    if differentiates(xp):
        return by_rule.own_surprisal(p.is_log, shape, xp)(p.values)
    batch = p.values.shape[:-1]
    with np.errstate(all="ignore"):
        lengths = surprisals(xp.reshape(p.values, batch + shape), p.is_log, xp)
        return mean_surprisal(p.values, xp.reshape(lengths, p.values.shape), p.is_log, xp)


def perplexity(p: MassArray, xp: Any) -> Array:
    """Return exp of the mean length."""
    p.check_values(xp)
    if differentiates(xp):
        return by_rule.perplexity(p.is_log, xp)(p.values)
    with np.errstate(all="ignore"):
        return exp_mean_surprisal(p.values, p.is_log, xp)
