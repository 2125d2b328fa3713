"""The sums of powers of one distribution, from its surprisals.

With l = -log p, a term of the Tsallis entropy is p (exp((1 - a) l) - 1) / (1 - a). It is never
negative and does not cancel for a nearly certain outcome, whose surprisal comes from the others.
"""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array
from divergences.core.order import OrderEntropy
from divergences.numerics.floats.double_word import (
    DoubleWord,
    dw_add,
    dw_mul,
    log_quotient_dw,
    scaled_exp,
    to_about_one,
)
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.floats.normalised_pair import masses, subtract_max
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum
from divergences.numerics.special.alpha_derivatives import Side, lower_power
from divergences.numerics.special.alpha_term import double_node, scaled_expm1
from divergences.numerics.special.order_sums import PowerSum, finite_order, is_extreme, log_of_sum

SHORT = 2.0  # surprisals for which 1 - a may be rounded


class Surprisals(NamedTuple):
    """Masses of a distribution, their total, and the surprisals as double words."""

    mass: Array
    present: Array
    total: Array
    values: DoubleWord  # 0 where there is no mass


def value(member: OrderEntropy, is_log: bool, xp: Any, p: Array, order: Array) -> Array:
    """Return the quantity `member` of the distribution with masses (or log masses) p."""
    with np.errstate(all="ignore"):
        return member.value(evaluate(surprisals_of(p, is_log, xp), order, xp), order, xp)


def surprisals_of(p: Array, is_log: bool, xp: Any) -> Surprisals:
    """Return the surprisals of the distribution with masses (or log masses) p."""
    mass = masses(p, is_log, xp)
    total, low = (x[..., None] for x in compensated_sum(mass, xp))
    heavy = mass > 0.5 * total
    rest = pairwise_sum(xp.where(heavy, 0.0, mass), xp)[..., None]
    short = log1p(xp.where(heavy, rest / xp.where(heavy, mass, 1.0), 0.0), xp)
    if is_log:
        present = p != -xp.inf
        negative = tuple(xp.where(present, -x, 0.0) for x in subtract_max(p, xp))
        surprisal = dw_add(log_quotient_dw(total, xp.ones_like(total), xp), negative, xp)
    else:
        present = mass > 0
        other = xp.where(present, mass, 1.0)
        surprisal = dw_add(
            log_quotient_dw(total + 0.0 * other, other, xp), (low / total, 0.0 * other), xp
        )
    high, tail = (xp.where(present & ~heavy, x, 0.0) for x in surprisal)
    unit = to_about_one(total, xp)  # powers of weights of any size would overflow
    return Surprisals(mass * unit, present, total * unit, (xp.where(heavy, short, high), tail))


def evaluate(surprisals: Surprisals, order: Array, xp: Any) -> PowerSum:
    """Return the sums of an order for each distribution of the batch; it may be infinite."""
    a = finite_order(order, xp)
    mass, present, total, surprisal = surprisals
    powers, shift = weights(surprisals, order, xp)
    # p (exp((1 - a) l) - 1), of which 1 - a is rounded for a < 1/2 unless it makes no difference.
    terms = xp.where(mass > 0, scaled_expm1(mass, 1.0 - a, surprisal, xp), 0.0)
    lost = (mass < float(xp.finfo(mass.dtype).smallest_normal)) & (a != 1.0)
    by_power = lost | ((a <= 0.5) & (surprisal[0] >= SHORT))
    plain = (_powers(surprisals, a, 0.0, xp) - mass) / xp.where(by_power, 1.0 - a, 1.0)
    terms = xp.where(by_power, plain, terms)
    tsallis = pairwise_sum(xp.where(present, terms, 0.0), xp) / total[..., 0]
    log_sum = log_of_sum(pairwise_sum(powers, xp), total[..., 0], shift, xp)
    renyi_by_log = log_sum[0] / xp.where(order == 1, 1.0, 1.0 - a[..., 0])
    infinite = xp.isinf(order)
    extreme = extreme_surprisal(surprisals, order, xp)
    beyond = (order < 0) & xp.any(~present, axis=-1) & (total[..., 0] == total[..., 0])
    of_infinite_order = xp.where((order < 0) & (extreme > 0), xp.inf, 0.0 * extreme)
    return PowerSum(
        xp.where(beyond, xp.inf, xp.where(infinite, of_infinite_order, tsallis)),
        xp.where(beyond, xp.inf, xp.where(is_extreme(order, xp), extreme, renyi_by_log)),
        log_sum,
    )


def weights(surprisals: Surprisals, order: Array, xp: Any) -> tuple[Array, Array]:
    """Return the total times (p^a exp(-shift)) of each outcome, and the shift."""
    a = finite_order(order, xp)
    logs = xp.where(surprisals.present, -a * surprisals.values[0], -xp.inf)
    top = xp.max(logs, axis=-1, keepdims=True)
    # They are summed as they are while the largest is not too large or small to be squared.
    limit = 0.4 * log(float(xp.finfo(top.dtype).max))
    shift = xp.where(xp.isfinite(top) & (xp.abs(top) > limit), top, 0.0)
    return xp.where(surprisals.present, _powers(surprisals, a, shift, xp), 0.0), shift[..., 0]


def _powers(surprisals: Surprisals, a: Array, shift: Any, xp: Any) -> Array:
    """Return the total times p^a exp(-shift)."""
    high, low = dw_mul(-a, surprisals.values, xp)
    return scaled_exp(surprisals.total, (high - shift, low), xp)


def extreme_surprisal(surprisals: Surprisals, order: Array, xp: Any) -> Array:
    """Return the smallest surprisal, or for negative orders the largest."""
    sign = xp.sign(order)
    surprisal = xp.where(surprisals.present, sign[..., None] * surprisals.values[0], xp.inf)
    return sign * xp.min(surprisal, axis=-1) + 0.0 * surprisals.total[..., 0]


def order_derivative(surprisals: Surprisals, order: Array, xp: Any) -> Array:
    """Return the derivative of the Tsallis entropy by the order."""
    a = finite_order(order, xp)
    mass, present, total, surprisal = surprisals
    node = double_node(mass, 1.0 - a, surprisal, _powers(surprisals, a, 0.0, xp), xp)
    return -pairwise_sum(xp.where(present, node, 0.0), xp) / total[..., 0]


def side(surprisals: Surprisals, order: Array, is_log: bool, xp: Any) -> Side:
    """Return the distribution for derivatives by its masses or by their logs."""
    high, low = surprisals.values
    y = xp.where(surprisals.present, -high, -xp.inf), -low
    a, share = finite_order(order, xp), surprisals.mass / surprisals.total
    if not is_log:
        return Side(share, y, lower_power(a, y, xp))
    power_, rest = dw_mul(-a, surprisals.values, xp)
    joint = xp.where(surprisals.present, power_, -xp.inf), rest
    return Side(share, y, lower_power(a, y, xp), (y, joint))
