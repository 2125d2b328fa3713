"""The power family as functions that JAX and PyTorch differentiate by rule, by the order too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array
from divergences.core.order import OrderDivergence
from divergences.methods.finite.order_divergence import sums
from divergences.numerics.differentiable import Slopes, WithRule, library, made_once
from divergences.numerics.floats.jvp_rules import simplex_derivative
from divergences.numerics.floats.normalised_pair import marked
from divergences.numerics.special.order_sums import HellingerIntegral


@made_once
def function(
    member: OrderDivergence, p_log: bool, q_log: bool, xp: Any
) -> Callable[[Array, Array, Array], Array]:
    """Return the differentiable function of values and the order, one a row."""
    return library(xp).differentiable(*with_rule(member, p_log, q_log, xp))


def with_rule(member: OrderDivergence, p_log: bool, q_log: bool, xp: Any) -> WithRule:
    """Return the function and its rule."""

    def value(p: Array, q: Array, order: Array) -> Array:
        p, q = marked(p, p_log, xp), marked(q, q_log, xp)
        return sums.value(member, p_log, q_log, xp, p, q, order[..., 0])

    def rule(needed: tuple[bool, ...], p: Array, q: Array, order: Array) -> Slopes:
        p, q = marked(p, p_log, xp), marked(q, q_log, xp)
        return slopes(member, (p_log, q_log), needed, p, q, order, xp)

    return WithRule(value, rule)


def slopes(
    member: OrderDivergence,
    logs: tuple[bool, bool],
    needed: tuple[bool, ...],
    p: Array,
    q: Array,
    column: Array,
    xp: Any,
) -> Slopes:
    """Return the derivatives by (log) masses, and by the order in a `column`."""
    order = column[..., 0]
    found = sums.outcomes_of(p, q, *logs, xp)
    of_order = sums.evaluate(found, order, xp)
    columns = _columns(of_order)
    sides = sums.sides(found, order, logs, xp)
    slopes = member.gradients(*sides, columns, column, xp)
    inner: list[Array | None] = [
        simplex_derivative(slope, side.mass, x, is_log, xp) if need else None
        for slope, side, x, is_log, need in zip(slopes, sides, (p, q), logs, needed, strict=False)
    ]
    by_order = None
    if needed[2]:
        alpha_derivative = sums.order_derivative(found, order, xp)
        own = sides[0]._replace(log_ratio=(found.log_ratio, found.ratio.log_ratio[1]))
        by_order = member.order_derivative(own, of_order, alpha_derivative, order, xp)
        by_order = xp.where(xp.isinf(order), 0.0, by_order)[..., None]
    return Slopes(xp.ones_like(of_order.alpha_term), [*inner, by_order])


def _columns(of_order: HellingerIntegral) -> HellingerIntegral:
    """Return sums with an axis for outcomes."""
    alpha_term, only_p, only_q, overlap = (x[..., None] for x in of_order[:4])
    high, low = of_order.log_sum
    return HellingerIntegral(alpha_term, only_p, only_q, overlap, (high[..., None], low[..., None]))
