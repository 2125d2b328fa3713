"""The exact sum of the power family over finite distributions, on any array namespace.

The sums are taken with every care always: a power of order a feels each rounding of its base a
times.
"""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any

import numpy as np

from divergences.interface import Array
from divergences.interface.order import Power
from divergences.measures.discrete import Masses
from divergences.methods.power_sum import sums
from divergences.numerics.namespace import is_jax
from divergences.numerics.pairs import ordered
from divergences.numerics.parallel import map_blocks

ROWS = 1 << 14  # elements in a block of complete distributions: their temporaries are some dozens


def evaluate(member: Power, p: Masses, q: Masses, order: Array, xp: Any) -> Array:
    """Return the quantity `member` of P and Q for every distribution of the batch and order."""
    for side in (p, q):
        side.check_values(xp)
    if is_jax(xp):
        from divergences.methods.power_sum.differentiable import compiled

        return compiled(member, p.is_log, q.is_log)(p.values, q.values, order)
    value = partial(_value, member, p.is_log, q.is_log, xp)
    if xp is not np:
        return value(p.values, q.values, order)
    n = p.values.shape[-1]
    shape = np.broadcast_shapes(p.values.shape[:-1], q.values.shape[:-1], order.shape)
    if prod(shape) * n <= ROWS:
        return value(p.values, q.values, order)
    rows = [np.broadcast_to(x.values, (*shape, n)).reshape(-1, n) for x in (p, q)]
    orders = np.broadcast_to(order, shape).reshape(-1)
    parts = map_blocks(value, max(1, ROWS // n), *rows, orders)
    return np.concatenate(parts).reshape(shape)


def _value(
    member: Power, p_log: bool, q_log: bool, xp: Any, p: Array, q: Array, order: Array
) -> Array:
    with np.errstate(all="ignore"):
        if member.laws.symmetric and p_log == q_log:
            p, q = ordered(p, q, xp)
        found = sums.outcomes_of(p, q, p_log, q_log, xp)
        return member.value(sums.evaluate(found, order, xp), order, xp)
