"""The exact sum of the power family over finite distributions, on any array namespace.

A power of order a feels each rounding of its base a times: logarithms are double words always.
Compiled loops do most sums of NumPy masses or logs; what they do not certify is taken on any
namespace.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.core.order import OrderDivergence
from divergences.measures.discrete import MassArray, masses_first
from divergences.methods.finite.order_divergence import by_rule, sums
from divergences.numerics import compiled
from divergences.numerics.compiled.sums import of_orders, of_orders_of_logs
from divergences.numerics.differentiable import differentiates
from divergences.numerics.floats.normalised_pair import log_shares
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import fill
from divergences.numerics.special.order_sums import HellingerIntegral

ROWS = 1 << 14  # elements in a block of complete distributions: their temporaries are some dozens


def evaluate(member: OrderDivergence, p: MassArray, q: MassArray, order: Array, xp: Any) -> Array:
    """Return the quantity `member` of P and Q for every distribution of the batch and order."""
    if member.laws.symmetric:
        p, q = masses_first(p, q)
    if backend(xp).native and compiled.NUMBERS and not (p.is_log or q.is_log):
        parts, of_p, of_q = of_orders(p.values, q.values, order)
        p.check_range(*of_p)
        q.check_range(*of_q)
        value = _of_sums(member, parts, order)
    elif backend(xp).native and compiled.NUMBERS and p.is_log and q.is_log:
        for side in (p, q):
            side.check_values(xp)
        value = _of_sums(member, of_orders_of_logs(p.values, q.values, order), order)
    else:
        for side in (p, q):
            side.check_values(xp)
        if differentiates(xp):
            function = by_rule.function(member, p.is_log, q.is_log, xp)
            return function(p.values, q.values, order[..., None])
        if not backend(xp).native:
            return sums.value(member, p.is_log, q.is_log, xp, p.values, q.values, order)
        batch = np.broadcast_shapes(p.values.shape[:-1], q.values.shape[:-1], order.shape)
        value = np.full(batch, np.nan)

    def rows(x: Array, y: Array, orders: Array) -> Array:
        a, b = _comparable(p._replace(values=x)), _comparable(q._replace(values=y))
        if member.laws.symmetric:
            a, b = masses_first(a, b)
        return sums.value(member, a.is_log, b.is_log, np, a.values, b.values, orders[..., 0])

    return fill(value, rows, p.values, q.values, order[..., None], size=ROWS)


def _of_sums(member: OrderDivergence, parts: tuple[Array, ...], order: Array) -> Array:
    """Return the quantity of sums over masses, NaN where they are not certified."""
    alpha_term, powers, only_p, only_q = parts
    with np.errstate(all="ignore"):
        found = HellingerIntegral(alpha_term, only_p, only_q, alpha_term)
        # Outside [0, 1] the sum of powers is at least one, and is one plus (a - 1) times Tsallis's.
        within = (order >= 0.0) & (order <= 1.0)
        logs = np.where(
            within, np.log(powers), np.log1p((order - 1.0) * found.tsallis(order, np))
        ) / np.where(order == 1.0, 1.0, order - 1.0)
        value = member.value(found._replace(overlap=logs), order, np)
        return np.where(np.isnan(alpha_term), np.nan, value)


def _comparable(side: MassArray) -> MassArray:
    """Return weights by their logs, if shares of the largest would underflow."""
    if side.is_log or side.tolerance is not None:
        return side
    x = side.values
    if not np.any((x > 0.0) & (x < np.max(x, axis=-1, keepdims=True) * 2.0**-1000)):
        return side
    with np.errstate(all="ignore"):
        return side._replace(values=log_shares(x, np), is_log=True)
