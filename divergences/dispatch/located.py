"""Quantities that depend on where the mass lies: of observations, or of pmfs with positions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from divergences import closed_forms
from divergences.core import Array, Estimate, Kernel, Transport
from divergences.dispatch import densities
from divergences.dispatch.samples import doubts
from divergences.functionals.sinkhorn import SinkhornDivergence
from divergences.measures import points
from divergences.measures.distribution import Distribution
from divergences.measures.randomness import source
from divergences.measures.sample import Sample
from divergences.measures.scipy_adapter import SciPyDistribution, distribution
from divergences.methods.density.quadrature import (
    DistributionFunctions,
    Undecided,
    of_observations,
)
from divergences.methods.transport import mmd, permutation_test, sorted_coupling
from divergences.methods.transport.mmd import UStatistic
from divergences.methods.transport.quantiles import Quantiles
from divergences.methods.transport.sinkhorn import Sinkhorn
from divergences.methods.transport.sorted_coupling import estimates
from divergences.numerics.observations.distances import median_distance
from divergences.numerics.runtime.namespace import as_scalar
from divergences.numerics.runtime.progress import track


def transport(
    member: Transport, p: Any, q: Any, positions: Any, axis: Any, keepdims: bool, method: Any
) -> Any:
    """Return the transport distance of two distributions on the line."""
    plain = isinstance(p, np.ndarray) and isinstance(q, np.ndarray)
    formulas = [not plain and isinstance(x, Distribution | SciPyDistribution) for x in (p, q)]
    if any(formulas):
        _plain(positions, axis, keepdims, "a distribution has no axis of outcomes")
        if isinstance(p, Sample) or isinstance(q, Sample):
            return _beside_law(member, p, q, method)
        if not all(formulas):
            raise TypeError(
                f"{type(p).__name__} and {type(q).__name__} are known in different ways; pass two "
                "distributions, or a Sample(x) of observations beside one."
            )
        return _between_formulas(member, distribution("p", p), distribution("q", q), method)
    if method is not None:
        raise ValueError(
            f"method is {method!r}; on the line the optimal coupling is known, and there is "
            "nothing to choose. Leave method=None."
        )
    if not isinstance(p, Sample) and not isinstance(q, Sample):
        x, y, xp, dtype, kept = points.on_line(p, q, positions, axis)
        return _present(sorted_coupling.evaluate(member, x, y, xp), xp, dtype, kept, keepdims)
    _plain(positions, axis, keepdims, "a Sample has its observations along the first axis")
    x, y, _, _ = points.point_clouds(p, q)
    if x.points.shape[1] > 1:
        raise ValueError(
            f"p and q are points in {x.points.shape[1]} dimensions, and wasserstein_distance is on "
            "the line; use sliced_wasserstein_distance, sinkhorn_divergence or energy_distance."
        )
    return replace(estimates.on_line(member, x, y), n=_numbers(x, y))


def _plain(positions: Any, axis: Any, keepdims: bool, reason: str) -> None:
    if positions is not None or axis != -1 or keepdims:
        raise ValueError(f"positions, axis and keepdims are for arrays; {reason}. Leave them out.")


def _beside_law(member: Transport, p: Any, q: Any, method: Any) -> Estimate:
    """Return the transport distance of order one of a sample and a distribution."""
    sample, law = (p, distribution("q", q)) if isinstance(p, Sample) else (q, distribution("p", p))
    if method is not None:
        raise TypeError(
            f"method is {method!r}; the distance of a sample from a distribution is that of their "
            "distribution functions, and there is nothing to choose. Leave method=None."
        )
    if member.order != 1.0 or law.support.lattice or law.dim or not hasattr(law, "cdf"):
        raise TypeError(
            f"of a sample and {law!r} there is the distance of order 1 alone, if the distribution "
            "is continuous on the line and has a distribution function. Draw as many observations "
            "and more, q.sample(n), and pass two samples."
        )
    if law.batch_shape:
        raise ValueError(
            f"the distribution is a batch of {law.batch_shape}; pass its members one by one."
        )
    if (point := law.missing_tail()) is not None:
        raise TypeError(
            f"the distribution function of {law!r} is wrong in SciPy from {point:.3g} on; draw "
            "observations and pass Sample(x)."
        )
    cloud, _, _, _ = points.point_clouds(sample, sample)
    if cloud.points.shape[1] > 1:
        raise ValueError(
            f"the sample has points in {cloud.points.shape[1]} dimensions, and "
            "wasserstein_distance is on the line."
        )
    line = np.asarray(cloud.points[:, 0], float)
    if not np.all(np.isfinite(line)):
        raise ValueError("the sample has observations that are NaN or infinite; drop them.")
    found = of_observations(line, cloud.masses, law)
    return replace(found, n=(len(line),), warnings=tuple(doubts("f_divergence", (sample,), None)))


def _between_formulas(member: Transport, p: Distribution, q: Distribution, method: Any) -> Estimate:
    """Return the transport distance of two distributions known by a formula."""
    if p.dim != q.dim:
        raise ValueError(f"p has {p.dim} dimensions and q {q.dim}; they cannot be compared.")
    if method is None and member.order in (1.0, 2.0):
        closed = closed_forms.find("wasserstein", p, q)
        value = None if closed is None else closed(member.order)
        if value is not None and not np.any(np.isnan(np.asarray(value))):
            return Estimate(value, "closed form", error_bound=None, bounds=(0.0, np.inf))
    lattice = p.support.lattice or q.support.lattice
    functions = member.order == 1.0 and not lattice and all(hasattr(x, "cdf") for x in (p, q))
    default = DistributionFunctions() if functions else Quantiles()
    chosen = default if method is None else method
    if not isinstance(chosen, Quantiles | DistributionFunctions):
        raise TypeError(
            f"{chosen!r} is no method for transport of distributions; Quantiles and "
            "DistributionFunctions are."
        )
    needed = "quantile" if isinstance(chosen, Quantiles) else "cdf"
    for name, x in (("p", p), ("q", q)):
        if x.dim or not hasattr(x, needed):
            raise TypeError(
                f"{name} is {x!r}, which has no quantiles; draw samples of both and pass Sample(x)."
            )
        if (point := x.missing_tail()) is not None:
            raise TypeError(
                f"{name} is {x!r}, whose distribution function is wrong in SciPy from {point:.3g} "
                "on; draw samples of both and pass Sample(x)."
            )
    closed = p.closed_quantile and q.closed_quantile
    if method is None and functions and closed:
        return densities.each(lambda *pair: _first_order(member, *pair), (p, q))
    return densities.each(lambda *pair: chosen.transport(member, *pair), (p, q))


def _first_order(member: Transport, p: Distribution, q: Distribution) -> Estimate:
    """Return the distance by distribution functions, or by quantiles if that has tails better."""
    try:
        found = DistributionFunctions().transport(member, p, q)
    except Undecided:
        return Quantiles().transport(member, p, q)
    if found.info["reached"]:
        return found
    other = Quantiles().transport(member, p, q)
    if not np.isfinite(other.value):
        return found
    return min(found, other, key=lambda estimate: float(estimate.error_bound or 0.0))


def sliced(member: Transport, p: Any, q: Any, directions: int, rng: Any) -> Any:
    """Return the mean transport distance along random directions."""
    x, y, xp, dtype = points.point_clouds(p, q)
    sampled = isinstance(p, Sample) or isinstance(q, Sample)
    estimate = estimates.sliced(member, x, y, directions, source(rng), sampled)
    if sampled:
        return replace(estimate, n=_numbers(x, y))
    return _present(estimate.value, xp, dtype, (), False)


def entropic(member: SinkhornDivergence, p: Any, q: Any, method: Any) -> Any:
    """Return an entropic transport divergence."""
    chosen = Sinkhorn() if method is None else method
    if not isinstance(chosen, Sinkhorn):
        raise TypeError(f"{chosen!r} is no method for entropic transport; Sinkhorn is.")
    x, y, xp, dtype = points.point_clouds(p, q)
    estimate = chosen.transport(
        member.fitted(lambda: median_distance(x.points, y.points, xp)), x, y
    )
    if isinstance(p, Sample) or isinstance(q, Sample):
        return replace(estimate, n=_numbers(x, y))
    return _present(xp.asarray(estimate.value), xp, dtype, (), False)


def kernel(member: Kernel, p: Any, q: Any, positions: Any, method: Any) -> Any:
    """Return the kernel distance of two samples, or of pmfs on the line."""
    if positions is not None:
        if method is not None:
            raise ValueError(
                f"method is {method!r}; masses at positions are summed exactly, and there is "
                "nothing to choose. Leave method=None."
            )
        x, y, xp, dtype, kept = points.on_line(p, q, positions, -1)
        return _present(mmd.between_masses(x, y, xp), xp, dtype, kept, False)
    sampled = isinstance(p, Sample) or isinstance(q, Sample)
    if method is not None and not hasattr(method, "kernel"):
        raise TypeError(
            f"{method!r} is no method for kernel distances; these are: UStatistic, VStatistic, "
            "LinearUStatistic."
        )
    x, y, xp, dtype = points.point_clouds(p, q)
    if sampled:
        found = (UStatistic() if method is None else method).kernel(member, x, y)
        return replace(found, n=_numbers(x, y))
    if method is None:
        value = mmd.distance(member, x, y)
    else:
        value = xp.asarray(method.kernel(member, x, y).value)
    return _present(value, xp, dtype, (), False)


def _numbers(x: points.PointCloud, y: points.PointCloud) -> tuple[int, int]:
    """Return the numbers of observations."""
    return x.points.shape[0], y.points.shape[0]


def _present(value: Array, xp: Any, dtype: Any, kept: tuple[int, ...], keepdims: bool) -> Array:
    """Convert a result to its dtype and shape."""
    if value.dtype != dtype:
        value = xp.astype(value, dtype)
    value = xp.reshape(value, kept) if keepdims else value
    return as_scalar(value, xp)


def two_samples(
    statistic: Transport | Kernel | Callable[..., Any],
    p: Any,
    q: Any,
    permutations: int,
    rng: Any,
) -> Estimate:
    """Return a statistic of two samples, and how likely as large a one is if P = Q."""
    x, y, _, _ = points.point_clouds(p, q)
    for side in (x, y):
        if side.masses is not None:
            raise ValueError(
                f"{side.name} has weights; a permutation test exchanges observations, which must "
                "count alike."
            )
    (n, m), flat = (side.points.shape[0] for side in (x, y)), x.points.shape[1] == 1
    pooled = np.concatenate([np.asarray(side.points, np.float64) for side in (x, y)])
    if not np.all(np.isfinite(pooled)):
        raise ValueError("p or q has observations that are NaN or infinite; drop them.")

    def table(labels: Array) -> Array:
        if isinstance(statistic, Kernel):
            return mmd.permuted_statistics(statistic, pooled, labels)
        if isinstance(statistic, Transport):
            return sorted_coupling.permuted_statistics(statistic, pooled[:, 0], labels)
        rows = pooled[:, 0] if flat else pooled
        some = track(enumerate(labels), len(labels), "relabellings")
        return np.array([float(statistic(rows[label], rows[~label])) for _, label in some])

    if isinstance(statistic, Transport) and not flat:
        raise ValueError(
            "p and q are points in several dimensions, and wasserstein_distance is on the line; "
            "use energy_distance or maximum_mean_discrepancy."
        )
    if isinstance(statistic, Kernel) and not flat and min(n, m) < 2:
        raise ValueError("a test by kernels needs two observations of either sample.")
    return replace(permutation_test.two_samples(table, n, m, permutations, source(rng)), n=(n, m))
