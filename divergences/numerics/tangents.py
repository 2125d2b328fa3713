"""Linear maps of tangents, for the derivative rules."""

from __future__ import annotations

from typing import Any

from divergences.numerics.namespace import is_jax

Array = Any


def times(slope: Array, tangent: Array, xp: Any) -> Array:
    """Return slope * tangent with inf * 0 = 0, linear in the tangent, so JAX can transpose it."""
    infinite = xp.isinf(slope)
    huge = xp.finfo(slope.dtype).max
    # Two finite factors overflow to the infinity, unless the tangent is zero.
    first = xp.where(infinite, xp.sign(slope) * huge, slope)
    return tangent * first * xp.where(infinite, huge, 1.0)


def constant(x: Array, xp: Any) -> Array:
    """Return `x` without its tangent."""
    if not is_jax(xp):
        return x
    from jax.lax import stop_gradient

    return stop_gradient(x)
