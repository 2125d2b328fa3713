"""What a member of the library states about itself.

A *functional* is a definition: no data and no algorithm. It states its smallest facts (a stable
term, its slopes, its laws) and everything else is derived from them by the methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

from divergences.numerics.pairs import Pair

Array = Any  # an array of any namespace: NumPy, JAX, PyTorch, array-api-strict


@dataclass(frozen=True)
class Laws:
    """The laws that a quantity obeys, as data: tests check them, documentation prints them.

    Attributes
    ----------
    bounds
        Least and greatest possible value, in nats where the quantity has a unit.
    symmetric
        Whether D(P, Q) = D(Q, P), bit for bit.
    at_disjoint
        The value when P and Q share no outcome, or None where it depends on P and Q.
    at_equal
        The value when P = Q, or None where it depends on P.
    metric_power
        The largest a for which D^a is known to be a metric, or None.
    data_processing
        Whether merging outcomes can never increase it (+1), never decrease it (-1), or neither (0).
    unit_power
        The power of a nat it is measured in: 1, 1/2 for the root of a divergence, 0 for none.
    """

    bounds: tuple[float, float] = (0.0, inf)
    symmetric: bool = False
    at_disjoint: float | None = None
    at_equal: float | None = 0.0
    metric_power: float | None = None
    data_processing: int = 1
    unit_power: float = 1.0


class Functional(ABC):
    """A quantity of one or two distributions, with the name of its public function."""

    name: ClassVar[str]
    laws: ClassVar[Laws]

    @abstractmethod
    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the textbook value for normalised pmfs, in the arithmetic of ``mp`` (mpmath)."""


class Perspective(Functional):
    """A function of sum_i T(p_i, q_i), T jointly homogeneous: T(c p, c q) = c T(p, q) >= 0.

    Every f-divergence is one, with T(p, q) = q f(p/q). A member states the limits of T where a mass
    vanishes, T(0, q) = q `at_p_zero` and T(p, 0) = p `at_q_zero`, and the limits of its slopes there:
    dT/dp at p = 0 < q is `slope_at_p_zero`, dT/dq at q = 0 < p is `slope_at_q_zero`.
    """

    at_p_zero: ClassVar[float]
    at_q_zero: ClassVar[float]
    slope_at_p_zero: ClassVar[float] = -inf
    slope_at_q_zero: ClassVar[float] = -inf

    @abstractmethod
    def term(self, pair: Pair, xp: Any) -> Array:
        """Return T for positive masses: no cancellation, never negative."""

    @abstractmethod
    def slopes(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return dT/dp and dT/dq for positive masses."""

    def quick(self, p: Array, q: Array, xp: Any) -> Array | None:
        """Return a cheap stand-in y for T with sum T = sum y - sum (p - q), or None.

        Its rounding error is at most u (p + 2.1 |y|): the caller decides whether that will do.
        """
        return None

    def finish(self, total: Array, xp: Any) -> Array:
        """Return the quantity from the sum of T over distributions of mass one."""
        return total

    def finish_slope(self, total: Array, xp: Any) -> Array:
        """Return the derivative of `finish`."""
        return xp.ones_like(total)
