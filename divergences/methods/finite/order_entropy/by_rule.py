"""Entropies of any order as functions that JAX and PyTorch differentiate by rule, by it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array
from divergences.core.order import OrderEntropy
from divergences.methods.finite.order_entropy import sums
from divergences.numerics.differentiable import Slopes, WithRule, library, made_once
from divergences.numerics.floats.jvp_rules import simplex_derivative
from divergences.numerics.floats.normalised_pair import marked
from divergences.numerics.special.order_sums import PowerSum


@made_once
def function(member: OrderEntropy, is_log: bool, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the differentiable function of values and the order, one a row."""
    return library(xp).differentiable(*with_rule(member, is_log, xp))


def with_rule(member: OrderEntropy, is_log: bool, xp: Any) -> WithRule:
    """Return the function and its rule."""

    def value(p: Array, order: Array) -> Array:
        return sums.value(member, is_log, xp, marked(p, is_log, xp), order[..., 0])

    def rule(needed: tuple[bool, ...], p: Array, order: Array) -> Slopes:
        return slopes(member, is_log, needed, marked(p, is_log, xp), order, xp)

    return WithRule(value, rule)


def slopes(
    member: OrderEntropy, is_log: bool, needed: tuple[bool, ...], p: Array, column: Array, xp: Any
) -> Slopes:
    """Return the derivatives by (log) masses, and by the order in a `column`."""
    order = column[..., 0]
    surprisals = sums.surprisals_of(p, is_log, xp)
    of_order = sums.evaluate(surprisals, order, xp)
    side = sums.side(surprisals, order, is_log, xp)
    by_p = by_order = None
    if needed[0]:
        slope = member.gradient(side, _columns(of_order), column, xp)
        by_p = simplex_derivative(slope, side.mass, p, is_log, xp)
    if needed[1]:
        tsallis_derivative = sums.order_derivative(surprisals, order, xp)
        by_order = member.order_derivative(side, of_order, tsallis_derivative, order, xp)
        by_order = xp.where(xp.isinf(order), 0.0, by_order)[..., None]
    return Slopes(xp.ones_like(of_order.excess), [by_p, by_order])


def _columns(of_order: PowerSum) -> PowerSum:
    """Return sums with an axis for outcomes."""
    high, low = of_order.log_sum
    columns = (high[..., None], low[..., None])
    return PowerSum(of_order.excess[..., None], of_order.mean_log[..., None], columns)
