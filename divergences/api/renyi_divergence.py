"""Divergences of one order, or of several at once, that are logarithms of sums of powers."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.bhattacharyya import BHATTACHARYYA
from divergences.functionals.renyi_divergence import RENYI_DIVERGENCE


@computes(RENYI_DIVERGENCE)
def renyi_divergence(
    p: Any,
    q: Any,
    alpha: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Rényi divergence of P from Q.

        D_α(P‖Q) = log(∑_i p_i^α q_i^(1-α)) / (α - 1)

    It does not decrease with the order. It is KL(P‖Q) for order 1, -log Q(p > 0) for 0, and the
    largest log(p/q) for infinity; D_α(P‖Q) = α D_(1-α)(Q‖P) / (1 - α).

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
    alpha : float or array_like
        Order, any real number or +-inf; orders broadcast with the batch of distributions.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.
    axis : int, tuple of ints or None, default -1
        Axis or axes of the outcomes; None for all. They are those of what arrays and `where`
        broadcast to; the result has the axes that are left.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the arrays; what remains must still sum to 1. An
        outcome that is masked in a masked array is left out of all.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.

    Returns
    -------
    array or Estimate
        The divergence, in nats unless `base` is given. +inf where p > 0 = q for orders of 1 and
        above and on disjoint supports; not positive for negative orders, -inf where q > 0 = p.

    Raises
    ------
    ValueError
        If a mass is negative, a total is not 1, shapes, dimensions or labels do not agree, there
        are no outcomes, or an integral does not show whether it converges. While JAX traces, a
        negative or infinite mass gives NaN instead, and totals are not checked.
    TypeError
        If an array is not of real numbers, or `where` not of booleans, or it is of a library that
        is not served, or records a gradient that is not served.

    Notes
    -----
    Under JAX, with S the sum of powers and for normalised masses, dD/dp_i =
    alpha ((p_i/q_i)^(alpha-1) / S - 1) / (alpha - 1) and dD/dq_i = 1 - (p_i/q_i)^alpha / S; at
    p_i = 0 < q_i the former is -inf for orders from 0 to 1. It can be differentiated by the order
    too: at order 1 that derivative is half of the variance of log(p/q) under P.

    References
    ----------
    van Erven & Harremoës, "Rényi divergence and Kullback-Leibler divergence", IEEE Trans. Inf.
    Theory 60 (2014).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> dv.renyi_divergence([0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0, 1, np.inf], base=2)
    array([1., 1., 1.])
    """
    return dispatch.order_divergence(
        RENYI_DIVERGENCE, p, q, alpha, base, axis, keepdims, where, method
    )


@computes(BHATTACHARYYA)
def bhattacharyya_distance(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Bhattacharyya distance: half of the Rényi divergence of order 1/2. It is no metric.

        B(P, Q) = -log ∑_i √(p_i q_i)

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.
    axis : int, tuple of ints or None, default -1
        Axis or axes of the outcomes; None for all. They are those of what arrays and `where`
        broadcast to; the result has the axes that are left.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the arrays; what remains must still sum to 1. An
        outcome that is masked in a masked array is left out of all.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.

    Returns
    -------
    array or Estimate
        The distance, in nats unless `base` is given; +inf on disjoint supports.

    Raises
    ------
    ValueError
        If a mass is negative, a total is not 1, shapes, dimensions or labels do not agree, there
        are no outcomes, or an integral does not show whether it converges. While JAX traces, a
        negative or infinite mass gives NaN instead, and totals are not checked.
    TypeError
        If an array is not of real numbers, or `where` not of booleans, or it is of a library that
        is not served, or records a gradient that is not served.

    Notes
    -----
    Accurate both where P and Q are nearly equal and where they are nearly disjoint. Under JAX, with
    S the sum of roots, dB/dp_i = (1 - sqrt(q_i/p_i) / S) / 2 for normalised masses, -inf at
    p_i = 0 < q_i.

    References
    ----------
    Bhattacharyya, "On a measure of divergence between two statistical populations defined by their
    probability distributions", Bull. Calcutta Math. Soc. 35 (1943).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.bhattacharyya_distance([0.5, 0.5], [1.0, 0.0], base=2))
    0.5
    """
    how = base, axis, keepdims, where, method
    return dispatch.order_divergence(BHATTACHARYYA, p, q, BHATTACHARYYA.order, *how)
