"""The mean of a slope where k observations of one's own share a ball with m of the other sample.

Given k and m the share of one's own among all draws has a Beta(k, m) distribution, as far as is
known. The mean of a slope under it errs in the second order of the share's spread (but for the log
of the share, where it is exact). So it is taken under four neighbouring Beta distributions, and the
four are combined so that the error vanishes, as nearly as it can, over all true shares at once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from divergences.core import FDivergence
from divergences.core.influence import slopes
from divergences.numerics.typing import Array

PRIORS = ((0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (1.0, 0.0))  # what is added to k and m
# Trapezoid in u of the log odds t = centre + scale sinh(u), where tails of exp(-m |t|) end.
STEPS = np.linspace(-4.2, 4.2, 41)
TRUE_ODDS = np.linspace(-3.0, 6.0, 50)  # logs, at which errors are made small
COUNTS = np.arange(1500.0)


def slope_means(
    member: FDivergence, which: int, k: int, counts: Array, others: Array, excess: float
) -> tuple[Array, Array]:
    """Return estimates of a slope (0 of P's, 1 of Q's), and their change with one more other.

    `counts` are those of one's own, k but where there are duplicates; log p/q of P's slope, or
    log q/p of Q's, is the log odds and `excess`, the log ratio of the sample sizes.
    """
    combination = _combination(member, which, k, excess)
    pairs, where = np.unique(np.stack([counts, others], axis=1), axis=0, return_inverse=True)
    k_, m = pairs.T
    before = np.maximum(m - 1.0, 0.0)
    ends = [_means(member, which, k_, x, excess) @ combination for x in (before, m, m + 1.0)]
    change = (ends[2] - ends[0]) / (m + 1.0 - before)
    where = np.reshape(where, -1)
    return ends[1][where], change[where]


def _means(member: FDivergence, which: int, k: Array, m: Array, excess: float) -> Array:
    """Return the mean slopes under the Beta distributions of all priors, in columns."""
    alone = slopes(member, np.array([-np.inf if which else np.inf]))[which]
    columns = []
    for more, others in PRIORS:
        a, b = (k + more)[:, None], np.maximum(m + others, 0.5)[:, None]
        scale = np.sqrt(1.0 / a + 1.0 / b + 0.5 / a**2 + 0.5 / b**2)  # that of the log odds
        t = np.log(a / b) + scale * np.sinh(STEPS)
        log_density = a * t - (a + b) * np.logaddexp(0.0, t)
        weight = np.exp(log_density - log_density.max(axis=1, keepdims=True)) * np.cosh(STEPS)
        ratio = t + excess
        values = slopes(member, -ratio if which else ratio)[which]
        mean = np.sum(weight * values, axis=1) / np.sum(weight, axis=1)
        columns.append(np.where(m + others > 0.0, mean, alone))
    return np.stack(columns, axis=1)


@lru_cache(maxsize=256)
def _combination(member: FDivergence, which: int, k: int, excess: float) -> Array:
    """Return weights, of sum one, that make the mean of the estimate the slope at the true odds.

    The number of others drawn before the k-th of one's own is negative binomial. Errors count in
    proportion to the root of the share of one's own, which is how often they are made, and more.
    """
    estimates = _means(member, which, np.full(len(COUNTS), float(k)), COUNTS, excess)
    log_share, log_rest = -np.logaddexp(0.0, -TRUE_ODDS), -np.logaddexp(0.0, TRUE_ODDS)
    log_mass = gammaln(COUNTS + k) - gammaln(COUNTS + 1.0) - gammaln(k) + k * log_share[:, None]
    mass = np.exp(log_mass + COUNTS * log_rest[:, None])
    mass /= mass.sum(axis=1, keepdims=True)
    ratio = TRUE_ODDS + excess
    truth = slopes(member, -ratio if which else ratio)[which]
    errors = np.exp(0.5 * log_share)[:, None] * (mass @ estimates - truth[:, None])
    solved = np.linalg.solve(errors.T @ errors + 1e-8 * np.eye(len(PRIORS)), np.ones(len(PRIORS)))
    return solved / np.sum(solved)
