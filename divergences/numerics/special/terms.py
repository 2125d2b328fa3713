"""Elementwise kernels, accurate to a few roundings for every pair of masses.

Each takes masses p and q together with their difference d, which the caller may know far more
accurately than the subtraction p - q would give it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from divergences.numerics.floats.elementary import (
    NEAR,
    artanh_excess,
    artanh_excess_quotient,
    js_halves_series,
    js_series,
    log1p_half,
)
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import FEW, roundoff_of
from divergences.numerics.typing import Array

LOG2 = log(2.0)
SMALL = 0.3  # a relative difference of masses beneath which cancellation costs most


def log_quotient(p: Array, q: Array, xp: Any) -> Array:
    """Return log(p/q), also where p/q or q/p overflows."""
    greater, lesser = xp.maximum(p, q), xp.minimum(p, q)
    ratio = greater / lesser
    size = xp.where(xp.isinf(ratio), xp.log(greater) - xp.log(lesser), xp.log(ratio))
    return xp.where(p < q, -size, size)


def log_quotient_near(p: Array, q: Array, d: Array, xp: Any) -> Array:
    """Return log(p/q) with small relative error also where it is nearly zero."""
    near = xp.abs(d) < 0.5 * q
    t = xp.where(near, d, 0.0) / q
    far = xp.log(p / q) if backend(xp).flushes_subnormals else log_quotient(p, q, xp)
    return xp.where(near, log1p_half(t, xp), far)


def log_quotient_size(p: Array, q: Array, d: Array, log_ratio: Array | None, xp: Any) -> Array:
    """Return |log(p/q)|, alike for (q, p), with small relative error also where it is small."""
    size = xp.abs(d) / (p + q)
    close = 2.0 * (size + artanh_excess(size))
    if log_ratio is None:
        log_ratio = xp.log(xp.maximum(p, q) / xp.minimum(p, q))
    return xp.where(size < NEAR, close, xp.abs(log_ratio))


def kl_term(p: Array, q: Array, d: Array, log_ratio: Array | None, xp: Any) -> Array:
    """Return p log(p/q) - p + q >= 0, the summand of the Kullback-Leibler divergence.

    With v = d / (p + q) it equals d v + 2 p (artanh(v) - v), whose first part dominates: neither
    part cancels. Past |v| = 0.65 (a ratio of 4.7) the textbook formula is well conditioned.
    """
    v = d / (p + q)
    close = d * v + 2.0 * p * artanh_excess(v)
    return replace_far(close, v, _kl_term_far, p, q, d, log_ratio, xp)


def _kl_term_far(p: Array, q: Array, d: Array, log_ratio: Array | None, xp: Any) -> Array:
    """Return p log(p/q) - p + q by these operations."""
    if log_ratio is None:
        log_ratio = xp.log(p / q)
    return p * log_ratio - d


def replace_far(
    close: Array,
    v: Array,
    far: Callable[..., Array],
    p: Array,
    q: Array,
    d: Array,
    log_ratio: Array | None,
    xp: Any,
) -> Array:
    """Return `close` where |v| < NEAR, and elsewhere what the function `far` makes of the rest."""
    size = xp.abs(v)
    if isinstance(v, np.ndarray) and v.ndim == 1 and v.size <= FEW and max(size.tolist()) < NEAR:
        return close
    return xp.where(size < NEAR, close, far(p, q, d, log_ratio, xp))


def skew_kl_term(p: Array, m: Array, d: Array, c: Any, log_ratio: Array, xp: Any) -> Array:
    """Return (p log(p/m) - p + m) / c >= 0 of masses p and m with p - m = c d.

    It is `kl_term` with c taken out; `log_ratio` is log(p/m), used where they are far apart.
    """
    w = d / (p + m)
    v = c * w
    close = d * v + ((2.0 * p) * v) * ((v * w) * artanh_excess_quotient(v * v))
    return xp.where(xp.abs(v) < NEAR, close, (p * log_ratio - c * d) / _positive(c, xp))


def skew_kl_term_derivative(
    p: Array, m: Array, d: Array, c: Any, log_ratio: Array, xp: Any
) -> Array:
    """Return (p log(p/m) - p + m) / c^2, also for c = 0."""
    w = d / (p + m)
    v = c * w
    close = d * w + ((2.0 * p) * v) * ((w * w) * artanh_excess_quotient(v * v))
    some = _positive(c, xp)
    return xp.where(xp.abs(v) < NEAR, close, ((p * log_ratio - c * d) / some) / some)


def _positive(c: Any, xp: Any) -> Any:
    """Return c, or 1 where c is 0."""
    return (c or 1.0) if isinstance(c, float) else xp.where(c > 0.0, c, 1.0)


def js_term(p: Array, q: Array, d: Array, xp: Any) -> Array:
    """Return p log(2p/s) + q log(2q/s) >= 0, s = p + q, the summand of Jensen-Shannon.

    With a = |d| / s it is |d| log(1 + a) + min(p, q) log(1 - a^2). The parts cancel by at most a
    factor of three anywhere, and a rounding of `a` drops out to first order. Where p and q are
    near, a series of positive terms does not cancel at all.
    """
    gap = xp.abs(d)
    return by_magnitude(_gap_up_to, p, q, gap, gap / (p + q), xp)


def _gap_up_to(p: Array, q: Array, gap: Array, a: Array, greatest: float, xp: Any) -> Array:
    """Return |d| log(1 + a) + min(p, q) log(1 - a^2) for all `a` up to `greatest`, at most 1."""
    if greatest < NEAR:
        return 0.5 * gap * js_series(a)
    if not backend(xp).native:
        # Only the logs of large a are used, for which the plain ones are accurate.
        rest = xp.maximum((1.0 - a) * (1.0 + a), roundoff_of(a, xp))
        return gap * xp.log(1.0 + a) + xp.minimum(p, q) * xp.log(rest)
    square = -a
    square *= a
    if greatest >= 1.0:
        square = xp.maximum(square, roundoff_of(a, xp) - 1.0)  # the log stays finite
    total, rest = xp.log1p(a), xp.log1p(square)
    total *= gap
    rest *= xp.minimum(p, q)
    total += rest
    return total


def js_halves_difference(p: Array, q: Array, d: Array, xp: Any) -> Array:
    """Return p log(2p/s) - q log(2q/s) - d, what the halves of `js_term` differ by.

    The halves are p log(2p/s) - d/2 and q log(2q/s) + d/2, which are not negative. The error is
    beneath 2e-10 of `js_term`: a correction needs no more.
    """
    gap, s = xp.abs(d), p + q
    a = gap / s
    rest = xp.maximum((1.0 - a) * (1.0 + a), roundoff_of(a, xp))
    far = (gap - s * xp.log(1.0 + a)) + xp.minimum(p, q) * xp.log(rest)
    size = xp.where(a < NEAR, 0.5 * gap * js_halves_series(a), far)
    return xp.where(d < 0.0, size, -size)


def by_magnitude(
    function: Callable[..., Array], p: Array, q: Array, gap: Array, a: Array, xp: Any
) -> Array:
    """Return `function` of the arrays and of how great `a` is: one for a < NEAR, one for a <= 1.

    JAX and small batches choose element by element. A vector, or a row of a large batch, takes the
    first only if it is valid throughout, and a long one only if all `a` are small: elsewhere the
    terms of greater `a` decide, of which many err less together, and to choose costs more than
    both.
    """
    if backend(xp).native and isinstance(a, np.ndarray) and a.ndim == 1:
        top = max(a.tolist()) if a.size <= FEW else np.maximum.reduce(a)  # a list is faster for few
        return function(p, q, gap, a, top, xp)
    return xp.where(a < NEAR, function(p, q, gap, a, 0.0, xp), function(p, q, gap, a, 1.0, xp))


def log1p_quotient(d: Array, part: Array, whole: Array, xp: Any) -> Array:
    """Return log(part / whole), part = whole + d, from whichever of d and part is accurate."""
    near = 2.0 * xp.abs(d) < whole
    t = xp.where(near, d, 0.0) / whole
    # Under XLA the quotient's choice of formulas takes memory for every outcome of a block.
    far = xp.log(part) - xp.log(whole) if backend(xp).compiles else log_quotient(part, whole, xp)
    return xp.where(near, log1p_half(t, xp), far)


def clip_above(x: Array, most: float, xp: Any) -> Array:
    """Return the lesser of x, an array or a float, and `most`; NaN stays."""
    return min(x, most) if isinstance(x, float) else xp.minimum(x, most)


def sqrt_derivative(x: Array, xp: Any) -> Array:
    """Return the derivative of sqrt, and 0 at 0: the least subgradient at the tip of a cone."""
    positive = x > 0
    return xp.where(positive, 0.5 / xp.sqrt(xp.where(positive, x, 1.0)), 0.0)


def surprisal_term(p: Array, q: Array, rest: Array, xp: Any) -> Array:
    """Return p log(Q/q) of a positive q, where `rest` is Q - q: what is compiled."""
    return p * xp.log1p(rest / q)
