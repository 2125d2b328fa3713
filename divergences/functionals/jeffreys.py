"""Jeffreys divergence: J = KL(P‖Q) + KL(Q‖P) = sum (p - q) log(p/q).

Jeffreys, "An invariant form for the prior probability in estimation problems", Proc. R. Soc. A 186
(1946); Kullback & Leibler (1951), eq. 2.6. The term is a product of two factors of one sign, so
that it is right to a few roundings wherever both of them are.
"""

from __future__ import annotations

from math import atanh, inf
from typing import Any

from divergences.core import Array, FDivergence, Laws, Limits, Relation, Ulps
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import log_quotient_near, log_quotient_size

STEPS = 8  # each doubles the digits, of which the first guess has one or so


class Jeffreys(Variational, FDivergence):
    """T(p, q) = (p - q) log(p/q)."""

    name = "jeffreys_divergence"
    # A product of two differences feels the roundings of p - q, of which there are three, twice.
    ulps = Ulps(of_masses=5.0, of_logs=5.0)
    laws = Laws(
        symmetric=True,
        at_disjoint=inf,
        convexity=1,
        additive=True,
        relations=(
            Relation(
                "J ≥ 4 TV artanh TV",
                "Gilardoni 2006",
                "total_variation_distance",
                lower=lambda t: 4.0 * t * atanh(t) if t < 1.0 else inf,
            ),
            Relation(
                "J ≥ 8 JS",
                "term by term, by the series in (p − q)/(p + q)",
                "jensen_shannon_divergence",
                lower=lambda js: 8.0 * js,
            ),
        ),
    )
    limits = Limits(value_p0=inf, value_q0=inf, p_dp_p0=-1.0, q_dq_q0=-1.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum (p - q) log(p/q) over p != q."""
        unequal = [(p, q) for p, q in zip(*pmfs, strict=True) if p != q]
        return mp.fsum((p - q) * mp.log(p / q) if p and q else mp.inf for p, q in unequal)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return |p - q| |log(p/q)|."""
        p, q, d, y = pair
        return xp.abs(d) * log_quotient_size(p, q, d, y, xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(p/q) + (p - q)/p and -log(p/q) - (p - q)/q, sums of one sign."""
        p, q, d, y = pair
        if y is None:
            y = log_quotient_near(p, q, d, xp)
        return y + d / p, -y - d / q

    def activation(self, v: Array, xp: Any) -> Array:
        """Return v + 1 - exp(-v)."""
        return v - expm1(-v, xp)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return exp v - 1 + v of the v whose activation is t."""
        v = xp.where(t > 0.0, 0.5 * t, -log1p(xp.maximum(-t, 0.0), xp))
        for _ in range(STEPS):  # of Newton's, for the v whose activation is t; it comes from below
            v = v + (t - self.activation(v, xp)) / (1.0 + xp.exp(-v))
        return self.penalty(v, xp)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return exp v - 1 + v."""
        return expm1(v, xp) + v


JEFFREYS = Jeffreys()
