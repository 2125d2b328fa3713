"""Permutation tests: how large a statistic is if the labels of the observations mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from divergences.core import Array, Estimate
from divergences.measures.randomness import Source

AT_ONCE = 1 << 23  # labels in a table
SLACK = 1e-12  # relative difference that rounding can make between equal statistics


def two_samples(
    statistic: Callable[[Array], Array], n: int, m: int, permutations: int, source: Source
) -> Estimate:
    """Return a statistic of two samples and its p-value under exchangeability.

    `statistic` maps tables of labels, one relabelling a row, True for the first sample, to values.
    """
    own = np.arange(n + m) < n
    values = np.concatenate(
        [statistic(own[None]), *(statistic(x) for x in _labels(n, m, permutations, source))]
    )
    observed, null = values[0], values[1:]
    above = np.count_nonzero(~(null < observed - SLACK * max(abs(observed), np.ptp(values))))
    info = {
        "p_value": (1.0 + above) / (1.0 + permutations),
        "null_mean": float(null.mean()),
        "null_quantile": float(np.quantile(null, 0.95)),
        "permutations": permutations,
    }
    return Estimate(float(observed), f"permutation test ({permutations} relabellings)", info=info)


def _labels(n: int, m: int, permutations: int, source: Source) -> Iterator[Array]:
    """Yield tables of random labels, of bounded size."""
    rows = max(1, AT_ONCE // (n + m))
    for start in range(0, permutations, rows):
        shape = min(rows, permutations - start), n + m
        chosen = np.argpartition(np.asarray(source.uniform(shape)), n - 1, axis=-1)[:, :n]
        labels = np.zeros(shape, dtype=bool)
        np.put_along_axis(labels, chosen, True, axis=-1)
        yield labels
