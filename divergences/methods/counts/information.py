"""Sums of the entropies of two variables, such as mutual information, with standard errors.

One observation moves a sum of entropies by its influences on each of them. Two observations move
it together if they share a row, a column or both: an interaction. So first and second order of the
variance are sums over cells, rows and columns. An estimate of the first order holds the second
twice over, as for divergences: see `second_order`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array
from divergences.core.score import Score
from divergences.measures.counts import CountTable
from divergences.methods.counts.second_order import another, unit_of
from divergences.methods.counts.table import Table, table


class Part(NamedTuple):
    """An entropy, its sign in the sum, and the axis of the joint counts that was summed out."""

    sign: float
    counts: CountTable
    axis: int | None


def marginals(p: CountTable, shape: tuple[int, int]) -> tuple[CountTable, CountTable]:
    """Return the counts of each of two variables."""
    joint = p.counts.reshape(*p.counts.shape[:-1], *shape)
    kept = None if p.kept is None else p.kept.reshape(*p.kept.shape[:-1], *shape)
    large = np.any(p.total >= 2.0**62)  # sums are floats where they may exceed int64
    first, second = (
        CountTable(
            joint.sum(axis=a, dtype=np.float64 if large else None),
            None if kept is None else kept.any(axis=a),
            p.missing,
        )
        for a in (-1, -2)
    )
    return first, second


def information_parts(p: CountTable, shape: tuple[int, int]) -> tuple[Part, ...]:
    """Return the entropies that mutual information is a sum of."""
    first, second = marginals(p, shape)
    return Part(1.0, first, -1), Part(1.0, second, -2), Part(-1.0, p, None)


def conditional_parts(p: CountTable, shape: tuple[int, int]) -> tuple[Part, ...]:
    """Return the entropies that the conditional entropy is a sum of."""
    return Part(-1.0, marginals(p, shape)[0], -1), Part(1.0, p, None)


class Moments(NamedTuple):
    """A sum of entropies, with first and second order of its variance."""

    value: Array
    first: Array
    second: Array
    rare: Array  # the second order as it is where outcomes seen once and twice have a part
    unseen: Array  # variance that neither holds
    errors: list[Array]  # standard errors of the entropies


def moments(method: Any, shape: tuple[int, int], parts: Sequence[Part]) -> Moments:
    """Return a sum of entropies, of which the last is that of both variables."""
    joint = parts[-1].counts
    n = joint.counts.reshape(*joint.counts.shape[:-1], *shape).astype(np.float64)
    value, unseen, influence, errors = np.zeros(()), np.zeros(()), np.zeros(()), []
    plain, rare = [], []
    for sign, side, axis in parts:
        rows = table(side)
        entropy, error, _ = method.entropy(rows)
        entropy, error, more = (
            x.reshape(rows.shape) for x in (entropy, error, method.unseen_error(rows, error))
        )
        value, unseen = value + sign * entropy, unseen + more**2
        errors.append(error)
        total = rows.total[rows.row]
        moved = (method.influence(rows), -1.0 / (total * rows.count), method.interaction(rows))
        spread = [sign * _at_counts(rows, x, side.counts) for x in moved]
        if axis is None:
            spread = [x.reshape(n.shape) for x in spread]
        else:
            spread = [np.expand_dims(x, axis) for x in spread]
        influence = influence + spread[0]
        plain.append(spread[1])
        rare.append(spread[2])
    share = n / joint.total[..., None, None]
    mean = (share * influence).sum(axis=(-1, -2), keepdims=True)
    first = (share * (influence - mean) ** 2).sum(axis=(-1, -2))
    signs = sum(part.sign for part in parts)
    second, rarely = (_interactions(n, x, parts, signs / joint.total) for x in (plain, rare))
    return Moments(value, first, second, rarely, unseen, errors)


def _interactions(
    n: Array, interactions: list[Array], parts: Sequence[Part], constant: Array
) -> Array:
    """Return half the sum of squared interactions over all pairs of observations, less their mean.

    Pairs share the row, the column or, in a cell, both.
    """
    result = -(constant**2)
    both = np.zeros(())
    for i, (part, x) in enumerate(zip(parts, interactions, strict=True)):
        size = n if part.axis is None else n.sum(axis=part.axis, keepdims=True)
        result = result + (size * (size - 1.0) * x**2).sum(axis=(-1, -2))
        both = both + sum(2.0 * x * y for y in interactions[i + 1 :])
    return 0.5 * np.maximum(result + (n * (n - 1.0) * both).sum(axis=(-1, -2)), 0.0)


def combined(
    method: Any, shape: tuple[int, int], parts: Sequence[Part], value: Array | None = None
) -> tuple[Array, Score]:
    """Return a sum of entropies, and what is known of its error.

    A method with a bias is judged by one with less, Chao, Wang & Jost's: its error holds the
    difference, and its interval has that estimate at the centre. The latter's own jackknife is at
    least as uncertain as Miller's.
    """
    from divergences.methods.counts.coverage import ChaoWangJost  # both import this module
    from divergences.methods.counts.series import MillerMadow

    joint = parts[-1].counts
    found = moments(method, shape, parts)
    value = centre = found.value if value is None else value
    variance = _variance(found)
    if method.has_bias:
        centre = moments(ChaoWangJost(), shape, parts).value
        bias = value - centre
        variance = variance + np.where(np.isfinite(bias), bias, inf) ** 2
    elif method.by_jackknife:
        variance = np.maximum(variance, _variance(moments(MillerMadow(), shape, parts)))
    error = np.sqrt(variance + _nonuniformity(joint) ** 2)
    error = np.maximum(error, _floor(joint, shape, parts, found.errors))
    infinite = ~np.isfinite(value + error)
    unit = unit_of(value, 2.0 * found.first, found.second, joint.total * found.second)
    unit = np.where(infinite, 0.0, unit)
    return value, Score(centre, np.where(infinite, inf, error), unit, False)


def _variance(found: Moments) -> Array:
    """Return the variance to second order: at most half of what the estimate of the first holds.

    The second order of the plug-in is never less than that; of rare outcomes it may be more.
    """
    twice = np.minimum(np.maximum(found.rare, found.second), 0.5 * found.first)
    return np.maximum(found.first - twice, found.second) + found.unseen


def _nonuniformity(joint: CountTable) -> Array:
    """Return the range of the entropy of the cells not seen, beyond noise, times their mass.

    They are at least as many as f1^2/(2 f2) (Chao, Scand. J. Stat. 11, 1984), which is their number
    if all are equally likely, and at most all that remain.
    """
    once, twice = ((joint.counts == k).sum(axis=-1) for k in (1, 2))
    least = np.where(twice > 0, once**2 / (2.0 * np.maximum(twice, 1)), once * (once - 1) / 2.0)
    unseen = joint.alphabet - (joint.counts > 0).sum(axis=-1)
    ratio = np.log(np.maximum(unseen, 1.0) / np.maximum(least, 1.0))
    noise = 3.0 / np.sqrt(np.maximum(twice, 1.0))  # three standard deviations of log f2
    return once / joint.total * np.maximum(ratio - noise, 0.0)


def _floor(
    joint: CountTable, shape: tuple[int, int], parts: Sequence[Part], errors: list[Array]
) -> Array:
    """Return what one more observation, in an empty cell or of a new symbol, would change."""
    n = joint.counts.reshape(*joint.counts.shape[:-1], *shape).astype(np.float64)
    likely = (n.sum(axis=-1, keepdims=True) + 0.5) * (n.sum(axis=-2, keepdims=True) + 0.5)
    likely = likely.reshape(joint.counts.shape)
    if joint.kept is not None:
        likely = np.where(joint.kept, likely, 0.0)

    def plug_in(counts: Array) -> Array:
        share = (counts / counts.sum(axis=-1, keepdims=True)).reshape(n.shape)
        sides = ((sign, share if axis is None else share.sum(axis=axis)) for sign, _, axis in parts)
        return sum(
            sign * _entropy(x).sum(axis=(-1, -2) if x.ndim == n.ndim else -1) for sign, x in sides
        )

    floor = another(plug_in, joint.counts.astype(np.float64), likely)
    single = [(part.counts.counts > 0).sum(axis=-1) == 1 for part in parts[:-1]]
    constant = np.logical_or.reduce(single)
    return np.where(constant, np.maximum(floor, np.minimum.reduce(errors[:-1])), floor)


def _entropy(share: Array) -> Array:
    some = np.where(share > 0.0, share, 1.0)
    return -some * np.log(some)


def _at_counts(rows: Table, x: Array, counts: Array) -> Array:
    """Return for each outcome what a table says of its count, and 0 if it was not observed."""
    flat = counts.reshape(-1, counts.shape[-1])
    result = np.zeros(flat.shape)
    ends = np.append(rows.starts[1:], rows.count.size)
    for i, (start, end) in enumerate(zip(rows.starts, ends, strict=True)):
        index = np.searchsorted(rows.count[start:end], flat[i])
        result[i] = np.where(flat[i] > 0, x[start:end][np.minimum(index, end - start - 1)], 0.0)
    return result.reshape(counts.shape)
