"""Entropies of one order or several, exact on any array namespace."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any

import numpy as np

from divergences.interface import Array
from divergences.interface.order import PowerEntropy
from divergences.measures.discrete import Masses
from divergences.methods.power_length import sums
from divergences.numerics.namespace import is_jax
from divergences.numerics.parallel import map_blocks

ROWS = 1 << 14  # elements in a block of complete distributions: their temporaries are some dozens


def evaluate(member: PowerEntropy, p: Masses, order: Array, xp: Any) -> Array:
    """Return the quantity `member` of P for every distribution of the batch and order."""
    p.check_values(xp)
    if is_jax(xp):
        from divergences.methods.power_length.differentiable import compiled

        return compiled(member, p.is_log)(p.values, order)
    value = partial(_value, member, p.is_log, xp)
    n = p.values.shape[-1]
    shape = np.broadcast_shapes(p.values.shape[:-1], order.shape)
    if xp is not np or prod(shape) * n <= ROWS:
        return value(p.values, order)
    rows = np.broadcast_to(p.values, (*shape, n)).reshape(-1, n)
    parts = map_blocks(value, max(1, ROWS // n), rows, np.broadcast_to(order, shape).reshape(-1))
    return np.concatenate(parts).reshape(shape)


def _value(member: PowerEntropy, is_log: bool, xp: Any, p: Array, order: Array) -> Array:
    with np.errstate(all="ignore"):
        return member.value(sums.evaluate(sums.code_of(p, is_log, xp), order, xp), order, xp)
