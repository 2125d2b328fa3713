"""Serial correlation of observations in their order, which tells a time series."""

from __future__ import annotations

import numpy as np

from divergences.numerics.typing import Array

STRONG = 0.2  # from this correlation on, standard errors are wrong by a fifth or more
CERTAIN = 5.0  # standard deviations, exceeded by chance once in three million samples


def rank_autocorrelation(x: Array) -> float:
    """Return the rank correlation of each number with the one before it, or 0.

    The result is 0 where chance may explain the correlation, where it is below `STRONG`, and for
    sorted numbers.
    """
    steps = np.diff(x)
    if len(x) < CERTAIN**2 or np.all(steps >= 0.0) or np.all(steps <= 0.0):
        return 0.0
    _, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - 0.5 * counts)[which]
    rank -= np.mean(rank)
    correlation = float(rank[1:] @ rank[:-1] / (rank @ rank))
    return correlation if correlation > max(STRONG, CERTAIN / len(x) ** 0.5) else 0.0
