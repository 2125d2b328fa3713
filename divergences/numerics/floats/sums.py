"""Sums along the last axis whose error does not grow with their length.

Terms are added in halves: x[0] + x[n/2], x[1] + x[n/2 + 1], ... and again. Equal terms then add
without error, which blocked sums in storage order do not achieve, and others with log2(n)
roundings. Under JAX one compensated reduction is as accurate, and compiles in less time.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, isinf
from typing import Any

import numpy as np

from divergences.numerics.floats.error_free import two_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import FEW
from divergences.numerics.typing import Array

# XLA fuses a long sum with what makes its terms, on all cores; halves would each go through memory.
# One sampled term is subtracted from all first, so that equal terms sum exactly. It is the smallest
# of SAMPLE terms: n times a large term would cancel.
LONG = 1 << 16
SAMPLE = 9
SHORT = 1 << 11  # NumPy sums so many in less time than it takes to call it for every half
RUN = 1 << 9  # terms of a linear sum that are added one after another
LANES = 32  # terms that BLAS adds side by side
_ONES = np.ones(LANES)


def pairwise_sum(x: Array, xp: Any) -> Array:
    """Return the sum over the last axis, added in halves, or by JAX in one compensated pass."""
    if backend(xp).compiles and x.shape[-1] < LONG:
        return compensated_sum(x, xp)[0]
    if backend(xp).compiles:
        n = x.shape[-1]
        some = x[..., np.array([int(n * (k * 0.618034 % 1.0)) for k in range(SAMPLE)])]
        least = xp.argmin(xp.abs(some), axis=-1, keepdims=True)
        one = xp.take_along_axis(some, least, axis=-1)
        return xp.sum(x - one, axis=-1) + n * one[..., 0]
    odd = xp.zeros_like(x[..., 0])
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        if x.shape[-1] % 2:
            odd = odd + x[..., -1]
        x = x[..., :half] + x[..., half : 2 * half]
    return x[..., 0] + odd


def linear_sum(x: Array, xp: Any) -> Array:
    """Return the sum over the last axis by additions alone: a linear map, which JAX can transpose.

    Long rows are added up in runs, so that the error does not grow with their length.
    """
    n = x.shape[-1]
    if n > RUN:
        missing = xp.zeros_like(x[..., : -n % RUN])
        x = xp.concat([x, missing], axis=-1)
        x = xp.sum(xp.reshape(x, (*x.shape[:-1], -1, RUN)), axis=-1)
    return xp.sum(x, axis=-1)


def pairwise_sum_axis0(x: Array) -> Any:
    """Return the sum of a NumPy array over its first axis, added in halves; a float for a vector.

    NumPy's own sum adds up to 128 terms nearly in sequence, which for equal terms errs one way.
    """
    while x.shape[0] > (SHORT if x.ndim == 1 else 1):
        half = x.shape[0] // 2
        folded = x[:half] + x[half : 2 * half]
        if x.shape[0] % 2:
            folded[0] += x[-1]
        x = folded
    return x[0] if x.ndim > 1 else blas_sum(x)


def blas_sum(x: Array) -> float:
    """Return the sum of a short vector: of runs as BLAS adds them, and of these without error."""
    whole = x.shape[0] - x.shape[0] % LANES if x.shape[0] > FEW else 0
    if not whole:
        return fsum(x.tolist())
    return fsum(np.vecdot(x[:whole].reshape(-1, LANES), _ONES).tolist() + x[whole:].tolist())


def compensated_sum(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return the sum over the last axis as a pair high + low, to twice the precision."""
    if backend(xp).compiles:
        from divergences.numerics.floats import differentiable

        return differentiable.compensated_sum(xp.asarray(x))
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


def sum_to_double_word(high: Iterable[Any], low: Iterable[Any]) -> tuple[np.float64, np.float64]:
    """Return the exact sum of all parts as an unevaluated pair, with low word 0 if infinite."""
    parts = [*map(float, high), *map(float, low)]
    total = fsum(parts)
    if isinf(total):
        return np.float64(total), np.float64(0.0)
    return np.float64(total), np.float64(fsum([*parts, -total]))


def added(a: Array, b: Array, xp: Any = np) -> Array:
    """Return the sums of arrays of double words, whose first axis is (high, low)."""
    with np.errstate(all="ignore"):
        high, error = two_sum(a[0], b[0])
        low = (a[1] + b[1]) + error
        total = high + low
        some = xp.isfinite(high)
        return xp.stack([xp.where(some, total, high), xp.where(some, low - (total - high), 0.0)])


STEPS = 32  # terms of a prefix sum that are added one after another


def prefix(x: Array, xp: Any) -> Array:
    """Return the sums of the first 1, 2, ... terms of the last axis, added in short runs."""
    n = x.shape[-1]
    if n <= STEPS:
        return xp.cumulative_sum(x, axis=-1)
    table = _runs(x, xp)
    sums = xp.cumulative_sum(table, axis=-1)
    before = prefix(sums[..., :-1, -1], xp)
    before = xp.concat([xp.zeros_like(before[..., :1]), before], axis=-1)
    return xp.reshape(sums + before[..., None], (*x.shape[:-1], -1))[..., :n]


def prefix_compensated(x: Array, xp: Any) -> tuple[Array, Array]:
    """Return the prefix sums of non-negative terms as pairs high + low, to twice the precision."""
    n = x.shape[-1]
    table = _runs(x, xp)
    sums, rest = _run_sums(table, xp)
    if table.shape[-2] > 1:  # what precedes a run is the prefix sum of the runs' totals
        before, error = prefix_compensated(sums[..., :-1, -1], xp)
        error = error + prefix(rest[..., :-1, -1], xp)
        zero = xp.zeros_like(before[..., :1])
        before, error = (xp.concat([zero, y], axis=-1)[..., None] for y in (before, error))
        sums, lost = two_sum(before, sums)
        rest = (rest + error) + lost
    total = sums + rest
    rest = rest - (total - sums)
    return tuple(xp.reshape(y, (*x.shape[:-1], -1))[..., :n] for y in (total, rest))


def _run_sums(table: Array, xp: Any) -> tuple[Array, Array]:
    """Return the compensated prefix sums of each row."""

    def add(carry: tuple[Array, Array], term: Array) -> tuple[Any, Any]:
        total, error = two_sum(carry[0], term)
        after = total, carry[1] + error
        return after, after

    carry = xp.zeros_like(table[..., 0]), xp.zeros_like(table[..., 0])
    if backend(xp).compiles:  # for which a loop compiles faster than what it does
        from jax.lax import scan

        sums = scan(add, carry, xp.moveaxis(table, -1, 0))[1]
        return xp.moveaxis(sums[0], 0, -1), xp.moveaxis(sums[1], 0, -1)
    rows = xp.moveaxis(table, -1, 0)
    if backend(xp).native:
        rows = np.ascontiguousarray(rows)  # the loop goes through memory in order
    sums = []
    for i in range(rows.shape[0]):
        carry, _ = add(carry, rows[i, ...])
        sums.append(carry)
    high, low = zip(*sums, strict=True)
    return xp.stack(high, axis=-1), xp.stack(low, axis=-1)


def _runs(x: Array, xp: Any) -> Array:
    """Return the last axis as rows of at most `STEPS` terms, the last of them filled with zeros."""
    n = x.shape[-1]
    steps = min(STEPS, n)
    missing = -n % steps
    if missing:
        x = xp.concat([x, xp.zeros_like(x[..., :missing])], axis=-1)
    return xp.reshape(x, (*x.shape[:-1], -1, steps))
