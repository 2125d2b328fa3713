"""The Kullback-Leibler divergence, one way and both ways."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.jeffreys import JEFFREYS
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER


@computes(KULLBACK_LEIBLER)
def kl_divergence(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Kullback-Leibler divergence KL(P‖Q), P first: the price of coding P with Q's code.

        KL(P‖Q) = ∑_i p_i log(p_i / q_i) ≥ 0

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
        The divergence, in nats unless `base` is given; +inf where p > 0 = q, and 0 exactly where P
        and Q are equal.

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
    Each term is p log(p/q) - p + q >= 0, so nearly equal distributions lose no accuracy.
    Under JAX, dKL/dp_i = log(p_i/q_i) - KL and dKL/dq_i = 1 - p_i/q_i for normalised masses. At
    p_i = 0 < q_i the former is -inf, the one-sided limit; with respect to logits it is 0.

    *Goodness of fit*: `Counts` beside known probabilities, or a `Sample` of points beside a
    `Distribution`, give an estimate; of counts ``method=methods.Permutation()`` has a p-value.

    References
    ----------
    Kullback & Leibler, "On information and sufficiency", Ann. Math. Statist. 22 (1951), eq. 2.4.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.kl_divergence([0.5, 0.5], [0.25, 0.75]))
    0.14384103622589045
    >>> float(dv.kl_divergence([0.5, 0.5], [1.0, 0.0]))
    inf
    >>> dv.kl_divergence(dv.Counts([60, 25, 15]), [0.5, 0.3, 0.2])
    0.010 ± 0.018 nat (Jackknife; n = 100)
    """
    return dispatch.f_divergence(KULLBACK_LEIBLER, p, q, base, axis, keepdims, where, method)


@computes(JEFFREYS)
def jeffreys_divergence(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Jeffreys divergence J(P, Q): the sum of the Kullback-Leibler divergences both ways.

        J(P, Q) = KL(P‖Q) + KL(Q‖P) = ∑_i (p_i - q_i) log(p_i / q_i)

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
        The divergence, in nats unless `base` is given: +inf where one of P and Q excludes an
        outcome that the other allows, and 0 exactly where they are equal. It is the sum, not the
        mean, of the two; it is not the Jensen-Shannon divergence, which is at most log 2.

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
    The result is symmetric bit for bit. Under JAX, dJ/dp_i = log(p_i/q_i) + 1 - q_i/p_i - KL(P‖Q)
    for normalised masses, and -inf at p_i = 0 < q_i, the one-sided limit.

    References
    ----------
    Jeffreys, "An invariant form for the prior probability in estimation problems", Proc. R. Soc. A
    186 (1946).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.jeffreys_divergence([0.5, 0.5], [0.25, 0.75]))
    0.2746530721670274
    """
    return dispatch.f_divergence(JEFFREYS, p, q, base, axis, keepdims, where, method)
