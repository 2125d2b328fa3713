"""What a quantity of an order states about itself."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from divergences.interface import Array, Functional
from divergences.numerics.orders import LengthSums, PowerSums
from divergences.numerics.power_derivatives import Side


@dataclass(frozen=True)
class Power(Functional):
    """A function of sum_i p_i^a q_i^(1-a), a being the order.

    A member makes its value and its derivatives from `PowerSums`; the order is that of the call. A
    member of one `order` is a definition of its own.
    """

    order: float | None = None

    def factor_of_gap(self, order: float) -> float | None:
        """Return what multiple of the gap of an order the quantity is; None if it is none."""
        return None

    @abstractmethod
    def value(self, sums: PowerSums, a: Array, xp: Any) -> Array:
        """Return the quantity."""

    @abstractmethod
    def slopes(self, p: Side, q: Side, sums: PowerSums, a: Array, xp: Any) -> tuple[Array, Array]:
        """Return its derivatives by p and q along the simplex, or by their logs.

        Along the simplex: less their means under P and Q; they may be infinite. Sums and order have
        an axis for outcomes.
        """

    @abstractmethod
    def order_slope(self, p: Side, sums: PowerSums, gap_slope: Array, a: Array, xp: Any) -> Array:
        """Return its derivative by the order, where `gap_slope` is that of the gap."""


@dataclass(frozen=True)
class PowerEntropy(Functional):
    """A function of sum_i p_i^a, a being the order, as `Power` is of two distributions."""

    order: float | None = None

    @abstractmethod
    def value(self, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return the quantity."""

    @abstractmethod
    def slope(self, p: Side, sums: LengthSums, a: Array, xp: Any) -> Array:
        """Return its derivative by p along the simplex, or by its log."""

    @abstractmethod
    def order_slope(
        self, p: Side, sums: LengthSums, digamma_minus_log: Array, a: Array, xp: Any
    ) -> Array:
        """Return its derivative by the order, where `excess_slope` is that of the excess."""
