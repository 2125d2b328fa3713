"""Linear maps of tangents, for the derivative rules."""

from __future__ import annotations

from typing import Any

from divergences.numerics.namespace import is_jax
from divergences.numerics.sums import fold

Array = Any


def times(slope: Array, tangent: Array, xp: Any) -> Array:
    """Return slope * tangent with inf * 0 = 0, linear in the tangent, so JAX can transpose it."""
    infinite = xp.isinf(slope)
    huge = xp.finfo(slope.dtype).max
    # Two finite factors overflow to the infinity, unless the tangent is zero.
    first = xp.where(infinite, xp.sign(slope) * huge, slope)
    return tangent * first * xp.where(infinite, huge, 1.0)


def along_simplex(slope: Array, share: Array, x: Array, is_log: bool, xp: Any) -> Array:
    """Return the derivative by masses or log masses x, from that by their shares of the total.

    The slopes are those along the simplex: their mean is zero.
    """
    if not is_log:
        return slope / fold(x, xp)[..., None]
    product = xp.where(share > 0, share, 0.0) * xp.where(share > 0, slope, 0.0)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = (share > 0.999) & xp.isfinite(product)
    rest = fold(xp.where(heavy, 0.0, product), xp)[..., None]
    return xp.where(heavy & xp.isfinite(rest), -rest, product)


def constant(x: Array, xp: Any) -> Array:
    """Return `x` without its tangent."""
    if not is_jax(xp):
        return x
    from jax.lax import stop_gradient

    return stop_gradient(x)
