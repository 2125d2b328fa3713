"""What a member of the f-divergences states about itself, and what follows from it."""

from __future__ import annotations

from abc import abstractmethod
from math import inf, isfinite
from typing import Any, ClassVar, NamedTuple

from divergences.core.functional import Functional
from divergences.numerics.floats.jvp_rules import times_limit
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import smallest
from divergences.numerics.special.terms import log_quotient, log_quotient_near
from divergences.numerics.typing import Array


class Limits(NamedTuple):
    """Limits of a term T and of its slopes, for p -> 0 < q (names in p0) and q -> 0 < p (in q0).

    Those of T and of p dT/dp, q dT/dq are of degree one: they stand here by the mass that is left.
    """

    value_p0: float  # T(0, q) / q
    value_q0: float  # T(p, 0) / p
    dp_p0: float = -inf  # dT/dp
    dq_q0: float = -inf  # dT/dq
    p_dp_p0: float = -inf  # p dT/dp / q, where T is infinite
    q_dq_q0: float = -inf  # q dT/dq / p, where T is infinite

    @property
    def are_finite(self) -> bool:
        """Whether T has finite limits, so that the quantity is bounded."""
        return isfinite(self.value_p0) and isfinite(self.value_q0)


class FDivergence(Functional):
    """A function of sum_i T(p_i, q_i), T jointly homogeneous: T(c p, c q) = c T(p, q) >= 0.

    Every f-divergence is one, with T(p, q) = q f(p/q). A member states T for positive masses, and
    its `limits` where one of them vanishes.
    """

    limits: Limits
    parameter: Any = None  # a number or array that the member depends on
    smooth: bool = True  # of second order in p - q, not of first
    is_mean: bool = True  # `transform` is a multiple of the sum, capped at most
    is_relative_entropy: ClassVar[bool] = (
        False  # the cross-entropy of P and Q less the entropy of P
    )
    is_jensen_shannon: ClassVar[bool] = False  # of the sum of `js_term`

    @abstractmethod
    def term(self, pair: Pair, xp: Any) -> Array:
        """Return T for positive masses: no cancellation, never negative."""

    @abstractmethod
    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return dT/dp and dT/dq for positive masses."""

    def terms(self, pair: Pair, xp: Any) -> Array:
        """Return T for any masses, with its limits where one vanishes; NaN where one is NaN.

        `term` sees positive masses only: no infinity or NaN is made and then masked, in the values
        or under differentiation.
        """
        inside, safe = _inside(pair, xp)
        limits = self.limits
        y = pair.log_ratio
        has_p, has_q = (pair.p > 0, pair.q > 0) if y is None else (y == xp.inf, y == -xp.inf)
        of_p = _times(pair.p, limits.value_q0, has_p, xp)
        of_q = _times(pair.q, limits.value_p0, has_q, xp)
        return xp.where(inside, self.term(safe, xp), of_p + of_q)

    def gradients(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return dT/dp and dT/dq for any masses, as one-sided limits where one vanishes."""
        inside, safe = _inside(pair, xp)
        limits = self.limits
        if pair.log_ratio is None and safe.log_ratio is not None:
            # Terms take it from the difference where that is small; of slopes it is the whole.
            p, q, d, _ = safe
            safe = Pair(p, q, d, log_quotient_near(p, q, d, xp))
        slope_p, slope_q = self.gradient(safe, xp)
        no_p, no_q, nan = pair.p <= 0, pair.q <= 0, xp.full_like(pair.p, xp.nan)
        edge_p = xp.where(no_q, limits.value_q0, xp.where(no_p, limits.dp_p0, nan))
        edge_q = xp.where(no_p, limits.value_p0, xp.where(no_q, limits.dq_q0, nan))
        return xp.where(inside, slope_p, edge_p), xp.where(inside, slope_q, edge_q)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the quantity from the sum of T over distributions of mass one."""
        return total

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return the derivative of `transform`."""
        return xp.ones_like(total)


def _inside(pair: Pair, xp: Any) -> tuple[Array, Pair]:
    """Return where both masses are positive (or, from logs, would be but for underflow)."""
    if pair.log_ratio is None:
        inside = (pair.p > 0) & (pair.q > 0)
    else:
        inside = xp.isfinite(pair.log_ratio) & (pair.p + pair.q > 0)
    p, q = xp.where(inside, pair.p, 1.0), xp.where(inside, pair.q, 1.0)
    log_ratio = pair.log_ratio
    if log_ratio is not None:
        log_ratio = xp.where(inside, log_ratio, 0.0)
    elif not backend(xp).flushes_subnormals:  # a quotient by a subnormal overflows
        log_ratio = log_quotient(p, q, xp)
    return inside, Pair(p, q, xp.where(inside, pair.difference, 0.0), log_ratio)


def _times(mass: Array, limit: float, present: Array, xp: Any) -> Array:
    """Return mass * limit where it is `present`, be it by a mass that has underflowed."""
    some = xp.where(mass > 0, mass, smallest(xp, mass.dtype))
    return xp.where(present, times_limit(some, limit, xp), 0.0 * mass)
