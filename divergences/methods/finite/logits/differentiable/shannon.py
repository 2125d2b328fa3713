"""The entropy of logits: the value of a block of rows, and the rule of its derivative.

With s_i = log(sum p / p_i) the entropy is H = sum p s, and its derivative by a logit p_i (s_i - H)
for shares p. The most probable outcome has log1p of the rest: no term is negative, none cancels.
"""

from __future__ import annotations

from functools import partial
from math import exp
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from divergences.core import Array
from divergences.methods.finite.logits.differentiable.blocks import STATISTICS, by_blocks, row_sums
from divergences.methods.finite.logits.differentiable.statistics import Logs, below, logs, mass
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.floats.jvp_rules import dot

FAR = 64.0  # masses below exp(-FAR) of the greatest are multiplied on a scale of exp(FAR)


class Row(NamedTuple):
    """What must be known of a row: how many masses are the greatest, and the sum of the others."""

    count: Array
    rest: Array  # over the greatest mass


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
        known = jax.tree.map(lambda s: checkpoint_name(s, STATISTICS), _row(x, shards))
        return _of_rows(x, known, shards)

    return by_blocks(of_block, (p,), shards=shards)


def _row(p: Logs, shards: str | None) -> Row:
    """Return what is to be known of each row."""
    peak = p.high == p.top
    peaks, others = jnp.where(peak, 1.0, 0.0 * p.top), jnp.where(peak, 0.0, mass(p))
    count, rest = row_sums(peaks, others, shards=shards)
    return Row(count[..., None], rest[..., None])


def _shortest(known: Row) -> Array:
    """Return the length log(sum p / p_i) of the greatest masses."""
    return log1p((known.count - 1.0) + known.rest, jnp)


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def _of_rows(p: Logs, known: Row, shards: str | None) -> Array:
    """Return the entropies of a block of rows of which that is known."""
    high, low = below(p)
    shortest = _shortest(known)
    # Of a certain outcome log1p(rest) is the rest, whose masses may underflow where others' terms
    # do not. It is shared out among them.
    certain = (known.count - 1.0) + known.rest < 2.0 ** (-60 if high.dtype.itemsize > 4 else -30)
    far = high < -FAR
    share = jnp.exp(jnp.where(far, high + FAR, high))
    share = share + share * low
    length = (shortest - high) + jnp.where(certain, 1.0, 0.0)
    terms = _product(share, length) * jnp.where(far, exp(-FAR), 1.0)
    (others,) = row_sums(jnp.where(high == 0.0, 0.0, terms), shards=shards)
    total = others + (known.count * jnp.where(certain, 0.0, shortest))[..., 0]
    return total / (known.count + known.rest)[..., 0]


@_of_rows.defjvp
def _(shards: str | None, primals: Any, tangents: Any) -> tuple[Array, Array]:
    p, known = primals
    peak = p.high == p.top
    share, shortest = mass(p), _shortest(known)
    total = known.count + known.rest
    length = shortest - (p.high - p.top)
    (others,) = row_sums(jnp.where(peak, 0.0, _product(share, length)), shards=shards)
    others = others[..., None]
    mean = (others + known.count * shortest) / total
    slope = _product(share, length - mean)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = peak & (total < 1.001)
    slope = jnp.where(heavy, known.rest * mean - others, slope) / total
    # What is known moves too: with it the slopes, of which this derivative is made.
    change = dot(slope, tangents[0].high, jnp)
    return _of_rows(*primals, shards), change if shards is None else lax.psum(change, shards)


def _product(mass: Array, length: Array) -> Array:
    """Return mass * length, 0 where the mass has underflowed and the length is infinite."""
    return jnp.where(mass == 0, mass, mass * length)
