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
from typing import NamedTuple

import numpy as np

from divergences.core import FDivergence
from divergences.core.influence import slopes
from divergences.methods.samples.neighbours.beta_posterior import slope_means
from divergences.methods.samples.neighbours.elliptical import Elliptical
from divergences.methods.samples.neighbours.logarithms import invert
from divergences.methods.samples.neighbours.nonuniformity import log_densities, references
from divergences.methods.samples.neighbours.search import Lists, count_within, nearest, within
from divergences.numerics.typing import Array

FARTHEST = 700.0  # log ratio of fitted densities, beyond which slopes may be infinite


class Balls(NamedTuple):
    """The balls of one sample: its nearest neighbours, and points of the other sample inside."""

    radius: Array
    own: Array  # indices of the k nearest of one's own
    counts: Array  # of one's own in the ball, k but for duplicates
    others: Lists


def balls(x: Array, y: Array, k: int, copies: Array | None = None) -> Balls:
    """Draw the balls of x, and look for y inside.

    `copies` has for each observation the index of the same one in y, which is left out, or -1.
    """
    distances, own = nearest(x, None, k)
    radius = distances[:, -1]
    counts = np.full(len(x), float(k))
    atom = radius == 0.0
    if atom.any():  # balls nearby may reach it too
        counts = count_within(x, x, radius) - 1.0
        own[atom] = np.flatnonzero(atom)[:, None]  # all of an atom are each other's neighbours
    others = within(y, x, radius)
    if copies is not None:
        centre = np.repeat(np.arange(len(x)), others.counts)
        kept = others.indices != copies[centre]
        others = Lists(np.bincount(centre[kept], minlength=len(x)), others.indices[kept])
    return Balls(radius, own, counts, others)


def influences(
    member: FDivergence, x: Array, y: Array, k: int, even: bool, copies: Array | None = None
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return the integrand at observations of P and Q, and that plus their weight in others'.

    If `even`, it is made even by what the ball's mean is off for fitted distributions. `copies`
    tells which observations of P are in Q's sample too, if some are.

    The latter is the infinitesimal jackknife: another observation in a ball adds to its count; one
    more of its own makes the ball end sooner, at a share 1/k of those counted.
    """
    least = min(len(x), len(y))  # the larger sample's balls reach as far as the smaller one's
    same = (None, None) if copies is None else (copies, invert(copies, len(y)))
    both = tuple(
        balls(a, b, round(k * len(a) / least), c) for a, b, c in ((x, y, same[0]), (y, x, same[1]))
    )
    fitted = references(x, y) if even else None
    own, change = [], []
    for i, (points, side) in enumerate(zip((x, y), both, strict=True)):
        excess = float(np.log(len(y) / len(x))) * (1 - 2 * i)
        values, slope = slope_means(
            member, i, side.own.shape[1], side.counts, side.others.counts, excess
        )
        if (others := same[1 - i]) is not None:
            values = _less_noise(member, i, values, side, excess, others >= 0)
        if fitted is not None:
            values = values + _nonuniformity(member, i, fitted, points, side.radius)
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


def _less_noise(
    member: FDivergence, which: int, values: Array, side: Balls, excess: float, shared: Array
) -> Array:
    """Return slopes with as much taken off for noise as there is if some observations are shared.

    The log odds of counts k and m of which c are the same observations have the variance
    1/k + 1/m - 2 c/(k m), the share 1 - 2 c/(k + m) of that of independent ones.
    """
    k, m = side.counts, side.others.counts
    centre = np.repeat(np.arange(len(k)), m)
    c = np.bincount(centre, shared[side.others.indices], minlength=len(k))
    share = np.minimum(2.0 * c / (k + m), 1.0)
    ratio = np.log(k / np.maximum(m, 1)) + excess
    plain = slopes(member, -ratio if which else ratio)[which]
    return values + share * np.where(share > 0.0, plain - values, 0.0)


def _nonuniformity(
    member: FDivergence,
    which: int,
    fitted: Sequence[Elliptical],
    points: Array,
    radius: Array,
) -> Array:
    """Return how the slope at the centre exceeds that of the ball, for fitted distributions."""
    (p, q), (ball_p, ball_q) = log_densities(fitted, points, radius)
    ratios = (np.clip(ratio, -FARTHEST, FARTHEST) for ratio in (p - q, ball_p - ball_q))
    here, there = (slopes(member, ratio)[which] for ratio in ratios)
    return here - there
