"""Several samples mixed: what an observation tells about its origin, from who shares its ball.

The mean divergence of distributions from their mixture M is the mutual information of an
observation of M and its origin, so the mean of log p_i/m over observations of each P_i. Around one
of them draw the ball to the k-th neighbour from its own sample, and count the others inside:

    log p_i/m = psi(k) - log(n_i - 1) - log t - psi(e) + log e,    t = sum_j w_j m_j / n_j,

e the number of observations that, all alike, would vary as much as t does. With shares w_j in
proportion to the sample sizes n_j, e is their number, and this is the estimate of Ross, "Mutual
information between discrete and continuous data sets", PLoS ONE 9 (2014).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import digamma, logsumexp

from divergences.methods.samples.neighbours.influence import floor_error, variance
from divergences.methods.samples.neighbours.knn_ratio import balls
from divergences.methods.samples.neighbours.nonuniformity import log_densities, references
from divergences.numerics.typing import Array


def estimate(
    samples: Sequence[Array], shares: Array, k: int, even: bool, drawn: bool = False
) -> tuple[float, float]:
    """Return the mean divergence from the mixture, and its standard error.

    If the shares were `drawn` with the observations, as those of classes, the error holds their
    chance: the spread of the means of classes, over the number of all observations. If `even`, log
    ratios are made even by what a ball's mean is off for fitted distributions.
    """
    kept = shares > 0.0
    samples, shares = [x for x, some in zip(samples, kept, strict=True) if some], shares[kept]
    fitted = references(*samples) if even else None
    least = min(map(len, samples))
    own = [np.zeros(len(x)) for x in samples]
    received = [np.zeros(len(x)) for x in samples]
    for i, x in enumerate(samples):
        each = shares / [len(y) - (j == i) for j, y in enumerate(samples)]
        near = [
            (j, balls(x, y, round(k * len(x) / least))) for j, y in enumerate(samples) if j != i
        ]
        if not near:  # one distribution alone
            return 0.0, 0.0
        first = near[0][1]
        counts, reach = first.counts, first.own.shape[1]
        total, square = each[i] * counts, each[i] ** 2 * counts
        for j, ball in near:
            total = total + each[j] * ball.others.counts
            square = square + each[j] ** 2 * ball.others.counts
        alike = total**2 / square
        own[i] = digamma(counts) - np.log(len(x) - 1.0)
        own[i] -= np.log(total) + digamma(alike) - np.log(alike)
        if fitted is not None:
            here, there = log_densities(fitted, x, first.radius)
            mixed = (logsumexp(logs, axis=0, b=shares[:, None]) for logs in (here, there))
            mixture, over_ball = mixed
            own[i] += (here[i] - mixture) - (there[i] - over_ball)
        own[i] *= shares[i]
        # One more of another sample in a ball adds to its count; one more of its own ends it
        # sooner, at a share 1/reach of those counted.
        for j, ball in near:
            m, y = ball.others.counts, samples[j]
            change = -shares[i] * each[j] / total
            received[j] += np.bincount(
                ball.others.indices, np.repeat(change * len(y) / len(x), m), minlength=len(y)
            )
            received[i] -= np.bincount(
                ball.own.ravel(), np.repeat(change * m / reach, reach), minlength=len(x)
            )
    square = sum(variance(a, a + b) for a, b in zip(own, received, strict=True))
    value = float(sum(np.mean(a) for a in own))
    if drawn:
        means = np.array([np.mean(a) for a in own]) / shares
        square += float(np.sum(shares * (means - value) ** 2)) / sum(map(len, samples))
    return value, floor_error(square, *map(len, samples))
