"""Pearson's chi-squared divergence: chi^2(P‖Q) = sum (p - q)^2 / q = sum p^2/q - 1.

Pearson, Phil. Mag. 50 (1900), whose statistic is n times it with P the observed frequencies; as an
f-divergence with f(u) = (u - 1)^2: Csiszár, Studia Sci. Math. Hungar. 2 (1967). The squared
difference does not cancel, as sum p^2/q - 1 does.
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.core import Array, Laws, Limits, Relation, Ulps
from divergences.core.alpha_term import MultipleOfAlphaTerm, ScaledAlphaTerm
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.floats.normalised_pair import Pair


def _square(p: Array, q: Array, d: Array, y: Array | None, xp: Any) -> Array:
    """Return d (d / q).

    Of a q beneath the normal numbers (where the quotient may overflow, and where q has lost its
    digits if it comes from logs) it is 4 p sinh(log(p/q) / 2)^2, to |log(p/q)| roundings.
    """
    if y is None:
        return d * (d / q)
    lost = q < float(xp.finfo(q.dtype).smallest_normal)
    root = xp.exp(xp.where(lost, 0.5 * y, 0.0))
    root = root - 1.0 / root
    return xp.where(lost, (p * root) * root, d * (d / xp.where(lost, 1.0, q)))


class ChiSquared(Variational, MultipleOfAlphaTerm):
    """T(p, q) = (p - q)^2 / q."""

    name = "chi_squared_divergence"
    # A product of two differences feels the roundings of p - q twice. Of p^2/q, where p exceeds q
    # by far, the square feels those of p's exponential and normaliser twice too.
    ulps = Ulps(of_masses=5.0, of_logs=8.0)
    laws = Laws(
        at_disjoint=inf,
        convexity=1,
        unit_power=0.0,
        relations=(
            Relation(
                "χ² ≥ 4 TV²",
                "Cauchy-Schwarz",
                "total_variation_distance",
                lower=lambda t: 4.0 * t * t,
            ),
            Relation(
                "χ² ≥ TV/(1 − TV)",
                "Gilardoni 2006, and for TV < ½ the former is stronger",
                "total_variation_distance",
                lower=lambda t: (t / (1.0 - t) if t < 1.0 else inf) if t >= 0.5 else 0.0,
            ),
        ),
    )
    scaled_alpha_term = ScaledAlphaTerm(order=2.0, factor=2.0)
    limits = Limits(value_p0=1.0, value_q0=inf, dp_p0=-2.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum (p - q)^2 / q."""
        unequal = [(p, q) for p, q in zip(*pmfs, strict=True) if p != q]
        return mp.fsum((p - q) ** 2 / q if q else mp.inf for p, q in unequal)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return (p - q) ((p - q) / q)."""
        return _square(pair.p, pair.q, pair.difference, pair.log_ratio, xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return 2 (p - q)/q and (q^2 - p^2)/q^2."""
        t = pair.difference / pair.q
        return 2.0 * t, -t * ((pair.p + pair.q) / pair.q)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return 2 (exp v - 1)."""
        return 2.0 * expm1(v, xp)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return t + t^2/4."""
        t = xp.maximum(t, -2.0)
        return t * (1.0 + 0.25 * t)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return exp(2v) - 1."""
        return expm1(2.0 * v, xp)


CHI_SQUARED = ChiSquared()
