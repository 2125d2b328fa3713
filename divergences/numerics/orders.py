"""What the quantities of one order have in common: the sums they come from, and what they make."""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

from divergences.numerics.elementary import log1p
from divergences.numerics.powers import double_node
from divergences.numerics.sums import fold
from divergences.numerics.words import (
    Words,
    add,
    expm1_words,
    less,
    log_quotient_words,
    scaled_exp,
    times,
)

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
        log(sum p^a q^(1-a)) / (a - 1) over the outcomes that both have; of infinite order, the
        extreme log(p/q).
    log_sum
        log(sum p^a q^(1-a)) as a double word, which derivatives need.
    """

    gap: Array
    only_p: Array
    only_q: Array
    overlap: Array
    log_sum: Words = (nan, nan)

    def excess(self, a: Array, xp: Any) -> Array:
        """Return (sum p^a q^(1-a) - 1) / (a - 1), the Tsallis divergence."""
        least = float(xp.finfo(a.dtype).min)  # as good as -inf, of which the quotient is NaN
        finite = xp.maximum(a, least * xp.ones_like(a))
        from_p = xp.where(a < 1, finite / xp.where(a < 1, 1.0 - finite, 1.0), xp.inf)
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
        return xp.where(by_excess & xp.isfinite(a), value, self.overlap)

    def log_words(self, a: Array, xp: Any) -> Words:
        """Return log(sum p^a q^(1-a)) as a double word, 0 where it is infinite."""
        return _log_words(self.log_mean(a, xp), (a - 1.0) * self.excess(a, xp), self.log_sum, a, xp)


class LengthSums(NamedTuple):
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
    log_sum: Words = (nan, nan)

    def log_mean(self, a: Array, xp: Any) -> Array:
        """Return log(sum p^a) / (1 - a), the Renyi entropy, also where the sum is nearly one."""
        x = (1.0 - a) * self.excess
        near = xp.abs(x) < NEAR_ONE
        value = self.excess * log1p_over(xp.where(near, x, 0.0), xp)
        return xp.where(near & xp.isfinite(a), value, self.mean_log)

    def log_words(self, a: Array, xp: Any) -> Words:
        """Return log(sum p^a) as a double word, 0 where it is infinite."""
        return _log_words(-self.log_mean(a, xp), (1.0 - a) * self.excess, self.log_sum, a, xp)


def _log_words(mean: Array, x: Array, log_sum: Words, a: Array, xp: Any) -> Words:
    """Return (a - 1) mean, the logarithm of a sum 1 + x: as it is known best, or 0 if infinite."""
    near = xp.abs(x) < NEAR_ONE
    some = xp.isfinite(mean) & xp.isfinite(a)
    high, low = (xp.where(some & ~near, part, 0.0) for part in log_sum)
    return xp.where(some & near, (a - 1.0) * xp.where(some, mean, 0.0), high), low


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


def raised(a: Array, y: Words, xp: Any) -> Words:
    """Return a y, the log of (p/q)^a, with 0^0 = 0 as for all positive orders."""
    high, low = times(a, y, xp)
    return xp.where((a == 0) & (y[0] == -xp.inf), -xp.inf, high), low


def lowered(a: Array, y: Words, xp: Any) -> Words:
    """Return (a - 1) y, the log of (p/q)^(a-1), also where a - 1 would be rounded."""
    most = float(xp.finfo(y[0].dtype).max) * 2.0**-40  # the multiple of an infinite one has a sign
    y = xp.clip(y[0], -most, most), y[1]
    return less(times(a, y, xp), y)


def power_slope(a: Array, z: Words, y: Array, xp: Any) -> Array:
    """Return a (exp(z) - 1) / (a - 1), z being (a - 1) y or that from a mean.

    For a = 1 that is y. For a = 0 it is 0, but -inf where p = 0.
    """
    slope = a * expm1_words(z, xp) / xp.where(a == 1, 1.0, a - 1.0)
    edge = xp.where(y == -xp.inf, y, 0.0)
    return xp.where(a == 1, y, xp.where(a == 0, edge, slope))


def log_of_sum(powers: Array, total: Array, shift: Array, xp: Any) -> Words:
    """Return log(powers / total) + shift as a double word, -inf of nothing."""
    nothing = powers == 0
    high, low = log_quotient_words(xp.where(nothing, 1.0, powers), total, xp)
    high, low = add((high, low), (shift, 0.0 * shift))
    return xp.where(nothing, -xp.inf + 0.0 * total, high), xp.where(nothing, 0.0, low)


def escort_divergence(
    y: Words, p: Array, only_p: Array, log_sum: Words, a: Array, xp: Any
) -> Array:
    """Return KL(E‖P) / (a - 1)^2, by which a Renyi quantity changes with its order.

    E is the escort distribution, p^a q^(1-a) / S. With z = log(e/p) the summand e z - e + p is
    never negative; over (a - 1)^2 it is regular where a = 1. All logarithms are taken from that
    of the outcome with most of P, since they may be nearly equal and far from zero.
    """
    inside = xp.isfinite(y[0])
    a = xp.where(xp.isfinite(a), a, 0.5)[..., None]
    top = xp.argmax(xp.where(inside, p, 0.0), axis=-1, keepdims=True)
    y = tuple(xp.where(inside, part, 0.0) for part in y)
    anchor = tuple(xp.take_along_axis(part, top, axis=-1) for part in y)
    y = tuple(xp.where(inside, part, 0.0) for part in less(y, anchor))
    b, unit = xp.where(a == 1, 1.0, a - 1.0), a == 1
    t = lowered(a, y, xp)
    rise = xp.where(unit, y[0], expm1_words(t, xp) / b)
    rise = fold(xp.where(inside, p * rise, 0.0), xp) - only_p / b[..., 0]
    x = b * xp.where(unit, 0.0, rise[..., None])
    near = xp.abs(x) < NEAR_ONE
    mean = rise[..., None] * log1p_over(xp.where(near, x, 0.0), xp)
    far = less((log_sum[0][..., None], log_sum[1][..., None]), lowered(a, anchor, xp))
    log_sum = xp.where(near, b * mean, far[0]), xp.where(near, 0.0, far[1])
    z = less(t, log_sum)
    w = xp.where(unit, y[0] - mean, z[0] / b), xp.where(unit, 0.0, z[1] / b)
    terms = double_node(p, a - 1.0, w, scaled_exp(p, z, xp), xp)
    return fold(xp.where(inside, terms, 0.0), xp)


def finite_order(order: Array, xp: Any) -> Array:
    """Return the order with an axis for outcomes; any finite one where it is infinite."""
    return xp.where(xp.isinf(order), 0.5, order)[..., None]


def _weighed(factor: Array, mass: Array, xp: Any) -> Array:
    """Return factor * mass, 0 where either is, also if the other is infinite."""
    none = (mass == 0) | (factor == 0)
    return xp.where(none, 0.0, factor * xp.where(none, 1.0, mass))


def log1p_over(x: Array, xp: Any) -> Array:
    """Return log(1 + x) / x, 1 at 0."""
    small = xp.abs(x) < 1e-30
    return xp.where(small, 1.0, log1p(x, xp) / xp.where(small, 1.0, x))
