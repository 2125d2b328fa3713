"""Entropies of one order, or of several at once."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.renyi_entropy import RENYI_ENTROPY
from divergences.functionals.tsallis_entropy import TSALLIS_ENTROPY


@computes(RENYI_ENTROPY)
def renyi_entropy(
    p: Any,
    alpha: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Rényi entropy of P.

        H_α(P) = log(∑_i p_i^α) / (1 - α)

    It does not increase with the order. It is the log of the number of possible outcomes for order
    0, Shannon's entropy for 1, and the min-entropy -log max p for infinity.

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and such a
        formula the result is an `Estimate`.
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
        The entropy, in nats unless `base` is given; +inf for negative orders where p = 0.

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
    Nearly certain distributions keep full relative accuracy. Under JAX, with S the sum of powers
    and for normalised masses, dH/dp_i = alpha (p_i^(alpha-1) / S - 1) / (1 - alpha): +inf at
    p_i = 0 for orders from 0 to 1. It can be differentiated by the order too.

    References
    ----------
    Rényi, "On measures of entropy and information", Proc. 4th Berkeley Symp. (1961), eq. 1.21.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> dv.renyi_entropy([0.5, 0.25, 0.25, 0.0], [0, 1, np.inf], base=2)
    array([1.5849625, 1.5      , 1.       ])
    """
    return dispatch.order_entropy(RENYI_ENTROPY, p, alpha, base, axis, keepdims, where, method)


@computes(TSALLIS_ENTROPY)
def tsallis_entropy(
    p: Any,
    alpha: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Tsallis entropy of P.

        T_α(P) = (1 - ∑_i p_i^α) / (α - 1)

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and such a
        formula the result is an `Estimate`.
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
        The entropy; it has no unit. One less than the number of possible outcomes for order 0,
        Shannon's entropy for 1, the Gini-Simpson index for 2; +inf for negative orders where p = 0.

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
    Nearly certain distributions keep full relative accuracy. Under JAX, for normalised masses,
    dT/dp_i = alpha (1 - p_i^(alpha-1)) / (alpha - 1) less its mean: +inf at p_i = 0 for orders from
    0 to 1. It can be differentiated by the order too.

    References
    ----------
    Tsallis, "Possible generalization of Boltzmann-Gibbs statistics", J. Stat. Phys. 52 (1988), eq.
    1.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.tsallis_entropy([0.5, 0.25, 0.25], 2))
    0.625
    """
    return dispatch.order_entropy(TSALLIS_ENTROPY, p, alpha, None, axis, keepdims, where, method)
