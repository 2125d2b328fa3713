"""What a member of the library states about itself.

A *functional* is a definition: no data and no algorithm. It states its smallest facts (a stable
term, its slopes, its laws) and everything else is derived from them by the methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import inf
from typing import Any, ClassVar

from divergences.core.estimate import Estimate as Estimate
from divergences.core.estimate import warnings_of as warnings_of
from divergences.core.laws import Laws as Laws
from divergences.core.laws import Relation as Relation
from divergences.numerics.floats.jvp_rules import times_limit
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import is_jax, smallest
from divergences.numerics.special.terms import log_quotient, log_quotient_near
from divergences.numerics.typing import Array as Array


class Functional(ABC):
    """A quantity of one or two distributions, with the name of its public function."""

    name: ClassVar[str]
    laws: ClassVar[Laws]
    function: ClassVar[Callable[..., Any]]  # the public one, which has it as ``function.member``

    @abstractmethod
    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the textbook value for normalised pmfs, in the arithmetic of ``mp`` (mpmath)."""


class FDivergence(Functional):
    """A function of sum_i T(p_i, q_i), T jointly homogeneous: T(c p, c q) = c T(p, q) >= 0.

    Every f-divergence is one, with T(p, q) = q f(p/q). A member states the limits of T where a mass
    vanishes, T(0, q) = q `at_p_zero` and T(p, 0) = p `at_q_zero`, and those of its slopes there:
    dT/dp at p = 0 < q is `slope_at_p_zero`, dT/dq at q = 0 < p is `slope_at_q_zero`. Where T itself
    is infinite, the limit of p dT/dp at p = 0 is q `pull_at_p_zero`, and that of q dT/dq at q = 0
    is p `pull_at_q_zero`.
    """

    at_p_zero: float
    at_q_zero: float
    slope_at_p_zero: float = -inf
    slope_at_q_zero: float = -inf
    pull_at_p_zero: float = -inf
    pull_at_q_zero: float = -inf
    parameter: Any = None  # a number or array that the member depends on
    smooth: bool = True  # of second order in p - q, not of first
    is_mean: bool = True  # `transform` is a multiple of the sum, capped at most
    is_relative_entropy: ClassVar[bool] = (
        False  # the cross-entropy of P and Q less the entropy of P
    )

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
        y = pair.log_ratio
        has_p, has_q = (pair.p > 0, pair.q > 0) if y is None else (y == xp.inf, y == -xp.inf)
        at_q_zero = _times(pair.p, self.at_q_zero, has_p, xp)
        at_p_zero = _times(pair.q, self.at_p_zero, has_q, xp)
        return xp.where(inside, self.term(safe, xp), at_q_zero + at_p_zero)

    def parameter_derivative(self, pair: Pair, xp: Any) -> Array:
        """Return dT/da for positive masses, a being the parameter: 0 if there is none."""
        return xp.zeros_like(pair.p)

    def parameter_derivatives(self, pair: Pair, xp: Any) -> Array:
        """Return dT/da for any masses; one that vanishes is taken to be the smallest float."""
        tiny = smallest(xp, pair.p.dtype)
        p, q = xp.maximum(pair.p, tiny), xp.maximum(pair.q, tiny)
        y = pair.log_ratio
        if y is not None:
            y = xp.where(xp.isfinite(y), y, xp.log(p) - xp.log(q))
        some = pair.p + pair.q > 0
        return xp.where(some, self.parameter_derivative(Pair(p, q, pair.difference, y), xp), 0.0)

    def transform_parameter_derivative(self, total: Array, xp: Any) -> Array:
        """Return the derivative of `transform` by the parameter."""
        return xp.zeros_like(total)

    def with_parameter(self, parameter: Any) -> FDivergence:
        """Return the member of another parameter."""
        return self

    def gradients(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return dT/dp and dT/dq for any masses, as one-sided limits where one vanishes."""
        inside, safe = _inside(pair, xp)
        if pair.log_ratio is None and safe.log_ratio is not None:
            # Terms take it from the difference where that is small; of slopes it is the whole.
            p, q, d, _ = safe
            safe = Pair(p, q, d, log_quotient_near(p, q, d, xp))
        slope_p, slope_q = self.gradient(safe, xp)
        no_p, no_q, nan = pair.p <= 0, pair.q <= 0, xp.full_like(pair.p, xp.nan)
        edge_p = xp.where(no_q, self.at_q_zero, xp.where(no_p, self.slope_at_p_zero, nan))
        edge_q = xp.where(no_p, self.at_p_zero, xp.where(no_q, self.slope_at_q_zero, nan))
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
    elif not is_jax(xp):  # which has no subnormals to make a quotient overflow
        log_ratio = log_quotient(p, q, xp)
    return inside, Pair(p, q, xp.where(inside, pair.difference, 0.0), log_ratio)


def _times(mass: Array, limit: float, present: Array, xp: Any) -> Array:
    """Return mass * limit where it is `present`, be it by a mass that has underflowed."""
    some = xp.where(mass > 0, mass, smallest(xp, mass.dtype))
    return xp.where(present, times_limit(some, limit, xp), 0.0 * mass)


class Located(Functional):
    """A quantity that depends on where the mass lies, not only on how much there is.

    What it compares are points with masses: plain arrays are observations, and pmfs come with the
    positions of their outcomes. Each argument of `definition` is a list of (point, mass) pairs on
    the line, of total mass one.
    """


class Transport(Located):
    """The least mean of |X - Y|^order over all couplings of X ~ P and Y ~ Q, to its 1/order.

    For order infinity, the least possible bound of |X - Y|.
    """

    order: float


class Kernel(Located):
    """The distance of means in the space of a kernel: E k(X, X') + E k(Y, Y') - 2 E k(X, Y).

    That is its square, which a member returns as it is or takes the root of. Points are rows.
    """

    rooted: ClassVar[bool] = False
    of_distance: ClassVar[bool] = False  # whether k(x, y) = -|x - y|, cheap where points are sorted

    @abstractmethod
    def gram(self, x: Array, y: Array, xp: Any) -> Array:
        """Return k(x_i, y_j) for points of shape (n, d) and (m, d)."""

    @abstractmethod
    def paired(self, x: Array, y: Array, xp: Any) -> Array:
        """Return k(x_i, y_i) for as many points x as y."""

    @abstractmethod
    def kernel(self, mp: Any, x: Any, y: Any) -> Any:
        """Return k(x, y) on the line, in the arithmetic of ``mp``."""

    def fitted(self, scale: Callable[[], Array]) -> Kernel:
        """Return the member with what it takes from the data, a typical distance of points."""
        return self

    def definition(self, mp: Any, *measures: list[Any]) -> Any:
        """Return the value by the double sums of the definition."""
        p, q = measures

        def mean(first: list[Any], second: list[Any]) -> Any:
            return mp.fsum(a * b * self.kernel(mp, x, y) for x, a in first for y, b in second)

        square = mean(p, p) + mean(q, q) - 2 * mean(p, q)
        return mp.sqrt(max(square, 0)) if self.rooted else square


class Method:
    """How: an algorithm with its settings, passed as ``method=``.

    A method has one function for each family of functionals that it serves, named as in
    `divergences.dispatch` (`f_divergence`, `cross_entropy`, ...), which takes the member of the
    family, if there is a choice, and the measures, and returns an `Estimate` in nats.
    """
