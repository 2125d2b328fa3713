"""The alpha divergence as an f-divergence, of which quantities of its order are functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any, ClassVar

from divergences.core import Array, FDivergence, Laws, Limits
from divergences.core.order import OrderDivergence
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special import alpha_term as powers
from divergences.numerics.special.alpha_derivatives import Side, alpha_gradients
from divergences.numerics.special.alpha_term import Ratio, expm1_over
from divergences.numerics.special.order_sums import HellingerIntegral


class AlphaTerm(FDivergence):
    """T = (p^a q^(1-a) - a p - (1-a) q) / (a (a-1)) >= 0 of one order a."""

    name = "alpha_term"
    laws: ClassVar[Laws] = Laws(bounds=(0.0, inf), unit_power=0.0)

    def __init__(self, order: float) -> None:
        self.order = order
        self.limits = Limits(
            value_p0=1.0 / order if order > 0.0 else inf,
            value_q0=1.0 / (1.0 - order) if order < 1.0 else inf,
        )

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the sum of T, for an order that is neither 0 nor 1."""
        a = mp.mpf(self.order)
        pairs = zip(*pmfs, strict=True)
        return mp.fsum(p**a * q ** (1 - a) - a * p - (1 - a) * q for p, q in pairs) / (a * (a - 1))

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return T for positive masses."""
        y = pair.log_ratio
        ratio = Ratio(pair.p, pair.q, pair.difference, (y, xp.zeros_like(y)))
        return powers.alpha_term(ratio, xp.full_like(y, self.order), xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return ((p/q)^(a-1) - 1) / (a - 1) and -((p/q)^a - 1) / a."""
        a = xp.full_like(pair.log_ratio, self.order)
        return expm1_over(a - 1.0, pair.log_ratio, xp), -expm1_over(a, pair.log_ratio, xp)


@lru_cache(maxsize=256)
def alpha_term_of(order: float) -> AlphaTerm:
    """Return the term of an order, the same each time: what is compiled for it is kept."""
    return AlphaTerm(order)


@dataclass(frozen=True)
class ScaledAlphaTerm(OrderDivergence):
    """A multiple of the alpha divergence of one `order`."""

    name = "alpha_term"
    laws = Laws(bounds=(0.0, inf))
    factor: float = 1.0

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the multiple of the sum of T."""
        return self.factor * AlphaTerm(self.order or 0.0).definition(mp, *pmfs)

    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return the multiple."""
        return self.factor * sums.alpha(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return the multiple of 1 / a."""
        return xp.full_like(total, self.factor / a)

    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return the multiples of the derivatives of the alpha divergence."""
        by_p, by_q = alpha_gradients(p, q, sums, a, xp)
        return self.factor * by_p, self.factor * by_q

    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return 0: the order is fixed."""
        return xp.zeros_like(a)


class MultipleOfAlphaTerm(FDivergence):
    """An f-divergence that is a multiple of the alpha divergence of one order.

    From logs it is summed as such: its terms may be large where both masses underflow.
    """

    scaled_alpha_term: ClassVar[ScaledAlphaTerm]
