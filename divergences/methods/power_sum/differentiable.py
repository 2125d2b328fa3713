"""The power family under JAX: compiled, and differentiated by rule, by the order too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.interface import Array
from divergences.interface.order import Power
from divergences.methods.power_sum import sums
from divergences.numerics.pairs import ordered
from divergences.numerics.sums import fold
from divergences.numerics.tangents import along_simplex, times


@cache
def compiled(member: Power, p_log: bool, q_log: bool) -> Callable[[Array, Array, Array], Array]:
    """Return the compiled, differentiable function of the values of P and Q and the order."""

    @jax.custom_jvp
    def value(p: Array, q: Array, order: Array) -> Array:
        if member.laws.symmetric and p_log == q_log:
            p, q = ordered(p, q, jnp)
        found = sums.outcomes_of(p, q, p_log, q_log, jnp)
        return member.value(sums.evaluate(found, order, jnp), order, jnp)

    @value.defjvp
    def _(primals, tangents):
        p, q, order = primals
        dp, dq, dorder = tangents
        found = sums.outcomes_of(p, q, p_log, q_log, jnp)
        of_order = sums.evaluate(found, order, jnp)
        shares = sums.shares(found, jnp)
        column = jax.tree.map(lambda x: x[..., None], of_order)
        tail = found.ratio.log_ratio[1]
        # Where neither has mass, P's first meets none of Q's, and Q's none of P's.
        ratios = (jnp.where(found.nowhere, edge, found.log_ratio) for edge in (jnp.inf, -jnp.inf))
        slopes = tuple(
            member.slopes((y, tail), *shares, column, order[..., None], jnp)[side]
            for side, y in enumerate(ratios)
        )
        change = sum(
            fold(times(along_simplex(slope, share, x, is_log, jnp), dx, jnp), jnp)
            for slope, share, x, dx, is_log in zip(
                slopes, shares, (p, q), (dp, dq), (p_log, q_log), strict=True
            )
        )
        by_order = member.order_slope(
            (found.log_ratio, tail),
            shares[0],
            of_order,
            sums.order_slope(found, order, jnp),
            order,
            jnp,
        )
        return value(p, q, order), change + times(by_order, dorder, jnp)

    return jax.jit(value)
