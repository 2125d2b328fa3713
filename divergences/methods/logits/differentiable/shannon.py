"""The entropy of logits: the value of a block of rows, and the rule of its derivative.

With s_i = log(sum p / p_i) the entropy is H = sum p s, and its derivative by a logit p_i (s_i - H)
for shares p. The most probable outcome has log1p of the rest: no term is negative, none cancels.
"""

from __future__ import annotations

from math import exp
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name

from divergences.interface import Array
from divergences.methods.logits.differentiable.blocks import STATISTICS, by_blocks, row_sums
from divergences.methods.logits.differentiable.statistics import Logs, below, logs, mass
from divergences.numerics.elementary import log1p
from divergences.numerics.jvp_rules import dot

FAR = 64.0  # masses below exp(-FAR) of the greatest are multiplied on a scale of exp(FAR)


class Row(NamedTuple):
    """What must be known of a row: how many masses are the greatest, and the sum of the others."""

    count: Array
    rest: Array  # over the greatest mass


@jax.jit
def compiled(p: Array, temperature: Any) -> Array:
    """Return the entropy of logits at a temperature, differentiable and compiled."""

    def of_block(a: Array) -> Array:
        x = logs(a, temperature)
        return _of_rows(x, jax.tree.map(lambda s: checkpoint_name(s, STATISTICS), _row(x)))

    return by_blocks(of_block, (p,))


def _row(p: Logs) -> Row:
    """Return what is to be known of each row."""
    peak = p.high == p.top
    count, rest = row_sums(jnp.where(peak, 1.0, 0.0 * p.top), jnp.where(peak, 0.0, mass(p)))
    return Row(count[..., None], rest[..., None])


def _shortest(known: Row) -> Array:
    """Return the length log(sum p / p_i) of the greatest masses."""
    return log1p((known.count - 1.0) + known.rest, jnp)


@jax.custom_jvp
def _of_rows(p: Logs, known: Row) -> Array:
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
    (others,) = row_sums(jnp.where(high == 0.0, 0.0, terms))
    total = others + (known.count * jnp.where(certain, 0.0, shortest))[..., 0]
    return total / (known.count + known.rest)[..., 0]


@_of_rows.defjvp
def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
    p, known = primals
    peak = p.high == p.top
    share, shortest = mass(p), _shortest(known)
    total = known.count + known.rest
    length = shortest - (p.high - p.top)
    (others,) = row_sums(jnp.where(peak, 0.0, _product(share, length)))
    others = others[..., None]
    mean = (others + known.count * shortest) / total
    slope = _product(share, length - mean)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = peak & (total < 1.001)
    slope = jnp.where(heavy, known.rest * mean - others, slope) / total
    # What is known moves too: with it the slopes, of which this derivative is made.
    return _of_rows(*primals), dot(slope, tangents[0].high, jnp)


def _product(mass: Array, length: Array) -> Array:
    """Return mass * length, 0 where the mass has underflowed and the length is infinite."""
    return jnp.where(mass == 0, mass, mass * length)
