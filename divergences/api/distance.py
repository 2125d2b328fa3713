"""Distances: symmetric, and obeying the triangle inequality."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.hellinger import HELLINGER
from divergences.functionals.total_variation import TOTAL_VARIATION


@computes(HELLINGER)
def hellinger_distance(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Hellinger distance H(P, Q), between 0 and 1; a metric.

        H(P, Q) = √(½ ∑_i (√(p_i) - √(q_i))²)

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
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
        The distance: 0 exactly where P and Q are equal, 1 on disjoint supports. It has no unit.

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
    Under JAX, dH/dp_i = (1 - H^2 - sqrt(q_i/p_i)) / 4H for normalised masses: -inf at p_i = 0 <
    q_i. Where P = Q the distance has a kink; its derivative there is given as 0, the least
    subgradient.

    References
    ----------
    Le Cam, "Asymptotic Methods in Statistical Decision Theory" (1986), section 4.2.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.hellinger_distance([0.5, 0.5], [1.0, 0.0]))
    0.541196100146197
    """
    return dispatch.f_divergence(HELLINGER, p, q, None, axis, keepdims, where, method)


@computes(TOTAL_VARIATION)
def total_variation_distance(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Total variation distance TV(P, Q), between 0 and 1: the greatest gap over all events.

        TV(P, Q) = ½ ∑_i |p_i - q_i| = max_A |P(A) - Q(A)|

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
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
        The distance: 0 exactly where P and Q are equal, 1 on disjoint supports. It has no unit.

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
    Under JAX, dTV/dp_i is half the sign of p_i - q_i, less its mean under P; the sign is 0, the
    least subgradient, where p_i = q_i.

    References
    ----------
    Levin & Peres, "Markov Chains and Mixing Times" (2017), proposition 4.2.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.total_variation_distance([0.5, 0.5], [1.0, 0.0]))
    0.5
    """
    return dispatch.f_divergence(TOTAL_VARIATION, p, q, None, axis, keepdims, where, method)
