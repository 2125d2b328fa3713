"""Bounded divergences from who else is in the ball that reaches the k-th neighbour of one's own.

Around an observation of P draw the ball to its k-th neighbour from P, and count the m observations
of Q inside. Whatever the dimension, draws until the k-th success tell the share of P among all in
the ball, and so the slopes of any f-divergence. Their means over both samples make the variational
form, in which an error of the share counts in second order.

For the Jensen-Shannon divergence this is the mutual information of an observation and its origin:
Ross, "Mutual information between discrete and continuous data sets", PLoS ONE 9 (2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from divergences.interface import Perspective
from divergences.interface.influence import slopes
from divergences.methods.nearest_neighbours.evenness import log_densities, references
from divergences.methods.nearest_neighbours.posterior import slope_means
from divergences.numerics.elliptical import Elliptical
from divergences.numerics.neighbours import Lists, count_within, nearest, within

Array = Any


class Balls(NamedTuple):
    """The balls of one sample: own neighbours on whom they end, and the others inside."""

    radius: Array
    own: Array  # indices of the k nearest of one's own
    counts: Array  # of one's own in the ball, k but for duplicates
    others: Lists


def balls(x: Array, y: Array, k: int) -> Balls:
    """Draw the balls of x, and look for y inside."""
    distances, own = nearest(x, None, k)
    radius = distances[:, -1]
    counts = np.full(len(x), float(k))
    tied = radius == 0.0
    if tied.any():
        counts[tied] = count_within(x, x[tied], radius[tied]) - 1.0
    return Balls(radius, own, counts, within(y, x, radius))


def influences(
    member: Perspective, x: Array, y: Array, k: int, even: bool
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return the integrand at observations of P and Q, and that plus their weight in others'.

    If `even`, it is made even by what the ball's mean is off for fitted distributions.

    The latter is the infinitesimal jackknife: another observation in a ball adds to its count; one
    more of its own makes the ball end sooner, at a share 1/k of those counted.
    """
    least = min(len(x), len(y))  # the larger sample's balls reach as far as the smaller one's
    both = tuple(balls(a, b, round(k * len(a) / least)) for a, b in ((x, y), (y, x)))
    fitted = references(x, y) if even else None
    own, change = [], []
    for i, (points, side) in enumerate(zip((x, y), both, strict=True)):
        excess = float(np.log(len(y) / len(x))) * (1 - 2 * i)
        values, slope = slope_means(
            member, i, side.own.shape[1], side.counts, side.others.counts, excess
        )
        if fitted is not None:
            values = values + _unevenness(member, i, fitted, points, side.radius)
        own.append(values)
        change.append(slope)
    total = [own[0].copy(), own[1].copy()]
    for i, side in enumerate(both):
        m = side.others.counts
        scale = len(own[1 - i]) / len(own[i])
        total[1 - i] += np.bincount(
            side.others.indices, np.repeat(change[i] * scale, m), minlength=len(own[1 - i])
        )
        own_k = side.own.shape[1]
        total[i] -= np.bincount(
            side.own.ravel(), np.repeat(change[i] * m / own_k, own_k), minlength=len(own[i])
        )
    return (own[0], total[0]), (own[1], total[1])


def _unevenness(
    member: Perspective,
    which: int,
    fitted: Sequence[Elliptical],
    points: Array,
    radius: Array,
) -> Array:
    """Return how the slope at the centre exceeds that of the ball, for fitted distributions."""
    (p, q), (ball_p, ball_q) = log_densities(fitted, points, radius)
    here, there = (slopes(member, ratio)[which] for ratio in (p - q, ball_p - ball_q))
    return here - there
