"""What must be known of two rows of logits before the terms of their outcomes can be had.

For logits a and b, c the difference of the greatest, and l = log(sum exp a / sum exp b) - c, the
log ratio is log(p/q) = (a - b - c) - l. If P and Q are near, l is
log1p(sum q expm1(a - b - c) / sum q): logits that agree up to a constant cancel exactly, and
nothing is lost where they nearly do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from divergences.core import Array
from divergences.numerics.floats.elementary import expm1_near, log1p
from divergences.numerics.floats.error_free import two_sum
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.runtime.backend import backend

LONG = 1 << 13  # of so many terms XLA's own sum, a tree, errs by no more than a unit
HEAVY = 0.999  # a share beside which the sum of the others has more digits


class Logs(NamedTuple):
    """Logs of masses up to a constant, one distribution a row: high, or high + low unevaluated."""

    high: Array
    top: Array  # the greatest of each row
    low: Array | None = None


class RelativeMasses(NamedTuple):
    """RelativeMasses of P and Q as multiples of the greatest, and the logs of their ratios."""

    p: Array
    q: Array
    log_ratio: Array  # infinite, or NaN, where one or both masses are zero


class Statistics(NamedTuple):
    """What `pair` needs of the rows of P and Q, one entry a row."""

    logarithm: Array  # log(sum p / sum q) of the masses relative to the greatest
    scale_p: Array  # of the masses relative to the greatest, to give them one total
    scale_q: Array
    mass: Array  # that total


def finite_top(top: Array, xp: Any) -> Array:
    """Return the greatest logits of rows; NaN of those of no or infinite mass."""
    return xp.where(xp.isinf(top), xp.nan, top)


def logs(z: Array, top: Array, xp: Any) -> Logs:
    """Return the logits z of a finite `top`; NaN is added, so that a cotangent of zero stays so."""
    return Logs(z + xp.where(xp.isnan(top), xp.nan, 0.0), top)


def below(a: Logs, xp: Any) -> tuple[Array, Array]:
    """Return how far the logs are above the greatest, as an unevaluated sum."""
    high, low = two_sum(a.high, -a.top)
    return high, xp.where(high == -xp.inf, 0.0, low if a.low is None else low + a.low)


def mass(high: Array, low: Array, xp: Any) -> Array:
    """Return the masses as multiples of the greatest, of what their logs are `below` that."""
    value = xp.exp(high)
    return value + value * low


def masses(p: Logs, q: Logs, xp: Any) -> RelativeMasses:
    """Return the masses of two blocks of rows. No ratio of them is formed, which may overflow."""
    x, y = below(p, xp), below(q, xp)
    # High words that are near are subtracted without error, and others with a relative one.
    return RelativeMasses(mass(*x, xp), mass(*y, xp), (x[0] - y[0]) + (x[1] - y[1]))


def statistics(x: RelativeMasses, xp: Any, shards: str | None = None) -> Statistics:
    """Return the statistics of the rows of two blocks, over all `shards` of the outcomes."""
    near = xp.abs(x.log_ratio) < 1.0
    gain = xp.where(near, x.q * expm1_near(xp.where(near, x.log_ratio, 0.0), xp), x.p - x.q)
    total_p, total_q, gained = (
        s[..., None] for s in row_sums(x.p, x.q, gain, xp=xp, shards=shards)
    )
    gained = gained / total_q
    similar = xp.abs(gained) < 0.5
    logarithm = xp.where(
        similar, log1p(xp.where(similar, gained, 0.0), xp), xp.log(total_p / total_q)
    )
    # A total of about one: the sum of terms overflows only if its mean does.
    scale = _power_of_two_over(stop_gradient(total_q, xp), xp)
    total = total_q * scale
    return Statistics(logarithm, total / total_p, scale, total)


def _power_of_two_over(x: Array, xp: Any) -> Array:
    """Return the power of two that brings x to between a half and one, or nearly so."""
    if backend(xp).frexp:
        return xp.ldexp(xp.ones_like(x), -xp.frexp(x)[1])
    return 2.0 ** (-1.0 - xp.floor(xp.log2(x)))


def pair(x: RelativeMasses, known: Statistics, xp: Any) -> Pair:
    """Return P and Q on one total, `known.mass`, their differences and their log ratios.

    The underflow of a mass leaves a finite log ratio finite.
    """
    p, q, log_ratio = x.p * known.scale_p, x.q * known.scale_q, x.log_ratio - known.logarithm
    near = xp.abs(log_ratio) < 1.0
    difference = xp.where(near, q * expm1_near(xp.where(near, log_ratio, 0.0), xp), p - q)
    # Where they are near, p is q but for the difference: the error of both is one, and cancels.
    return Pair(xp.where(near, q + difference, p), q, difference, log_ratio)


def centred(
    products: Array, mass: Array, total: Array, xp: Any, shards: str | None = None
) -> Array:
    """Return s - p sum s of shares p, given `products` s and masses p times the `total`."""
    heavy = mass > HEAVY * total
    lighter = xp.where(heavy, 0.0, products), xp.where(heavy, 0.0, mass)
    sums = row_sums(products, *lighter, xp=xp, shards=shards)
    whole, others, share = (x[..., None] for x in sums)
    mean = whole / total
    none = xp.isinf(products) | (mass == 0)
    entries = xp.where(none, products, products - mass * mean)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    rest = others - share * mean
    return xp.where(heavy & xp.isfinite(rest), -rest, entries) / total


def row_sums(*terms: Array, xp: Any, shards: str | None = None) -> tuple[Array, ...]:
    """Return the sums of the rows of each of `terms`, over all `shards` of the outcomes."""
    compiles = backend(xp).compiles
    sums = tuple(
        xp.sum(x, axis=-1) if compiles and x.shape[-1] >= LONG else pairwise_sum(x, xp)
        for x in terms
    )
    if shards is None:
        return sums
    from jax import lax

    return tuple(lax.psum(xp.stack(xp.broadcast_arrays(*sums)), shards))
