"""Triangular discrimination: sum (p - q)^2 / (p + q), between 0 and 2.

Topsøe, "Some inequalities for information divergence and related measures of discrimination", IEEE
Trans. Inf. Theory 46 (2000); half of it is Le Cam's (1986) and Vincze's (1981), whose root is a
metric: Österreicher & Vajda, Ann. Inst. Statist. Math. 55 (2003).
"""

from __future__ import annotations

from typing import Any

from divergences.interface import Array, Laws, Perspective
from divergences.numerics.pairs import Pair


class Triangular(Perspective):
    """T(p, q) = (p - q)^2 / (p + q)."""

    name = "triangular_discrimination"
    laws = Laws(
        bounds=(0.0, 2.0), symmetric=True, at_disjoint=2.0, metric_power=0.5, unit_power=0.0
    )
    at_p_zero = 1.0
    at_q_zero = 1.0
    slope_at_p_zero = -3.0
    slope_at_q_zero = -3.0

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum (p - q)^2 / (p + q)."""
        unequal = [(p, q) for p, q in zip(*pmfs, strict=True) if p != q]
        return mp.fsum((p - q) ** 2 / (p + q) for p, q in unequal)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return (p - q) ((p - q) / (p + q)), whose quotient is at most 1."""
        return pair.difference * (pair.difference / (pair.p + pair.q))

    def slope(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return v (2 - v) and -v (2 + v) for v = (p - q)/(p + q)."""
        v = pair.difference / (pair.p + pair.q)
        return v * (2.0 - v), -v * (2.0 + v)

    def finish(self, total: Array, xp: Any) -> Array:
        """Return the sum, which no rounding may carry past 2."""
        return xp.minimum(total, 2.0)


TRIANGULAR = Triangular()
