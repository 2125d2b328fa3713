"""Sums of powers, and the quantities of one order that are functions of them."""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

from divergences.numerics.floats.double_word import (
    DoubleWord,
    dw_add,
    exp_dw,
    log_quotient_dw,
)
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.typing import Array

NEAR_ONE = 0.5  # sums of powers within this of one are known by their distance from it


class HellingerIntegral(NamedTuple):
    """Sums over two distributions of mass one, of order a.

    Attributes
    ----------
    alpha_term
        sum (p^a q^(1-a) - a p - (1-a) q) / (a (a-1)) over the outcomes that both have.
    only_p, only_q
        The mass of P where Q has none, and of Q where P has none.
    overlap
        log(sum p^a q^(1-a)) / (a - 1) over the outcomes that both have; of infinite order, the
        extreme log(p/q).
    log_sum
        log(sum p^a q^(1-a)) as a double word, which derivatives need.
    """

    alpha_term: Array
    only_p: Array
    only_q: Array
    overlap: Array
    log_sum: DoubleWord = (nan, nan)

    def tsallis(self, a: Array, xp: Any) -> Array:
        """Return (sum p^a q^(1-a) - 1) / (a - 1), the Tsallis divergence."""
        lowest = float(xp.finfo(a.dtype).min)  # in place of -inf, whose quotient is NaN
        finite = xp.maximum(a, lowest * xp.ones_like(a))
        from_p = xp.where(a < 1, finite / xp.where(a < 1, 1.0 - finite, 1.0), xp.inf)
        from_q = xp.where(a >= 0, xp.ones_like(a), -xp.inf)
        return (
            _weighed(a, self.alpha_term, xp)
            + _weighed(from_p, self.only_p, xp)
            + _weighed(from_q, self.only_q, xp)
        )

    def alpha(self, a: Array, xp: Any) -> Array:
        """Return (sum p^a q^(1-a) - 1) / (a (a - 1)), the alpha divergence."""
        from_p = xp.where(a < 1, 1.0 / xp.where(a < 1, 1.0 - a, 1.0), xp.inf)
        from_q = xp.where(a > 0, 1.0 / xp.where(a > 0, a, 1.0), xp.inf)
        return (
            self.alpha_term + _weighed(from_p, self.only_p, xp) + _weighed(from_q, self.only_q, xp)
        )

    def renyi(self, a: Array, xp: Any) -> Array:
        """Return log(sum p^a q^(1-a)) / (a - 1), the Renyi divergence."""
        tsallis = self.tsallis(a, xp)
        x = (a - 1.0) * tsallis
        near = xp.abs(x) < NEAR_ONE
        by_tsallis = near | ((a >= 1) & (self.only_p > 0)) | ((a < 0) & (self.only_q > 0))
        value = tsallis * log1p_over(xp.where(near, x, 0.0), xp)
        return xp.where(by_tsallis & xp.isfinite(a), value, self.overlap)

    def log_dw(self, a: Array, xp: Any) -> DoubleWord:
        """Return log(sum p^a q^(1-a)) as a double word, 0 where it is infinite."""
        return _log_dw(self.renyi(a, xp), (a - 1.0) * self.tsallis(a, xp), self.log_sum, a, xp)

    def total(self, a: Array, xp: Any) -> tuple[Array, Array]:
        """Return the sum, 1 where it is infinite, and the Tsallis quantity where it is, else 0."""
        return _total(self.log_dw(a, xp), self.renyi(a, xp), self.tsallis(a, xp), xp)


class PowerSum(NamedTuple):
    """Sums over a distribution of mass one, of order a.

    Attributes
    ----------
    excess
        (sum p^a - 1) / (1 - a), the Tsallis entropy.
    mean_log
        log(sum p^a) / (1 - a); of infinite order, the extreme -log p.
    log_sum
        log(sum p^a) as a double word, which derivatives need.
    """

    excess: Array
    mean_log: Array
    log_sum: DoubleWord = (nan, nan)

    def renyi(self, a: Array, xp: Any) -> Array:
        """Return log(sum p^a) / (1 - a), the Renyi entropy, also where the sum is nearly one."""
        x = (1.0 - a) * self.excess
        near = xp.abs(x) < NEAR_ONE
        value = self.excess * log1p_over(xp.where(near, x, 0.0), xp)
        return xp.where(near & xp.isfinite(a), value, self.mean_log)

    def log_dw(self, a: Array, xp: Any) -> DoubleWord:
        """Return log(sum p^a) as a double word, 0 where it is infinite."""
        return _log_dw(-self.renyi(a, xp), (1.0 - a) * self.excess, self.log_sum, a, xp)

    def total(self, a: Array, xp: Any) -> tuple[Array, Array]:
        """Return the sum, 1 where it is infinite, and the Tsallis quantity where it is, else 0."""
        return _total(self.log_dw(a, xp), self.renyi(a, xp), self.excess, xp)


def _total(log_sum: DoubleWord, renyi: Array, tsallis: Array, xp: Any) -> tuple[Array, Array]:
    return exp_dw(log_sum, xp), xp.where(xp.isinf(renyi), tsallis, 0.0)


def _log_dw(renyi: Array, x: Array, log_sum: DoubleWord, a: Array, xp: Any) -> DoubleWord:
    """Return (a - 1) `renyi` = log(1 + x) as a double word, 0 where it is infinite."""
    near = xp.abs(x) < NEAR_ONE
    finite = xp.isfinite(renyi) & xp.isfinite(a)
    high, low = (xp.where(finite & ~near, part, 0.0) for part in log_sum)
    return xp.where(finite & near, (a - 1.0) * xp.where(finite, renyi, 0.0), high), low


def power_sum(mp: Any, pmfs: tuple[list[Any], ...], order: float | None) -> Any:
    """Return sum p^a q^(1-a) in the arithmetic of ``mp`` (mpmath), for definitions."""
    a, pairs = mp.mpf(order or 0.0), zip(*pmfs, strict=True)
    return mp.fsum(x**a * y ** (1 - a) if x and y else _of_one_side(mp, x, y, a) for x, y in pairs)


def _of_one_side(mp: Any, x: Any, y: Any, a: Any) -> Any:
    return mp.inf if (x and a > 1) or (y and a < 0) else mp.mpf(0)


def log_of_sum(powers: Array, total: Array, shift: Array, xp: Any) -> DoubleWord:
    """Return log(powers / total) + shift as a double word, -inf of nothing."""
    edge = (powers == 0) | xp.isinf(powers)
    high, low = log_quotient_dw(xp.where(edge, 1.0, powers), total, xp)
    high, low = dw_add((high, low), (shift, 0.0 * shift), xp)
    limit = xp.where(powers == 0, 0.0 * total - xp.inf, 0.0 * total + xp.inf)
    return xp.where(edge, limit, high), xp.where(edge, 0.0, low)


def is_extreme(order: Array, xp: Any) -> Array:
    """Whether a Renyi quantity of this order is that of infinite order, to the last digit.

    The two differ by log(p) / order, and by less than a rounding of any log(p/q) but 0.
    """
    limit = 2.0**900 if xp.finfo(order.dtype).bits == 64 else 2.0**100
    return xp.abs(order) > limit


def finite_order(order: Array, xp: Any) -> Array:
    """Return the order with an axis for outcomes; any finite one where it is infinite."""
    return xp.where(xp.isinf(order), 0.5, order)[..., None]


def _weighed(factor: Array, mass: Array, xp: Any) -> Array:
    """Return factor * mass, 0 where either is, also if the other is infinite."""
    none = (mass == 0) | (factor == 0)
    return xp.where(none, 0.0, xp.where(none, 1.0, factor) * xp.where(none, 1.0, mass))


def log1p_over(x: Array, xp: Any) -> Array:
    """Return log(1 + x) / x, 1 at 0."""
    small = xp.abs(x) < 1e-30
    return xp.where(small, 1.0, log1p(x, xp) / xp.where(small, 1.0, x))
