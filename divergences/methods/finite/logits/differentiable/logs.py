"""Logs of rows under JAX: divided by a temperature, in one order, and over shards."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from divergences.core import Array
from divergences.methods.finite.logits import statistics
from divergences.methods.finite.logits.differentiable.blocks import STATISTICS
from divergences.methods.finite.logits.statistics import Logs, finite_top
from divergences.numerics.floats.error_free import two_product


def logs(z: Array, temperature: Array | None, top: Array | None = None) -> Logs:
    """Return the logits z, or exactly z / temperature; NaN for rows of no or infinite mass.

    The greatest logits are the `top` if it is given.
    """
    most = jnp.max(z, axis=-1, keepdims=True) if top is None else top
    x = statistics.logs(z, checkpoint_name(finite_top(most, jnp), STATISTICS), jnp)
    if temperature is None:
        return x
    high = x.high / temperature
    product, error = two_product(high, jnp.broadcast_to(temperature, high.shape), jnp)
    low = ((x.high - product) - error) / temperature
    low = lax.stop_gradient(jnp.where(jnp.isfinite(low), low, 0.0))
    return Logs(high, x.top / temperature, low)


def canonical_order(p: Logs, q: Logs, first: Array | None = None) -> tuple[Logs, Logs]:
    """Return (p, q) or (q, p), the same for both, so that a symmetric member is so bit for bit.

    The result of `first_difference` is `first` if it is given.
    """
    a, b = jnp.broadcast_arrays(p.high, q.high)
    swap = (first_difference(a, b) if first is None else first) % 2 == 1
    p, q = Logs(a, p.top, _known(p, q)), Logs(b, q.top, _known(q, p))

    def chosen(yes: Logs, no: Logs) -> Logs:
        return jax.tree.map(lambda x, y: jnp.where(swap, x, y), yes, no)

    return chosen(q, p), chosen(p, q)


def first_difference(a: Array, b: Array) -> Array:
    """Return, of the first outcome that differs: twice its index, and one more if a is less there.

    It is twice the number of outcomes if none differs.
    """
    a, b = jnp.broadcast_arrays(a, b)
    index = 2 * lax.broadcasted_iota(jnp.int32, a.shape, a.ndim - 1)
    index = index + (a < b).astype(jnp.int32)
    return jnp.min(jnp.where(a != b, index, 2 * a.shape[-1]), axis=-1, keepdims=True)


def _known(x: Logs, other: Logs) -> Array | None:
    """Return the low word of x, zeros for None if that of the `other` is known."""
    return jnp.zeros_like(x.high) if x.low is None and other.low is not None else x.low


def whole_logs(
    a: Array, b: Array, temperature_a: Any, temperature_b: Any, shards: str
) -> tuple[Logs, Logs, Array]:
    """Return the logs of two rows whose outcomes lie in shards, and their `first_difference`.

    What is the greatest of all shards is found at once, of all that is asked: each question costs
    an exchange between devices.
    """
    first = first_difference(
        a if temperature_a is None else a / temperature_a,
        b if temperature_b is None else b / temperature_b,
    )
    end = 2 * a.shape[-1]
    before = end * lax.axis_index(shards)
    # No difference comes last. Indices are exact in single precision below 2^24.
    first = jnp.where(first == end, end * lax.axis_size(shards), before + first).astype(a.dtype)
    tops = [jnp.max(x, axis=-1, keepdims=True) for x in (a, b)]
    most = lax.stop_gradient(jnp.stack(jnp.broadcast_arrays(*tops, -first)))
    top_a, top_b, first = lax.pmax(most, shards)
    x = logs(a, temperature_a, top_a[: a.shape[0]])
    y = logs(b, temperature_b, top_b[: b.shape[0]])
    return x, y, -first.astype(jnp.int32)
