"""What the quantities of one order have in common: the sums they come from, and what they make."""

from __future__ import annotations

from typing import Any, NamedTuple

from divergences.numerics.elementary import log1p
from divergences.numerics.kernels import bregman_log
from divergences.numerics.powers import expm1_over

Array = Any

NEAR_ONE = 0.5  # sums of powers within this of one are known by their distance from it


class PowerSums(NamedTuple):
    """Sums over two distributions of mass one, of order a.

    Attributes
    ----------
    gap
        sum (p^a q^(1-a) - a p - (1-a) q) / (a (a-1)) over the outcomes that both have.
    only_p, only_q
        The mass of P where Q has none, and of Q where P has none.
    overlap
        log(sum p^a q^(1-a)) / (a - 1) over the outcomes that both have.
    """

    gap: Array
    only_p: Array
    only_q: Array
    overlap: Array

    def excess(self, a: Array, xp: Any) -> Array:
        """Return (sum p^a q^(1-a) - 1) / (a - 1), the Tsallis divergence."""
        from_p = xp.where(a < 1, a / xp.where(a < 1, 1.0 - a, 1.0), xp.inf)
        from_q = xp.where(a >= 0, xp.ones_like(a), -xp.inf)
        return (
            _weighed(a, self.gap, xp)
            + _weighed(from_p, self.only_p, xp)
            + _weighed(from_q, self.only_q, xp)
        )

    def whole_gap(self, a: Array, xp: Any) -> Array:
        """Return (sum p^a q^(1-a) - 1) / (a (a - 1)), the alpha divergence."""
        from_p = xp.where(a < 1, 1.0 / xp.where(a < 1, 1.0 - a, 1.0), xp.inf)
        from_q = xp.where(a > 0, 1.0 / xp.where(a > 0, a, 1.0), xp.inf)
        return self.gap + _weighed(from_p, self.only_p, xp) + _weighed(from_q, self.only_q, xp)

    def log_mean(self, a: Array, xp: Any) -> Array:
        """Return log(sum p^a q^(1-a)) / (a - 1), the Renyi divergence."""
        excess = self.excess(a, xp)
        x = (a - 1.0) * excess
        near = xp.abs(x) < NEAR_ONE
        by_excess = near | ((a >= 1) & (self.only_p > 0)) | ((a < 0) & (self.only_q > 0))
        value = excess * log1p_over(xp.where(near, x, 0.0), xp)
        return xp.where(by_excess, value, self.overlap)


class LengthSums(NamedTuple):
    """Sums over a distribution of mass one, of order a.

    Attributes
    ----------
    excess
        (sum p^a - 1) / (1 - a), the Tsallis entropy.
    log_sum
        log(sum p^a) / (1 - a).
    """

    excess: Array
    log_sum: Array

    def log_mean(self, a: Array, xp: Any) -> Array:
        """Return log(sum p^a) / (1 - a), the Renyi entropy, also where the sum is nearly one."""
        x = (1.0 - a) * self.excess
        near = xp.abs(x) < NEAR_ONE
        return xp.where(near, self.excess * log1p_over(xp.where(near, x, 0.0), xp), self.log_sum)


def power_sum(mp: Any, pmfs: tuple[list[Any], ...], order: float | None) -> Any:
    """Return sum p^a q^(1-a) in the arithmetic of ``mp`` (mpmath), for definitions."""
    a, pairs = mp.mpf(order or 0.0), zip(*pmfs, strict=True)
    return mp.fsum(x**a * y ** (1 - a) if x and y else _alone(mp, x, y, a) for x, y in pairs)


def _alone(mp: Any, x: Any, y: Any, a: Any) -> Any:
    return mp.inf if (x and a > 1) or (y and a < 0) else mp.mpf(0)


def centred(slope: Array, mean: Array, xp: Any) -> Array:
    """Return slope - mean; an infinite slope stays so, also where the mean is infinite with it."""
    infinite = xp.isinf(slope)
    return xp.where(infinite, slope, xp.where(infinite, 0.0, slope) - mean)


def share(hit: Array, mass: Array, xp: Any) -> Array:
    """Return 1 / (mass of the outcomes that are hit) there, less one everywhere."""
    total = xp.sum(xp.where(hit, mass, 0.0), axis=-1, keepdims=True)
    return xp.where(hit, 1.0 / xp.where(total > 0, total, 1.0), 0.0) - 1.0


def exponent(a: Array, y: Array, xp: Any) -> Array:
    """Return a y, the log of (p/q)^a, with 0^0 = 0 as for all positive orders."""
    zero = a == 0
    return xp.where(zero, xp.where(y == -xp.inf, y, 0.0), a * xp.where(zero, 0.0, y))


def power_slope(a: Array, y: Array, xp: Any) -> Array:
    """Return a ((p/q)^(a-1) - 1) / (a - 1), which for a = 0 is 0, but -inf where p = 0."""
    zero = a == 0
    slope = a * expm1_over(a - 1.0, xp.where(zero, 0.0, y), xp)
    return xp.where(zero, xp.where(y == -xp.inf, y, 0.0), slope)


def curvature(x: Array, xp: Any) -> Array:
    """Return ((1 + x) log(1 + x) - x) / x^2, 1/2 at 0, for |x| < 1."""
    small = xp.abs(x) < 1e-8
    safe = xp.where(small, 0.5, x)
    gap = bregman_log(1.0 + safe, xp.ones_like(safe), safe, log1p(safe, xp), xp)
    return xp.where(small, 0.5 - x / 6.0, gap / (safe * safe))


def _weighed(factor: Array, mass: Array, xp: Any) -> Array:
    """Return factor * mass, 0 where either is, also if the other is infinite."""
    none = (mass == 0) | (factor == 0)
    return xp.where(none, 0.0, factor * xp.where(none, 1.0, mass))


def log1p_over(x: Array, xp: Any) -> Array:
    """Return log(1 + x) / x, 1 at 0."""
    small = xp.abs(x) < 1e-30
    return xp.where(small, 1.0, log1p(x, xp) / xp.where(small, 1.0, x))
