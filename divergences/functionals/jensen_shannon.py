"""Jensen-Shannon divergence, its square root the distance, and its deficit from log 2.

JS = (KL(P‖M) + KL(Q‖M)) / 2 with M = (P + Q) / 2: Lin, "Divergence measures based on the Shannon
entropy", IEEE Trans. Inf. Theory 37 (1991), eq. 4.1. That its root is a metric: Endres &
Schindelin, "A new metric for probability distributions", IEEE Trans. Inf. Theory 49 (2003).
"""

from __future__ import annotations

from math import inf, sqrt
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence, Laws, Limits, Relation, Ulps
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import smallest_of
from divergences.numerics.special.terms import (
    LOG2,
    clip_above,
    js_term,
    log1p_quotient,
    sqrt_derivative,
)


def _definition(mp: Any, pmfs: tuple[list[Any], ...]) -> Any:
    """Return half of sum p log(2p/(p+q)) + q log(2q/(p+q))."""
    pairs = list(zip(*pmfs, strict=True))
    to_p = mp.fsum(p * mp.log(2 * p / (p + q)) for p, q in pairs if p)
    return (to_p + mp.fsum(q * mp.log(2 * q / (p + q)) for p, q in pairs if q)) / 2


def _least_for_total_variation(t: float) -> float:
    """Return the divergence of (1 + t)/2 and (1 - t)/2: the least of all with the distance t."""
    p, q = np.float64(1.0 + t), np.float64(max(1.0 - t, 0.0))
    return 0.5 * float(js_term(p, q, 2.0 * t, np)) if q else LOG2


class JensenShannon(Variational, FDivergence):
    """T(p, q) = p log(2p/s) + q log(2q/s), s = p + q; JS = sum T / 2."""

    name = "jensen_shannon_divergence"
    # Logs and exponentials are right to half a unit each; of second order in their difference, it
    # feels that of both arguments twice.
    ulps = Ulps(of_logs=5.0)
    laws = Laws(
        bounds=(0.0, LOG2),
        symmetric=True,
        at_disjoint=LOG2,
        metric_power=0.5,
        convexity=1,
        relations=(
            Relation(
                "½ (1 + TV) log(1 + TV) + ½ (1 − TV) log(1 − TV) ≤ JS ≤ TV log 2",
                "Topsøe 2000, Lin 1991",
                "total_variation_distance",
                lower=_least_for_total_variation,
                upper=lambda t: LOG2 * t,
            ),
            Relation(
                "H² log 2 ≤ JS ≤ H²",
                "term by term",
                "hellinger_distance",
                lower=lambda h: LOG2 * h * h,
                upper=lambda h: h * h,
            ),
        ),
    )
    limits = Limits(value_p0=LOG2, value_q0=LOG2)
    is_jensen_shannon = True

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return half of sum p log(2p/(p+q)) + q log(2q/(p+q))."""
        return _definition(mp, pmfs)

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return p log(2p/s) + q log(2q/s)."""
        return js_term(pair.p, pair.q, pair.difference, xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(2p/s) and log(2q/s)."""
        p, q, d, _ = pair
        return log1p_quotient(d, 2.0 * p, p + q, xp), log1p_quotient(-d, 2.0 * q, p + q, xp)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return half the sum, which no rounding may carry past log 2."""
        return clip_above(0.5 * total, LOG2, xp)

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return one half."""
        return 0.5 * xp.ones_like(total)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return log(2 s), s = 1 / (1 + exp(-v)) being the discriminator's output."""
        near = -log1p(0.5 * expm1(-xp.where(v > -1.0, v, 0.0), xp), xp)
        return xp.where(v > -1.0, near, LOG2 - xp.logaddexp(-v, xp.zeros_like(v)))

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return -log(2 - exp t)."""
        rest = -expm1(t, xp)
        return xp.where(rest > -1.0, -log1p(xp.where(rest > -1.0, rest, 0.0), xp), xp.inf)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return -log(2 (1 - s))."""
        return -self.activation(-v, xp)

    def supremum(self, value: Array) -> Array:
        """Return twice the divergence."""
        return 2.0 * value


class JensenShannonDistance(FDivergence):
    """The square root of the divergence, a metric."""

    name = "jensen_shannon_distance"
    laws = Laws(
        bounds=(0.0, sqrt(LOG2)),
        symmetric=True,
        at_disjoint=sqrt(LOG2),
        metric_power=1.0,
        unit_power=0.5,
        relations=(
            Relation("√JS", "definition", "jensen_shannon_divergence", lower=sqrt, upper=sqrt),
        ),
    )
    is_mean = False
    limits = Limits(value_p0=LOG2, value_q0=LOG2)
    is_jensen_shannon = True
    term = JensenShannon.term

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the square root of the divergence."""
        return mp.sqrt(_definition(mp, pmfs))

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return the divergence's."""
        return JENSEN_SHANNON.gradient(pair, xp)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the root of the divergence."""
        return xp.sqrt(JENSEN_SHANNON.transform(total, xp))

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return d sqrt(total / 2), and 0 at the cone's tip, where P = Q."""
        return 0.5 * sqrt_derivative(0.5 * total, xp)


class JensenShannonDeficit(FDivergence):
    """T(p, q) = p log(1 + q/p) + q log(1 + p/q); log 2 - JS = sum T / 2.

    With z = min/max <= 1 that is (p + q) log(1 + z) - min log z, a sum of non-negative parts: exact
    to a few roundings however near the supports come to parting, where log 2 - JS is all noise.
    """

    name = "jensen_shannon_deficit"
    laws = Laws(
        bounds=(0.0, LOG2),
        symmetric=True,
        at_disjoint=0.0,
        at_equal=LOG2,
        data_processing=-1,
        convexity=-1,
    )
    limits = Limits(value_p0=0.0, value_q0=0.0, dp_p0=inf, dq_q0=inf)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return half of sum p log((p+q)/p) + q log((p+q)/q)."""
        both = [(p, q) for p, q in zip(*pmfs, strict=True) if p and q]
        return mp.fsum(p * mp.log1p(q / p) + q * mp.log1p(p / q) for p, q in both) / 2

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return (p + q) log(1 + z) - min(p, q) log z."""
        p, q, _, _ = pair
        lesser = xp.minimum(p, q)
        z = lesser / xp.maximum(p, q)
        return (p + q) * log1p(z, xp) - lesser * xp.log(xp.maximum(z, smallest_of(p, xp)))

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(s/p) and log(s/q)."""
        p, q, _, _ = pair
        s = p + q
        return -log1p_quotient(-q, p, s, xp), -log1p_quotient(-p, q, s, xp)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return half the sum, which no rounding may carry past log 2."""
        return clip_above(0.5 * total, LOG2, xp)

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return one half."""
        return 0.5 * xp.ones_like(total)


JENSEN_SHANNON = JensenShannon()
JENSEN_SHANNON_DISTANCE = JensenShannonDistance()
JENSEN_SHANNON_DEFICIT = JensenShannonDeficit()
