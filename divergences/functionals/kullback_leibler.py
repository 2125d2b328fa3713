"""Kullback-Leibler divergence: KL(P‖Q) = sum p log(p/q), the price of coding P with Q's code.

Kullback & Leibler, "On information and sufficiency", Ann. Math. Statist. 22 (1951), eq. 2.4.
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.interface import Array, Laws, Perspective
from divergences.numerics.kernels import bregman_log, log_quotient_near
from divergences.numerics.pairs import Pair


class KullbackLeibler(Perspective):
    """T(p, q) = p log(p/q) - p + q: the last two sum to zero and make every term non-negative."""

    name = "kl_divergence"
    laws = Laws(at_disjoint=inf)
    at_p_zero = 1.0
    at_q_zero = inf
    excess_length = True
    pull_at_q_zero = -1.0

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum p log(p/q) over p > 0."""
        return mp.fsum(p * mp.log(p / q) if q else mp.inf for p, q in zip(*pmfs, strict=True) if p)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return p log(p/q) - p + q."""
        return bregman_log(pair.p, pair.q, pair.difference, pair.log_ratio, xp)

    def slope(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(p/q) and (q - p)/q."""
        p, q, d, y = pair
        return log_quotient_near(p, q, d, xp) if y is None else y, -d / q

    def quick(self, p: Array, q: Array, xp: Any) -> Array:
        """Return p log(p/q): one rounding of the quotient, two of |y| for the log and product."""
        return p * xp.log(p / q)


KULLBACK_LEIBLER = KullbackLeibler()
