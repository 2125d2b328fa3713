"""Linear maps of tangents, of which derivative rules (JVPs) are made."""

from __future__ import annotations

from math import isinf
from typing import Any

from divergences.numerics.floats.sums import linear_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import detached
from divergences.numerics.typing import Array


def scale_tangent(slope: Array, tangent: Array, xp: Any) -> Array:
    """Return slope * tangent, 0 for a tangent of zero, also where the slope is infinite or NaN.

    The result is linear in the tangent, so that JAX can transpose it.
    """
    infinite, nan = xp.isinf(slope), xp.isnan(slope)
    huge = _no_constant(xp.asarray(xp.finfo(slope.dtype).max, dtype=slope.dtype), xp)
    # An infinite slope is the product of two finite factors, which overflows unless the tangent is
    # zero. A NaN slope is infinity times zero. Its factors are a palindrome, as JAX reverses them.
    signed = xp.where(slope < 0, -huge, huge)
    first = xp.where(infinite, signed, xp.where(nan, huge, slope))
    second = xp.where(infinite | nan, huge, 1.0)
    outer = xp.where(nan, huge, 1.0)
    return tangent * first * second * xp.where(nan, 0.0, 1.0) * outer * outer


def _no_constant(x: Array, xp: Any) -> Array:
    """Return `x` hidden from XLA, which would merge the constants of a product and overflow."""
    if not backend(xp).compiles:
        return x
    from jax.lax import optimization_barrier

    return optimization_barrier(x)


def times_limit(x: Array, limit: Any, xp: Any) -> Array:
    """Return x * limit for positive x: constant where the limit is infinite.

    The product itself has an infinite derivative, which makes NaN of a tangent of zero.
    """
    infinite = isinstance(limit, float) and isinf(limit)
    return xp.full_like(x, limit) if infinite else x * limit


def dot(slope: Array, tangent: Array, xp: Any) -> Array:
    """Return the sum of `times(slope, tangent)` over the last axis."""
    return linear_sum(scale_tangent(slope, tangent, xp), xp)


def simplex_derivative(slope: Array, share: Array, x: Array, is_log: bool, xp: Any) -> Array:
    """Return the derivative by masses x (or log masses) from the slopes along the simplex.

    Slopes by shares of the total have a mean of zero, and slopes by logs have a sum of zero.
    """
    if not is_log:
        return slope / pairwise_sum(x, xp)[..., None]
    # The slope of an outcome with nearly all of the mass cancels; minus the sum of the others
    # does not.
    heavy = (share > 0.999) & xp.isfinite(slope)
    rest = pairwise_sum(xp.where(heavy, 0.0, slope), xp)[..., None]
    return xp.where(heavy & xp.isfinite(rest), -rest, slope)


def stop_gradient(x: Array, xp: Any) -> Array:
    """Return `x` without its tangent."""
    if not backend(xp).compiles:
        return detached(x, xp)
    from jax import lax

    return lax.stop_gradient(x)
