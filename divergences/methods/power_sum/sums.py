"""The sums of the power family over two finite distributions."""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

from divergences.interface import Array
from divergences.numerics.elementary import log1p
from divergences.numerics.namespace import smallest
from divergences.numerics.orders import PowerSums, finite_order, log_of_sum
from divergences.numerics.pairs import Pair, anchored, common_ground, common_words
from divergences.numerics.powers import Ratio, gap, gap_slope, log_power, power
from divergences.numerics.sums import fold
from divergences.numerics.words import (
    Words,
    add,
    less,
    log_quotient_words,
    log_sum_exp,
    to_about_one,
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


def outcomes_of(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> Outcomes:
    """Return the outcomes of the distributions with masses (or log masses) p and q."""
    if p_log or q_log:
        pair, total = common_ground(p, q, p_log, q_log, xp)
        y = pair.log_ratio
        inside = xp.isfinite(y) & (pair.p + pair.q > 0)
        log_ratio = (
            _log_ratio_of_logs(p, q, pair, inside, xp)
            if p_log and q_log
            else (xp.where(inside, y, 0.0), xp.zeros_like(y))
        )
        y = xp.where(inside, log_ratio[0], y)
    else:
        pair, low, total = common_words(p, q, xp)
        inside = (pair.p > 0) & (pair.q > 0)
        log_ratio = _log_ratio(pair, low, inside, xp)
        alone = xp.where(pair.p > 0, xp.inf, xp.where(pair.q > 0, -xp.inf, xp.nan * pair.q))
        y = xp.where(inside, log_ratio[0], alone)
        unit = to_about_one(total, xp)[..., None]  # powers of weights of any size would overflow
        pair, total = Pair(*(x * unit for x in pair[:3])), total * unit[..., 0]
    total = total + 0.0 * fold(pair.p + pair.q, xp)  # NaN with either, or no comparison notices
    p, q = (xp.where(inside, x, 1.0) for x in pair[:2])
    ratio = Ratio(p, q, xp.where(inside, pair.difference, 0.0), log_ratio)
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
    return fold(xp.where(present, xp.where(mass > 0, mass, least), 0.0 * mass), xp)


def _log_ratio_of_logs(a: Array, b: Array, pair: Pair, inside: Array, xp: Any) -> Words:
    """Return log(p/q) where both have mass, from the log masses a and b, 0 elsewhere."""
    a, b = anchored(a, xp), anchored(b, xp)
    of_a, of_b = (log_sum_exp(x, xp) for x in (a, b))
    logs = (xp.where(inside, x, 0.0) for x in (*a, *b))
    high, low, other, other_low = logs
    words = add(less((high, low), (other, other_low)), less(of_b, of_a))
    # Where the two are near, the pair knows their ratio better than the totals do.
    near = xp.abs(xp.where(inside, pair.log_ratio, 0.0)) < NEAR
    y = xp.where(inside, pair.log_ratio, 0.0)
    return xp.where(near, y, xp.where(inside, words[0], 0.0)), xp.where(near, 0.0, words[1])


def _log_ratio(pair: Pair, low: Array, inside: Array, xp: Any) -> Words:
    """Return log(p/q) where both have mass, 0 elsewhere; `low` is what q itself lacks."""
    p, q = (xp.where(inside, x, 1.0) for x in pair[:2])
    low, d = (xp.where(inside, x, 0.0) for x in (low, pair.difference))
    high, tail = add(log_quotient_words(p, q, xp), (-low / q, 0.0 * q))
    # The difference has been cleared of the error of the totals, which matters if it is tiny.
    tiny = xp.abs(d) < CLOSE * q
    close = log1p(xp.where(tiny, d, 0.0) / q, xp)
    return xp.where(tiny, close, high), xp.where(tiny, 0.0, tail)


def evaluate(outcomes: Outcomes, order: Array, xp: Any) -> PowerSums:
    """Return the sums of an order for each distribution of the batch; it may be infinite."""
    finite = finite_order(order, xp)
    ratio, inside, total = outcomes.ratio, outcomes.inside, outcomes.total
    gaps = fold(xp.where(inside, gap(ratio, finite, xp), 0.0), xp) / total
    powers, shift = weights(outcomes, order, xp)
    log_sum = log_of_sum(fold(powers, xp), total, shift, xp)
    extreme = largest_ratio(outcomes, order, xp)
    differ = xp.where(extreme == 0, extreme, xp.where(total > 0, xp.inf, total))
    infinite = xp.isinf(order)
    overlap = log_sum[0] / xp.where(order == 1, 1.0, finite[..., 0] - 1.0)
    return PowerSums(
        xp.where(infinite, differ, gaps),
        outcomes.only_p,
        outcomes.only_q,
        xp.where(infinite, extreme, overlap),
        log_sum,
    )


def weights(outcomes: Outcomes, order: Array, xp: Any) -> tuple[Array, Array]:
    """Return p^a q^(1-a) exp(-shift) of each outcome, and the shift."""
    finite = finite_order(order, xp)
    ratio, inside = outcomes.ratio, outcomes.inside
    top = xp.max(xp.where(inside, log_power(ratio, finite, xp), -xp.inf), axis=-1, keepdims=True)
    # They are summed as they are while the largest is not too large or small to be squared.
    limit = 0.4 * log(float(xp.finfo(top.dtype).max))
    shift = xp.where(xp.isfinite(top) & (xp.abs(top) > limit), top, 0.0)
    return xp.where(inside, power(ratio, finite, shift, xp), 0.0), shift[..., 0]


def largest_ratio(outcomes: Outcomes, order: Array, xp: Any) -> Array:
    """Return the largest log(p/q), or for negative orders the least."""
    sign = xp.sign(order)
    y = xp.where(xp.isnan(outcomes.log_ratio), -xp.inf, outcomes.log_ratio * sign[..., None])
    return sign * xp.max(y, axis=-1) + 0.0 * outcomes.total


def order_slope(outcomes: Outcomes, order: Array, xp: Any) -> Array:
    """Return the derivative of the gap by the order."""
    finite = finite_order(order, xp)
    slope = gap_slope(outcomes.ratio, finite, xp)
    return fold(xp.where(outcomes.inside, slope, 0.0), xp) / outcomes.total


def shares(outcomes: Outcomes, xp: Any) -> tuple[Array, Array]:
    """Return the probabilities of P and Q."""
    total = outcomes.total[..., None]
    return outcomes.masses[0] / total, outcomes.masses[1] / total
