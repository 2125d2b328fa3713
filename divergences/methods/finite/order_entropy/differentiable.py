"""Entropies of any order under JAX: compiled, and differentiated by rule, by the order too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.core import Array
from divergences.core.order import OrderEntropy
from divergences.methods.finite.order_entropy import sums
from divergences.numerics.floats.jvp_rules import dot, scale_tangent, simplex_derivative


@cache
def compiled(member: OrderEntropy, is_log: bool) -> Callable[[Array, Array], Array]:
    """Return the compiled, differentiable function of the values of P and the order."""

    @jax.custom_jvp
    def value(p: Array, order: Array) -> Array:
        return sums.value(member, is_log, jnp, p, order)

    @value.defjvp
    def _(primals, tangents):
        p, order = primals
        dp, dorder = tangents
        code = sums.surprisals_of(p, is_log, jnp)
        of_order = sums.evaluate(code, order, jnp)
        side = sums.side(code, order, is_log, jnp)
        column = jax.tree.map(lambda x: x[..., None], of_order)
        slope = member.gradient(side, column, order[..., None], jnp)
        change = dot(simplex_derivative(slope, side.mass, p, is_log, jnp), dp, jnp)
        digamma_minus_log = sums.order_derivative(code, order, jnp)
        by_order = member.order_derivative(side, of_order, digamma_minus_log, order, jnp)
        by_order = jnp.where(jnp.isinf(order), 0.0, by_order)
        return value(p, order), change + scale_tangent(by_order, dorder, jnp)

    return jax.jit(value)
