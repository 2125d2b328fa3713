"""f-divergences of logits: the value of a block of rows, and the rule of its derivative.

For D = sum T(p_i, q_i) over shares p and q, and s_i = p_i dT/dp_i, the derivative by the logit a_i
of P is s_i - p_i sum s, and likewise for Q.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name
from jax.custom_derivatives import SymbolicZero

from divergences.core import Array, FDivergence
from divergences.core.products import products
from divergences.methods.finite.logits.differentiable.blocks import STATISTICS, by_blocks
from divergences.methods.finite.logits.differentiable.logs import canonical_order, logs, whole_logs
from divergences.methods.finite.logits.statistics import (
    Logs,
    Statistics,
    centred,
    masses,
    pair,
    row_sums,
    statistics,
)
from divergences.numerics.floats.jvp_rules import dot, scale_tangent


@cache
def compiled(member: FDivergence, shards: str | None = None) -> Callable[..., Array]:
    """Return the compiled, differentiable function of logits of P and Q and their temperatures.

    The outcomes may lie in `shards`, along an axis of a mesh of devices.
    """
    of_rows = _of_rows(member, shards)

    @jax.jit
    def value(p: Array, q: Array, temperature_p: Any, temperature_q: Any) -> Array:
        def of_block(a: Array, b: Array) -> Array:
            if shards is None:
                x, y, first = logs(a, temperature_p), logs(b, temperature_q), None
            else:
                x, y, first = whole_logs(a, b, temperature_p, temperature_q, shards)
            if member.laws.symmetric:
                x, y = canonical_order(x, y, first)
            known = statistics(masses(x, y, jnp), jnp, shards)
            return of_rows(x, y, jax.tree.map(lambda s: checkpoint_name(s, STATISTICS), known))

        return by_blocks(of_block, (p, q), shards=shards)

    return value


def _of_rows(member: FDivergence, shards: str | None) -> Callable[[Logs, Logs, Statistics], Array]:
    """Return the function of a block of rows whose statistics are known."""

    @jax.custom_jvp
    def value(p: Logs, q: Logs, known: Statistics) -> Array:
        both = pair(masses(p, q, jnp), known, jnp)
        (total,) = row_sums(member.terms(both, jnp), xp=jnp, shards=shards)
        return member.transform(total / known.mass[..., 0], jnp)

    def rule(primals: Any, tangents: Any) -> tuple[Array, Array]:
        p, q, known = primals
        both = pair(masses(p, q, jnp), known, jnp)
        terms = member.terms(both, jnp)
        parts = products(member, both, member.gradients(both, jnp), terms, jnp)
        (total,) = row_sums(terms, xp=jnp, shards=shards)
        slope = member.transform_derivative(total / known.mass[..., 0], jnp)
        # The statistics move too: with them the slopes, of which this derivative is made. A teacher
        # does not.
        change = []
        for part, mass, side in zip(parts, both[:2], tangents[:2], strict=True):
            if not isinstance(side.high, SymbolicZero):
                entries = centred(part, mass, known.mass, jnp, shards)
                change.append(dot(entries, side.high, jnp))
        if not change:
            return value(*primals), jnp.zeros_like(total)
        change = sum(change[1:], start=change[0])
        change = change if shards is None else lax.psum(change, shards)
        return value(*primals), scale_tangent(slope, change, jnp)

    value.defjvp(rule, symbolic_zeros=True)
    return value
