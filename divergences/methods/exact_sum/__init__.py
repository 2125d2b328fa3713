"""The exact sum of a perspective over finite distributions, on any array namespace."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum import blocks
from divergences.methods.exact_sum.careful import normalised_total
from divergences.numerics.namespace import is_jax


def evaluate(member: Perspective, p: Masses, q: Masses, xp: Any) -> Array:
    """Return the quantity `member` of P and Q for every distribution of the batch."""
    linear = not (p.is_log or q.is_log)
    if xp is np and linear:
        return member.finish(blocks.total(member, p, q), np)
    for side in (p, q):
        side.check_values(xp)
    if is_jax(xp):
        from divergences.methods.exact_sum.differentiable import compiled

        unit = linear and p.tolerance is not None and q.tolerance is not None
        return compiled(member, p.is_log, q.is_log, unit)(p.values, q.values)
    with np.errstate(all="ignore"):
        total = normalised_total(member, p.values, q.values, p.is_log, q.is_log, xp)
    return member.finish(total, xp)
