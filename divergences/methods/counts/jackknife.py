"""The jackknife: what leaving out each observation in turn says about bias and standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence
from divergences.measures.counts import CountTable, observed
from divergences.methods.counts import smoothing as policy
from divergences.methods.counts.estimator import estimate
from divergences.methods.counts.second_order import (
    Transform,
    common_share,
    divergence_score,
    error_of,
)
from divergences.methods.counts.stirling_series import leave_one_out_correction, surprisal
from divergences.methods.counts.sums import Size, SumEstimator
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.floats.sums import pairwise_sum

MANY = 100.0  # counts from here on change so little that derivatives give the difference
POLICIES = tuple(policy.PSEUDOCOUNTS)


@dataclass(frozen=True)
class Jackknife(SumEstimator):
    """The plug-in estimate less the jackknife's estimate of its bias, for every f-divergence.

        N D̂ - (N - 1) mean_i D̂_(-i)

    which removes the bias of order 1/N. Of two samples either is left one short in turn. Standard
    error: the jackknife's, of divergences to second order. A divergence that comes out below its
    least value or above its greatest is set there; what it was stands in ``info["unprojected"]``.
    A distribution that is known, beside a sample, has no share in either.

    Parameters
    ----------
    smoothing
        What is added to every count, for divergences: ``"none"``, ``"additive"`` (1),
        ``"krichevsky-trofimov"`` (1/2) or a number. Without it KL is infinite if leaving one out
        can make it so.

    Raises
    ------
    ValueError
        If the policy is none of these.

    References
    ----------
    Quenouille, "Notes on bias in estimation", Biometrika 43 (1956); for entropies: Zahl,
    "Jackknifing an index of diversity", Ecology 58 (1977).

    Examples
    --------
    >>> import divergences as dv
    >>> method = dv.methods.Jackknife()
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=method)), 6)
    1.886844
    >>> p, q = dv.Counts([10, 20, 30]), dv.Counts([12, 19, 29])
    >>> estimate = dv.jensen_shannon_divergence(p, q, method=method)
    >>> round(float(estimate), 6), round(float(estimate.info["unprojected"]), 6)
    (0.0, -0.007683)
    """

    smoothing: str | float = "none"

    def __post_init__(self) -> None:
        """Check the policy."""
        policy.check(self.smoothing, POLICIES)

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N [log(N/n) + 1 + (n - 1) log(1 - 1/n)]."""
        return n / size.total * (surprisal(n, size.total) + leave_one_out_correction(n))

    def constant(self, size: Size) -> Array:
        """Return -[1 + (N - 1) log(1 - 1/N)]."""
        return -leave_one_out_correction(size.total)

    def f_divergence(self, member: FDivergence, p: CountTable, q: CountTable) -> Estimate:
        """Return an f-divergence with its bias removed to first order."""
        extra = policy.pseudocount(self.smoothing)
        if extra == 0.0:
            p, q = observed(p, q)
        x, y = (_masses(side, extra) for side in (p, q))
        with np.errstate(all="ignore"):
            n, m = (z.sum(axis=-1, keepdims=True) for z in (x, y))
            plain = _terms(member, x / n, y / m)
            side_p, variance_p = _without_one(_Side(member, False), x, y / m, p)
            side_q, variance_q = _without_one(_Side(member, True), y, x / n, q)
            bias = (plain - side_p) + (plain - side_q)
            value, total = pairwise_sum(plain, np), pairwise_sum(side_p + side_q - plain, np)
            total = np.where(np.isfinite(value + total), total, np.inf)
            # Only the bounds of the quantity itself are known, so a negative sum is kept apart.
            least, greatest = member.laws.bounds
            projected = np.maximum(total, 0.0)
            slope = member.transform_derivative(np.where(projected > 0.0, projected, 1.0), np)
            raw = np.where(total > 0.0, member.transform(projected, np), slope * total)
            # The bias of an outcome holds 1 - p, which b does not.
            rest = 1.0 - common_share(x / n, y / m, n[..., 0], m[..., 0])
            bias = np.where(rest > 0.0, bias / np.where(rest > 0.0, rest, 1.0), 0.0)
            bias = bias if member.smooth else np.zeros_like(bias)
            first = variance_p + variance_q
            score = divergence_score(
                member,
                x,
                y,
                projected,
                first,
                bias,
                correction=value - total,
                known=(p.known, q.known),
            )
            error = error_of(Transform(member), score)
        value = np.minimum(np.maximum(raw, least), greatest)
        info = {"unprojected": raw}
        return estimate(
            self,
            p,
            value,
            error,
            member.laws.bounds,
            info,
            others=(q,),
            score=score,
            transform=Transform(member),
        )


@dataclass(frozen=True)
class _Side:
    """An f-divergence seen from the sample that is left one short."""

    member: FDivergence
    swapped: bool

    def terms(self, x: Array, y: Array) -> Array:
        return _terms(self.member, y, x) if self.swapped else _terms(self.member, x, y)

    def slopes(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return the derivatives by the own mass x and by the other's y."""
        if not self.swapped:
            return self.member.gradients(Pair(x, y, x - y), np)
        slope_y, slope_x = self.member.gradients(Pair(y, x, y - x), np)
        return slope_x, slope_y


def _without_one(side: _Side, x: Array, other: Array, counts: CountTable) -> tuple[Array, Array]:
    """Return what each outcome adds to the jackknife for one sample, and the variance.

    T is homogeneous, so with masses x of total N and the other's shares r

        N D - (N - 1) mean D(-i) = sum_j [T(x_j, N r_j) - T(x_j, (N - 1) r_j)]
                                 + mean_i [T(x_i, (N - 1) r_i) - T(x_i - 1, (N - 1) r_i)]

    and no difference of large numbers need be formed: for large N and x both brackets are integrals
    of derivatives over one unit.
    """
    whole = x.sum(axis=-1, keepdims=True)
    if counts.known:
        return side.terms(x / whole, other), np.zeros(np.broadcast(whole, other).shape[:-1])
    fewer = whole - 1.0

    def shrunk(step: Array) -> Array:
        return side.slopes(x, (fewer + step) * other)[1] * other

    far = np.where(other > 0.0, _unit_integral(shrunk), 0.0)
    near = side.terms(x, whole * other) - side.terms(x, fewer * other)
    gain = np.where(whole >= MANY, far, near)
    reference = fewer * other
    many = np.maximum(x, MANY)
    far = _unit_integral(lambda step: side.slopes(many - 1.0 + step, reference)[0])
    near = side.terms(x, reference) - side.terms(np.maximum(x - 1.0, 0.0), reference)
    own = np.where(x >= MANY, far, near)
    n = counts.total
    share = counts.counts / n[..., None]
    own = np.where(share > 0.0, own, 0.0)
    mean = pairwise_sum(share * own, np)
    variance = (
        pairwise_sum(share * (own - mean[..., None]) ** 2, np) * (n - 1.0) / fewer[..., 0] ** 2
    )
    return gain + share * own, np.where(n > 1.0, variance, np.inf)


def _unit_integral(slope: Callable[[Any], Array]) -> Array:
    """Return the integral of a smooth function over (0, 1), by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    return sum(0.5 * w * slope(0.5 * (1.0 + t)) for t, w in zip(nodes, weights, strict=True))


def _terms(member: FDivergence, x: Array, y: Array) -> Array:
    return member.terms(Pair(x, y, x - y), np)


def _masses(side: CountTable, extra: float) -> Array:
    mass = side.counts + extra
    return mass if side.kept is None else np.where(side.kept, mass, 0.0)
