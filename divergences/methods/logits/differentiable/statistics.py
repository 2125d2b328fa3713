"""What must be known of two rows of logits before the terms of their outcomes can be had.

For logits a and b, c the difference of the greatest, and l = log(sum exp a / sum exp b) - c, the
log ratio is log(p/q) = (a - b - c) - l. If P and Q are near, l is
log1p(sum q expm1(a - b - c) / sum q): logits that agree up to a constant cancel exactly, and
nothing is lost where they nearly do.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from divergences.interface import Array
from divergences.methods.logits.differentiable.blocks import STATISTICS, row_sums
from divergences.numerics.elementary import expm1_near, log1p
from divergences.numerics.pairs import Pair
from divergences.numerics.twoproduct import two_product, two_sum


class Logs(NamedTuple):
    """Logs of masses up to a constant, one distribution a row: high, or high + low unevaluated."""

    high: Array
    top: Array  # the greatest of each row
    low: Array | None = None


class Statistics(NamedTuple):
    """What `pair` needs of the rows of P and Q, one entry a row."""

    logarithm: Array  # log(sum p / sum q) of the masses relative to the greatest
    scale_p: Array  # of the masses relative to the greatest, to give them one total
    scale_q: Array
    mass: Array  # that total


def logs(z: Array, temperature: Array | None) -> Logs:
    """Return the logits z, or exactly z / temperature; NaN for rows of no or infinite mass.

    NaN is added, so that a cotangent of zero stays zero.
    """
    top = jnp.max(z, axis=-1, keepdims=True)
    top = checkpoint_name(jnp.where(jnp.isinf(top), jnp.nan, top), STATISTICS)
    z = z + jnp.where(jnp.isnan(top), jnp.nan, 0.0)
    if temperature is None:
        return Logs(z, top)
    high = z / temperature
    product, error = two_product(high, jnp.broadcast_to(temperature, high.shape), jnp)
    low = ((z - product) - error) / temperature
    low = lax.stop_gradient(jnp.where(jnp.isfinite(low), low, 0.0))
    return Logs(high, top / temperature, low)


def below(a: Logs) -> tuple[Array, Array]:
    """Return how far the logs are above the greatest, as an unevaluated sum."""
    high, low = two_sum(a.high, -a.top)
    return high, jnp.where(jnp.isinf(high), 0.0, low if a.low is None else low + a.low)


def mass(a: Logs) -> Array:
    """Return the masses as multiples of the greatest."""
    high, low = below(a)
    value = jnp.exp(high)
    return value + value * low


def ordered(p: Logs, q: Logs) -> tuple[Logs, Logs]:
    """Return (p, q) or (q, p), the same for both, so that a symmetric member is so bit for bit."""
    a, b = jnp.broadcast_arrays(p.high, q.high)
    # Of the first outcome that differs: twice its index, and one more if a is less there.
    index = 2 * lax.broadcasted_iota(jnp.int32, a.shape, a.ndim - 1)
    index = index + (a < b).astype(jnp.int32)
    first = jnp.min(jnp.where(a != b, index, 2 * a.shape[-1]), axis=-1, keepdims=True)
    swap = first % 2 == 1
    p, q = Logs(a, p.top, _known(p, q)), Logs(b, q.top, _known(q, p))

    def chosen(yes: Logs, no: Logs) -> Logs:
        return jax.tree.map(lambda x, y: jnp.where(swap, x, y), yes, no)

    return chosen(q, p), chosen(p, q)


def _known(x: Logs, other: Logs) -> Array | None:
    """Return the low word of x, zeros for None if that of the `other` is known."""
    return jnp.zeros_like(x.high) if x.low is None and other.low is not None else x.low


def statistics(p: Logs, q: Logs) -> Statistics:
    """Return the statistics of the rows of two blocks."""
    z = _beyond_the_tops(p, q)
    near = jnp.abs(z) < 1.0
    mass_p, mass_q = mass(p), mass(q)
    gain = jnp.where(near, mass_q * expm1_near(jnp.where(near, z, 0.0)), mass_p - mass_q)
    total_p, total_q, gained = (x[..., None] for x in row_sums(mass_p, mass_q, gain))
    gained = gained / total_q
    similar = jnp.abs(gained) < 0.5
    logarithm = jnp.where(
        similar, log1p(jnp.where(similar, gained, 0.0), jnp), jnp.log(total_p / total_q)
    )
    # A total of about one: the sum of terms overflows only if its mean does.
    scale = lax.stop_gradient(jnp.ldexp(jnp.ones_like(total_q), -jnp.frexp(total_q)[1]))
    total = total_q * scale
    return Statistics(logarithm, total / total_p, scale, total)


def pair(p: Logs, q: Logs, known: Statistics) -> Pair:
    """Return P and Q on one total, `known.mass`, their differences and their log ratios.

    No ratio of masses is formed, so the underflow of a mass leaves a finite log ratio finite.
    """
    mass_p = mass(p) * known.scale_p
    mass_q = mass(q) * known.scale_q
    log_ratio = _beyond_the_tops(p, q) - known.logarithm
    near = jnp.abs(log_ratio) < 1.0
    difference = jnp.where(
        near, mass_q * expm1_near(jnp.where(near, log_ratio, 0.0)), mass_p - mass_q
    )
    # Where they are near, p is q but for the difference: the error of both is one, and cancels.
    return Pair(jnp.where(near, mass_q + difference, mass_p), mass_q, difference, log_ratio)


def _beyond_the_tops(p: Logs, q: Logs) -> Array:
    """Return the differences of the logs less that of the greatest.

    It is infinite, or NaN, where one or both masses are zero.
    """
    high, low = two_sum(p.high, -q.high)
    top, top_low = two_sum(p.top, -q.top)
    low = jnp.where(jnp.isfinite(high), low, 0.0)
    if p.low is not None:
        low = low + p.low
    if q.low is not None:
        low = low - q.low
    return (high - top) + (low - top_low)
