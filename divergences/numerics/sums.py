"""Sums along the last axis whose error does not grow with their length.

Terms are added in halves: x[0] + x[n/2], x[1] + x[n/2 + 1], ... and again. Equal terms then add
without error, which blocked sums in storage order do not achieve, and others with log2(n)
roundings.
"""

from __future__ import annotations

from math import fsum
from typing import Any

from divergences.numerics.namespace import FEW, is_jax
from divergences.numerics.twoproduct import two_sum

Array = Any

# XLA fuses a long sum with what makes its terms, on all cores; halves would each go through memory.
# With the first term taken out of all, equal terms add without error here too.
LONG = 1 << 16


def fold(x: Array, xp: Any) -> Array:
    """Return the sum over the last axis, added in halves."""
    if is_jax(xp) and x.shape[-1] >= LONG:
        first = x[..., :1]
        return xp.sum(x - first, axis=-1) + x.shape[-1] * first[..., 0]
    odd = xp.zeros_like(x[..., 0])
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        if x.shape[-1] % 2:
            odd = odd + x[..., -1]
        x = x[..., :half] + x[..., half : 2 * half]
    return x[..., 0] + odd


def fold_first(x: Array) -> Any:
    """Return the sum of a NumPy array over its first axis, added in halves; a float for a vector.

    NumPy's own sum adds up to 128 terms nearly in sequence, which for equal terms errs one way.
    """
    few = FEW if x.ndim == 1 else 1
    while x.shape[0] > few:
        half = x.shape[0] // 2
        folded = x[:half] + x[half : 2 * half]
        if x.shape[0] % 2:
            folded[0] += x[-1]
        x = folded
    return fsum(x.tolist()) if x.ndim == 1 else x[0]


def fold_compensated(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return the sum over the last axis as a pair high + low, to twice the precision."""
    low, odd, odd_low = xp.zeros_like(x), xp.zeros_like(x[..., 0]), xp.zeros_like(x[..., 0])
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        if x.shape[-1] % 2:
            odd, error = two_sum(odd, x[..., -1])
            odd_low = odd_low + (error + low[..., -1])
        x, error = two_sum(x[..., :half], x[..., half : 2 * half])
        low = (low[..., :half] + low[..., half : 2 * half]) + error
    high, error = two_sum(x[..., 0], odd)
    rest = (low[..., 0] + odd_low) + error
    total = high + rest
    return total, rest - (total - high)
