"""Distances by transport: how far mass has to be moved."""

from __future__ import annotations

from typing import Any

from divergences.dispatch import located
from divergences.functionals.wasserstein import Wasserstein
from divergences.interface import Array


def wasserstein_distance(
    p: Any,
    q: Any,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: None = None,
) -> Array:
    r"""Wasserstein distance W_p(P, Q) on the line: how far mass has to be moved; a metric.

    .. math::
        W_p(P, Q) = \Big(\inf_{X \sim P,\, Y \sim Q} \mathrm{E}|X - Y|^p\Big)^{1/p}
        = \Big(\int_0^1 |F^{-1}(u) - G^{-1}(u)|^p \,du\Big)^{1/p},

    where F and G are the distribution functions of P and Q, and p is the `order`.

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs or Logits
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
    method : None
        On the line the optimal coupling is known; there is nothing to choose.

    Returns
    -------
    array
        The distance, in the unit of the positions: 0 exactly where P and Q are equal. On disjoint
        supports it grows with the gap, where every f-divergence has saturated.

    Raises
    ------
    ValueError
        If the order is below 1; if two arrays without `positions` may as well be probabilities; if
        masses are negative or of a wrong total, or outcomes and positions do not match.
    TypeError
        If an array is not of real numbers.

    Notes
    -----
    Sorting is all the work, and no sum depends on where zero is. Levels of F and G are compared in
    twice the working precision, so that nothing is moved on account of a rounding, and the result
    is right to a few units in the last place. Order 1 at common positions sums differences of
    masses instead: right to a few roundings of sum |p - q|, times the range of the positions. For
    order infinity masses below the rounding of their sum are left alone.

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
