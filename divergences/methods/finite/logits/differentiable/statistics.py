"""What must be known of two rows of logits before the terms of their outcomes can be had.

For logits a and b, c the difference of the greatest, and l = log(sum exp a / sum exp b) - c, the
log ratio is log(p/q) = (a - b - c) - l. If P and Q are near, l is
log1p(sum q expm1(a - b - c) / sum q): logits that agree up to a constant cancel exactly, and
nothing is lost where they nearly do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from divergences.core import Array
from divergences.methods.finite.logits.differentiable.blocks import STATISTICS, row_sums
from divergences.numerics.floats.elementary import expm1_near, log1p
from divergences.numerics.floats.error_free import two_product, two_sum
from divergences.numerics.floats.normalised_pair import Pair


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


def logs(z: Array, temperature: Array | None, top: Array | None = None) -> Logs:
    """Return the logits z, or exactly z / temperature; NaN for rows of no or infinite mass.

    NaN is added, so that a cotangent of zero stays zero. The greatest logits are the `top` if it is
    given.
    """
    most: Array = jnp.max(z, axis=-1, keepdims=True) if top is None else top
    most = checkpoint_name(jnp.where(jnp.isinf(most), jnp.nan, most), STATISTICS)
    z = z + jnp.where(jnp.isnan(most), jnp.nan, 0.0)
    if temperature is None:
        return Logs(z, most)
    high = z / temperature
    product, error = two_product(high, jnp.broadcast_to(temperature, high.shape), jnp)
    low = ((z - product) - error) / temperature
    low = lax.stop_gradient(jnp.where(jnp.isfinite(low), low, 0.0))
    return Logs(high, most / temperature, low)


def below(a: Logs) -> tuple[Array, Array]:
    """Return how far the logs are above the greatest, as an unevaluated sum."""
    high, low = two_sum(a.high, -a.top)
    return high, jnp.where(jnp.isinf(high), 0.0, low if a.low is None else low + a.low)


def mass(a: Logs) -> Array:
    """Return the masses as multiples of the greatest."""
    high, low = below(a)
    value = jnp.exp(high)
    return value + value * low


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


def statistics(p: Logs, q: Logs, shards: str | None = None) -> Statistics:
    """Return the statistics of the rows of two blocks, over all `shards` of the outcomes."""
    z = _beyond_the_tops(p, q)
    near = jnp.abs(z) < 1.0
    mass_p, mass_q = mass(p), mass(q)
    gain = jnp.where(near, mass_q * expm1_near(jnp.where(near, z, 0.0)), mass_p - mass_q)
    sums = row_sums(mass_p, mass_q, gain, shards=shards)
    total_p, total_q, gained = (x[..., None] for x in sums)
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
