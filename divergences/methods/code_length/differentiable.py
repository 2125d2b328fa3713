"""Code lengths and their mean under JAX: compiled, and differentiated by rule.

With p and q normalised by their totals P and Q, s the lengths and H their mean under P,

    ds_i = sum_j dq_j / Q - dq_i / q_i          or, for log masses b,   <q, db> / Q - db_i,
    dH = sum_i (s_i - H) dp_i / P + p_i ds_i / P    or, for log masses a,   with p_i da_i for dp_i.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.interface import Array
from divergences.methods.code_length import lengths as plain
from divergences.numerics.pairs import anchored, exponential
from divergences.numerics.sums import fold
from divergences.numerics.tangents import times


@cache
def code_lengths(is_log: bool) -> Callable[[Array], Array]:
    """Return the function from (log) masses to code lengths."""

    @jax.custom_jvp
    def lengths(q: Array) -> Array:
        return plain.code_lengths(q, is_log, jnp)

    @lengths.defjvp
    def _(primals, tangents):
        (q,), (dq,) = primals, tangents
        if is_log:
            mass = exponential(anchored(q, jnp), jnp)
            change = fold(mass * dq, jnp) / fold(mass, jnp)
            return lengths(q), change[..., None] - dq
        change = fold(dq, jnp) / fold(q, jnp)
        return lengths(q), change[..., None] - times(1.0 / q, dq, jnp)

    return jax.jit(lengths)


@cache
def mean_length(is_log: bool) -> Callable[[Array, Array], Array]:
    """Return the function from (log) masses and lengths to the mean length."""

    @jax.custom_jvp
    def mean(p: Array, lengths: Array) -> Array:
        return plain.mean_length(p, lengths, is_log, jnp)

    @mean.defjvp
    def _(primals, tangents):
        (p, lengths), (dp, dlengths) = primals, tangents
        mass = exponential(anchored(p, jnp), jnp) if is_log else p
        total = fold(mass, jnp)[..., None]
        value = mean(p, lengths)[..., None]
        centred = jnp.where(jnp.isinf(lengths), lengths, lengths - value)
        share = mass / total
        present = plain.present(p, is_log, jnp)
        slope = plain.products(share, centred, present, jnp) if is_log else centred / total
        change = times(slope, dp, jnp) + share * jnp.where(present, dlengths, 0.0)
        return mean(p, lengths), fold(change, jnp)

    return jax.jit(mean)


@cache
def perplexity(is_log: bool) -> Callable[[Array], Array]:
    """Return the function from (log) masses to exp of the mean length."""

    def value(p: Array) -> Array:
        accurate = plain.exp_mean_length(jax.lax.stop_gradient(p), is_log, jnp)
        mean = mean_length(is_log)(p, code_lengths(is_log)(p))
        # exp of an exact zero: the derivative of exp(mean) at the accurate value.
        return accurate * jnp.exp(mean - jax.lax.stop_gradient(mean))

    return jax.jit(value)
