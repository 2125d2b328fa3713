"""Samples of symbols: they are counted, and each family is estimated from the counts.

The alphabet is that of the symbols observed, in either sample where there are two.
"""

from __future__ import annotations

from divergences.core import Estimate
from divergences.dispatch import counts
from divergences.dispatch.call import Call, Families
from divergences.measures.counts import Counts
from divergences.measures.sample import Sample, cross_tabulate, in_one_order, tabulate

PAIR = (-2, -1)  # the axes of a table of two variables


def evaluate(call: Call) -> Estimate:
    """Estimate a family of one distribution, or of several over the alphabet that they share."""
    _check(call)
    samples = in_one_order(*call.measures.values())
    tables = (Counts(n) for n in tabulate(*samples)[1])
    call = call._replace(measures=dict(zip(call.measures, tables, strict=True)))
    return counts.FAMILIES[call.family](call.with_options(axis=-1))


def conditional_entropy(call: Call) -> Estimate:
    """Estimate the conditional entropy of the second variable given the first."""
    return counts.conditional_entropy(_of_table(call))


def mutual_information(call: Call) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals."""
    return counts.mutual_information(_of_table(call), complete=False)


FAMILIES: Families = {
    "f_divergence": evaluate,
    "order_divergence": evaluate,
    "cross_entropy": evaluate,
    "perplexity": evaluate,
    "information_radius": evaluate,
    "conditional_entropy": conditional_entropy,
    "mutual_information": mutual_information,
}


def _of_table(call: Call) -> Call:
    """Return the call for the counts of pairs of symbols: X down, Y across."""
    _check(call)
    table = Counts(cross_tabulate(call.measures["p"].paired()))
    return call._replace(measures={"p": table}).with_options(axis=PAIR)


def _check(call: Call) -> None:
    """Refuse weights, and axes: a sample has none to choose."""
    samples: list[Sample] = list(call.measures.values())
    if any(sample.weights is not None for sample in samples):
        raise ValueError(
            "weighted symbols have no counts; pass Weights(totals) for the quantity of the "
            "weighted frequencies."
        )
    _, axis, keepdims, where, _ = call.options
    if axis not in (-1, PAIR) or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of probabilities; a Sample has observations "
            "along its first axis. Leave them out, and select observations before."
        )
