"""Surprisals and their mean, from masses or log masses."""

from __future__ import annotations

from math import exp
from typing import Any

from divergences.core import Array
from divergences.numerics.differentiable import differentiates, library
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.floats.normalised_pair import exponential, masses, subtract_max
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.runtime.namespace import smallest
from divergences.numerics.special.terms import log_quotient

FAR = 64.0  # log masses below -FAR are multiplied by their surprisals on a scale of exp(FAR)


def surprisals(q: Array, is_log: bool, xp: Any) -> Array:
    """Return -log of every probability; inf where it is zero, the largest float where beyond it.

    NaN where no outcome has any mass.
    """
    peak = _peak(q, xp)
    if is_log:
        high, low = subtract_max(q, xp)
        rest = pairwise_sum(xp.where(peak, 0.0, exponential((high, low), xp)), xp)[..., None]
        surprisal = (log1p(rest, xp) - high) - low
        largest = float(xp.finfo(q.dtype).max)
        below = xp.minimum(
            surprisal, xp.full_like(surprisal, largest * (1.0 - float(xp.finfo(q.dtype).eps)))
        )
        return xp.where(q == -xp.inf, xp.inf, xp.where(xp.isinf(surprisal), largest, below))
    rest = pairwise_sum(xp.where(peak, 0.0, q), xp)[..., None]
    top = xp.max(q, axis=-1, keepdims=True)
    other = xp.where(q > 0, q, 1.0)
    general = xp.where(q > 0, log_quotient(rest + top, other, xp), xp.inf)
    # 0 * q: a NaN among the masses makes every surprisal NaN.
    of_peak = log1p(rest / xp.where(top > 0, top, 1.0), xp)
    return xp.where(top == 0, xp.nan, xp.where(peak, of_peak, general) + 0.0 * rest)


def mean_surprisal(p: Array, surprisal: Array, is_log: bool, xp: Any) -> Array:
    """Return the mean of `surprisal` under P; an outcome without mass adds nothing."""
    mass = masses(p, is_log, xp)
    return pairwise_sum(products(mass, surprisal, present(p, is_log, xp), xp), xp) / pairwise_sum(
        mass, xp
    )


def mean_own_surprisal(p: Array, is_log: bool, xp: Any) -> Array:
    """Return the entropy of P."""
    value = mean_surprisal(p, surprisals(p, is_log, xp), is_log, xp)
    if not is_log:
        return value
    certain = value < 2.0 ** (-60 if xp.finfo(p.dtype).bits == 64 else -30)

    def improved() -> Array:
        return xp.where(certain, _surprisal_of_certain(p, xp), value)

    if differentiates(xp):
        return library(xp).either(xp.any(certain), improved, lambda: value)
    return improved() if bool(xp.any(certain)) else value


def _surprisal_of_certain(p: Array, xp: Any) -> Array:
    """Return the entropy from log masses if one outcome has nearly all mass.

    It is the sum of p_i (1 - log p_i) over the others. Their masses may be subnormal although
    these terms are not.
    """
    high, low = subtract_max(p, xp)
    peak = _peak(p, xp)
    others = ~peak & (high != -xp.inf)
    high = xp.where(others, high, 0.0)
    far = high < -FAR
    terms = exponential((xp.where(far, high + FAR, high), low), xp) * (1.0 - high)
    terms = xp.where(far, terms * exp(-FAR), terms)
    return pairwise_sum(xp.where(others, terms, 0.0), xp)


def _peak(q: Array, xp: Any) -> Array:
    """Return which outcome is the most probable, or the first of those that are."""
    index = xp.reshape(xp.arange(q.shape[-1]), (1,) * (q.ndim - 1) + (-1,))
    return index == xp.argmax(q, axis=-1, keepdims=True)


def exp_mean_surprisal(p: Array, is_log: bool, xp: Any) -> Array:
    """Return exp of the entropy H of P.

    exp multiplies each rounding of H by H. So H is split into an estimate, which need not be
    accurate, and the mean of the surprisals less that estimate. This mean is small, and its terms
    are logs of quotients near one.
    """
    estimate = mean_surprisal(p, surprisals(p, is_log, xp), is_log, xp)
    if is_log:
        high, low = subtract_max(p, xp)
        mass = exponential((high, low), xp)
        high = xp.maximum(high, xp.full_like(high, float(xp.finfo(high.dtype).min)))
        total = pairwise_sum(mass, xp)
        shift = xp.log(total) - estimate
        excess = products(mass, (high - shift[..., None]) + low, present(p, True, xp), xp)
        return total * xp.exp(-shift) * xp.exp(-pairwise_sum(excess, xp) / total)
    total = pairwise_sum(p, xp)
    scale = xp.exp(estimate)
    quotient = xp.where(p > 0, p, 1.0) * (scale / total)[..., None]
    excess = products(p, xp.log(quotient), present(p, False, xp), xp)
    return scale * xp.exp(-pairwise_sum(excess, xp) / total)


def present(p: Array, is_log: bool, xp: Any) -> Array:
    """Return which outcomes have mass, be it one that underflows."""
    return p != -xp.inf if is_log else p != 0


def products(mass: Array, surprisal: Array, present: Array, xp: Any) -> Array:
    """Return mass * surprisal, with the smallest float for a mass that has underflowed; else 0.

    A surprisal that is the largest float stands for a larger one: where there is mass, infinity.
    """
    beyond = (surprisal >= float(xp.finfo(mass.dtype).max)) & (mass > 0)
    surprisal = xp.where(beyond, xp.inf, surprisal)
    positive = xp.where((mass == 0) & xp.isinf(surprisal), smallest(xp, mass.dtype), mass)
    return xp.where(present, positive * xp.where(present, surprisal, 0.0), 0.0 * mass)
