"""Triangular discrimination: sum (p - q)^2 / (p + q), between 0 and 2.

Topsøe, "Some inequalities for information divergence and related measures of discrimination", IEEE
Trans. Inf. Theory 46 (2000); half of it is Le Cam's (1986) and Vincze's (1981), whose root is a
metric: Österreicher & Vajda, Ann. Inst. Statist. Math. 55 (2003).
"""

from __future__ import annotations

from typing import Any

from divergences.core import Array, FDivergence, Laws, Limits, Relation, Ulps
from divergences.core.variational import Variational
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import LOG2, clip_above


class Triangular(Variational, FDivergence):
    """T(p, q) = (p - q)^2 / (p + q)."""

    name = "triangular_discrimination"
    # A product of two differences feels the roundings of p - q, of which there are three, twice.
    ulps = Ulps(of_masses=5.0, of_logs=5.0)
    laws = Laws(
        bounds=(0.0, 2.0),
        symmetric=True,
        at_disjoint=2.0,
        metric_power=0.5,
        convexity=1,
        unit_power=0.0,
        relations=(
            Relation(
                "2 TV² ≤ Δ ≤ 2 TV",
                "Topsøe 2000",
                "total_variation_distance",
                lower=lambda t: 2.0 * t * t,
                upper=lambda t: 2.0 * t,
            ),
            Relation(
                "2 H² ≤ Δ ≤ 4 H²",
                "Le Cam 1986",
                "hellinger_distance",
                lower=lambda h: 2.0 * h * h,
                upper=lambda h: 4.0 * h * h,
            ),
            Relation(
                "2 JS / log 2 ≤ Δ ≤ 4 JS",
                "Topsøe 2000",
                "jensen_shannon_divergence",
                lower=lambda js: 2.0 * js / LOG2,
                upper=lambda js: 4.0 * js,
            ),
        ),
    )
    limits = Limits(value_p0=1.0, value_q0=1.0, dp_p0=-3.0, dq_q0=-3.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum (p - q)^2 / (p + q)."""
        unequal = [(p, q) for p, q in zip(*pmfs, strict=True) if p != q]
        return mp.fsum((p - q) ** 2 / (p + q) for p, q in unequal)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return (p - q) ((p - q) / (p + q)), whose quotient is at most 1."""
        return pair.difference * (pair.difference / (pair.p + pair.q))

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return v (2 - v) and -v (2 + v) for v = (p - q)/(p + q)."""
        v = pair.difference / (pair.p + pair.q)
        return v * (2.0 - v), -v * (2.0 + v)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the sum, which no rounding may carry past 2."""
        return clip_above(total, 2.0, xp)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return w (2 - w), w = tanh(v/2)."""
        w = xp.tanh(0.5 * v)
        return w * (2.0 - w)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return (2 - sqrt(1 - t))^2 - 1."""
        root = xp.sqrt(xp.maximum(1.0 - xp.maximum(t, -3.0), 0.0))
        value = xp.maximum(t, -3.0) * ((3.0 - root) / (1.0 + root))
        return xp.where(t > 1.0, xp.inf, value)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return w (2 + w)."""
        w = xp.tanh(0.5 * v)
        return w * (2.0 + w)


TRIANGULAR = Triangular()
