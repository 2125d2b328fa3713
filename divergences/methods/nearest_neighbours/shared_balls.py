"""Bounded divergences from who else is in the ball that reaches the k-th neighbour of one's own.

Around an observation of P draw the ball to its k-th neighbour from P, and count the m observations
of Q inside. Whatever the dimension, draws until the k-th success tell the share of P among all in
the ball, and so the slopes of any f-divergence. Their means over both samples make the variational
form, in which an error of the share counts in second order.

For the Jensen-Shannon divergence this is the mutual information of an observation and its origin:
Ross, "Mutual information between discrete and continuous data sets", PLoS ONE 9 (2014).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from divergences.interface import Perspective
from divergences.interface.influence import slopes
from divergences.methods.nearest_neighbours.posterior import slope_means
from divergences.numerics.elliptical import Elliptical, fit
from divergences.numerics.neighbours import Lists, count_within, nearest, within

Array = Any

NODES = 32  # at which a fitted density is averaged over a ball


class Side(NamedTuple):
    """The balls of one sample: own neighbours on whom they end, and the others inside."""

    radius: Array
    own: Array  # indices of the k nearest of one's own
    counts: Array  # of one's own in the ball, k but for duplicates
    others: Lists


def _side(x: Array, y: Array, k: int) -> Side:
    distances, own = nearest(x, None, k)
    radius = distances[:, -1]
    counts = np.full(len(x), float(k))
    tied = radius == 0.0
    if tied.any():
        counts[tied] = count_within(x, x[tied], radius[tied]) - 1.0
    return Side(radius, own, counts, within(y, x, radius))


def influences(
    member: Perspective, x: Array, y: Array, k: int, even: bool
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return the integrand at observations of P and Q, and that plus their weight in others'.

    If `even`, it is made even by what the ball's mean is off for fitted distributions.

    The latter is the infinitesimal jackknife: another observation in a ball adds to its count; one
    more of its own makes the ball end sooner, at a share 1/k of those counted.
    """
    least = min(len(x), len(y))  # the larger sample's balls reach as far as the smaller one's
    both = tuple(_side(a, b, round(k * len(a) / least)) for a, b in ((x, y), (y, x)))
    references = _references(x, y) if even else None
    own, change = [], []
    for i, (points, side) in enumerate(zip((x, y), both, strict=True)):
        excess = float(np.log(len(y) / len(x))) * (1 - 2 * i)
        values, slope = slope_means(
            member, i, side.own.shape[1], side.counts, side.others.counts, excess
        )
        if references is not None:
            values = values + _unevenness(member, i, references, points, side.radius)
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


def _references(x: Array, y: Array) -> tuple[Elliptical, Elliptical] | None:
    """Return elliptical distributions fitted to either sample, if both have one."""
    p, q = fit(x), fit(y)
    return None if p is None or q is None else (p, q)


def _unevenness(
    member: Perspective,
    which: int,
    fitted: tuple[Elliptical, Elliptical],
    points: Array,
    radius: Array,
) -> Array:
    """Return how the slope at the centre exceeds that of the ball, for fitted distributions."""
    unit = _ball(points.shape[1])
    out = []
    step = max(1, (1 << 18) // unit.size)
    for i in range(0, len(points), step):
        centre, r = points[i : i + step], radius[i : i + step]
        around = (centre[:, None, :] + r[:, None, None] * unit).reshape(-1, points.shape[1])
        at_centre, in_ball = [], []
        for reference in fitted:
            logs = reference.log_density(around).reshape(len(centre), -1)
            top = logs.max(axis=1, keepdims=True)
            in_ball.append(top[:, 0] + np.log(np.mean(np.exp(logs - top), axis=1)))
            at_centre.append(reference.log_density(centre))
        ratios = at_centre[0] - at_centre[1], in_ball[0] - in_ball[1]
        here, there = (slopes(member, ratio)[which] for ratio in ratios)
        out.append(here - there)
    return np.concatenate(out)


def _ball(d: int) -> Array:
    """Return points spread over the unit ball, with its second moments in the mean.

    A lattice (multiples of the roots of the generalised golden ratio), so nothing is random.
    """
    golden = 2.0
    for _ in range(60):
        golden = (1.0 + golden) ** (1.0 / (d + 2.0))
    steps = golden ** -np.arange(1.0, d + 2.0)
    u = np.modf(0.5 + np.arange(1, NODES // 2 + 1)[:, None] * steps)[0]
    direction = ndtri(u[:, :d])
    direction /= np.sqrt(np.sum(direction**2, axis=1, keepdims=True))
    points = direction * u[:, d:] ** (1.0 / d)
    points *= np.sqrt(d / (d + 2.0) / np.mean(np.sum(points**2, axis=1)))
    return np.concatenate([points, -points])
