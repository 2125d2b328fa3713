"""Code lengths and their mean, from masses or log masses."""

from __future__ import annotations

from typing import Any

from divergences.interface import Array
from divergences.numerics.elementary import log1p
from divergences.numerics.kernels import log_quotient
from divergences.numerics.namespace import smallest
from divergences.numerics.pairs import anchored, exponential, masses
from divergences.numerics.sums import fold


def code_lengths(q: Array, is_log: bool, xp: Any) -> Array:
    """Return -log of every probability; inf where it is zero."""
    index = xp.arange(q.shape[-1])
    peak = index == xp.argmax(q, axis=-1, keepdims=True)
    if is_log:
        high, low = anchored(q, xp)
        rest = fold(xp.where(peak, 0.0, exponential((high, low), xp)), xp)[..., None]
        return (log1p(rest, xp) - high) - low
    rest = fold(xp.where(peak, 0.0, q), xp)[..., None]
    top = xp.max(q, axis=-1, keepdims=True)
    other = xp.where(q > 0, q, 1.0)
    long = xp.where(q > 0, log_quotient(rest + top, other, xp), xp.inf)
    # 0 * q: a NaN among the masses is in every length.
    return xp.where(peak, log1p(rest / xp.where(top > 0, top, 1.0), xp), long) + 0.0 * rest


def mean_length(p: Array, lengths: Array, is_log: bool, xp: Any) -> Array:
    """Return the mean of `lengths` under P; an outcome without mass costs nothing."""
    mass = masses(p, is_log, xp)
    return fold(products(mass, lengths, present(p, is_log, xp), xp), xp) / fold(mass, xp)


def exp_mean_length(p: Array, is_log: bool, xp: Any) -> Array:
    """Return exp of the mean length H under P of its own code.

    exp would turn each rounding of H into H of them. So H is only estimated, and the mean of the
    lengths less the estimate, which is small and comes from quotients near one, makes up for it.
    """
    estimate = mean_length(p, code_lengths(p, is_log, xp), is_log, xp)
    if is_log:
        high, low = anchored(p, xp)
        mass = exponential((high, low), xp)
        total = fold(mass, xp)
        shift = xp.log(total) - estimate
        excess = products(mass, (high - shift[..., None]) + low, present(p, True, xp), xp)
        return total * xp.exp(-shift) * xp.exp(-fold(excess, xp) / total)
    total = fold(p, xp)
    scale = xp.exp(estimate)
    quotient = xp.where(p > 0, p, 1.0) * (scale / total)[..., None]
    excess = products(p, xp.log(quotient), present(p, False, xp), xp)
    return scale * xp.exp(-fold(excess, xp) / total)


def present(p: Array, is_log: bool, xp: Any) -> Array:
    """Return which outcomes have mass, be it one that underflows."""
    return p != -xp.inf if is_log else p != 0


def products(mass: Array, lengths: Array, present: Array, xp: Any) -> Array:
    """Return mass * lengths, the least mass there is for one that has underflowed; else 0."""
    some = xp.where((mass == 0) & xp.isinf(lengths), smallest(xp, mass.dtype), mass)
    return xp.where(present, some * xp.where(present, lengths, 0.0), 0.0 * mass)
