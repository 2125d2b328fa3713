"""Estimates from distances to nearest neighbours: entropy, divergences, mutual information."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.interface.influence import finished
from divergences.interface.order import PowerEntropy
from divergences.measures.sample import Sample
from divergences.methods.nearest_neighbours import origins, shared_balls
from divergences.methods.nearest_neighbours.density import (
    Densities,
    Weighting,
    fitted,
    single,
    weighted,
)
from divergences.methods.nearest_neighbours.dependence import information, spread_out
from divergences.methods.nearest_neighbours.influence import logarithmic, variance
from divergences.methods.nearest_neighbours.powers import (
    enough,
    log_moment,
    of_integral,
    powers,
)
from divergences.methods.nearest_neighbours.ties import dithered, duplicates

FROM = 4  # dimensions, in which several neighbours are weighted unless said otherwise
SPAN = 4  # times k neighbours are weighted


@dataclass(frozen=True, repr=False)
class NearestNeighbours(Method):
    r"""Distances to the k-th nearest neighbour tell local densities.

    Parameters
    ----------
    k : int, default 5
        Which neighbour. More of them give less noise and more bias.
    ties : {"correct", "jitter", "raise"}, default "correct"
        What to do with observations that occur more than once, for which a continuous distribution
        leaves no room. *correct*: a ball of radius zero counts all it holds, or grows to the first
        neighbour that differs. *jitter*: observations are spread over the gaps of the grid that
        they were rounded to. *raise*: ValueError. ``info["ties"]`` has their number in any case.
    whiten : bool, default True
        Whether to fit an elliptical distribution (a multivariate Student one) to each sample, to
        measure distances in coordinates that make it spherical, and to take off the bias that the
        method would have for it. Else distances are Euclidean, and densities constant in balls.
    weighted : bool, optional
        Whether log densities are weighted means over the neighbours up to the 4k-th, with the
        weights that cancel the bias in the square of their distance. Default: from four dimensions
        on, where that bias is not smaller than the noise.
    rng : int or numpy.random.Generator, default 0
        Who draws the jitter.

    Notes
    -----
    *Entropy, cross-entropy and KL* are means of log densities,

    .. math:: \log\hat p(x) = \psi(k) - \psi(n) - \log V_k(x) - \log U_k(x),

    V the volume of the ball to the k-th neighbour, and U its mass over density times volume for
    the fitted distribution: without U these are the estimates of Kozachenko and Leonenko and of
    Wang, Kulkarni and Verdú.

    *Entropies of one order* above 0, and *divergences of one order* above 1 or below 0 (chi-squared
    among them), are means of powers of densities, less the bias that the spread of their logs
    makes. They need k > 2 (order - 1). Such divergences have heavy tails where P is not well inside
    Q: ``info["largest_share"]``, the share of the variance due to one observation, says so.

    *Bounded divergences* (Jensen-Shannon, Hellinger, ...) are means of their slopes where k of one
    sample share a ball with m of the other. That serves f-divergences that are smooth.

    *Mixtures*, the Jensen-Shannon divergence of several samples or with weights: what a ball tells
    about the origin of its centre.

    *Mutual information* is that of Kraskov, Stögbauer and Grassberger, with duplicates counted. If
    `whiten`, single coordinates are replaced by the normal scores of their ranks, so the estimate
    is the same for every increasing function of them, as mutual information is; and the bias for a
    fitted distribution of the pairs is taken off.

    *Standard errors* come from the influence of each observation, that by being a neighbour of
    others included.

    Weak where a density jumps at an edge in three and more dimensions, or varies in the distance of
    its k-th neighbour in a way that no elliptical distribution does; for KL where P reaches far
    beyond the observations of Q. `benchmarks/coverage.py` measures coverage by case.

    References
    ----------
    Kozachenko & Leonenko (1987); Wang, Kulkarni & Verdú, IEEE Trans. Inf. Theory 55 (2009); Kraskov
    et al. (2004); Ross (2014); Berrett, Samworth & Yuan (2019); Leonenko, Pronzato &
    Savani (2008); Poczos & Schneider (2011).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(0, 1, 1000)), dv.Sample(rng.normal(2, 1, 1000))
    >>> kl = dv.kl_divergence(x, y, method=dv.methods.NearestNeighbours(k=5))  # truth: 2
    >>> round(kl.value, 2), round(kl.standard_error, 2)
    (1.98, 0.15)
    """

    k: int = 5
    ties: Literal["correct", "jitter", "raise"] = "correct"
    whiten: bool = True
    weighted: bool | None = None
    rng: Any = 0

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if isinstance(self.k, bool) or not isinstance(self.k, int | np.integer) or self.k < 1:
            raise ValueError(f"k is {self.k!r}; pass which neighbour, a positive integer.")
        if self.ties not in ("correct", "jitter", "raise"):
            raise ValueError(f"ties is {self.ties!r}; pass 'correct', 'jitter' or 'raise'.")

    def __repr__(self) -> str:
        changed = (
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if f.name == "k" or getattr(self, f.name) != f.default
        )
        return f"NearestNeighbours({', '.join(changed)})"

    def mean_code_length(self, p: Sample, q: Sample | None) -> Estimate:
        """Estimate the differential entropy of P, or the cross-entropy of Q relative to P."""
        if q is None:
            (x,), ties = self._points(p)
            local = Densities(x, self.whiten).at(None, self._weighting(len(x) - 1, x.shape[1]))
            own = -local.values
            error = variance(own, own - local.leaned_on(len(x))) ** 0.5
        else:
            (x, y), ties = self._points(p, q)
            local = Densities(y, self.whiten).at(x, self._weighting(len(y), y.shape[1]))
            own = -local.values
            leaned = local.leaned_on(len(y)) * len(y) / len(x)
            error = (np.var(own) / len(x) + np.var(leaned) / len(y)) ** 0.5
        return Estimate(float(np.mean(own)), repr(self), float(error), info={"ties": ties})

    def power_entropy(self, member: PowerEntropy, order: float, p: Sample) -> Estimate:
        """Estimate the entropy of an order above 0 of a distribution with a density."""
        if order == 1.0:
            return self.mean_code_length(p, None)
        if order <= 0.0:
            raise ValueError(
                f"the entropy of order {order:g} tells how far the density reaches, which "
                "observations do not show; pass a positive order."
            )
        (x,), ties = self._points(p)
        n, s = len(x), order - 1.0
        k = enough(order, self._enough(self.k, n - 1))
        local = Densities(x, self.whiten).at(None, single(k))
        own = np.exp(s * local.values - log_moment(k, n, -s))
        error = variance(own, own + s * local.leaned_on(n, own)) ** 0.5
        value, error = of_integral(member, order, float(np.mean(own)), error)
        return Estimate(value, repr(self), error, info={"ties": ties})

    def perspective(self, member: Perspective, p: Sample, q: Sample) -> Estimate:
        """Estimate an f-divergence: one that is linear in log p/q, or bounded."""
        coefficients = logarithmic(member)
        (x, y), ties = self._points(p, q)
        info: dict[str, Any] = {"ties": ties}
        if coefficients is not None:
            total, error = self._logarithmic(coefficients, x, y)
        elif member.smooth and np.isfinite(member.at_p_zero) and np.isfinite(member.at_q_zero):
            total, error = self._bounded(member, x, y)
        elif (found := powers(member)) is not None:
            total, error, info["largest_share"] = self._powers(*found, x, y)
        else:
            raise TypeError(
                f"{self!r} estimates divergences that are smooth and bounded, linear in log p/q or "
                f"of one order, and not {member.name}. Classifier(...) serves every f-divergence."
            )
        return finished(member, total, error, repr(self), info)

    def mixture_divergence(self, member: Perspective, shares: Array, *ps: Sample) -> Estimate:
        """Estimate the mean divergence of several distributions from their weighted mixture."""
        if logarithmic(member) != (1.0, 0.0):
            raise TypeError(f"{self!r} estimates the mean of KL from a mixture, not {member.name}.")
        points, ties = self._points(*ps)
        weights = np.asarray(shares, float) / np.sum(shares)
        k = self._enough(self.k, min(map(len, points)) - 1)
        if self.whiten:
            both = fitted(np.concatenate(points))
            points = tuple(both.whiten(x) for x in points)
        total, error = origins.estimate(points, weights, k, self.whiten)
        some = weights[weights > 0.0]
        bounds = (0.0, float(-np.sum(some * np.log(some))))
        return Estimate(total, repr(self), error, bounds=bounds, info={"ties": ties})

    def dependence(self, member: Perspective, joint: Sample) -> Estimate:
        """Estimate the mutual information of the two variables of a sample of pairs."""
        if logarithmic(member) != (1.0, 0.0):
            raise TypeError(f"{self!r} estimates the mutual information, and not {member.name}.")
        (points,), ties = self._points(joint)
        parts = points[:, : joint.split], points[:, joint.split :]
        if self.whiten:
            parts = spread_out(parts[0]), spread_out(parts[1])
        own, whole = information(*parts, self._enough(self.k, len(points) - 1), self.whiten)
        error = variance(own, whole) ** 0.5
        return finished(member, float(np.mean(own)), error, repr(self), {"ties": ties})

    def _logarithmic(
        self, coefficients: tuple[float, float], x: Array, y: Array
    ) -> tuple[float, float]:
        """Return a E_P log p/q + b E_Q log p/q and its standard error."""
        densities = Densities(x, self.whiten), Densities(y, self.whiten)
        own = [np.zeros(len(x)), np.zeros(len(y))]
        received = [np.zeros(len(x)), np.zeros(len(y))]
        alone = [np.zeros(len(x)), np.zeros(len(y))]
        for i, (points, factor) in enumerate(zip((x, y), coefficients, strict=True)):
            if factor == 0.0:
                continue
            d = points.shape[1]
            n, m = len(points), len(own[1 - i])
            here = densities[i].at(None, self._weighting(n - 1, d))
            there = densities[1 - i].at(points, self._weighting(m, d))
            sign = factor if i == 0 else -factor
            own[i] += sign * (here.values - there.values)
            alone[i] += sign * here.leaned_on(n)
            received[1 - i] -= sign * there.leaned_on(m) * m / n
        error = sum(
            variance(own[i] + received[i], own[i] + received[i] + alone[i]) for i in range(2)
        )
        return float(np.mean(own[0]) + np.mean(own[1])), float(error) ** 0.5

    def _powers(
        self, order: float, factor: float, x: Array, y: Array
    ) -> tuple[float, float, float]:
        """Return factor (sum p^a q^(1-a) - 1) / (a (a - 1)), its error and its largest share."""
        if order < 0.0:  # it is that of the other order the other way round
            return self._powers(1.0 - order, factor, y, x)
        s, (n, m) = order - 1.0, (len(x), len(y))
        k = enough(order, self._enough(self.k, min(n - 1, m)))
        here = Densities(x, self.whiten).at(None, single(k))
        there = Densities(y, self.whiten).at(x, single(k))
        off = log_moment(k, n, -s) + log_moment(k, m + 1, s)
        own = np.exp(s * (here.values - there.values) - off)
        whole = own + s * here.leaned_on(n, own)
        received = -s * there.leaned_on(m, own) * m / n
        error = (variance(own, whole) + np.var(received) / m) ** 0.5
        parts = np.concatenate([(v - v.mean()) / len(v) for v in (whole, received)]) ** 2
        scale = factor / (order * s)
        share = np.max(parts) / (np.sum(parts) or 1.0)
        return float(scale * (np.mean(own) - 1.0)), float(scale * error), float(share)

    def _bounded(self, member: Perspective, x: Array, y: Array) -> tuple[float, float]:
        """Return the sum of a bounded member's terms and its standard error."""
        k = self._enough(self.k, min(len(x), len(y)) - 1)
        if self.whiten:
            both = fitted(np.concatenate([x, y]))
            x, y = both.whiten(x), both.whiten(y)
        values = shared_balls.influences(member, x, y, k, self.whiten)
        total = sum(float(np.mean(own)) for own, _ in values)
        return total, sum(variance(own, whole) for own, whole in values) ** 0.5

    def _weighting(self, available: int, d: int) -> Weighting:
        """Return the weights of neighbours, of which so many are available."""
        k = self._enough(self.k, available)
        several = d >= FROM if self.weighted is None else self.weighted
        neighbours = min(SPAN * k, available)
        return weighted(k, neighbours, d) if several and neighbours > 1 else single(k)

    def _enough(self, k: int, available: int) -> int:
        if available < k:
            raise ValueError(
                f"k is {k}, and an observation has {available} neighbours; pass a smaller k or "
                "more observations."
            )
        return int(k)

    def _points(self, *samples: Sample) -> tuple[tuple[Array, ...], int]:
        """Return the observations, with ties treated as they are to be, and how many are tied."""
        if any(sample.weights is not None for sample in samples):
            raise ValueError(
                f"{self!r} takes every observation as one; resample in proportion to the weights, "
                "or leave them out."
            )
        points = tuple(sample.points for sample in samples)
        ties = sum(duplicates(x) for x in points)
        if ties and self.ties == "raise":
            raise ValueError(
                f"{ties} observations occur more than once, which points of a continuous "
                "distribution do not. Pass ties='correct' or 'jitter', or integers if they are "
                "symbols."
            )
        if ties and self.ties == "jitter":
            points = dithered(points, self.rng)
        return points, ties
