"""The careful sum: totals in twice the precision, differences that do not cancel."""

from __future__ import annotations

from typing import Any

from divergences.interface import Array, Perspective
from divergences.numerics.pairs import Pair, common_total, log_pair
from divergences.numerics.sums import fold


def common_ground(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> tuple[Pair, Array]:
    """Return the pair of P and Q on one total, and that total, from masses or their logs."""
    if not (p_log or q_log):
        return common_total(p, q, xp)
    return log_pair(p if p_log else _log(p, xp), q if q_log else _log(q, xp), xp)


def _log(mass: Array, xp: Any) -> Array:
    # Of the share of the greatest mass: a log far from zero would be rounded in proportion.
    return xp.log(mass / xp.max(mass, axis=-1, keepdims=True))


def normalised_total(
    member: Perspective, p: Array, q: Array, p_log: bool, q_log: bool, xp: Any
) -> Array:
    """Return the sum of T over P and Q normalised."""
    if member.laws.symmetric and p_log == q_log:
        p, q = ordered(p, q, xp)
    pair, mass = common_ground(p, q, p_log, q_log, xp)
    return fold(member.terms(pair, xp), xp) / mass


def ordered(p: Array, q: Array, xp: Any) -> tuple[Array, Array]:
    """Return (p, q) or (q, p), the same for both, so that a symmetric member is so bit for bit."""
    p, q = xp.broadcast_arrays(p, q)
    index = xp.argmax(xp.astype(p != q, xp.int32), axis=-1, keepdims=True)
    swap = xp.take_along_axis(p, index, axis=-1) < xp.take_along_axis(q, index, axis=-1)
    return xp.where(swap, q, p), xp.where(swap, p, q)
