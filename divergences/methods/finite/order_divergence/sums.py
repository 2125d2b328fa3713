"""The sums of the power family over two finite distributions."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array
from divergences.core.order import OrderDivergence
from divergences.numerics.floats.double_word import (
    DoubleWord,
    dw_add,
    dw_sub,
    exp_dw,
    expm1_dw,
    log_quotient_dw,
    log_sum_exp,
    to_about_one,
)
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.floats.normalised_pair import (
    Pair,
    canonical_order,
    match_totals_dw,
    normalise_pair,
    subtract_max,
)
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.runtime.namespace import smallest
from divergences.numerics.special.alpha_derivatives import Side, lower_power, raise_power
from divergences.numerics.special.alpha_term import (
    Ratio,
    alpha_derivative,
    alpha_term,
    log_power,
    power,
)
from divergences.numerics.special.order_sums import (
    HellingerIntegral,
    finite_order,
    is_extreme,
    log_of_sum,
)

NEAR = 2.0**-6  # log(p/q) for which the absolute error of a double word matters
CLOSE = 2.0**-16  # relative differences for which log(p/q) need not be a double word


class Outcomes(NamedTuple):
    """Two distributions outcome by outcome, where both have mass and where only one has."""

    masses: tuple[Array, Array]
    ratio: Ratio  # of ones where not `inside`
    inside: Array
    log_ratio: Array  # infinite where only one has mass, NaN where neither has
    total: Array  # of P and of Q
    only_p: Array
    only_q: Array

    @property
    def nowhere(self) -> Array:
        """Where neither has mass."""
        return self.log_ratio != self.log_ratio


def value(
    member: OrderDivergence, p_log: bool, q_log: bool, xp: Any, p: Array, q: Array, order: Array
) -> Array:
    """Return the quantity `member` of the distributions with masses (or log masses) p and q."""
    with np.errstate(all="ignore"):
        if member.laws.symmetric and p_log == q_log:
            p, q = canonical_order(p, q, xp)
        found = outcomes_of(p, q, p_log, q_log, xp)
        return member.value(evaluate(found, order, xp), order, xp)


def outcomes_of(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> Outcomes:
    """Return the outcomes of the distributions with masses (or log masses) p and q."""
    logs = None
    if p_log or q_log:
        pair, total = normalise_pair(p, q, p_log, q_log, xp)
        y = pair.log_ratio
        inside = xp.isfinite(y)
        logs = _log_masses(p, q, p_log, q_log, inside, xp)
        log_ratio = dw_sub(*logs, xp)
        # Where two logs are near, the pair knows their difference better than the totals do.
        near = xp.abs(xp.where(inside, y, 1.0)) < (NEAR if p_log and q_log else 0.0)
        log_ratio = xp.where(near, y, log_ratio[0]), xp.where(near, 0.0, log_ratio[1])
        y = xp.where(inside, log_ratio[0], y)
        close = inside & (xp.abs(y) < 1.0)
        gain = pair.q * expm1_dw(tuple(xp.where(close, x, 0.0) for x in log_ratio), xp)
        pair = pair._replace(difference=xp.where(close, gain, pair.difference))
    else:
        pair, low, total = match_totals_dw(p, q, xp)
        inside = (pair.p > 0) & (pair.q > 0)
        log_ratio = _log_ratio(pair, low, inside, xp)
        alone = xp.where(
            pair.p > 0, xp.inf, xp.where(pair.q > 0, -xp.inf, xp.full_like(pair.q, xp.nan))
        )
        y = xp.where(inside, log_ratio[0], alone)
        unit = to_about_one(total, xp)[..., None]  # powers of weights of any size would overflow
        pair, total = Pair(*(x * unit for x in pair[:3])), total * unit[..., 0]
    total = total + 0.0 * pairwise_sum(
        pair.p + pair.q, xp
    )  # NaN with either, or no comparison notices
    p, q = (xp.where(inside, x, 1.0) for x in pair[:2])
    ratio = Ratio(p, q, xp.where(inside, pair.difference, 0.0), log_ratio, logs)
    return Outcomes(
        (pair.p, pair.q),
        ratio,
        inside,
        y,
        total,
        _mass_where(y == xp.inf, pair.p, xp) / total,
        _mass_where(y == -xp.inf, pair.q, xp) / total,
    )


def _mass_where(present: Array, mass: Array, xp: Any) -> Array:
    """Return the mass of outcomes, of which one that is present may have underflowed."""
    least = smallest(xp, mass.dtype)
    return pairwise_sum(xp.where(present, xp.where(mass > 0, mass, least), 0.0 * mass), xp)


def _log_masses(
    p: Array, q: Array, p_log: bool, q_log: bool, inside: Array, xp: Any
) -> tuple[DoubleWord, DoubleWord]:
    """Return the logs of both masses on the total of `log_pair`, 0 where not both have mass."""
    a, b = (_logs(x, is_log, xp) for x, is_log in ((p, p_log), (q, q_log)))
    a = dw_add(a, dw_sub(*(log_sum_exp(x, xp) for x in (b, a)), xp), xp)
    least = float(xp.finfo(p.dtype).min)  # as good as -inf, of which no differences are had

    def finite(x: DoubleWord) -> DoubleWord:
        return xp.where(inside, xp.clip(x[0], least, -least), 0.0), xp.where(inside, x[1], 0.0)

    return finite(a), finite(b)


def _logs(x: Array, is_log: bool, xp: Any) -> DoubleWord:
    """Return log(x / max x), of masses or their logs."""
    if is_log:
        return subtract_max(x, xp)
    top = xp.max(x, axis=-1, keepdims=True)
    some = x > 0
    high, low = log_quotient_dw(xp.where(some, x, 1.0), top, xp)
    return xp.where(some, high, -xp.inf), xp.where(some, low, 0.0)


def _log_ratio(pair: Pair, low: Array, inside: Array, xp: Any) -> DoubleWord:
    """Return log(p/q) where both have mass, 0 elsewhere; `low` is what q itself lacks."""
    p, q = (xp.where(inside, x, 1.0) for x in pair[:2])
    low, d = (xp.where(inside, x, 0.0) for x in (low, pair.difference))
    high, tail = dw_add(log_quotient_dw(p, q, xp), (-low / q, 0.0 * q), xp)
    # The difference has been cleared of the error of the totals, which matters if it is tiny.
    tiny = xp.abs(d) < CLOSE * q
    close = log1p(xp.where(tiny, d, 0.0) / q, xp)
    return xp.where(tiny, close, high), xp.where(tiny, 0.0, tail)


def evaluate(outcomes: Outcomes, order: Array, xp: Any) -> HellingerIntegral:
    """Return the sums of an order for each distribution of the batch; it may be infinite."""
    finite = finite_order(order, xp)
    ratio, inside, total = outcomes.ratio, outcomes.inside, outcomes.total
    gaps = pairwise_sum(xp.where(inside, alpha_term(ratio, finite, xp), 0.0), xp) / total
    powers, shift = weights(outcomes, order, xp)
    log_sum = log_of_sum(pairwise_sum(powers, xp), total, shift, xp)
    extreme = largest_ratio(outcomes, order, xp)
    differ = xp.where(extreme == 0, extreme, xp.where(total > 0, xp.inf, total))
    infinite = xp.isinf(order)
    overlap = log_sum[0] / xp.where(order == 1, 1.0, finite[..., 0] - 1.0)
    return HellingerIntegral(
        xp.where(infinite, differ, gaps),
        outcomes.only_p,
        outcomes.only_q,
        xp.where(is_extreme(order, xp), extreme, overlap),
        log_sum,
    )


def weights(outcomes: Outcomes, order: Array, xp: Any) -> tuple[Array, Array]:
    """Return p^a q^(1-a) exp(-shift) of each outcome, and the shift."""
    finite = finite_order(order, xp)
    ratio, inside = outcomes.ratio, outcomes.inside
    logs = log_power(ratio, finite, xp)[0]
    top = xp.max(xp.where(inside, logs, -xp.inf), axis=-1, keepdims=True)
    # They are summed as they are while the largest is not too large or small to be squared.
    limit = 0.4 * log(float(xp.finfo(top.dtype).max))
    shift = xp.where(xp.isfinite(top) & (xp.abs(top) > limit), top, 0.0)
    return xp.where(inside, power(ratio, finite, shift, xp), 0.0), shift[..., 0]


def largest_ratio(outcomes: Outcomes, order: Array, xp: Any) -> Array:
    """Return the largest log(p/q), or for negative orders the smallest."""
    sign = xp.sign(order)
    y = xp.where(xp.isnan(outcomes.log_ratio), -xp.inf, outcomes.log_ratio * sign[..., None])
    return sign * xp.max(y, axis=-1) + 0.0 * outcomes.total


def order_derivative(outcomes: Outcomes, order: Array, xp: Any) -> Array:
    """Return the derivative by the order of the sum of alpha terms."""
    finite = finite_order(order, xp)
    slope = alpha_derivative(outcomes.ratio, finite, xp)
    return pairwise_sum(xp.where(outcomes.inside, slope, 0.0), xp) / outcomes.total


def sides(
    outcomes: Outcomes, order: Array, by_logs: tuple[bool, bool], xp: Any
) -> tuple[Side, Side]:
    """Return P and Q for derivatives by their masses or, of those chosen, by their logs."""
    total = outcomes.total[..., None]
    ratio, inside = outcomes.ratio, outcomes.inside
    a = finite_order(order, xp)
    power_ = log_power(ratio, a, xp)
    log_total = log_quotient_dw(total, xp.ones_like(total), xp)

    def side(
        mass: Array, logs: DoubleWord | None, edge: float, of: Callable[..., DoubleWord]
    ) -> Side:
        # Where neither has mass, P's first meets none of Q's, and Q's none of P's.
        y = xp.where(outcomes.nowhere, edge, outcomes.log_ratio), ratio.log_ratio[1]
        quotient = of(a, y, xp)
        if logs is None:
            return Side(mass / total, y, quotient)
        own = dw_sub(logs, log_total, xp)
        own = xp.where(inside, own[0], -xp.inf), xp.where(inside, own[1], 0.0)
        beyond = xp.where(mass > 0, quotient[0], -xp.inf)
        joint = dw_sub(power_, log_total, xp)
        joint = xp.where(inside, joint[0], beyond), xp.where(inside, joint[1], 0.0)
        share = xp.where(inside, exp_dw(own, xp), mass / total)
        return Side(share, y, quotient, (own, joint))

    of_p, of_q = ratio.logs or (None, None)
    return (
        side(outcomes.masses[0], of_p if by_logs[0] else None, xp.inf, lower_power),
        side(outcomes.masses[1], of_q if by_logs[1] else None, -xp.inf, raise_power),
    )
