"""The mean divergence of several samples from their weighted mixture, to second order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.score import Score
from divergences.measures.counts import CountTable
from divergences.methods.counts.coverage import ChaoWangJost
from divergences.methods.counts.second_order import another, second_order, unit_of, with_new
from divergences.methods.counts.stirling_series import surprisal
from divergences.methods.counts.table import table
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.floats.sums import pairwise_sum


def radius(member: FDivergence, weights: Array, shares: Sequence[Array]) -> Array:
    """Return the mean divergence of distributions from their mixture."""
    mixture = _mixture(weights, shares)
    total = np.zeros(())
    for w, x in zip(weights, shares, strict=True):
        total = total + w * pairwise_sum(member.terms(Pair(x, mixture, x - mixture), np), np)
    return total


def radius_bias(weights: Array, shares: Sequence[Array], totals: Sequence[Array]) -> Array:
    """Return how much too high the plug-in is to first order, over the outcomes observed."""
    mixture = _mixture(weights, shares)
    bias = np.zeros(())
    for w, x, n in zip(weights, shares, totals, strict=True):
        some = (x > 0.0) & (mixture > 0.0)
        curvature = pairwise_sum(
            np.where(some, x * (1.0 - x) / np.where(some, mixture, 1.0), 0.0), np
        )
        observed = np.sum(x > 0.0, axis=-1)
        bias = bias + (w * (observed - 1.0) - w**2 * curvature) / (2.0 * n)
    return bias


def radius_score(
    member: FDivergence, weights: Array, shares: Sequence[Array], sides: Sequence[CountTable]
) -> Score:
    """Return the plug-in less its bias, with the orders of its variance: see `second_order`.

    What it is still too high by is about what the samples lack of their entropies, beyond Miller's
    correction, by the estimate of Chao, Wang & Jost; the standard error holds it.

    The second derivatives of an outcome's term by its shares p_j are w_j/p_j [j = k] - w_j w_k/m.
    The square of 2 b is the sum of their squares times p_j p_k/(N_j N_k).
    """
    totals = [side.total for side in sides]
    mixture = _mixture(weights, shares)
    some = np.where(mixture > 0.0, mixture, 1.0)
    first, squares, trace, floor = (np.zeros(()) for _ in range(4))
    padded = [with_new(x, mixture, mixture)[0] for x in shares]
    with np.errstate(all="ignore"):
        for j, (w, x, n) in enumerate(zip(weights, shares, totals, strict=True)):
            if w == 0.0:
                continue
            slope = np.where(x > 0.0, member.gradients(Pair(x, mixture, x - mixture), np)[0], 0.0)
            mean = pairwise_sum(x * slope, np)[..., None]
            first = first + w**2 * pairwise_sum(x * (slope - mean) ** 2, np) / n
            size = n[..., None]
            part = w * x / some
            squares = squares + np.where(x > 0.0, (w / size) ** 2 * (1.0 - 2.0 * part), 0.0)
            trace = trace + w * part / size

            own, likely = with_new(x * size, mixture, mixture)

            def moved(counts: Array, j: int = j) -> Array:
                share = counts / counts.sum(axis=-1, keepdims=True)
                return radius(member, weights, [*padded[:j], share, *padded[j + 1 :]])

            floor = np.hypot(floor, another(moved, own, likely))
            floor = np.where(n > 1.0, floor, np.inf)
        norm = np.sqrt(np.maximum(squares + trace**2, 0.0))
        second = second_order(0.5 * norm, mixture)
        bias = radius_bias(weights, shares, totals)
        value = radius(member, weights, shares) - bias
        unit = unit_of(value, first, second, bias)
        error = np.maximum(np.sqrt(np.maximum(first - second, second)), floor)
        lacks = sum(w * _lacking(side) for w, side in zip(weights, sides, strict=True))
        error = np.hypot(error, lacks)
    error = np.where(np.isfinite(value + error), error, np.inf)
    return Score(value, error, np.where(np.isfinite(error), unit, 0.0), False)


def _lacking(side: CountTable) -> Array:
    """Return what Miller's estimate of the entropy lacks of that of Chao, Wang & Jost."""
    rows = table(side)
    total = rows.total
    lengths = surprisal(rows.count, total[rows.row])
    miller = rows.mean(lengths) + 0.5 * (rows.distinct - 1.0) / total
    return (ChaoWangJost().entropy(rows)[0] - miller).reshape(rows.shape)


def _mixture(weights: Array, shares: Sequence[Array]) -> Array:
    return sum(w * x for w, x in zip(weights, shares, strict=True))
