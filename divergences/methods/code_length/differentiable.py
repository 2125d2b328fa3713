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
from divergences.numerics.jvp_rules import dot, times
from divergences.numerics.pairs import masses
from divergences.numerics.sums import fold, linear_sum


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
            mass = masses(q, is_log, jnp)
            change = dot(mass / fold(mass, jnp)[..., None], dq, jnp)
            return lengths(q), change[..., None] - dq
        change = times(1.0 / fold(q, jnp), linear_sum(dq, jnp), jnp)
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
        value = mean(p, lengths)
        slope, share = _slope(p, lengths, value, is_log)
        change = jnp.where(plain.present(p, is_log, jnp), dlengths, 0.0)
        return value, dot(slope, dp, jnp) + dot(share, change, jnp)

    return jax.jit(mean)


@cache
def own_length(is_log: bool, shape: tuple[int, ...]) -> Callable[[Array], Array]:
    """Return the function from (log) masses to the mean length of their own code.

    The last axis is taken as `shape`: given the first of two variables, the code is that of the
    second. The code being the best one, what changes its lengths changes nothing to first order.
    """

    def lengths(p: Array) -> Array:
        return code_lengths(is_log)(p.reshape(p.shape[:-1] + shape)).reshape(p.shape)

    @jax.custom_jvp
    def value(p: Array) -> Array:
        if len(shape) == 1:
            return plain.mean_own_length(p, is_log, jnp)
        return mean_length(is_log)(p, lengths(p))

    @value.defjvp
    def _(primals, tangents):
        (p,), (dp,) = primals, tangents
        mean, own = value(p), lengths(p)
        # The first mass of the second variable, given a first that has none, is alone: its length
        # is 0.
        own = jnp.where(jnp.isnan(own) & ~jnp.isnan(mean)[..., None], 0.0, own)
        return mean, dot(_slope(p, own, mean, is_log)[0], dp, jnp)

    return jax.jit(value)


def _slope(p: Array, lengths: Array, mean: Array, is_log: bool) -> tuple[Array, Array]:
    """Return the derivative of the mean length by each (log) mass, and the shares of the total."""
    mass = masses(p, is_log, jnp)
    total = fold(mass, jnp)[..., None]
    share = mass / total
    centred = jnp.where(jnp.isinf(lengths), lengths, lengths - mean[..., None])
    if not is_log:
        return centred / total, share
    slope = plain.products(share, centred, plain.present(p, is_log, jnp), jnp)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = share > 0.999
    rest = fold(jnp.where(heavy, 0.0, slope), jnp)[..., None]
    return jnp.where(heavy & jnp.isfinite(rest), -rest, slope), share


@cache
def perplexity(is_log: bool) -> Callable[[Array], Array]:
    """Return the function from (log) masses to exp of the mean length."""

    @jax.custom_jvp
    def value(p: Array) -> Array:
        return plain.exp_mean_length(p, is_log, jnp)

    @value.defjvp
    def _(primals, tangents):
        (p,) = primals
        accurate = value(p)
        _, change = jax.jvp(own_length(is_log, p.shape[-1:]), primals, tangents)
        return accurate, times(accurate, change, jnp)

    return jax.jit(value)
