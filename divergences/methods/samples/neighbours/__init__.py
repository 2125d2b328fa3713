"""Estimates from distances to nearest neighbours: entropy, divergences, mutual information."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, get_args

import numpy as np
from scipy.special import entr

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.influence import to_estimate, warn_negative
from divergences.core.order import OrderEntropy
from divergences.measures.sample import Sample
from divergences.methods.samples.neighbours import information_radius, knn_ratio, logarithms
from divergences.methods.samples.neighbours.density import (
    Densities,
    Weighting,
    fitted,
    single,
    weighting,
)
from divergences.methods.samples.neighbours.influence import logarithmic, standard_error, variance
from divergences.methods.samples.neighbours.mutual_information import (
    SATURATED,
    information,
    spread_over_range,
)
from divergences.methods.samples.neighbours.powers import enough, log_moment, of_integral, powers
from divergences.methods.samples.neighbours.ties import (
    Observations,
    Ties,
    refuse_shared,
    treat,
    treat_pairs,
)


@dataclass(frozen=True, repr=False)
class NearestNeighbours(Method):
    """Distances to the k-th nearest neighbour tell local densities.

    Parameters
    ----------
    k : int, default 5
        Which neighbour. More of them give less noise and more bias.
    ties : {"auto", "correct", "jitter", "raise"}, default "auto"
        What to do with observations that occur more than once, for which a continuous distribution
        leaves no room. *auto*: those rounded to a grid are spread over its cells; those that two
        samples share are no neighbours of themselves; repetitions count once, if they are few, and
        are refused if not, as are atoms beside a density. *correct*: a ball of radius zero counts
        all it holds, or grows to the first neighbour that differs. *jitter*: observations are
        spread over the cells of a grid, or the gaps beside them. *raise*: ValueError.
        ``info["ties"]`` has the number of observations with a tie in some coordinate (for mutual
        information in one of the variables), ``info["shared"]`` that of shared ones.
    whiten : bool, default True
        Whether to fit an elliptical distribution (a multivariate Student one) to each sample, to
        measure distances in coordinates that make it spherical, and to take off the bias that the
        method would have for it. Else distances are Euclidean, and densities constant in balls.
    weighted : bool, optional
        Whether log densities are weighted means over the neighbours up to the 4k-th, with the
        weights that cancel the bias in the square of their distance. Default: from four dimensions
        on, where that bias is not smaller than the noise.
    rng : int or numpy.random.Generator, default 0
        The source of the noise that spreads ties, a function of the data alone unless it is None.

    Notes
    -----
    *Entropy, cross-entropy and KL* are means of log densities,

        log p̂(x) = ψ(k) - ψ(n) - log V_k(x) - log U_k(x),

    V the volume of the ball to the k-th neighbour, and U its mass over density times volume for
    the fitted distribution: without U these are the estimates of Kozachenko and Leonenko and of
    Wang, Kulkarni and Verdú.

    *Entropies of one order* above 0, and *divergences of one order* above 1 or below 0 (chi-squared
    among them), are means of powers of densities, less the bias that the spread of their logs
    makes. They need k > 2 (order - 1). Such divergences have heavy tails where P is not well inside
    Q: ``info["largest_share"]``, the share of the variance due to one observation, says so.

    *Bounded divergences* (Jensen-Shannon, Hellinger, ...) are means of their slopes where k of one
    sample share a ball with m of the other. That serves f-divergences that are smooth.

    *Weighted Jensen-Shannon divergences*: the share of each sample in the ball of an observation.

    *Mutual information* is that of Kraskov, Stögbauer and Grassberger. If `whiten`, single
    coordinates are replaced by the normal scores of their ranks, so the estimate is the same for
    every increasing function of them, as mutual information is; and the bias for a fitted
    distribution of the pairs is taken off. Where one variable looks like a function of the other,
    the value can be no more than about log n; the standard error is then infinite, and
    ``warnings`` says so.

    *Standard errors* come from the influence of each observation, that by being a neighbour of
    others included.

    Weak where a density jumps at an edge in three and more dimensions, or varies in the distance of
    its k-th neighbour in a way that no elliptical distribution does; for KL where P reaches far
    beyond the observations of Q (``info["beyond"]`` is the share of P's outside of the range of
    Q's). `benchmarks/coverage.py` measures coverage by case.

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
    ties: Ties = "auto"
    whiten: bool = True
    weighted: bool | None = None
    rng: Any = 0

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if isinstance(self.k, bool) or not isinstance(self.k, int | np.integer) or self.k < 1:
            raise ValueError(f"k is {self.k!r}; pass which neighbour, a positive integer.")
        if self.ties not in get_args(Ties):
            choices = ", ".join(map(repr, get_args(Ties)))
            raise ValueError(f"ties is {self.ties!r}; pass one of {choices}.")

    def __repr__(self) -> str:
        changed = (
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if f.name == "k" or getattr(self, f.name) != f.default
        )
        return f"NearestNeighbours({', '.join(changed)})"

    def cross_entropy(self, p: Sample, q: Sample | None) -> Estimate:
        """Estimate the differential entropy of P, or the cross-entropy of Q relative to P."""
        if q is None:
            seen = self._observed(p)
            x = seen.points[0]
            local = Densities(x, self.whiten).at(None, self._weighting(len(x) - 1, x.shape[1]))
            own = -local.values
            error = variance(own, own - local.neighbour_influence(len(x))) ** 0.5
            return self._estimate(float(np.mean(own)), error, seen)
        seen = self._observed(p, q)
        (x, y), copies = seen.points, seen.copies
        weighting = self._weighting(len(y) - (copies is not None), y.shape[1])
        local = Densities(y, self.whiten).at(x, weighting, copies)
        own = -local.values
        leaned = local.neighbour_influence(len(y)) * len(y) / len(x)
        error = (variance(own, own) + variance(leaned, leaned)) ** 0.5
        found = self._estimate(float(np.mean(own)), error, seen)
        return self._with_range(found, logarithms.share_beyond(x, y))

    def order_entropy(self, member: OrderEntropy, order: float, p: Sample) -> Estimate:
        """Estimate the entropy of an order above 0 of a distribution with a density."""
        if order == 1.0:
            return self.cross_entropy(p, None)
        if order <= 0.0:
            raise ValueError(
                f"the entropy of order {order:g} tells how far the density reaches, which "
                "observations do not show; pass a positive order."
            )
        seen = self._observed(p)
        (x,) = seen.points
        n, s = len(x), order - 1.0
        k = enough(order, self._enough(self.k, n - 1))
        local = Densities(x, self.whiten).at(None, single(k))
        own = np.exp(s * local.values - log_moment(k, n, -s))
        error = variance(own, own + s * local.neighbour_influence(n, own)) ** 0.5
        value, error = of_integral(member, order, float(np.mean(own)), error)
        return self._estimate(value, error, seen)

    def f_divergence(self, member: FDivergence, p: Sample, q: Sample) -> Estimate:
        """Estimate an f-divergence: one that is linear in log p/q, or bounded."""
        coefficients = logarithmic(member)
        if coefficients is not None:
            seen = self._observed(p, q)
            x, y = seen.points
            both = Densities(x, self.whiten), Densities(y, self.whiten)
            found = logarithms.divergence(coefficients, both, (x, y), self._weighting, seen.copies)
            sides = zip(seen.points, reversed(seen.points), coefficients, strict=True)
            far = max(logarithms.share_beyond(one, other) for one, other, factor in sides if factor)
            return self._with_range(self._to_estimate(member, *found, seen), far)
        if member.smooth and member.limits.are_finite:
            seen = self._observed(p, q, density=False)
            return self._to_estimate(member, *self._bounded(member, seen), seen)
        power = powers(member)
        if power is None:
            raise TypeError(
                f"{self!r} estimates divergences that are smooth and bounded, linear in log p/q or "
                f"of one order, and not {member.name}. Classifier(...) serves every f-divergence."
            )
        order, factor = power
        if order < 0.0:  # it is that of the other order the other way round
            order, p, q = 1.0 - order, q, p
        seen = refuse_shared(self._observed(p, q))
        x, y = seen.points
        k = self._enough(self.k, min(len(x) - 1, len(y)))
        both = Densities(x, self.whiten), Densities(y, self.whiten)
        total, error, share = logarithms.of_order(order, factor, both, x, y, k)
        found = self._to_estimate(member, total, error, seen, largest_share=share)
        return self._with_range(found, logarithms.share_beyond(x, y))

    def information_radius(
        self, member: FDivergence, shares: Array, *ps: Sample, drawn: bool = False
    ) -> Estimate:
        """Estimate the mean divergence from the weighted mixture; of shares `drawn`, too."""
        if logarithmic(member) != (1.0, 0.0):
            raise TypeError(f"{self!r} estimates the mean of KL from a mixture, not {member.name}.")
        seen = refuse_shared(self._observed(*ps, density=False))
        points = seen.points
        weights = np.asarray(shares, float) / np.sum(shares)
        k = self._enough(self.k, min(map(len, points)) - 1)
        if self.whiten:
            both = fitted(np.concatenate(points))
            points = tuple(both.whiten(x) for x in points)
        total, error = information_radius.estimate(points, weights, k, self.whiten, drawn)
        bounds = (0.0, float(np.log(len(ps)) if drawn else np.sum(entr(weights))))
        warnings = (*seen.warnings, *warn_negative(total, error))
        return Estimate(total, repr(self), error, None, bounds, seen.info, warnings)

    def mutual_information(self, member: FDivergence, joint: Sample) -> Estimate:
        """Estimate the mutual information of the two variables of a sample of pairs."""
        if logarithmic(member) != (1.0, 0.0):
            raise TypeError(f"{self!r} estimates the mutual information, and not {member.name}.")
        self._refuse_weights(joint)
        seen = treat_pairs(joint.points, int(joint.split or 1), self.k, self.ties, self.rng)
        (points,) = seen.points
        parts = points[:, : joint.split], points[:, joint.split :]
        if self.whiten:
            parts = spread_over_range(parts[0]), spread_over_range(parts[1])
        k = self._enough(self.k, len(points) - 1)
        value, error, saturated = information(*parts, k, self.whiten, seen.discrete)
        found = self._to_estimate(member, value, error, seen)
        return replace(found, warnings=(*found.warnings, SATURATED)) if saturated else found

    def beside_law(self, member: FDivergence, p: Sample, log_density: Any) -> Estimate:
        """Estimate KL of P and a distribution of which the log density is known."""
        seen = self._observed(p)
        (x,) = seen.points
        local = Densities(x, self.whiten).at(None, self._weighting(len(x) - 1, x.shape[1]))
        own = local.values - log_density(x)
        error = variance(own, own + local.neighbour_influence(len(x))) ** 0.5
        return self._to_estimate(member, float(np.mean(own)), error, seen)

    def _bounded(self, member: FDivergence, seen: Observations) -> tuple[float, float]:
        """Return the sum of a bounded member's terms and its standard error."""
        x, y = seen.points
        k = self._enough(self.k, min(len(x), len(y)) - 1)
        if self.whiten:
            both = fitted(np.concatenate([x, y]))
            x, y = both.whiten(x), both.whiten(y)
        values = knn_ratio.influences(member, x, y, k, self.whiten, seen.copies)
        total = sum(float(np.mean(own)) for own, _ in values)
        return total, standard_error(values, seen.copies)

    def _weighting(self, available: int, d: int) -> Weighting:
        """Return the weights of neighbours, of which so many are available."""
        return weighting(self._enough(self.k, available), available, d, self.weighted)

    def _enough(self, k: int, available: int) -> int:
        if available < k:
            raise ValueError(
                f"k is {k}, and an observation has {available} neighbours; pass a smaller k or "
                "more observations."
            )
        return int(k)

    def _observed(self, *samples: Sample, density: bool = True) -> Observations:
        """Return the observations, with ties treated as they are to be."""
        self._refuse_weights(*samples)
        points = tuple(sample.points for sample in samples)
        return treat(points, self.ties, self.rng, density=density)

    def _refuse_weights(self, *samples: Sample) -> None:
        if any(sample.weights is not None for sample in samples):
            raise ValueError(
                f"{self!r} takes every observation as one. Leave the weights out, or keep each "
                "observation with a probability in proportion to its weight."
            )

    def _estimate(self, value: float, error: float, seen: Observations) -> Estimate:
        return Estimate(value, repr(self), float(error), info=seen.info, warnings=seen.warnings)

    def _to_estimate(
        self, member: FDivergence, total: float, error: float, seen: Observations, **info: float
    ) -> Estimate:
        found = to_estimate(member, total, error, repr(self), {**seen.info, **info})
        return replace(found, warnings=(*seen.warnings, *found.warnings))

    def _with_range(self, found: Estimate, share: float) -> Estimate:
        """Return the estimate with the share of observations beyond the range of the other's."""
        warnings = (*found.warnings, *logarithms.warn_beyond(share))
        return replace(found, info={**found.info, "beyond": share}, warnings=warnings)
