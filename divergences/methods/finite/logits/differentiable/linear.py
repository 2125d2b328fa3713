"""Blocks of tokens under JAX: logits are formed for one block, and again for its gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from divergences.core import Array
from divergences.measures.linear_logits import LinearLogits
from divergences.methods.finite.logits.differentiable import blocks
from divergences.methods.finite.logits.linear import TOKENS, formed, rows_of


@partial(jax.jit, static_argnums=0)
def by_tokens(function: Callable[..., Array], measures: tuple[Any, ...]) -> Array:
    """Return a function of measures, of which it sees the rows of a block at a time."""
    arrays: list[Array] = []
    parts: list[tuple[slice, Callable[..., Any]]] = []
    for measure in measures:
        own, wrap = _factors(measure) if isinstance(measure, LinearLogits) else rows_of(measure)
        parts.append((slice(len(arrays), len(arrays) + len(own)), wrap))
        arrays += [jnp.asarray(x) for x in own]

    def of_block(*rows: Array) -> Array:
        return function(*(wrap(*rows[where]) for where, wrap in parts))

    outcomes = next(m.matrix.shape[1] for m in measures if isinstance(m, LinearLogits))
    return blocks.by_blocks(of_block, tuple(arrays), outcomes, TOKENS)


def _factors(measure: LinearLogits) -> tuple[tuple[Array], Callable[[Array], Any]]:
    """Return the hidden states, and what makes logits of a block of them."""
    hidden, matrix = jnp.asarray(measure.hidden), jnp.asarray(measure.matrix)
    wide = jnp.promote_types(jnp.float32, jnp.promote_types(hidden.dtype, matrix.dtype))
    if blocks.on_cpu() or matrix.dtype.itemsize > 2 or hidden.dtype != matrix.dtype:
        widened = matrix.astype(wide)
        return (hidden,), lambda h: formed(measure, h.astype(wide) @ widened, jnp)
    fixed, moving = lax.stop_gradient(matrix), blocks.carrier(matrix)
    return (hidden,), lambda h: formed(measure, narrow_product(h, fixed, moving), jnp)


@jax.custom_jvp
def narrow_product(h: Array, matrix: Array, moving: Array) -> Array:
    """Return h @ matrix in single precision for h that is exact in the 16 bits of the matrix.

    `moving` are zeros that move as the matrix does: its cotangents add up in single precision.
    """
    return jnp.matmul(h.astype(matrix.dtype), matrix, preferred_element_type=jnp.float32)


@narrow_product.defjvp
def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
    h, matrix, _ = primals
    change = tangents[0] @ matrix.astype(jnp.float32) + h @ tangents[2]
    return narrow_product(*primals), change
