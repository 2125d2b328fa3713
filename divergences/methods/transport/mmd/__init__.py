"""Kernel distances of two samples, with standard errors: U-, V- and linear-time statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Kernel, Method
from divergences.measures.points import Atoms, PointCloud
from divergences.methods.transport.mmd import line, tiles
from divergences.methods.transport.mmd.moments import Moments
from divergences.numerics.observations.distances import median_distance, safe_sqrt
from divergences.numerics.runtime.namespace import namespace


@dataclass(frozen=True)
class VStatistic(Method):
    """The distance of the empirical distributions themselves: never negative, biased upwards.

    Of distances |x - y| on the line it sorts, in O(n log n); otherwise it takes O(n^2) time and
    O(n) memory. The standard error is that to first order in 1/n, or at least that at
    P = Q.

    References
    ----------
    Gretton et al., "A kernel two-sample test", J. Mach. Learn. Res. 13 (2012), equation 5.

    Examples
    --------
    >>> import divergences as dv
    >>> x, y = dv.Sample([0.0, 1.0]), dv.Sample([1.0, 2.0])
    >>> float(dv.energy_distance(x, y, method=dv.methods.VStatistic()))
    1.0
    """

    def kernel(self, member: Kernel, p: PointCloud, q: PointCloud) -> Estimate:
        """Estimate a kernel distance."""
        member, moments, xp = _moments(member, p, q)
        return _estimate(member, repr(self), moments.square, moments.variance(xp), xp)


@dataclass(frozen=True)
class UStatistic(Method):
    """The unbiased estimate of the squared distance, which may be negative near P = Q.

    It takes the time and memory of `VStatistic` and has its standard error. A member that takes
    the root returns 0 where the square is negative.

    References
    ----------
    Gretton et al., "A kernel two-sample test", J. Mach. Learn. Res. 13 (2012), equation 3.

    Examples
    --------
    >>> import divergences as dv
    >>> x, y = dv.Sample([0.0, 1.0]), dv.Sample([1.0, 2.0])
    >>> float(dv.energy_distance(x, y, method=dv.methods.UStatistic()))
    0.0
    """

    def kernel(self, member: Kernel, p: PointCloud, q: PointCloud) -> Estimate:
        """Estimate a kernel distance."""
        for side in (p, q):
            _need(side, 2, "an unbiased estimate")
        member, moments, xp = _moments(member, p, q)
        return _estimate(member, repr(self), moments.unbiased(xp), moments.variance(xp), xp)


@dataclass(frozen=True)
class LinearUStatistic(Method):
    """The mean over disjoint pairs of observations: unbiased, in O(n) time, but noisier.

    Observations are paired in the order given, which must not matter; what remains is left out.

    References
    ----------
    Gretton et al., "A kernel two-sample test", J. Mach. Learn. Res. 13 (2012), lemma 14.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(size=100_000)), dv.Sample(rng.normal(size=100_000) + 1)
    >>> mmd = dv.maximum_mean_discrepancy(
    ...     x, y, bandwidth=1.0, method=dv.methods.LinearUStatistic()
    ... )
    >>> bool(abs(mmd.value - 2 * (1 - np.exp(-1 / 6)) / np.sqrt(3)) < 3 * mmd.standard_error)
    True
    """

    def kernel(self, member: Kernel, p: PointCloud, q: PointCloud) -> Estimate:
        """Estimate a kernel distance."""
        for side in (p, q):
            _need(side, 4, "a linear-time estimate with a standard error")
            if side.masses is not None:
                raise ValueError(f"{side.name} has weights; a linear-time estimate takes none.")
        xp = namespace(p.points, q.points)
        member = _fitted(member, p, q, xp)
        half = min(p.points.shape[0], q.points.shape[0]) // 2
        x, x2, y, y2 = (z[i : 2 * half : 2] for z in (p.points, q.points) for i in (0, 1))
        h = (member.paired(x, x2, xp) + member.paired(y, y2, xp)) - (
            member.paired(x, y2, xp) + member.paired(x2, y, xp)
        )
        mean = xp.mean(h)
        variance = xp.sum((h - mean) ** 2) / (half * (half - 1))
        return _estimate(member, repr(self), mean, variance, xp)


def distance(member: Kernel, p: PointCloud, q: PointCloud) -> Array:
    """Return the distance of two sets of points, in the member's own terms, without an error."""
    xp = namespace(p.points, q.points)
    if member.of_distance and p.points.shape[1] == 1:
        return between_masses(p.line, q.line, xp)
    method = VStatistic() if member.rooted else UStatistic()
    return xp.asarray(method.kernel(member, p, q).value)


def between_masses(p: Atoms, q: Atoms, xp: Any) -> Array:
    """Return the energy distances of a batch of distributions on the line with known masses."""
    with np.errstate(all="ignore"):
        return safe_sqrt(line.square(p, q, xp), xp)


def permuted_statistics(member: Kernel, pooled: Array, labels: Array) -> Array:
    """Return how far apart the groups are that each row of labels makes of the pooled points.

    The squared distance on the line, else its unbiased estimate; either orders as the other does.
    """
    if member.of_distance and pooled.shape[1] == 1:
        return line.permuted_statistics(pooled[:, 0], labels)
    scaled = member.fitted(lambda: median_distance(pooled, pooled[:0], np))
    return tiles.permuted_statistics(scaled, pooled, labels)


def _need(side: PointCloud, least: int, what: str) -> None:
    if side.points.shape[0] < least:
        raise ValueError(
            f"{side.name} has {side.points.shape[0]} observation(s); {what} needs {least}."
        )


def _fitted(member: Kernel, p: PointCloud, q: PointCloud, xp: Any) -> Kernel:
    return member.fitted(lambda: median_distance(p.points, q.points, xp))


def _moments(member: Kernel, p: PointCloud, q: PointCloud) -> tuple[Kernel, Moments, Any]:
    xp = namespace(p.points, q.points)
    if member.of_distance and p.points.shape[1] == 1:
        return member, line.moments(p, q, xp), xp
    member = _fitted(member, p, q, xp)
    return member, tiles.moments(member, p, q, xp), xp


def _estimate(member: Kernel, method: str, square: Array, variance: Array, xp: Any) -> Estimate:
    """Return the square, or its root, with its standard error."""
    error = safe_sqrt(variance, xp)
    info = {"squared": square, "squared_standard_error": error}
    bandwidth = getattr(member, "bandwidth", None)
    if bandwidth is not None:
        info["bandwidth"] = bandwidth
    if not member.rooted:
        return Estimate(square, method, error, info=info)
    value = safe_sqrt(square, xp)
    # How far the root moves if the square does by its standard error; half the quotient, far off.
    known = xp.isfinite(error) & (error > 0)
    step = xp.where(known, error, 1.0)
    rise = xp.where(known, step / (value + safe_sqrt(value**2 + step, xp)), error)
    return Estimate(value, method, rise, bounds=(0.0, np.inf), info=info)
