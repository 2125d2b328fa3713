"""Entropies of any order under JAX: compiled, and differentiated by rule, by the order too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.interface import Array
from divergences.interface.order import PowerEntropy
from divergences.methods.power_length import sums
from divergences.numerics.sums import fold
from divergences.numerics.tangents import along_simplex, times


@cache
def compiled(member: PowerEntropy, is_log: bool) -> Callable[[Array, Array], Array]:
    """Return the compiled, differentiable function of the values of P and the order."""

    @jax.custom_jvp
    def value(p: Array, order: Array) -> Array:
        return member.value(sums.evaluate(sums.code_of(p, is_log, jnp), order, jnp), order, jnp)

    @value.defjvp
    def _(primals, tangents):
        p, order = primals
        dp, dorder = tangents
        code = sums.code_of(p, is_log, jnp)
        of_order = sums.evaluate(code, order, jnp)
        share = code.mass / code.total
        logs = jnp.where(code.present, -code.lengths[0], -jnp.inf), -code.lengths[1]
        column = jax.tree.map(lambda x: x[..., None], of_order)
        slope = member.slope(logs, share, column, order[..., None], jnp)
        change = fold(times(along_simplex(slope, share, p, is_log, jnp), dp, jnp), jnp)
        by_order = member.order_slope(
            logs, share, of_order, sums.order_slope(code, order, jnp), order, jnp
        )
        return value(p, order), change + times(by_order, dorder, jnp)

    return jax.jit(value)
