"""Kernels of the power family: divergences of one order, from the sum of p^a q^(1-a).

All are functions of the alpha divergence A = (sum p^a q^(1-a) - 1) / (a (a - 1)), the sum of

    T(p, q) = (p^a q^(1-a) - a p - (1 - a) q) / (a (a - 1)) >= 0.

With L = log(p/q), T = q f[0, 1, a], a divided difference of f(s) = exp(s L). That is regular in the
order: a = 1 gives p L - p + q, and a = 0 the same with P and Q exchanged. The derivative of T by
the order is q f[0, 1, a, a].
"""

from __future__ import annotations

from math import factorial
from typing import Any, NamedTuple

from divergences.numerics.floats.double_word import (
    DoubleWord,
    dw_add,
    dw_mul,
    exp_dw,
    expm1_dw,
    scaled_exp,
)
from divergences.numerics.floats.elementary import expm1, horner
from divergences.numerics.typing import Array

# The series below is used for |L| < SERIES and |a L| < REACH, where TERMS of it leave out 2^-56.
SERIES = 2.0
REACH = 1.6
TERMS = 31
# (1 + (y - 1) exp y) / y^2 = sum_k (k + 1) / (k + 2)! y^k, to 2^-56 for |y| <= 1.
_NODES = tuple((k + 1.0) / factorial(k + 2) for k in reversed(range(19)))


class Ratio(NamedTuple):
    """Positive masses of P and Q on one total, their difference, and the log of their ratio.

    Masses from `logs`, where those are known, may have underflowed.
    """

    p: Array
    q: Array
    difference: Array
    log_ratio: DoubleWord
    logs: tuple[DoubleWord, DoubleWord] | None = None


class _Reduced(NamedTuple):
    """A ratio and its order a <= 1/2, P and Q exchanged if need be: 1 - a is then exact."""

    order: Array
    base: Array
    rise: Array
    log_base: DoubleWord | None
    log_ratio: DoubleWord
    sign: Array
    gentle: Array  # where the series serves


def alpha_term(ratio: Ratio, order: Array, xp: Any) -> Array:
    """Return T(p, q) for positive masses and a finite order."""
    r = _reduced(ratio, order, xp)
    return xp.where(r.gentle, _series(r, ratio, xp)[0], _far_gap(r, _power(r, 0.0, xp), xp))


def alpha_derivative(ratio: Ratio, order: Array, xp: Any) -> Array:
    """Return the derivative of T(p, q) by the order."""
    r = _reduced(ratio, order, xp)
    _, slope = _series(r, ratio, xp)
    power_ = _power(r, 0.0, xp)
    far = _far_gap(r, power_, xp)
    # f[0, 1, a, a] = (f[0, 1, a] - f[0, a, a]) / (1 - a)
    node = double_node(r.base, r.order, r.log_ratio, power_, xp)
    # Of what overflows the node is by far the larger.
    far = r.sign * xp.where(xp.isinf(node), -node, far - node) / (1.0 - r.order)
    return xp.where(r.gentle, slope, far)


def power(ratio: Ratio, order: Array, shift: Array, xp: Any) -> Array:
    """Return p^a q^(1-a) exp(-shift)."""
    return _power(_reduced(ratio, order, xp), shift, xp)


def log_power(ratio: Ratio, order: Array, xp: Any) -> DoubleWord:
    """Return log(p^a q^(1-a)) as a double word; it is rounded unless the logs are known."""
    r = _reduced(ratio, order, xp)
    if r.log_base is None:
        high = xp.log(r.base) + r.order * r.log_ratio[0]
        return high, 0.0 * high
    return _log_power(r.log_base, r, xp)


def _power(r: _Reduced, shift: Any, xp: Any) -> Array:
    if r.log_base is None:
        high, low = dw_mul(r.order, r.log_ratio, xp)
        return scaled_exp(r.base, (high - shift, low), xp)
    high, low = _log_power(r.log_base, r, xp)
    return exp_dw((high - shift, low), xp)


def _log_power(log_base: DoubleWord, r: _Reduced, xp: Any) -> DoubleWord:
    return dw_add(log_base, dw_mul(r.order, r.log_ratio, xp), xp)


def _far_gap(r: _Reduced, power_: Array, xp: Any) -> Array:
    """Return T from the power."""
    return (r.rise - scaled_expm1(r.base, r.order, r.log_ratio, xp, power_)) / (1.0 - r.order)


def scaled_expm1(
    mass: Array, a: Array, log_ratio: DoubleWord, xp: Any, power_: Array | None = None
) -> Array:
    """Return mass * expm1(a L) / a; for a = 0 that is mass * L.

    `power_` is mass * exp(a L), if it is known.
    """
    high, low = dw_mul(a, log_ratio, xp)
    small = xp.abs(high) < 1.0
    inner = xp.where(small & (high != 0), high, 1.0)
    slowly = mass * log_ratio[0] * (expm1_dw((inner, xp.where(small, low, 0.0)), xp) / inner)
    if power_ is None:
        power_ = scaled_exp(mass, (high, low), xp)
    fast = (power_ - mass) / xp.where(small, 1.0, a)
    return xp.where(high == 0, mass * log_ratio[0], xp.where(small, slowly, fast))


def expm1_over(a: Array, y: Array, xp: Any) -> Array:
    """Return expm1(a y) / a, y for a = 0, also for infinite y."""
    return xp.where(a == 0, y, expm1(a * y, xp) / xp.where(a == 0, 1.0, a))


def _reduced(ratio: Ratio, order: Array, xp: Any) -> _Reduced:
    p, q, d, (y, tail), logs = ratio
    swap = order > 0.5
    a = xp.where(swap, 1.0 - order, order)
    sign = 1.0 - 2.0 * xp.astype(swap, p.dtype)
    gentle = (xp.abs(y) < SERIES) & (xp.abs(a * y) < REACH)
    log_base = None
    if logs is not None:
        log_base = tuple(xp.where(swap, *parts) for parts in zip(*logs, strict=True))
    y = sign * y, sign * tail
    return _Reduced(a, xp.where(swap, p, q), sign * d, log_base, y, sign, gentle)


def _series(r: _Reduced, ratio: Ratio, xp: Any) -> tuple[Array, Array]:
    """Return T and its derivative by the order, by their power series in |L|.

    T is the lesser mass times sum_k |L|^k / k! (1 + b + ... + b^(k-2)), k >= 2, where b is the
    order or, if P has the lesser mass, one less it. The terms are positive for b >= 0, and next to
    so for b < 0, where |b L| < REACH.
    """
    y = ratio.log_ratio[0]
    ahead = r.log_ratio[0] >= 0
    b = xp.where(r.gentle, xp.where(ahead, r.order, 1.0 - r.order), 0.0)
    x = xp.where(r.gentle, xp.abs(y), 0.0)
    sign = xp.where(ahead, r.sign, -r.sign)
    factor, weight, slope = 0.5 * x * x, 1.0 + 0.0 * b, 0.0 * b
    total, total_slope = factor, 0.0 * factor
    for k in range(3, TERMS):
        factor = factor * x * (1.0 / k)
        weight, slope = 1.0 + b * weight, weight + b * slope
        total = total + factor * weight
        total_slope = total_slope + factor * slope
    least = xp.minimum(ratio.p, ratio.q)
    return least * total, sign * least * total_slope


def double_node(base: Array, a: Array, log_ratio: DoubleWord, power_: Array, xp: Any) -> Array:
    """Return base f[0, a, a] = (base + (a L - 1) power) / a^2, with power = base exp(a L)."""
    high, _ = dw_mul(a, log_ratio, xp)
    small = xp.abs(high) < 1.0
    slowly = (base * log_ratio[0]) * log_ratio[0] * horner(_NODES, xp.where(small, high, 0.0))
    rise = xp.where(power_ == 0, 0.0, high - 1.0) * power_  # the log of nothing may be infinite
    return xp.where(small, slowly, (base + rise) / xp.where(small, 1.0, a * a))
