"""Mean surprisals as functions that JAX and PyTorch differentiate by rule, not by arithmetic.

With p and q normalised by their totals P and Q, s the surprisals of Q and H their mean under P,

    dH = sum_i (s_i - H) dp_i / P  +  sum_i (1 - p_i / q_i) dq_i / Q    for masses p and q, and
    dH = sum_i (s_i - H) p_i da_i  +  sum_i (q_i - p_i) db_i            for log masses a and b.

For the entropy Q is P, and the terms of dq and db vanish: cross-entropy is smallest at Q = P.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array
from divergences.methods.finite.entropy.surprisals import (
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
def cross_entropy(p_log: bool, q_log: bool, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the function from (log) masses of P and Q to the mean surprisal of Q under P."""

    def value(p: Array, q: Array) -> Array:
        return mean_surprisal(p, surprisals(q, q_log, xp), p_log, xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array) -> Slopes:
        mean = function(p, q)
        by_p = _gradient_by_p(p, surprisals(q, q_log, xp), mean, p_log, xp) if needed[0] else None
        by_q = _gradient_by_q(p, q, p_log, q_log, xp) if needed[1] else None
        return Slopes(xp.ones_like(mean), [by_p, by_q])

    function = library(xp).differentiable(value, rule)
    return function


@made_once
def own_surprisal(is_log: bool, shape: tuple[int, ...], xp: Any) -> Callable[[Array], Array]:
    """Return the function from (log) masses to their entropy.

    The last axis is reshaped to `shape`. If that has two axes, the value is the conditional
    entropy of the second variable given the first.
    """

    def surprisal(p: Array) -> Array:
        table = xp.reshape(p, p.shape[:-1] + shape)
        return xp.reshape(surprisals(table, is_log, xp), p.shape)

    def value(p: Array) -> Array:
        if len(shape) == 1:
            return mean_own_surprisal(p, is_log, xp)
        return mean_surprisal(p, surprisal(p), is_log, xp)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        mean, own = function(p), surprisal(p)
        # Given an outcome of the first variable without mass, a mass added to one outcome of the
        # second makes that one certain: its surprisal is 0.
        own = xp.where(xp.isnan(own) & ~xp.isnan(mean)[..., None], 0.0, own)
        return Slopes(xp.ones_like(mean), [_gradient_by_p(p, own, mean, is_log, xp)])

    function = library(xp).differentiable(value, rule)
    return function


@made_once
def perplexity(is_log: bool, xp: Any) -> Callable[[Array], Array]:
    """Return the function from (log) masses to exp of the entropy."""

    def value(p: Array) -> Array:
        return exp_mean_surprisal(p, is_log, xp)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        mean = own_surprisal(is_log, p.shape[-1:], xp)(p)
        gradient = _gradient_by_p(p, surprisals(p, is_log, xp), mean, is_log, xp)
        return Slopes(function(p), [gradient])

    function = library(xp).differentiable(value, rule)
    return function


def _gradient_by_p(p: Array, surprisal: Array, mean: Array, is_log: bool, xp: Any) -> Array:
    """Return the derivative of the mean surprisal by each (log) mass of P."""
    mass = masses(p, is_log, xp)
    total = pairwise_sum(mass, xp)[..., None]
    centred = xp.where(xp.isinf(surprisal), surprisal, surprisal - mean[..., None])
    if not is_log:
        return centred / total
    share = mass / total
    gradient = products(share, centred, present(p, is_log, xp), xp)
    # Derivatives sum to zero: for an outcome with nearly all mass, use minus the sum of the others.
    heavy = share > 0.999
    rest = pairwise_sum(xp.where(heavy, 0.0, gradient), xp)[..., None]
    return xp.where(heavy & xp.isfinite(rest), -rest, gradient)


def _gradient_by_q(p: Array, q: Array, p_log: bool, q_log: bool, xp: Any) -> Array:
    """Return the derivative of the mean surprisal by each (log) mass of Q."""
    has_mass = present(p, p_log, xp)
    mass, other = masses(p, p_log, xp), masses(q, q_log, xp)
    share, total = mass / pairwise_sum(mass, xp)[..., None], pairwise_sum(other, xp)[..., None]
    if q_log:
        return other / total - xp.where(has_mass, share, 0.0)
    return 1.0 / total - xp.where(has_mass, xp.where(has_mass, share, 0.0) / q, 0.0)
