"""Quantiles of distribution functions whose inverse has no closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.numerics.runtime.backend import backend
from divergences.numerics.typing import Array

LINE, HALF_LINE, UNIT = "line", "half line", "unit interval"


def invert_by_bisection(
    cdf: Callable[[Array], Array], log_density: Callable[[Array], Array], u: Array, where: str
) -> Array:
    """Return x with cdf(x) = u, by bisection in a coordinate that covers all floats of `where`.

    One step of Newton's method follows. It changes x by a few roundings, and its derivatives are
    those of the inverse function.
    """
    import jax
    import jax.numpy as jnp

    dtype = jnp.result_type(u, float)
    wide = dtype == jnp.float64
    reach = 708.0 if wide else 87.0
    to_x = {LINE: jnp.sinh, HALF_LINE: jnp.exp, UNIT: jax.nn.sigmoid}[where]
    shape = jnp.shape(cdf(to_x(jnp.zeros_like(u, dtype=dtype))))
    ends = jnp.full(shape, -reach, dtype), jnp.full(shape, reach, dtype)

    def halve(_: Any, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        below = cdf(to_x(middle)) < u
        return jnp.where(below, middle, low), jnp.where(below, high, middle)

    low, high = jax.lax.fori_loop(0, 64 if wide else 32, halve, ends)
    x = jax.lax.stop_gradient(to_x(0.5 * (low + high)))
    density = jnp.exp(jax.lax.stop_gradient(log_density(x)))
    step = (cdf(x) - u) / jnp.where(density > 0, density, 1.0)
    still = jax.lax.stop_gradient(step)
    return x - (step - still)


def invert_by_root_finding(
    cdf: Callable[..., Array], u: Array, low: Array, high: Array, *parameters: Array
) -> Array:
    """Return x between two bounds with cdf(x, *parameters) = u, for NumPy arrays.

    Where both bounds are on one side of x, return the nearer bound.
    """
    from scipy.optimize.elementwise import find_root

    arrays = (np.asarray(x, dtype=float) for x in (u, low, high, *parameters))
    u, low, high, *rest = np.broadcast_arrays(*arrays)
    result = find_root(lambda x, level, *rest: cdf(x, *rest) - level, (low, high), args=(u, *rest))
    x = np.where(cdf(high, *rest) <= u, high, result.x)
    x = np.where(cdf(low, *rest) >= u, low, x)
    return np.where(np.isnan(u), np.nan, x)


def invert_on_integers(cdf: Callable[[Array], Array], u: Array, low: Array, xp: Any) -> Array:
    """Return the smallest integer k >= low with cdf(k) >= u, by bisection up to low + 2^53."""
    start = xp.zeros_like(cdf(low + 0.0 * u))
    ends = start + low - 1.0, start + low + 2.0**53

    def halve(_: Any, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = xp.floor(0.5 * (low + high))
        is_below = cdf(middle) < u
        return xp.where(is_below, middle, low), xp.where(is_below, high, middle)

    if backend(xp).compiles:
        from jax.lax import fori_loop

        return fori_loop(0, 54, halve, ends)[1]
    for step in range(54):
        ends = halve(step, ends)
    return ends[1]
