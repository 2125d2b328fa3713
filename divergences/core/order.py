"""What a quantity of an order states about itself."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from divergences.core import Array, Functional, Ulps
from divergences.numerics.special.alpha_derivatives import Side
from divergences.numerics.special.order_sums import HellingerIntegral, PowerSum


@dataclass(frozen=True)
class OrderDivergence(Functional):
    """A function of sum_i p_i^a q_i^(1-a), a being the order.

    A member computes its value and its derivatives from `HellingerIntegral`. The order is that of
    the call, or the `order` of the member. A term is a difference of powers, each an exponential.
    """

    order: float | None = None
    ulps: ClassVar[Ulps] = Ulps(8.0, 8.0)

    def multiple_of_alpha(self, order: float) -> float | None:
        """Return the factor if the quantity is a multiple of the alpha divergence, else None."""
        return None

    @abstractmethod
    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return the quantity."""

    @abstractmethod
    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return its derivative by the excess, (S - 1) / (a - 1), S the `total` of the powers."""

    @abstractmethod
    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return its derivatives by p and q along the simplex, or by their logs.

        Along the simplex: less their means under P and Q; they may be infinite. Sums and order have
        an axis for outcomes.
        """

    @abstractmethod
    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return its derivative by the order, given that of the sum of alpha terms."""


@dataclass(frozen=True)
class OrderEntropy(Functional):
    """A function of sum_i p_i^a, where a is the order: each power is an exponential."""

    order: float | None = None
    ulps: ClassVar[Ulps] = Ulps(8.0, 8.0)

    @abstractmethod
    def value(self, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return the quantity."""

    @abstractmethod
    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return its derivative by the excess, (S - 1) / (1 - a), S the `total` of the powers."""

    @abstractmethod
    def gradient(self, p: Side, sums: PowerSum, a: Array, xp: Any) -> Array:
        """Return its derivative by p along the simplex, or by its log."""

    @abstractmethod
    def order_derivative(
        self, p: Side, sums: PowerSum, tsallis_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return its derivative by the order, given that of the Tsallis entropy."""
