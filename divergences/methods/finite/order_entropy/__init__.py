"""Entropies of one order or several, exact on any array namespace.

Compiled loops do most sums of NumPy masses or logs; what they do not certify is taken on any
namespace.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.core.order import OrderEntropy
from divergences.measures.discrete import MassArray
from divergences.methods.finite.order_entropy import by_rule, sums
from divergences.numerics import compiled
from divergences.numerics.compiled.sums import of_orders, of_orders_of_logs
from divergences.numerics.differentiable import differentiates
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import fill
from divergences.numerics.special.order_sums import PowerSum

ROWS = 1 << 14  # elements in a block of complete distributions: their temporaries are some dozens


def evaluate(member: OrderEntropy, p: MassArray, order: Array, xp: Any) -> Array:
    """Return the quantity `member` of P for every distribution of the batch and order."""
    if backend(xp).native and compiled.NUMBERS:
        if p.is_log:
            p.check_values(xp)
            tsallis, powers, _, _ = of_orders_of_logs(p.values, None, order)
        else:
            (tsallis, powers, _, _), of_p, _ = of_orders(p.values, None, order)
            p.check_range(*of_p)
        with np.errstate(all="ignore"):
            renyi = np.log(powers) / np.where(order == 1.0, 1.0, 1.0 - order)
            value = member.value(PowerSum(tsallis, renyi), order, np)
            value = np.where(np.isnan(tsallis), np.nan, value)
    else:
        p.check_values(xp)
        if differentiates(xp):
            return by_rule.function(member, p.is_log, xp)(p.values, order[..., None])
        if not backend(xp).native:
            return sums.value(member, p.is_log, xp, p.values, order)
        value = np.full(np.broadcast_shapes(p.values.shape[:-1], order.shape), np.nan)

    def rows(x: Array, orders: Array) -> Array:
        return sums.value(member, p.is_log, np, x, orders[..., 0])

    return fill(value, rows, p.values, order[..., None], size=ROWS)
