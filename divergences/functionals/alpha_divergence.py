"""Alpha divergence: A = (sum p^a q^(1-a) - 1) / (a (a - 1)), the f-divergences that are powers.

Cichocki & Amari, "Families of alpha- beta- and gamma-divergences: flexible and robust measures of
similarities", Entropy 12 (2010), eq. 3; Cressie & Read, "Multinomial goodness-of-fit tests", J. R.
Statist. Soc. B 46 (1984), with lambda = a - 1.
"""

from __future__ import annotations

from typing import Any

from divergences.core import Array, Laws
from divergences.core.order import OrderDivergence
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.special.alpha_derivatives import Side, alpha_gradients
from divergences.numerics.special.alpha_term import scaled_expm1
from divergences.numerics.special.order_sums import HellingerIntegral, power_sum


class AlphaDivergence(Variational, OrderDivergence):
    """The sum of powers less one, over a (a - 1)."""

    name = "alpha_divergence"
    laws = Laws(convexity=1, unit_power=0.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return (sum p^a q^(1-a) - 1) / (a (a - 1)), or KL in either direction."""
        p, q = pmfs if self.order else pmfs[::-1]
        if self.order in (0, 1):
            return mp.fsum(
                x * mp.log(x / y) if y else mp.inf for x, y in zip(p, q, strict=True) if x
            )
        a = mp.mpf(self.order or 0.0)
        return (power_sum(mp, pmfs, self.order) - 1) / (a * (a - 1))

    def multiple_of_alpha(self, order: float) -> float | None:
        """Return 1."""
        return 1.0

    def value(self, sums: HellingerIntegral, a: Array, xp: Any) -> Array:
        """Return the alpha divergence."""
        return sums.alpha(a, xp)

    def excess_derivative(self, total: Array, a: float, xp: Any) -> Array:
        """Return 1 / a."""
        return xp.full_like(total, 1.0 / a)

    def gradients(
        self, p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
    ) -> tuple[Array, Array]:
        """Return ((p/q)^(a-1) - S) / (a - 1) and (S - (p/q)^a) / a, S the sum of powers."""
        return alpha_gradients(p, q, sums, a, xp)

    def order_derivative(
        self, p: Side, sums: HellingerIntegral, alpha_derivative: Array, a: Array, xp: Any
    ) -> Array:
        """Return the derivative, of outcomes that P or Q lacks too."""
        of_q = xp.where(sums.only_q > 0, sums.only_q / (a * a), 0.0)
        of_p = xp.where(sums.only_p > 0, sums.only_p / ((1.0 - a) * (1.0 - a)), 0.0)
        return alpha_derivative - of_q + of_p

    def activation(self, v: Array, xp: Any) -> Array:
        """Return (exp((a-1) v) - 1) / (a-1)."""
        return _expm1_over(self._order - 1.0, v, xp)

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return ((1 + (a-1) t)^(a/(a-1)) - 1) / a."""
        b = self._order - 1.0
        x = b * t
        inside = x > -1.0
        v = log1p(xp.where(inside, x, 0.0), xp) / b if b else t
        # Beyond the slopes of f: above those of a < 1, beneath those of a > 1.
        beyond = xp.inf if b < 0.0 else -1.0 / self._order
        return xp.where(inside, self.penalty(v, xp), beyond)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return (exp(a v) - 1) / a."""
        return _expm1_over(self._order, v, xp)

    @property
    def _order(self) -> float:
        return float(self.order or 0.0)


def _expm1_over(a: float, v: Array, xp: Any) -> Array:
    """Return (exp(a v) - 1) / a, without the rounding of a v."""
    return scaled_expm1(xp.ones_like(v), xp.full_like(v, a), (v, xp.zeros_like(v)), xp)


ALPHA_DIVERGENCE = AlphaDivergence()
