"""Standard errors of divergences where those of first order vanish: near P = Q and at the ends.

Write T_i for what outcome i adds, of curvature k_i = p^2 T_pp = q^2 T_qq = -p q T_pq. To second
order the plug-in is then too high by sum b_i (1 - p_i), b_i = k_i (1/np + 1/mq)/2, and

    variance = first order + second order,
    second order = 2 [sum b_i^2 (1 - 2 p_i) + (sum b_i p_i)^2],

where p_i is a share of both samples. An estimate of the first order, by the delta method or the
jackknife, is too high by twice the second (Efron & Stein, "The jackknife estimate of variance",
Ann. Stat. 9 (1981)). At P = Q all b_i are equal to w = f''(1) (1/n + 1/m)/2, and the plug-in is w
times chi-squared with K - 1 degrees of freedom, of variance 2 (K - 1) w^2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.score import Score
from divergences.numerics.floats.normalised_pair import Pair

STEP = 1e-3  # of the logarithm of p: differences of slopes are right to its square


def divergence_score(
    member: FDivergence,
    x: Array,
    y: Array,
    value: Array,
    first: Array,
    bias: Array,
    correction: Array | None = None,
    known: tuple[bool, bool] = (False, False),
) -> Score:
    """Return an estimate of the sum of T, given the first order of its variance.

    `x` and `y` are the counts of P and Q, with what smoothing adds, and `known` says which of them
    are no sample's; `bias` is the plug-in's at each
    outcome. A value without a `correction` for it still has it: the error then holds it, and the
    interval's centre does not. At a kink a correction may be as wrong as it is large.
    """
    n, m = x.sum(axis=-1), y.sum(axis=-1)
    p, q = x / n[..., None], y / m[..., None]
    spread, kink = kink_error(member, p, q, n, m)
    (x, q_more), (y, p_more) = with_new(x, y, q), with_new(y, x, p)
    changes = (
        another(lambda z: sum_of_terms(member, z, y), x, q_more),
        another(lambda z: sum_of_terms(member, x, z), y, p_more),
    )
    share = common_share(p, q, n, m)
    score = scored(value, np.maximum(first, spread**2), bias, share, np.hypot(*changes))
    if correction is not None:
        kink = np.hypot(kink, np.minimum(np.abs(correction), 2.0 * kink))
    doubt = np.hypot(kink, unmatched(member, p, q, n, m, known))
    score = score._replace(error=np.hypot(score.error, doubt))
    if correction is not None:
        return score
    total = (bias * (1.0 - share)).sum(axis=-1)
    return score._replace(value=np.maximum(value - total, 0.0), error=np.hypot(score.error, total))


def unmatched(
    member: FDivergence, p: Array, q: Array, n: Array, m: Array, known: tuple[bool, bool]
) -> Array:
    """Return what outcomes add that one sample has and the other lacks, if that may be chance.

    An outcome seen k times, as likely in P as in Q, falls into one sample only with the chance
    (n/(n + m))^(k-1), given one observation of it there. What is known not to be possible is no
    chance.
    """
    n, m = n[..., None], m[..., None]
    p, q = np.broadcast_arrays(p, q)
    own = np.where(q == 0.0, n * p, np.where(p == 0.0, m * q, 0.0))
    rest = np.where(q == 0.0, m / n, n / m)
    terms = member.terms(_pair(p, q), np)
    chance = np.exp(-np.maximum(own - 1.0, 0.0) * np.log1p(rest))
    possible = (own > 0.0) & ~np.where(q == 0.0, known[1], known[0])
    return np.where(possible, terms * chance, 0.0).sum(axis=-1)


def common_share(p: Array, q: Array, n: Array, m: Array) -> Array:
    """Return the shares of outcomes in both samples, by the variances of their frequencies."""
    n, m = n[..., None], m[..., None]
    return (m * p + n * q) / (n + m)


def scored(
    value: Array, first: Array, bias: Array, share: Array, floor: Array, unbounded: Any = False
) -> Score:
    """Return an estimate whose variance is the sum of first and second order.

    `first` holds the second order twice over; `bias` and `share` are b_i and p_i above. The
    standard error is at least `floor`.
    """
    second = second_order(bias, share)
    total = (bias * (1.0 - share)).sum(axis=-1)
    unit = unit_of(value, first, second, total)
    error = np.maximum(np.sqrt(np.maximum(first - second, second)), floor)
    infinite = ~np.isfinite(value + error)
    return Score(value, np.where(infinite, np.inf, error), np.where(infinite, 0.0, unit), unbounded)


def unit_of(value: Array, first: Array, second: Array, bias: Array) -> Array:
    """Return w: of second order and bias, or less if the first order grows by less with the sum.

    Where P and Q are nearly disjoint the variance falls as the sum grows.
    """
    unit = np.where(bias == 0.0, 0.0, 0.5 * second / np.where(bias == 0.0, 1.0, bias))
    plain = np.abs(value + bias)
    most = np.where(plain > 0.0, 0.25 * first / np.where(plain > 0.0, plain, 1.0), np.inf)
    return np.clip(unit, -most, most)


def second_order(bias: Array, share: Array) -> Array:
    """Return the second order of the variance."""
    own = (bias**2 * (1.0 - 2.0 * share)).sum(axis=-1)
    return np.maximum(2.0 * (own + (bias * share).sum(axis=-1) ** 2), 0.0)


def error_of(transform: Callable[[Array], Array], score: Score) -> Array:
    """Return how far a function of the sum moves when that moves by its standard error."""
    value, error = score.value, score.error
    low, here, high = (
        transform(np.maximum(value + sign * error, 0.0)) for sign in (-1.0, 0.0, 1.0)
    )
    moved = np.maximum(np.abs(high - here), np.abs(here - low))
    return np.where(np.isinf(error), np.inf, moved)


@dataclass(frozen=True, eq=False)
class Transform:
    """The function from the sum of T to the quantity."""

    member: FDivergence

    def __call__(self, x: Array) -> Array:
        """Return the quantity for a sum."""
        return self.member.transform(x, np)


def curvature_bias(member: FDivergence, p: Array, q: Array, n: Array, m: Array) -> Array:
    """Return b at each outcome, for shares of samples of n and m; where one is 0, so is b."""
    if not member.smooth:
        return np.zeros_like(p)
    inside = (p > 0.0) & (q > 0.0)
    x, y = np.where(inside, p, 1.0), np.where(inside, q, 1.0)
    up, down = (member.gradients(_pair(x * np.exp(h), y), np)[0] for h in (STEP, -STEP))
    curvature = x * (up - down) / (2.0 * STEP)
    bias = 0.5 * curvature * (1.0 / (n[..., None] * x) + 1.0 / (m[..., None] * y))
    return np.where(inside, bias, 0.0)


def kink_error(member: FDivergence, p: Array, q: Array, n: Array, m: Array) -> tuple[Array, Array]:
    """Return spread and bias of a sum of T with a kink at p = q, such as |p - q|: 0 without one.

    A difference of standard deviation sigma makes |p - q| too high by at most 2 phi((p - q)/sigma)
    sigma, of variance (1 - 2/pi) sigma^2 where p = q; no correction of first order sees that bias.
    """
    if member.smooth:
        none = np.zeros(np.broadcast_shapes(p.shape, q.shape)[:-1])
        return none, none
    n, m = n[..., None], m[..., None]
    pooled = (n * p + m * q) / (n + m)
    pooled = np.clip(pooled, 0.0, 1.0)
    some = np.where(pooled > 0.0, pooled, 1.0)
    up, down = (member.gradients(_pair(some * np.exp(h), some), np)[0] for h in (STEP, -STEP))
    variance = np.where(pooled > 0.0, pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m), 0.0)
    distance = (p - q) ** 2 / np.where(variance > 0.0, variance, 1.0)
    near = 0.5 * np.abs(up - down) * np.exp(-0.5 * distance)
    bias = near * np.sqrt(variance * 2.0 / pi)
    spread = (2.0 - 4.0 / pi) * near**2 * variance
    return np.sqrt(spread.sum(axis=-1)), bias.sum(axis=-1)


def another(evaluate: Callable[[Array], Array], own: Array, others: Array) -> Array:
    """Return by how much one more observation changes a value, of the likeliest outcome not seen.

    `others` says how likely outcomes are by other samples. The result is 0 where all that they saw
    was seen here too.
    """
    likely = np.where(own > 0, 0.0, others)
    likely, own = np.broadcast_arrays(likely, own)
    which = np.argmax(likely, axis=-1)[..., None]
    some = np.take_along_axis(likely, which, axis=-1) > 0.0
    if not some.any():
        return np.zeros(some.shape[:-1])
    more = own + np.where((np.arange(own.shape[-1]) == which) & some, 1, 0)
    change = np.abs(evaluate(more) - evaluate(own))
    return np.where(some[..., 0] & ~np.isnan(change), change, 0.0)


def with_new(own: Array, other: Array, likely: Array) -> tuple[Array, Array]:
    """Append an outcome that no sample has seen, as one that may be, where all saw but one."""
    only = ((own > 0) | (other > 0)).sum(axis=-1, keepdims=True) == 1
    none = np.zeros((*own.shape[:-1], 1))
    new = np.where(only, 1.0, 0.0)
    likely = np.broadcast_to(likely, (*new.shape[:-1], likely.shape[-1]))
    return np.concatenate([own, none], axis=-1), np.concatenate([likely, new], axis=-1)


def sum_of_terms(member: FDivergence, x: Array, y: Array) -> Array:
    """Return the sum of T for counts of P and Q."""
    p, q = x / x.sum(axis=-1, keepdims=True), y / y.sum(axis=-1, keepdims=True)
    return member.terms(_pair(p, q), np).sum(axis=-1)


def _pair(p: Array, q: Array) -> Pair:
    p, q = np.broadcast_arrays(p, q)
    return Pair(p, q, p - q)
