"""Distances of mean embeddings: comparisons of samples that need no model of a density."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.api.by_position import WEIGHTED
from divergences.api.members import computes
from divergences.core import Array, Estimate, Method
from divergences.dispatch import located
from divergences.functionals.energy import ENERGY
from divergences.functionals.mean_discrepancy import MAXIMUM_MEAN_DISCREPANCY, MeanDiscrepancy


@computes(ENERGY, WEIGHTED)
def energy_distance(
    p: Any, q: Any, *, positions: Any = None, method: Method | None = None
) -> Array | Estimate:
    """Energy distance of P and Q: how much farther apart pairs from both are than pairs from one.

        D(P, Q) = √(2 E|X - Y| - E|X - X'| - E|Y - Y'|),

    a metric; on the line it is the root of 2 ∫ (F - G)². That is the convention of
    ``scipy.stats.energy_distance``; the papers on energy statistics call its square by that name.

    Parameters
    ----------
    p, q : array_like or Sample
        Observations: arrays of shape (n,), or (n, d) for points in d dimensions. With `positions`
        pmfs along the last axis, also as Weights, LogProbs or Logits.
    positions : array_like or tuple of two, optional
        Where the outcomes of pmfs lie on the line; two arrays if those of P and Q lie in different
        places.
    method : Method, optional
        Of `divergences.methods`: ``VStatistic()``, the distance of the empirical distributions
        themselves, is the default for arrays; ``UStatistic()``, the root of the unbiased estimate
        of the square, for `Sample`; ``LinearUStatistic()`` takes O(n) time.

    Returns
    -------
    array or Estimate
        The distance, in the root of the unit of the observations. Of two `Sample` an `Estimate`,
        with a standard error; ``info`` has the square and its standard error. Near P = Q the root
        is far from normal, and `two_sample_test` says more than the interval.

    Raises
    ------
    ValueError
        If there are no observations or their dimensions differ; if two arrays without `positions`
        may as well be probabilities; if masses do not fit.
    TypeError
        If the method cannot compute it, or an array is not of real numbers.

    Notes
    -----
    On the line the points are sorted, in O(n log n), and nothing cancels. In the plane and beyond
    all pairs are visited, in O(n) memory. Columns in different units should be standardised first.

    References
    ----------
    Szekely & Rizzo, "Energy statistics: a class of statistics based on distances", J. Stat. Plan.
    Inference 143 (2013).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.energy_distance([0.0, 0.0], [2.0, 2.0]))
    2.0
    >>> estimate = dv.energy_distance(dv.Sample([0.0, 1.0, 2.0]), dv.Sample([4.0, 5.0, 7.0]))
    >>> estimate.method
    'UStatistic()'
    """
    return located.kernel(ENERGY, p, q, positions, method)


@computes(MAXIMUM_MEAN_DISCREPANCY, WEIGHTED)
def maximum_mean_discrepancy(
    p: Any,
    q: Any,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> Array | Estimate:
    """Maximum mean discrepancy of P and Q, squared: unbiased, so negative at times near P = Q.

        MMD²(P, Q) = E k(X, X') + E k(Y, Y') - 2 E k(X, Y)

    Parameters
    ----------
    p, q : array_like or Sample
        Observations: arrays of shape (n,), or (n, d) for points in d dimensions.
    kernel : callable, optional
        k as a function of points of shapes (n, d) and (m, d), which returns the matrix (n, m); by
        default the Gaussian exp(-|x - y|² / (2 s²)).
    bandwidth : float, optional
        s. Default: the median distance between different points of both samples, of a thousand of
        them at most.
    method : Method, optional
        How to estimate: ``UStatistic()`` (the default), ``VStatistic()`` (that of the empirical
        distributions, never negative) or ``LinearUStatistic()`` (O(n) time, but noisier) of
        `divergences.methods`.

    Returns
    -------
    array or Estimate
        The square, without a unit. Of two `Sample` an `Estimate`, with a standard error and, in
        ``info``, the bandwidth.

    Raises
    ------
    ValueError
        If there are too few observations or their dimensions differ, the bandwidth is not positive
        or given beside a kernel, or the kernel returns another shape.
    TypeError
        If the method cannot compute it, or an array is not of real numbers.

    Notes
    -----
    All pairs are visited, in O(n) memory. The standard error is that to first order in 1/n, or at
    least that at P = Q. To test whether P = Q, use `two_sample_test`. Columns in different units
    should be standardised first.

    References
    ----------
    Gretton et al., "A kernel two-sample test", J. Mach. Learn. Res. 13 (2012), equation 3.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.maximum_mean_discrepancy([0.0, 1.0], [2.0, 3.0], bandwidth=1.0)), 6)
    0.768906
    """
    if bandwidth is not None and kernel is not None:
        raise ValueError("bandwidth is of the default kernel; give it or a kernel, not both.")
    if isinstance(bandwidth, int | float) and not bandwidth > 0:
        raise ValueError(f"bandwidth is {bandwidth!r}; it must be positive.")
    member = MeanDiscrepancy(kernel, bandwidth)
    return located.kernel(member, p, q, None, method)
