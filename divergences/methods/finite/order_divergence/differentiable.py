"""The power family under JAX: compiled, and differentiated by rule, by the order too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.core import Array
from divergences.core.order import OrderDivergence
from divergences.methods.finite.order_divergence import sums
from divergences.numerics.floats.jvp_rules import dot, scale_tangent, simplex_derivative


@cache
def compiled(
    member: OrderDivergence, p_log: bool, q_log: bool
) -> Callable[[Array, Array, Array], Array]:
    """Return the compiled, differentiable function of the values of P and Q and the order."""

    @jax.custom_jvp
    def value(p: Array, q: Array, order: Array) -> Array:
        return sums.value(member, p_log, q_log, jnp, p, q, order)

    @value.defjvp
    def _(primals, tangents):
        p, q, order = primals
        dp, dq, dorder = tangents
        found = sums.outcomes_of(p, q, p_log, q_log, jnp)
        of_order = sums.evaluate(found, order, jnp)
        column = jax.tree.map(lambda x: x[..., None], of_order)
        sides = sums.sides(found, order, (p_log, q_log), jnp)
        slopes = member.gradients(*sides, column, order[..., None], jnp)
        change = sum(
            dot(simplex_derivative(slope, side.mass, x, is_log, jnp), dx, jnp)
            for slope, side, x, dx, is_log in zip(
                slopes, sides, (p, q), (dp, dq), (p_log, q_log), strict=True
            )
        )
        alpha_derivative = sums.order_derivative(found, order, jnp)
        own = sides[0]._replace(log_ratio=(found.log_ratio, found.ratio.log_ratio[1]))
        by_order = member.order_derivative(own, of_order, alpha_derivative, order, jnp)
        by_order = jnp.where(jnp.isinf(order), 0.0, by_order)
        return value(p, q, order), change + scale_tangent(by_order, dorder, jnp)

    return jax.jit(value)
