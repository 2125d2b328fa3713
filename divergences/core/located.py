"""What a quantity states that depends on where the mass lies: transport and kernel distances."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from divergences.core.functional import Functional
from divergences.numerics.typing import Array


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
