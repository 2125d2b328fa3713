"""Coarsening of logits in blocks of rows, and the rules of derivatives of the rest.

With r = log sum exp z over the outcomes outside of K, dr/dz_j = exp(z_j - r). With r = log(1 - sum
exp v) over the K, dr/dv_k = -exp(v_k - r).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from divergences.core import Array
from divergences.methods.finite.logits.differentiable.blocks import by_blocks
from divergences.methods.finite.logits.statistics import row_sums
from divergences.numerics.floats.jvp_rules import dot


@jax.jit
def of_logits(z: Array, indices: Array, temperature: Any) -> Array:
    """Return z / temperature at `indices`, and the log of the sum of exp of the others."""

    def of_block(a: Array, index: Array) -> Array:
        return chosen_and_rest(quotient(a, temperature), index)

    return by_blocks(of_block, (z, indices.astype(jnp.int32)))


def quotient(z: Array, temperature: Any) -> Array:
    """Return z / temperature, with no derivative of infinite logits by the temperature."""
    if temperature is None:
        return z
    finite = jnp.isfinite(z)
    return jnp.where(finite, jnp.where(finite, z, 0.0) / temperature, z)


def chosen_and_rest(z: Array, index: Array) -> Array:
    """Return the logits of a block of rows at their indices, and the log of the others' total."""
    z = jnp.broadcast_to(z, (max(z.shape[0], index.shape[0]), z.shape[-1]))
    index = jnp.broadcast_to(index, (z.shape[0], index.shape[-1]))
    # What cannot be refused while JAX traces; NaN is added, so that a cotangent of zero stays zero.
    ordered = jnp.sort(index, axis=-1)
    wrong = jnp.any(ordered[:, 1:] == ordered[:, :-1], axis=-1, keepdims=True)
    wrong = wrong | (ordered[:, :1] < 0) | (ordered[:, -1:] >= z.shape[-1])
    rows = jnp.arange(z.shape[0])[:, None]
    safe = jnp.clip(index, 0, z.shape[-1] - 1)
    parts = [z[rows, safe]]
    if index.shape[-1] < z.shape[-1]:
        parts.append(log_sum(z.at[rows, safe].set(-jnp.inf))[:, None])
    return jnp.concatenate(parts, axis=-1) + jnp.where(wrong, jnp.nan, 0.0)


@jax.custom_jvp
def log_sum(z: Array) -> Array:
    """Return the logs of the sums of exp of the rows, -inf for rows of -inf."""
    top = jnp.max(z, axis=-1, keepdims=True)
    top = jnp.where(jnp.isinf(top), 0.0, top)
    (total,) = row_sums(jnp.exp(z - top), xp=jnp)
    return top[..., 0] + jnp.log(total)


@log_sum.defjvp
def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
    value = log_sum(*primals)
    share = jnp.exp(primals[0] - jnp.where(jnp.isinf(value), 0.0, value)[..., None])
    return value, dot(share, tangents[0], jnp)


@jax.custom_jvp
def log_rest(v: Array) -> Array:
    """Return log(1 - sum exp v), -inf where rounding does not tell the rest from zero."""
    rest = 1.0 - row_sums(jnp.exp(v), xp=jnp)[0]
    some = ~(rest < 2.0 * jnp.finfo(v.dtype).eps)  # NaN stays
    return jnp.where(some, jnp.log(jnp.where(some, rest, 1.0)), -jnp.inf)


@log_rest.defjvp
def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
    value = log_rest(*primals)
    none = jnp.isinf(value)[..., None]
    slope = -jnp.exp(primals[0] - jnp.where(none, 0.0, value[..., None]))
    return value, dot(jnp.where(none, 0.0, slope), tangents[0], jnp)
