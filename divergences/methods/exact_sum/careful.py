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
    return log_pair(p if p_log else xp.log(p), q if q_log else xp.log(q), xp)


def normalised_total(
    member: Perspective, p: Array, q: Array, p_log: bool, q_log: bool, xp: Any
) -> Array:
    """Return the sum of T over P and Q normalised."""
    pair, mass = common_ground(p, q, p_log, q_log, xp)
    return fold(member.terms(pair, xp), xp) / mass
