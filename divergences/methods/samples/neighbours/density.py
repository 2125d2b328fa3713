"""k-nearest-neighbour log densities, and the influence of each neighbour on them.

The ball around a query that reaches the k-th of n points has a mass whose log has the mean
psi(k) - psi(n + 1), whatever the distribution; the log density follows where the ball's mass is
density times volume times what it is of that for a distribution fitted to the points (its
unevenness). So tails cost no bias where the fitted distribution has them, and little anywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from divergences.methods.samples.neighbours.elliptical import Elliptical, fit, log_ball
from divergences.methods.samples.neighbours.search import drop_neighbour, nearest
from divergences.numerics.typing import Array


class Weighting(NamedTuple):
    """Weights of the estimates from the neighbours of rank 1, 2, ...; they sum to one."""

    values: Array
    rank: int  # of the neighbour whose estimate stands in where distances are zero


class Local(NamedTuple):
    """Log densities at queries, and the weight of each neighbour in each of them.

    `influence_weights` is the derivative of the log density by the log of the neighbour's mass,
    and sums to one over neighbours.
    """

    values: Array
    indices: Array
    influence_weights: Array
    tied: Array  # where the k-th distance, or the first one used, is zero

    def neighbour_influence(self, n: int, shares: Array | None = None) -> Array:
        """Return, for each of n points, the sum of its weights over the queries, or of shares."""
        weights = (
            self.influence_weights if shares is None else self.influence_weights * shares[:, None]
        )
        return np.bincount(self.indices.ravel(), weights.ravel(), minlength=n)


FROM = 4  # dimensions, in which several neighbours are weighted unless said otherwise
SPAN = 4  # times k neighbours are weighted


def single(k: int) -> Weighting:
    """Return all weight on the k-th neighbour."""
    return Weighting(np.eye(k)[k - 1], k)


def weighting(k: int, available: int, d: int, several: bool | None) -> Weighting:
    """Return the weights of neighbours, of which so many are available.

    Whether several are weighted is left to the dimension if `several` is None.
    """
    neighbours = min(SPAN * k, available)
    if (d >= FROM if several is None else several) and neighbours > 1:
        return weighted(k, neighbours, d)
    return single(k)


def weighted(k: int, neighbours: int, d: int) -> Weighting:
    """Return the weights of least variance that cancel the bias in radius^2.

    Berrett, Samworth & Yuan, "Efficient multivariate entropy estimation via k-nearest neighbour
    distances", Ann. Stat. 47 (2019), eq. 9; the variance is that of log distances, psi'(max(j, k)).
    """
    ranks = np.arange(1, neighbours + 1)
    bias = np.exp(gammaln(ranks + 2.0 / d) - gammaln(ranks))
    constraints = np.array([np.ones(neighbours), bias])
    solved = np.linalg.solve(polygamma(1, np.maximum.outer(ranks, ranks)), constraints.T)
    return Weighting(solved @ np.linalg.solve(constraints @ solved, [1.0, 0.0]), k)


def fitted(points: Array) -> Elliptical:
    """Return the elliptical distribution that fits the points best."""
    found = fit(points)
    if found is None:
        n, d = points.shape
        if n <= d + 1:
            raise ValueError(
                f"{n} observation(s) in {d} dimension(s) are too few to estimate from; it takes "
                f"{d + 2} at least, and more than k."
            )
        if d == 1:
            raise ValueError(
                f"all {n} observations are the same, or nearly so; they have no density. Pass them "
                "as symbols (integers or strings) for a discrete distribution."
            )
        raise ValueError(
            f"{n} observations in {d} dimensions lie in a hyperplane: a column is constant, or "
            "others determine it, and there is no density. Drop columns, or pass whiten=False."
        )
    return found


class Densities:
    """Log densities of the distribution that points were drawn from."""

    def __init__(self, points: Array, whiten: bool) -> None:
        d = points.shape[1]
        self.whiten = whiten
        self.reference = fitted(points) if whiten else Elliptical(np.inf, np.zeros(d), np.eye(d))
        self.points = self.reference.whiten(points) if whiten else points

    def at(self, queries: Array | None, weighting: Weighting, copies: Array | None = None) -> Local:
        """Return log densities at queries, or at the points, each then left out of its own.

        `copies` has for each query the index of the point that is the same observation, or -1.
        """
        z = self.points
        if queries is not None:
            z = self.reference.whiten(queries) if self.whiten else queries
        ranks = np.flatnonzero(weighting.values)
        k = int(ranks[-1]) + 1
        own = np.full(len(z), int(queries is None))
        if queries is None or copies is None:
            distances, indices = nearest(self.points, None if queries is None else z, k)
        else:
            distances, indices = drop_neighbour(copies, *nearest(self.points, z, k + 1))
            own = (copies >= 0).astype(int)
        tied = distances[:, ranks[0]] == 0.0
        influence_weights = np.cumsum((weighting.values / np.arange(1.0, ranks[-1] + 2.0))[::-1])[
            ::-1
        ]
        influence_weights = np.broadcast_to(influence_weights, indices.shape)
        radius = distances[:, ranks]
        values = np.empty(len(z))
        free = ~tied
        if free.any():
            logs = self._logs(z[free], radius[free], ranks + 1.0, own[free])
            values[free] = logs @ weighting.values[ranks]
        if tied.any():
            rank, reach = self._first_apart(z[tied], weighting.rank, own[tied])
            values[tied] = self._logs(z[tied], reach[:, None], rank[:, None], own[tied])[:, 0]
            influence_weights = influence_weights.copy()
            influence_weights[tied] = 1.0 / indices.shape[1]
        return Local(values, indices, influence_weights, tied)

    def _logs(self, z: Array, radius: Array, ranks: Array, own: Array) -> Array:
        """Return log densities from the distance to the neighbour of each rank."""
        n, d = self.points.shape
        logs = digamma(ranks) - digamma(n + 1 - own)[:, None] - log_ball(radius, d)
        if self.whiten:
            logs -= self.reference.log_nonuniformity(z, radius) + self.reference.log_volume
        return logs

    def _first_apart(self, z: Array, rank: int, own: Array) -> tuple[Array, Array]:
        """Return rank and distance of the first neighbour, from `rank` on, that is no duplicate."""
        most = len(self.points)
        k = min(2 * rank + 2, most)
        while True:
            distances, _ = nearest(self.points, z, k)
            apart = (distances > 0.0) & (np.arange(k) >= rank - 1 + own[:, None])
            if apart.any(axis=1).all():
                first = apart.argmax(axis=1)
                return first + 1.0 - own, distances[np.arange(len(z)), first]
            if k == most:
                raise ValueError(f"all {most} points are the same; they have no density.")
            k = min(2 * k, most)
