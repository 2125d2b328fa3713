"""Two distributions on common ground: equal totals, and their difference known accurately."""

from __future__ import annotations

from typing import Any, NamedTuple

from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.floats.error_free import divide, two_product, two_sum
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import entry
from divergences.numerics.typing import Array


class Pair(NamedTuple):
    """Masses of P and Q scaled to one total, outcomes along the last axis.

    `difference` is p - q relatively accurate even where the two agree in all but their last bits,
    and `log_ratio` is log(p/q) where it is known better than from the masses (else None).
    """

    p: Array
    q: Array
    difference: Array
    log_ratio: Array | None = None


def normalise_pair(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> tuple[Pair, Array]:
    """Return the pair of P and Q on one total, and that total, from masses or their logs."""
    if p_log or q_log:
        return log_pair(p if p_log else log_shares(p, xp), q if q_log else log_shares(q, xp), xp)
    return match_totals(p, q, xp)


def log_shares(mass: Array, xp: Any) -> Array:
    """Return the logs of the shares of the greatest mass, which are rounded less than others."""
    top = xp.max(mass, axis=-1, keepdims=True)
    share = mass / top
    lost = (mass > 0) & (share < float(xp.finfo(mass.dtype).smallest_normal))
    apart = xp.log(xp.where(lost, mass, 1.0)) - xp.log(top)
    return xp.where(lost, apart, xp.log(xp.where(lost, 1.0, share)))


def match_totals(p: Array, q: Array, xp: Any) -> tuple[Pair, Array]:
    """Return the pair of the distributions with masses p and q on one total, and that total."""
    pair, _, total = match_totals_dw(p, q, xp)
    return pair, total


def match_totals_dw(p: Array, q: Array, xp: Any) -> tuple[Pair, Array, Array]:
    """Scale q to the total of p without rounding the difference.

    Returns the pair, what the rounding of its q has left out, and the total. Dividing by the totals
    first would cost a relative error u in each mass, and so u/delta in the divergence of
    distributions that differ by delta. Here q P/Q and p - q P/Q come from the ratio of the totals
    in twice the working precision.
    """
    total = compensated_sum(p, xp)
    ratio = divide(total, compensated_sum(q, xp), xp)
    x, low, lowest = _scale_to_three_words(q, ratio, xp)
    d = _subtract_three_words(p, x, low, lowest)
    mass = total[0][..., None]
    d = remove_drift(p, x, d, pairwise_sum(d, xp)[..., None] / mass, xp)
    # The difference of an outcome with nearly all of both masses is best had from the rest.
    heavy = (p > 0.999 * mass) & (x > 0.5 * p)
    rest = pairwise_sum(xp.where(heavy, 0.0, d), xp)[..., None]
    return Pair(p, x, xp.where(heavy, _between(p, x, -rest, xp), d)), low, total[0]


def canonical_order(p: Array, q: Array, xp: Any) -> tuple[Array, Array]:
    """Return (p, q) or (q, p), the same for both, so that a symmetric member is so bit for bit."""
    p, q = xp.broadcast_arrays(p, q)
    index = xp.argmax(xp.astype(p != q, xp.int32), axis=-1, keepdims=True)
    swap = entry(p, index, xp) < entry(q, index, xp)
    return xp.where(swap, q, p), xp.where(swap, p, q)


def remove_drift(p: Array, x: Array, d: Array, excess: Array, xp: Any) -> Array:
    """Return the differences d with the error of the ratio of the totals taken out.

    They sum to zero; what they do sum to, `excess` as a share of the total, is that error.
    """
    noise = float(xp.finfo(x.dtype).eps) ** 2
    excess = stop_gradient(excess, xp)
    d = d - xp.where(xp.abs(excess) <= 16.0 * noise, excess, 0.0) * x
    # Proportional distributions leave a rounding of the excess.
    return _between(p, x, _cut_noise(d, 2.0**-16 * noise * x, xp), xp)


def _between(p: Array, x: Array, d: Array, xp: Any) -> Array:
    """Return `d`, which no rounding may carry past what a difference p - x can be."""
    return xp.maximum(xp.minimum(d, p), -x)


def _cut_noise(d: Array, noise: Array, xp: Any) -> Array:
    """Return `d`, or 0 where it is noise: in its value only, not in its derivative."""
    return d - stop_gradient(xp.where(xp.abs(d) <= noise, d, 0.0), xp)


def scale_by_ratio(p: Array, q: Array, ratio: tuple[Array, Array], xp: Any) -> tuple[Array, Array]:
    """Return r q and p - r q for the double-word ratio r."""
    x, *lower = _scale_to_three_words(q, ratio, xp)
    return x, _subtract_three_words(p, x, *lower)


def _scale_to_three_words(
    q: Array, ratio: tuple[Array, Array], xp: Any
) -> tuple[Array, Array, Array]:
    """Return r q for the double-word ratio r, as a sum of three words."""
    high, low = ratio[0][..., None], ratio[1][..., None]
    x, error = two_product(q, high, xp)
    product, rest = two_product(q, low, xp)
    correction, lost = two_sum(error, product)
    return x, correction, lost + rest


def _subtract_three_words(p: Array, x: Array, low: Array, lowest: Array) -> Array:
    """Return p less three words, of which p - x is exact where it matters."""
    return ((p - x) - low) - lowest


def _difference(a: Array, b: Array, xp: Any) -> tuple[Array, Array]:
    """Return a - b as a double-word number, or an infinity and 0 where it overflows."""
    high, low = two_sum(a, -b)
    return high, xp.where(xp.isinf(high), 0.0, low)


def subtract_max(a: Array, xp: Any) -> tuple[Array, Array]:
    """Return a - max(a) as a double-word number; -inf throughout where nothing has any mass."""
    top = xp.max(a, axis=-1, keepdims=True)
    empty = xp.isinf(a)
    high, low = _difference(xp.where(empty, 0.0, a), xp.where(xp.isinf(top), 0.0, top), xp)
    return xp.where(empty, a, high), xp.where(empty, 0.0, low)


def exponential(a: tuple[Array, Array], xp: Any) -> Array:
    """Return exp of a double-word number, to the accuracy of exp."""
    value = xp.exp(a[0])
    return value + value * a[1]


def masses(values: Array, is_log: bool, xp: Any) -> Array:
    """Return masses from masses, or from their logs as shares of the greatest."""
    return exponential(subtract_max(values, xp), xp) if is_log else values


def marked(x: Array, is_log: bool, xp: Any) -> Array:
    """Return `x`, NaN in rows of no or infinite mass, which JAX has marked before."""
    if not is_log or backend(xp).compiles:
        return x
    return x + xp.where(xp.isinf(xp.max(x, axis=-1, keepdims=True)), xp.nan, 0.0)


def log_pair(a: Array, b: Array, xp: Any) -> tuple[Pair, Array]:
    """Return the pair of the distributions with unnormalised log masses a and b, and its total.

    The log ratio y is the difference of the logs less that of their normalisers. No ratio of masses
    is formed, so the underflow of a mass does not turn a finite log ratio into an infinite one.
    """
    both = xp.isfinite(a) & xp.isfinite(b)
    a0, b0 = subtract_max(a, xp), subtract_max(b, xp)
    p, q = exponential(a0, xp), exponential(b0, xp)
    total_p, total_q = pairwise_sum(p, xp), pairwise_sum(q, xp)
    # z = log(p/q) up to a constant. Logits that agree up to a constant must cancel exactly, so the
    # constant taken out is the difference where P has most of its mass.
    high, low = _difference(xp.where(both, a, 0.0), xp.where(both, b, 0.0), xp)
    peak = xp.argmax(xp.where(both, a, -xp.inf), axis=-1, keepdims=True)
    shift, shift_low = (entry(x, peak, xp) for x in (high, low))
    z = (high - shift) + (low - shift_low)
    # Both normalised by the total of q: log sum_i q_i exp(z_i) = log1p(excess), if it is small.
    # The masses of P on that scale are those on its own, times exp(scale).
    top_a, top_b = (xp.max(x, axis=-1, keepdims=True) for x in (a, b))
    scale, scale_low = _difference(
        xp.where(xp.isinf(top_a), 0.0, top_a), xp.where(xp.isinf(top_b), 0.0, top_b), xp
    )
    scale = (scale - shift) + (scale_low - shift_low)
    shifted = p * xp.exp(scale)
    near = both & (xp.abs(z) < 1.0)
    gain = xp.where(near, q * expm1(xp.where(near, z, 0.0), xp), shifted - q)
    excess = (pairwise_sum(gain, xp) / total_q)[..., None]
    similar = xp.abs(excess) < 0.5
    y_similar = z - log1p(xp.where(similar, excess, 0.0), xp)
    apart = xp.where(both, a0[0], 0.0) - xp.where(both, b0[0], 0.0) + (a0[1] - b0[1])
    y = xp.where(similar, y_similar, apart - xp.log(total_p / total_q)[..., None])
    y = xp.where(both, y, a - b)
    p = p * (total_q / total_p)[..., None]
    near = xp.abs(y) < 1.0
    d = xp.where(near, q * expm1(xp.where(near, y, 0.0), xp), p - q)
    # Where they are near, p is q but for d: both then have the same error, which cancels.
    return Pair(xp.where(near, q + d, p), q, d, y), total_q
