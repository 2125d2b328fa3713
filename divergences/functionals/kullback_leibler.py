"""Kullback-Leibler divergence: KL(P‖Q) = sum p log(p/q), the price of coding P with Q's code.

Kullback & Leibler, "On information and sufficiency", Ann. Math. Statist. 22 (1951), eq. 2.4.
"""

from __future__ import annotations

from math import inf, log1p
from typing import Any

from divergences.core import Array, FDivergence, Laws, Limits, Relation
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import kl_term, log_quotient_near


class KullbackLeibler(Variational, FDivergence):
    """T(p, q) = p log(p/q) - p + q: the last two sum to zero and make every term non-negative."""

    name = "kl_divergence"
    laws = Laws(
        at_disjoint=inf,
        convexity=1,
        additive=True,
        relations=(
            Relation(
                "KL ≥ 2 TV²",
                "Pinsker 1964",
                "total_variation_distance",
                lower=lambda t: 2.0 * t * t,
            ),
            Relation(
                "KL ≥ −log(1 − TV²)",
                "Bretagnolle & Huber 1979",
                "total_variation_distance",
                lower=lambda t: -log1p(-t * t) if t < 1.0 else inf,
            ),
            Relation(
                "KL ≥ −2 log(1 − H²)",
                "Rényi divergences of orders ½ and 1, van Erven & Harremoës 2014",
                "hellinger_distance",
                lower=lambda h: -2.0 * log1p(-h * h) if h < 1.0 else inf,
            ),
            Relation(
                "KL ≤ log(1 + χ²)",
                "Rényi divergences of orders 1 and 2, van Erven & Harremoës 2014",
                "chi_squared_divergence",
                upper=log1p,
            ),
            Relation("KL ≤ J", "J is the sum", "jeffreys_divergence", upper=lambda j: j),
        ),
    )
    limits = Limits(value_p0=1.0, value_q0=inf, q_dq_q0=-1.0)
    is_relative_entropy = True

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum p log(p/q) over p > 0."""
        return mp.fsum(p * mp.log(p / q) if q else mp.inf for p, q in zip(*pmfs, strict=True) if p)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return p log(p/q) - p + q."""
        return kl_term(pair.p, pair.q, pair.difference, pair.log_ratio, xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(p/q) and (q - p)/q."""
        p, q, d, y = pair
        return log_quotient_near(p, q, d, xp) if y is None else y, -d / q

    def activation(self, v: Array, xp: Any) -> Array:
        """Return v."""
        return v

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return exp t - 1."""
        return expm1(t, xp)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return exp v - 1."""
        return expm1(v, xp)


KULLBACK_LEIBLER = KullbackLeibler()
