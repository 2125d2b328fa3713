"""Logarithms of ratios, and their exponentials, to more than the working precision.

A power (p/q)^a is exp(a log(p/q)): of a logarithm that is merely rounded, a times as many roundings
would reach the power. So logarithms here are double words, unevaluated sums high + low.
"""

from __future__ import annotations

from math import log
from typing import Any

from divergences.numerics.floats.elementary import artanh_excess, expm1
from divergences.numerics.floats.error_free import two_product, two_sum
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import cast
from divergences.numerics.typing import Array

DoubleWord = tuple[Array, Array]  # high + low

# log 2 is math.log(2) and this, to 33 digits.
LOG2_TAIL = 2.319046813846299558e-17


def log_quotient_dw(p: Array, q: Array, xp: Any) -> DoubleWord:
    """Return log(p/q) of positive p and q, to about 2^-6 of a rounding."""
    (p, i), (q, j) = _exponent_apart(p, xp), _exponent_apart(q, xp)
    # A ratio of the significands between 1/sqrt 2 and sqrt 2.
    up, down = p > 1.4142135 * q, q > 1.4142135 * p
    q = xp.where(up, 2.0 * q, q)
    p = xp.where(down, 2.0 * p, p)
    k = (i - j) + xp.astype(up, p.dtype) - xp.astype(down, p.dtype)
    # log(p/q) = 2 artanh(v), v = (p - q) / (p + q): the difference is exact, |v| <= 0.172.
    d = p - q
    s, lost = two_sum(p, q)
    v = d / s
    product, error = two_product(v, s, xp)
    tail = (((d - product) - error) - v * lost) / s
    top, rest = _log2(p.dtype, xp)
    high, low = two_sum(k * top, 2.0 * v)
    return _renormalised(high, low + (k * rest + 2.0 * (tail + artanh_excess(v))))


def log_sum_exp(x: DoubleWord, xp: Any) -> DoubleWord:
    """Return log(sum exp x) over the last axis, which stays, to about 2^-5 of a rounding; x <= 0.

    What an exponential is off by is found from its logarithm.
    """
    value = xp.exp(x[0])
    some = value > float(xp.finfo(value.dtype).smallest_normal)
    high, low = log_quotient_dw(xp.where(some, value, 1.0), xp.ones_like(value), xp)
    rest = (xp.where(some, x[0], 0.0) - high) + (x[1] - low)
    total, total_low = compensated_sum(value, xp)
    total_low = total_low + pairwise_sum(xp.where(some, value * rest, 0.0), xp)
    high, low = log_quotient_dw(total, xp.ones_like(total), xp)
    words = _renormalised(high, low + total_low / total)
    return words[0][..., None], words[1][..., None]


def dw_add(x: DoubleWord, y: DoubleWord, xp: Any) -> DoubleWord:
    """Return the sum of two double words, also if it is infinite."""
    high, low = two_sum(x[0], y[0])
    infinite = xp.isinf(high)
    high, low = _renormalised(high, xp.where(infinite, 0.0, low + (x[1] + y[1])))
    return high, xp.where(infinite, 0.0, low)


def dw_sub(x: DoubleWord, y: DoubleWord, xp: Any) -> DoubleWord:
    """Return the difference of two double words."""
    return dw_add(x, (-y[0], -y[1]), xp)


def dw_mul(factor: Array, x: DoubleWord, xp: Any) -> DoubleWord:
    """Return the product of a number and a double word; 0 times infinity is 0.

    Near the largest float, where halves may overflow, it is a single word.
    """
    most = float(xp.finfo(x[0].dtype).max) * 2.0**-40
    zero = (x[0] == 0) | (factor == 0)
    single = xp.where(zero, 0.0, factor) * xp.where(zero, 0.0, x[0])
    large = (xp.abs(single) > most) | (xp.abs(x[0]) > most) | (xp.abs(factor) > most)
    some = xp.where(large, 0.0, factor)
    high, low = two_product(some, xp.where(large, 0.0, x[0]), xp)
    return xp.where(large, single, high), low + some * x[1]


def scaled_exp(mass: Array, y: DoubleWord, xp: Any) -> Array:
    """Return mass * exp(y), also where exp(y) alone would overflow or underflow."""
    plain = xp.abs(y[0]) < (600.0 if xp.finfo(y[0].dtype).bits == 64 else 70.0)
    half = xp.exp(xp.where(plain, 0.0, 0.5 * y[0]))  # a square, which doubles the error of exp
    product = xp.where(plain, mass * xp.exp(xp.where(plain, y[0], 0.0)), (mass * half) * half)
    return xp.where(xp.isinf(product), product, product + product * y[1])


def exp_dw(y: DoubleWord, xp: Any) -> Array:
    """Return exp(y), also if the low word is no less than half a unit of the high one."""
    high, low = _renormalised(*y)
    value = xp.exp(high)
    some = (value > 0) & xp.isfinite(value)
    return xp.where(some, value + value * xp.where(some, low, 0.0), value)


def expm1_dw(y: DoubleWord, xp: Any) -> Array:
    """Return exp(y) - 1."""
    value = expm1(y[0], xp)
    return value + xp.where(xp.isfinite(value), (value + 1.0) * y[1], 0.0)


def to_about_one(x: Array, xp: Any) -> Array:
    """Return a power of two that brings a positive `x` near one: 1 if it is within 2^20."""
    far = (x > 0) & ((x < 2.0**-20) | (x > 2.0**20))
    x = xp.where(far, x, 1.0)
    return xp.where(far, _exponent_apart(x, xp)[0] / x, 1.0)


def _renormalised(high: Array, low: Array) -> DoubleWord:
    total = high + low
    return total, low - (total - high)


def _exponent_apart(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return m and k, 1/2 <= m < 2 or about so, with m 2^k = x exactly."""
    if backend(xp).frexp:
        m, k = xp.frexp(x)
        return m, cast(k, x.dtype, xp)
    k = xp.floor(xp.log2(x))
    half = xp.floor(0.5 * k)  # in two steps, of which neither leaves the range of exponents
    return (x * 2.0**-half) * 2.0 ** (half - k), k


def _log2(dtype: Any, xp: Any) -> tuple[float, float]:
    """Return log 2 as a number so short that multiples of it are exact, and the rest."""
    bits = 40 if xp.finfo(dtype).bits == 64 else 14
    top = round(log(2.0) * 2.0**bits) / 2.0**bits
    return top, (log(2.0) - top) + LOG2_TAIL
