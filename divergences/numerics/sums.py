"""Sums along the last axis whose error does not grow with their length.

Terms are added in halves: x[0] + x[n/2], x[1] + x[n/2 + 1], ... and again. Equal terms then add
without error, which blocked sums in storage order do not achieve, and others with log2(n) roundings.
"""

from __future__ import annotations

from typing import Any

from divergences.numerics.twoproduct import two_sum

Array = Any


def _halves(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return the two halves of the last axis, the second padded with a zero if need be."""
    n = x.shape[-1]
    half = (n + 1) // 2
    second = x[..., half:]
    if n % 2:
        second = xp.concat([second, xp.zeros_like(x[..., :1])], axis=-1)
    return x[..., :half], second


def fold(x: Array, xp: Any) -> Array:
    """Return the sum over the last axis, added in halves."""
    while x.shape[-1] > 1:
        first, second = _halves(x, xp)
        x = first + second
    return x[..., 0]


def fold_compensated(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return the sum over the last axis as an unevaluated pair high + low, to twice the precision."""
    low = xp.zeros_like(x)
    while x.shape[-1] > 1:
        x, error = two_sum(*_halves(x, xp))
        a, b = _halves(low, xp)
        low = (a + b) + error
    high = x[..., 0]
    total = high + low[..., 0]
    return total, low[..., 0] - (total - high)
