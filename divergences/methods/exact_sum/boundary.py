"""The boundary rule: what a perspective and its slopes are where a mass is zero, in one place.

Terms and slopes are evaluated at positive masses only, and their stated limits are put in where a
mass vanishes. No infinity or NaN is made and then masked, in values or under differentiation.
"""

from __future__ import annotations

from typing import Any

from divergences.interface import Array, Perspective
from divergences.numerics.pairs import Pair


def _interior(pair: Pair, xp: Any) -> tuple[Array, Pair]:
    """Return where both masses are positive (or, from logs, would be but for underflow)."""
    if pair.log_ratio is None:
        inside = (pair.p > 0) & (pair.q > 0)
    else:
        inside = xp.isfinite(pair.log_ratio) & (pair.p + pair.q > 0)
    safe = Pair(
        xp.where(inside, pair.p, 1.0),
        xp.where(inside, pair.q, 1.0),
        xp.where(inside, pair.difference, 0.0),
        None if pair.log_ratio is None else xp.where(inside, pair.log_ratio, 0.0),
    )
    return inside, safe


def _times(mass: Array, limit: float, xp: Any) -> Array:
    """Return mass * limit with 0 * inf = 0."""
    return xp.where(mass > 0, xp.where(mass > 0, mass, 1.0) * limit, 0.0 * mass)


def terms(member: Perspective, pair: Pair, xp: Any) -> Array:
    """Return T of every outcome, with its limits at vanishing masses; NaN where a mass is NaN."""
    inside, safe = _interior(pair, xp)
    edge = _times(pair.p, member.at_q_zero, xp) + _times(pair.q, member.at_p_zero, xp)
    return xp.where(inside, member.term(safe, xp), edge)


def slopes(member: Perspective, pair: Pair, xp: Any) -> tuple[Array, Array]:
    """Return dT/dp and dT/dq of every outcome, as one-sided limits at vanishing masses."""
    inside, safe = _interior(pair, xp)
    slope_p, slope_q = member.slopes(safe, xp)
    no_p, no_q, nan = pair.p <= 0, pair.q <= 0, xp.full_like(pair.p, xp.nan)
    edge_p = xp.where(no_q, member.at_q_zero, xp.where(no_p, member.slope_at_p_zero, nan))
    edge_q = xp.where(no_p, member.at_p_zero, xp.where(no_q, member.slope_at_q_zero, nan))
    return xp.where(inside, slope_p, edge_p), xp.where(inside, slope_q, edge_q)
