"""The careful sum: totals in twice the precision, differences that do not cancel."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.numerics.pairs import common_ground, ordered
from divergences.numerics.sums import fold


def normalised_total(
    member: Perspective, p: Array, q: Array, p_log: bool, q_log: bool, xp: Any
) -> Array:
    """Return the sum of T over P and Q normalised."""
    if member.laws.symmetric and p_log == q_log:
        p, q = ordered(p, q, xp)
    pair, mass = common_ground(p, q, p_log, q_log, xp)
    return fold(member.terms(pair, xp), xp) / mass


def careful_totals(member: Perspective, x: Array, y: Array) -> Array:
    """Return the sum of T over NumPy masses, of any totals."""
    with np.errstate(all="ignore"):
        return normalised_total(member, x, y, False, False, np)
