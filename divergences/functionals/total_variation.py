"""Total variation distance: TV = sum |p - q| / 2, the largest difference over all events."""

from __future__ import annotations

from math import sqrt
from typing import Any

from divergences.core import Array, FDivergence, Laws, Limits, Relation
from divergences.core.variational import Variational
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import clip_above


class TotalVariation(Variational, FDivergence):
    """T(p, q) = |p - q|."""

    name = "total_variation_distance"
    laws = Laws(
        bounds=(0.0, 1.0),
        symmetric=True,
        at_disjoint=1.0,
        metric_power=1.0,
        convexity=1,
        unit_power=0.0,
        relations=(
            Relation(
                "TV ≤ H √(2 − H²)",
                "Le Cam 1986",
                "hellinger_distance",
                upper=lambda h: h * sqrt(2.0 - h * h) if h < 1.0 else 1.0,
            ),
        ),
    )
    limits = Limits(value_p0=1.0, value_q0=1.0, dp_p0=-1.0, dq_q0=-1.0)
    smooth = False

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum |p - q| / 2."""
        return mp.fsum(abs(p - q) for p, q in zip(*pmfs, strict=True)) / 2

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return |p - q|."""
        return xp.abs(pair.difference)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return the sign of p - q and its negative; 0, the least subgradient, where p = q."""
        d = pair.difference
        sign = xp.where(d > 0.0, 1.0, xp.where(d < 0.0, -1.0, 0.0 * d))
        return sign, -sign

    def transform(self, total: Array, xp: Any) -> Array:
        """Return half the sum, which no rounding may carry past 1."""
        return clip_above(0.5 * total, 1.0, xp)

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return one half."""
        return 0.5 * xp.ones_like(total)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return tanh(v/2): between the slopes -1 and 1, which v reaches at infinity only."""
        return xp.tanh(0.5 * v)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return t, from -1 to 1."""
        return xp.where(t > 1.0, xp.inf, xp.maximum(t, -1.0))

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return tanh(v/2)."""
        return xp.tanh(0.5 * v)

    def supremum(self, value: Array) -> Array:
        """Return twice the distance."""
        return 2.0 * value


TOTAL_VARIATION = TotalVariation()
