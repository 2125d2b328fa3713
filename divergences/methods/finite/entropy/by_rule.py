"""Mean code lengths as functions that JAX and PyTorch differentiate by rule, not by arithmetic.

With p and q normalised by their totals P and Q, s the lengths and H their mean under P,

    dH = sum_i (s_i - H) dp_i / P  +  sum_i (1 - p_i / q_i) dq_i / Q    for masses p and q, and
    dH = sum_i (s_i - H) p_i da_i  +  sum_i (q_i - p_i) db_i            for log masses a and b.

Where the code is P's own, the best one, what changes its lengths changes nothing to first order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array
from divergences.methods.finite.entropy.lengths import (
    exp_mean_surprisal,
    mean_own_surprisal,
    mean_surprisal,
    present,
    products,
    surprisals,
)
from divergences.numerics.differentiable import Slopes, library, made_once
from divergences.numerics.floats.normalised_pair import masses
from divergences.numerics.floats.sums import pairwise_sum


@made_once
def length(p_log: bool, q_log: bool, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the function from (log) masses of P and Q to the mean length of Q's code."""

    def value(p: Array, q: Array) -> Array:
        return mean_surprisal(p, surprisals(q, q_log, xp), p_log, xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array) -> Slopes:
        mean = function(p, q)
        by_p = _slope(p, surprisals(q, q_log, xp), mean, p_log, xp) if needed[0] else None
        by_q = _slope_of_code(p, q, p_log, q_log, xp) if needed[1] else None
        return Slopes(xp.ones_like(mean), [by_p, by_q])

    function = library(xp).differentiable(value, rule)
    return function


@made_once
def own_surprisal(is_log: bool, shape: tuple[int, ...], xp: Any) -> Callable[[Array], Array]:
    """Return the function from (log) masses to the mean length of their own code.

    The last axis is taken as `shape`: given the first of two variables, the code is that of the
    second.
    """

    def lengths(p: Array) -> Array:
        table = xp.reshape(p, p.shape[:-1] + shape)
        return xp.reshape(surprisals(table, is_log, xp), p.shape)

    def value(p: Array) -> Array:
        if len(shape) == 1:
            return mean_own_surprisal(p, is_log, xp)
        return mean_surprisal(p, lengths(p), is_log, xp)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        mean, own = function(p), lengths(p)
        # The first mass of the second variable, given a first that has none, is alone: its length
        # is 0.
        own = xp.where(xp.isnan(own) & ~xp.isnan(mean)[..., None], 0.0, own)
        return Slopes(xp.ones_like(mean), [_slope(p, own, mean, is_log, xp)])

    function = library(xp).differentiable(value, rule)
    return function


@made_once
def perplexity(is_log: bool, xp: Any) -> Callable[[Array], Array]:
    """Return the function from (log) masses to exp of the mean length."""

    def value(p: Array) -> Array:
        return exp_mean_surprisal(p, is_log, xp)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        mean = own_surprisal(is_log, p.shape[-1:], xp)(p)
        slope = _slope(p, surprisals(p, is_log, xp), mean, is_log, xp)
        return Slopes(function(p), [slope])

    function = library(xp).differentiable(value, rule)
    return function


def _slope(p: Array, lengths: Array, mean: Array, is_log: bool, xp: Any) -> Array:
    """Return the derivative of the mean length by each (log) mass."""
    mass = masses(p, is_log, xp)
    total = pairwise_sum(mass, xp)[..., None]
    centred = xp.where(xp.isinf(lengths), lengths, lengths - mean[..., None])
    if not is_log:
        return centred / total
    share = mass / total
    slope = products(share, centred, present(p, is_log, xp), xp)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = share > 0.999
    rest = pairwise_sum(xp.where(heavy, 0.0, slope), xp)[..., None]
    return xp.where(heavy & xp.isfinite(rest), -rest, slope)


def _slope_of_code(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> Array:
    """Return the derivative of the mean length by each (log) mass of Q."""
    some = present(p, p_log, xp)
    mass, other = masses(p, p_log, xp), masses(q, q_log, xp)
    share, total = mass / pairwise_sum(mass, xp)[..., None], pairwise_sum(other, xp)[..., None]
    if q_log:
        return other / total - xp.where(some, share, 0.0)
    return 1.0 / total - xp.where(some, xp.where(some, share, 0.0) / q, 0.0)
