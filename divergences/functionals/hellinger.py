"""Hellinger distance: H = sqrt(sum (sqrt p - sqrt q)^2 / 2), between 0 and 1.

Hellinger, "Neue Begründung der Theorie quadratischer Formen", J. reine angew. Math. 136 (1909),
with the normalisation of Le Cam (1986) that makes it 1 on disjoint supports.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from divergences.core import Array, FDivergence, Laws, Limits, Relation
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import clip_above, sqrt_derivative


class Hellinger(Variational, FDivergence):
    """T(p, q) = (sqrt p - sqrt q)^2 = ((p - q) / (sqrt p + sqrt q))^2."""

    name = "hellinger_distance"
    laws = Laws(
        bounds=(0.0, 1.0),
        symmetric=True,
        at_disjoint=1.0,
        metric_power=1.0,
        unit_power=0.0,
        relations=(Relation("H² ≤ TV", "Le Cam 1986", "total_variation_distance", upper=sqrt),),
    )
    is_mean = False
    limits = Limits(value_p0=1.0, value_q0=1.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sqrt(sum (sqrt p - sqrt q)^2 / 2)."""
        squares = ((mp.sqrt(p) - mp.sqrt(q)) ** 2 for p, q in zip(*pmfs, strict=True))
        return mp.sqrt(mp.fsum(squares) / 2)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return ((p - q) / (sqrt p + sqrt q))^2."""
        root_difference = pair.difference / (xp.sqrt(pair.p) + xp.sqrt(pair.q))
        return root_difference * root_difference

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return 1 - sqrt(q/p) and 1 - sqrt(p/q), as (p - q) over what does not cancel."""
        root_p, root_q = xp.sqrt(pair.p), xp.sqrt(pair.q)
        root_difference = pair.difference / (root_p + root_q)
        return root_difference / root_p, -root_difference / root_q

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the root of half the sum, which no rounding may carry past 1."""
        return clip_above(xp.sqrt(0.5 * total), 1.0, xp)

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return d sqrt(total / 2), and 0 at the cone's tip, where P = Q."""
        return 0.5 * sqrt_derivative(0.5 * total, xp)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return 1 - exp(-v/2)."""
        return -expm1(-0.5 * v, xp)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return t / (1 - t)."""
        return xp.where(t < 1.0, t / xp.where(t < 1.0, 1.0 - t, 1.0), xp.inf)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return exp(v/2) - 1."""
        return expm1(0.5 * v, xp)

    def supremum(self, value: Array) -> Array:
        """Return twice the square of the distance."""
        return 2.0 * value**2


HELLINGER = Hellinger()
