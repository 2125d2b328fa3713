"""Quantiles under JAX, for the distribution functions whose inverse it does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.numerics.namespace import is_jax

Array = Any

LINE, HALF_LINE, UNIT = "line", "half line", "unit interval"


def by_bisection(
    cdf: Callable[[Array], Array], log_density: Callable[[Array], Array], u: Array, where: str
) -> Array:
    """Return x with cdf(x) = u, by bisection in a coordinate that covers all floats of `where`.

    Derivatives are those of the inverse function: a step of Newton's method from the point found
    has them, and changes it by next to nothing.
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


def by_integers(cdf: Callable[[Array], Array], u: Array, low: Array, xp: Any) -> Array:
    """Return the least whole number k >= low with cdf(k) >= u, by bisection up to 2^53 past it."""
    start = xp.zeros_like(cdf(low + 0.0 * u))
    ends = start + low - 1.0, start + low + 2.0**53

    def halve(_: Any, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        below, enough = ends
        middle = xp.floor(0.5 * (below + enough))
        more = cdf(middle) < u
        return xp.where(more, middle, below), xp.where(more, enough, middle)

    if is_jax(xp):
        from jax.lax import fori_loop

        return fori_loop(0, 54, halve, ends)[1]
    for step in range(54):
        ends = halve(step, ends)
    return ends[1]
