"""The entropy of logits under JAX: blocks of rows, and the rule of its derivative."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from divergences.core import Array
from divergences.methods.finite.logits import shannon
from divergences.methods.finite.logits.differentiable.blocks import STATISTICS, by_blocks
from divergences.methods.finite.logits.differentiable.logs import logs
from divergences.methods.finite.logits.shannon import Row
from divergences.methods.finite.logits.statistics import Logs
from divergences.numerics.floats.jvp_rules import dot


@partial(jax.jit, static_argnums=2)
def compiled(p: Array, temperature: Any, shards: str | None = None) -> Array:
    """Return the entropy of logits at a temperature, differentiable and compiled.

    The outcomes may lie in `shards`, along an axis of a mesh of devices.
    """

    def of_block(a: Array) -> Array:
        top = None
        if shards is not None:
            top = lax.pmax(lax.stop_gradient(jnp.max(a, axis=-1, keepdims=True)), shards)
        x = logs(a, temperature, top)
        known = shannon.row(x, jnp, shards)
        return _of_rows(x, jax.tree.map(lambda s: checkpoint_name(s, STATISTICS), known), shards)

    return by_blocks(of_block, (p,), shards=shards)


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def _of_rows(p: Logs, known: Row, shards: str | None) -> Array:
    """Return the entropies of a block of rows of which that is known."""
    return shannon.value(p, known, jnp, shards)


@_of_rows.defjvp
def _(shards: str | None, primals: Any, tangents: Any) -> tuple[Array, Array]:
    # What is known moves too: with it the slopes, of which this derivative is made.
    p, known = primals
    change = dot(shannon.slopes(p, known, jnp, shards), tangents[0].high, jnp)
    return _of_rows(p, known, shards), change if shards is None else lax.psum(change, shards)
