"""Divergences of one order, or of several at once, that are sums of powers."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.alpha_divergence import ALPHA_DIVERGENCE
from divergences.functionals.tsallis_divergence import TSALLIS_DIVERGENCE


@computes(ALPHA_DIVERGENCE)
def alpha_divergence(
    p: Any,
    q: Any,
    alpha: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Alpha divergence of P from Q: the f-divergences that are powers.

        A_α(P‖Q) = (∑_i p_i^α q_i^(1-α) - 1) / (α (α - 1)) ≥ 0

    It is KL(P‖Q) for order 1, KL(Q‖P) for 0, half of chi-squared for 2, and four times the squared
    Hellinger distance for 1/2. A_α(P‖Q) = A_(1-α)(Q‖P).

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
        The divergence; it has no unit. +inf where p > 0 = q for orders of 1 and above, and where
        q > 0 = p for orders of 0 and below.

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
    The order is regular at 0 and 1: nothing is lost near them. Under JAX, for normalised masses,
    dA/dp_i = ((p_i/q_i)^(alpha-1) - 1) / (alpha - 1) less its mean under P, which at p_i = 0 < q_i
    is -inf for orders up to 1; dA/dq_i = -((p_i/q_i)^alpha - 1) / alpha less its mean under Q. It
    can be differentiated by the order too.

    References
    ----------
    Cichocki & Amari, "Families of alpha- beta- and gamma-divergences", Entropy 12 (2010), eq. 3;
    Cressie & Read, J. R. Statist. Soc. B 46 (1984), with lambda = alpha - 1.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = [0.5, 0.5], [0.25, 0.75]
    >>> float(dv.alpha_divergence(p, q, 1)) == float(dv.kl_divergence(p, q))
    True
    >>> dv.alpha_divergence(p, q, [-1, 0.5, 2])
    array([0.125     , 0.13629669, 0.16666667])
    """
    return dispatch.order_divergence(
        ALPHA_DIVERGENCE, p, q, alpha, None, axis, keepdims, where, method
    )


@computes(TSALLIS_DIVERGENCE)
def tsallis_divergence(
    p: Any,
    q: Any,
    alpha: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Tsallis divergence of P from Q: the alpha divergence times its order.

        T_α(P‖Q) = (∑_i p_i^α q_i^(1-α) - 1) / (α - 1)

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
        The divergence; it has no unit. KL(P‖Q) for order 1; the mass of Q where P has none for 0;
        not positive for negative orders. +inf where p > 0 = q for orders of 1 and above, and -inf
        where q > 0 = p for negative ones.

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
    Under JAX, for normalised masses, dT/dp_i = alpha ((p_i/q_i)^(alpha-1) - 1) / (alpha - 1) and
    dT/dq_i = 1 - (p_i/q_i)^alpha, less their means; at p_i = 0 < q_i the former is -inf for orders
    from 0 to 1. It can be differentiated by the order too.

    References
    ----------
    Tsallis, "Generalized entropy-based criterion for consistent testing", Phys. Rev. E 58 (1998).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.tsallis_divergence([0.5, 0.5], [0.25, 0.75], 2))
    0.333333333333333
    """
    return dispatch.order_divergence(
        TSALLIS_DIVERGENCE, p, q, alpha, None, axis, keepdims, where, method
    )
