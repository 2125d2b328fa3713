"""Samples of symbols: they are counted, and each family is estimated from the counts.

The alphabet is that of the symbols observed, in either sample where there are two.
"""

from __future__ import annotations

from typing import Any

from divergences.core import Estimate, FDivergence
from divergences.core.order import OrderDivergence
from divergences.dispatch import counts
from divergences.measures.counts import Counts
from divergences.measures.sample import Sample, cross_tabulate, in_one_order, tabulate

PAIR = (-2, -1)  # the axes of a table of two variables


def f_divergence(member: FDivergence, p: Sample, q: Sample, *how: Any) -> Estimate:
    """Estimate an f-divergence of two distributions."""
    return counts.f_divergence(member, *_counted(p, q), *_along(-1, *how))


def order_divergence(
    member: OrderDivergence, p: Sample, q: Sample, alpha: Any, *how: Any
) -> Estimate:
    """Estimate a quantity of the power family, of one order or several."""
    return counts.order_divergence(member, *_counted(p, q), alpha, *_along(-1, *how))


def cross_entropy(p: Sample, q: Sample | None, *how: Any) -> Estimate:
    """Estimate the mean code length under P of Q's code (P's own if q is None)."""
    x, y = _counted(p, q) if q is not None else (*_counted(p), None)
    return counts.cross_entropy(x, y, *_along(-1, *how))


def perplexity(p: Sample, *how: Any) -> Estimate:
    """Estimate exp of the mean code length of P in its own code."""
    return counts.perplexity(*_counted(p), *_along(-1, None, *how)[1:])


def information_radius(
    member: FDivergence, ps: tuple[Sample, ...], weights: Any, *how: Any
) -> Estimate:
    """Estimate the mean divergence of several distributions from their weighted mixture."""
    return counts.information_radius(member, _counted(*ps), weights, *_along(-1, *how))


def mutual_information(member: FDivergence, p: Sample, *how: Any) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals."""
    return counts.mutual_information(member, _table(p), *_along(PAIR, *how), complete=False)


def conditional_entropy(p: Sample, *how: Any) -> Estimate:
    """Estimate the mean code length of the second variable when the first is known."""
    return counts.conditional_entropy(_table(p), *_along(PAIR, *how))


def _along(axes: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any) -> Any:
    """Return how to compute, with the axes of the counts; a sample has none to choose."""
    if axis not in (-1, PAIR) or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of probabilities; a Sample has observations "
            "along its first axis. Leave them out, and select observations before."
        )
    return base, axes, keepdims, where, method


def _counted(*samples: Sample) -> tuple[Counts, ...]:
    """Return the counts of each sample over the alphabet that they share."""
    _unweighted(*samples)
    return tuple(Counts(n) for n in tabulate(*in_one_order(*samples))[1])


def _table(pairs: Sample) -> Counts:
    """Return the counts of pairs of symbols: X down, Y across."""
    _unweighted(pairs)
    return Counts(cross_tabulate(pairs.paired()))


def _unweighted(*samples: Sample) -> None:
    if any(sample.weights is not None for sample in samples):
        raise ValueError(
            "weighted symbols have no counts; pass Weights(totals) for the quantity of the "
            "weighted frequencies."
        )
