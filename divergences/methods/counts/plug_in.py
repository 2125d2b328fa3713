"""The plug-in estimate: the quantity of the observed frequencies, smoothed as the caller says."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np

from divergences.core import Array, Estimate, FDivergence
from divergences.measures.counts import ENDLESS, CountTable
from divergences.methods.counts import smoothing as policy
from divergences.methods.counts.estimator import (
    EntropyEstimator,
    estimate,
    floor_standard_error,
    information,
)
from divergences.methods.counts.information import (
    combined,
    conditional_parts,
    information_parts,
)
from divergences.methods.counts.radius import radius, radius_score
from divergences.methods.counts.second_order import (
    Transform,
    another,
    curvature_bias,
    divergence_score,
    error_of,
)
from divergences.methods.counts.stirling_series import surprisal
from divergences.methods.counts.table import Table
from divergences.numerics.floats.normalised_pair import Pair, match_totals
from divergences.numerics.floats.sums import pairwise_sum


@dataclass(frozen=True)
class PlugIn(EntropyEstimator):
    """The quantity of the observed frequencies, or of smoothed ones: every functional has it.

        p̂_i = (n_i + a) / (N + a S)

    for S outcomes. Entropies come out too small by about (S - 1)/2N, divergences too large by
    about as much, and KL is infinite where Q's sample lacks an outcome of P's, unless smoothed. The
    standard error of entropies is that of the frequencies, to first order (the delta method); of
    divergences and mutual information it is of second order and holds the bias, which is taken off
    at the centre of the interval.

    Parameters
    ----------
    smoothing
        ``"none"`` (a = 0), ``"additive"`` (a = 1, Laplace), ``"krichevsky-trofimov"`` (a = 1/2), a
        number a, or ``"shrink"``: mixed with the uniform distribution by the James-Stein rule.

    Raises
    ------
    ValueError
        If the policy is none of these.

    References
    ----------
    Hausser & Strimmer, "Entropy inference and the James-Stein estimator, with application to
    nonlinear gene association networks", J. Mach. Learn. Res. 10 (2009).

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.Counts([3, 1, 0]), dv.Counts([1, 3, 4])
    >>> round(float(dv.kl_divergence(p, q, method=dv.methods.PlugIn("krichevsky-trofimov"))), 6)
    0.654904
    """

    smoothing: str | float = "none"

    def __post_init__(self) -> None:
        """Check the policy."""
        policy.check(self.smoothing)

    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the entropy of the masses and its standard error."""
        row = table.row
        scale, extra = policy.blend(
            self.smoothing, table.total, table.alphabet, table.sum(table.count**2)
        )
        unseen = table.alphabet - table.distinct
        mass = scale[row] * table.count + extra[row]
        whole = table.sum(mass) + unseen * extra
        surprise = surprisal(mass, whole[row])
        value = table.sum(mass * surprise)
        rare = np.where(extra > 0.0, extra, 1.0)
        value = (value + unseen * extra * np.log(whole / rare)) / whole
        spread = table.mean((surprise - table.mean(surprise)[row]) ** 2)
        return value, floor_standard_error(np.sqrt(spread / table.total), table), {}

    def cross_entropy(self, p: CountTable, q: CountTable | None) -> Estimate:
        """Return the entropy of P, or the cross-entropy of P and Q."""
        if q is None:
            return super().cross_entropy(p, None)
        if q.known:
            return self._known_length(p, q)
        x, y = self.masses(p), self.masses(q)
        x, y = x / x.sum(axis=-1, keepdims=True), y / y.sum(axis=-1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            length = np.where(x > 0.0, -np.log(y), 0.0)
            value = pairwise_sum(np.where(x > 0.0, x * length, 0.0), np)
            ratio = np.where(x > 0.0, x / y, 0.0)
            variance = _variance(x, length) / p.total + _variance(y, ratio) / q.total
            bias = np.where(x > 0.0, ratio / q.total[..., None], 0.0)
            second = 0.5 * pairwise_sum(bias * (bias + 2.0 / p.total[..., None]), np)
            error = np.sqrt(np.maximum(variance - second, second))
        return estimate(self, p, value, error, others=(q,))

    def _known_length(self, p: CountTable, q: CountTable) -> Estimate:
        """Return the mean length of a code that is known: a mean over the observations."""
        share = self.masses(p)
        share = share / share.sum(axis=-1, keepdims=True)
        mass = q.counts / q.counts.sum(axis=-1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            length = -np.log(mass)

            def mean(x: Array) -> Array:
                return pairwise_sum(np.where(x > 0.0, x * length, 0.0), np) / x.sum(axis=-1)

            value = mean(share)
            frequency = p.counts / p.total[..., None]
            variance = _variance(frequency, length) / (p.total - 1.0)
            error = np.where(p.total > 1.0, np.sqrt(variance), inf)
            error = np.maximum(error, another(mean, p.counts, mass))
        return estimate(self, p, value, error, (-np.log(mass.max()), inf))

    def f_divergence(self, member: FDivergence, p: CountTable, q: CountTable) -> Estimate:
        """Return an f-divergence of the masses."""
        with np.errstate(all="ignore"):
            pair, whole, total = self._pair(member, p, q)
            slope_p, slope_q = member.gradients(pair, np)
            x, y = pair.p / whole[..., None], pair.q / whole[..., None]
            parts = ((x, slope_p, p), (y, slope_q, q))
            variance = sum(_variance(z, s) / side.total for z, s, side in parts if not side.known)
            bias = curvature_bias(member, x, y, p.total, q.total)
            masses, known = (self.masses(p), self.masses(q)), (p.known, q.known)
            score = divergence_score(member, *masses, total, variance, bias, known=known)
            value, error = member.transform(total, np), error_of(Transform(member), score)
        return estimate(
            self,
            p,
            value,
            error,
            member.laws.bounds,
            others=(q,),
            score=score,
            transform=Transform(member),
        )

    def value(self, member: FDivergence, p: CountTable, q: CountTable) -> Array:
        """Return an f-divergence of the masses, and nothing on its error."""
        with np.errstate(all="ignore"):
            return member.transform(self._pair(member, p, q)[2], np)

    def _pair(self, member: FDivergence, p: CountTable, q: CountTable) -> tuple[Pair, Array, Array]:
        """Return the masses of one total, that total, and the sum of T for distributions."""
        x, y = (self.masses(z) / (ENDLESS if z.known else 1.0) for z in (p, q))
        pair, whole = match_totals(x, y, np)
        return pair, whole, pairwise_sum(member.terms(pair, np), np) / whole

    def information_radius(
        self, member: FDivergence, ps: tuple[CountTable, ...], shares: Array
    ) -> Estimate:
        """Return the mean divergence from the weighted mixture."""
        weights = np.asarray(shares) / np.sum(shares)
        masses = [self.masses(p) for p in ps]
        masses = [x / x.sum(axis=-1, keepdims=True) for x in masses]
        value = radius(member, weights, masses)
        score = radius_score(member, weights, masses, ps)
        score = score._replace(
            value=np.maximum(score.value, 0.0), error=np.hypot(score.error, value - score.value)
        )
        largest = -float(np.sum(weights[weights > 0] * np.log(weights[weights > 0])))
        return estimate(self, ps[0], value, score.error, (0.0, largest), others=ps[1:], score=score)

    def conditional_entropy(self, p: CountTable, shape: tuple[int, int]) -> Estimate:
        """Return the conditional entropy of the second variable given the first."""
        mass = self.masses(p)
        whole = mass.sum(axis=-1, keepdims=True)
        joint = mass.reshape(*mass.shape[:-1], *shape)
        rows = np.broadcast_to(joint.sum(axis=-1, keepdims=True), joint.shape).reshape(mass.shape)
        surprise = _surprise(mass, rows)
        share = mass / whole
        value = pairwise_sum(share * surprise, np)
        _, score = combined(self, shape, conditional_parts(p, shape), value)
        return estimate(self, p, value, score.error)

    def mutual_information(
        self, member: FDivergence, p: CountTable, shape: tuple[int, int], greatest: float = inf
    ) -> Estimate:
        """Return an f-divergence of the joint distribution and the product of its marginals."""
        mass = self.masses(p)
        share = mass / mass.sum(axis=-1, keepdims=True)
        joint = share.reshape(*share.shape[:-1], *shape)
        product = joint.sum(axis=-1, keepdims=True) * joint.sum(axis=-2, keepdims=True)
        with np.errstate(all="ignore"):
            pair = Pair(share, product.reshape(share.shape), share - product.reshape(share.shape))
            value = member.transform(pairwise_sum(member.terms(pair, np), np), np)
        _, score = combined(self, shape, information_parts(p, shape), value)
        return information(self, p, value, score, greatest)

    def masses(self, side: CountTable) -> Array:
        """Return the mass of each outcome, of any total."""
        n = side.counts.astype(np.float64)
        if side.known:
            return n
        scale, extra = policy.blend(self.smoothing, side.total, side.alphabet, (n * n).sum(axis=-1))
        mass = scale[..., None] * n + extra[..., None]
        return mass if side.kept is None else np.where(side.kept, mass, 0.0)


def _surprise(mass: Array, rows: Array) -> Array:
    """Return log(rows / mass) where there is mass, and 0 elsewhere."""
    some = mass > 0.0
    return np.where(some, surprisal(np.where(some, mass, 1.0), np.where(some, rows, 1.0)), 0.0)


def _variance(share: Array, x: Array) -> Array:
    """Return the variance of x under a distribution; what has no mass does not count."""
    x = np.where(share > 0.0, x, 0.0)
    mean = pairwise_sum(share * x, np)[..., None]
    return pairwise_sum(share * (x - mean) ** 2, np)


@dataclass(frozen=True)
class Shrinkage(PlugIn):
    """The James-Stein estimate: frequencies shrunk to the uniform distribution, and plugged in.

        p̂_i = λ/S + (1 - λ) n_i / N

        λ = (1 - ∑_i (n_i/N)²) / ((N - 1) ∑_i (1/S - n_i/N)²) ≤ 1

    The same as ``PlugIn("shrink")``. It needs the number S of outcomes: zeros among the counts
    count.

    References
    ----------
    Hausser & Strimmer, "Entropy inference and the James-Stein estimator, with application to
    nonlinear gene association networks", J. Mach. Learn. Res. 10 (2009), eq. 4-6.

    Examples
    --------
    >>> import divergences as dv
    >>> counts = dv.Counts([4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1])
    >>> round(float(dv.entropy(counts, method=dv.methods.Shrinkage())), 6)
    2.379603
    """

    smoothing: str | float = field(default="shrink", init=False, repr=False)
