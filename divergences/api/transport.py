"""Distances by transport: how far mass has to be moved."""

from __future__ import annotations

from typing import Any

from divergences.api.by_position import WEIGHTED
from divergences.api.members import computes
from divergences.core import Array, Estimate
from divergences.dispatch import located
from divergences.functionals.sinkhorn import SINKHORN_DIVERGENCE, SinkhornDivergence
from divergences.functionals.sliced_wasserstein import SLICED_WASSERSTEIN, SlicedWasserstein
from divergences.functionals.wasserstein import WASSERSTEIN, Wasserstein
from divergences.methods.density.quadrature import DistributionFunctions
from divergences.methods.transport.quantiles import Quantiles
from divergences.methods.transport.sinkhorn import Sinkhorn


@computes(WASSERSTEIN, WEIGHTED)
def wasserstein_distance(
    p: Any,
    q: Any,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> Array | Estimate:
    """Wasserstein distance W_p(P, Q) on the line: how far mass has to be moved; a metric.

        W_p(P, Q) = (inf E|X - Y|^p)^(1/p) = (∫_0^1 |F⁻¹(u) - G⁻¹(u)|^p du)^(1/p)

    over all X ~ P and Y ~ Q with any dependence, where F and G are the distribution functions of P
    and Q, and p is the `order`.

    Parameters
    ----------
    p, q : array_like, Sample, Weights, LogProbs, Logits or Distribution
        Distributions P and Q. Plain arrays are observations along `axis`, as many of P and of Q as
        there are. With `positions` they are pmfs along `axis`, as everywhere else.
    order : float, default 1
        The order p, from 1 to infinity.
    positions : array_like or tuple of two, optional
        Where the outcomes of pmfs lie; two arrays if those of P and Q lie in different places.
        Weighted observations are ``Weights`` at their positions.
    axis : int, default -1
        Axis of the observations or outcomes; other axes are batches, which broadcast.
    keepdims : bool, default False
        Whether to keep that axis with length one.
    method : Quantiles or DistributionFunctions, optional
        The integral over quantiles, or for order 1 over distribution functions, for two
        `Distribution`. Otherwise there is nothing to choose.

    Returns
    -------
    array or Estimate
        The distance, in the unit of the positions: 0 exactly where P and Q are equal. On disjoint
        supports it grows with the gap, where every f-divergence has saturated. Of two `Sample` an
        `Estimate`, whose standard error is that of P ≠ Q; near equality the distance of samples is
        too large, by the order of their spread over the root of their size. Of two `Distribution`
        (or distributions of SciPy) an `Estimate` in closed form, or with an error bound: of order 1
        by their distribution functions, of other orders, and of discrete ones, by their quantiles;
        of normals in several dimensions the distance of order 2. Of a `Sample` beside a continuous
        `Distribution` the distance of order 1, exact from its distribution function, as an
        `Estimate` with a standard error.

    Raises
    ------
    ValueError
        If the order is below 1; if two arrays without `positions` may as well be probabilities; if
        masses are negative or of a wrong total, or outcomes and positions do not match.
    TypeError
        If an array is not of real numbers, or a distribution has no quantiles.

    Notes
    -----
    Sorting is all the work, and no sum depends on where zero is. Levels of F and G are compared in
    twice the working precision, so that nothing is moved on account of a rounding, and the result
    is right to a few units in the last place. Order 1 at common positions sums differences of
    masses instead: right to a few roundings of sum |p - q|, times the range of the positions. For
    order infinity masses below the rounding of their sum are left alone.

    Outcomes are on the line, angles too: von Mises distributions are cut at -pi and pi, and mass
    does not move across the cut. On the circle the distance would be smaller.

    Under JAX the derivative by an observation is its mass times the slope of the cost at its
    partner, and 0, the least subgradient, where both are at one place.

    References
    ----------
    Villani, "Optimal Transport: Old and New" (2009), definition 6.1; Santambrogio, "Optimal
    Transport for Applied Mathematicians" (2015), proposition 2.17.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.wasserstein_distance([0.0, 1.0], [5.0, 6.0]))
    5.0
    >>> float(dv.wasserstein_distance([0.5, 0.5, 0.0], [0.0, 0.5, 0.5], positions=[0.0, 1.0, 3.0]))
    1.5

    Of two point masses the Jensen-Shannon divergence is log 2 however far apart they are:

    >>> p, q = [1.0, 0.0, 0.0], [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    >>> dv.jensen_shannon_divergence(p, q)
    array([0.69314718, 0.69314718])
    >>> dv.wasserstein_distance(p, q, positions=[0.0, 1.0, 100.0])
    array([  1., 100.])
    """
    return located.transport(Wasserstein(order), p, q, positions, axis, keepdims, method)


@computes(SLICED_WASSERSTEIN, WEIGHTED)
def sliced_wasserstein_distance(
    p: Any, q: Any, order: float = 1, *, directions: int = 128, rng: Any = None
) -> Array | Estimate:
    """Sliced Wasserstein distance: the mean of order p of W_p along random directions.

        SW_p(P, Q) = (E_θ W_p^p(θ·X, θ·Y))^(1/p),

    with the direction θ uniform on the sphere; a metric.

    Parameters
    ----------
    p, q : array_like or Sample
        Observations: arrays of shape (n, d) for n points in d dimensions, or (n,).
    order : float, default 1
        The order p, finite and at least 1.
    directions : int, default 128
        Number of directions.
    rng : int, numpy.random.Generator or JAX key, optional
        Where the directions come from. Default: fresh entropy.

    Returns
    -------
    array or Estimate
        The distance, in the unit of the observations. Of two `Sample` an `Estimate`; its standard
        error has the choice of directions and that of the samples, each of them in ``info``.

    Raises
    ------
    ValueError
        If there are no observations, their dimensions differ, the order is not finite and at least
        1, or there are no directions.
    TypeError
        If `rng` is none of the above, or an array is not of real numbers.

    Notes
    -----
    The work is that of sorting both samples once a direction. Under JAX it can be compiled and
    differentiated, with the same directions for the same `rng`.

    References
    ----------
    Bonneel, Rabin, Peyre & Pfister, "Sliced and Radon Wasserstein barycenters of measures", J.
    Math. Imaging Vis. 51 (2015).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> x = np.random.default_rng(0).normal(size=(50, 2))
    >>> float(dv.sliced_wasserstein_distance(x, x + [3.0, 4.0], rng=0))  # nearly 10/pi
    3.187...
    """
    if isinstance(directions, bool) or not isinstance(directions, int) or directions < 1:
        raise ValueError(f"directions is {directions!r}; pass a positive integer.")
    return located.sliced(SlicedWasserstein(order), p, q, directions, rng)


@computes(SINKHORN_DIVERGENCE, WEIGHTED)
def sinkhorn_divergence(
    p: Any,
    q: Any,
    order: float = 2,
    *,
    epsilon: Any = None,
    method: Sinkhorn | None = None,
) -> Array | Estimate:
    """Sinkhorn divergence: transport smoothed by entropy, less what the smoothing adds.

        S(P, Q) = OT(P, Q) - ½ OT(P, P) - ½ OT(Q, Q)

        OT(P, Q) = min_π E_π|X - Y|^p + ε KL(π‖P ⊗ Q),

    over the couplings π of P and Q. It tends to W_p^p for small ε, and for large ones to a kernel
    distance.

    Parameters
    ----------
    p, q : array_like or Sample
        Observations: arrays of shape (n, d) for n points in d dimensions, or (n,).
    order : float, default 2
        The order p of the cost, finite and at least 1.
    epsilon : float, optional
        The smoothing, in the unit of the cost. Default: 5 % of the cost of the median distance of
        points of both samples.
    method : Sinkhorn, optional
        Settings of the solver.

    Returns
    -------
    array or Estimate
        The divergence, in the unit of the cost (a distance to the power p). Of two `Sample` an
        `Estimate`, whose standard error is that of P ≠ Q, with ``epsilon`` and ``converged`` in
        ``info``.

    Raises
    ------
    ImportError
        If OTT-JAX is not installed: ``pip install "divergences[transport]"``.
    ValueError
        If there are no observations, their dimensions differ, the order is not finite and at least
        1, or epsilon is not positive.
    TypeError
        If the method is another, or an array is not of real numbers.

    Notes
    -----
    OTT-JAX computes it, in double precision for NumPy arrays. Where it does not converge there is
    a warning. Under JAX it can be compiled and differentiated, and cannot warn.

    References
    ----------
    Feydy et al., "Interpolating between optimal transport and MMD using Sinkhorn divergences",
    AISTATS (2019).

    Examples
    --------
    >>> from importlib.util import find_spec
    >>> import numpy as np
    >>> import divergences as dv
    >>> x = np.random.default_rng(0).normal(size=(50, 2))
    >>> if find_spec("ott"):
    ...     divergence = dv.sinkhorn_divergence(x, x + [3.0, 4.0])
    ...     assert abs(divergence - 25.0) < 1e-3  # a shift costs its square
    """
    return located.entropic(SinkhornDivergence(order, epsilon), p, q, method)
