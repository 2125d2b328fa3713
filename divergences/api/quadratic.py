"""Squared differences: divergences that are of second degree in p - q everywhere."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.chi_squared import CHI_SQUARED
from divergences.functionals.triangular import TRIANGULAR


@computes(CHI_SQUARED)
def chi_squared_divergence(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Pearson's chi-squared divergence of P from Q, whose masses are the denominators.

        χ²(P‖Q) = ∑_i (p_i - q_i)² / q_i = ∑_i p_i² / q_i - 1

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
        The divergence: +inf where p > 0 = q, and 0 exactly where P and Q are equal. It has no
        unit. Neyman's chi-squared is that of (Q, P). With P the observed frequencies of n trials,
        Pearson's statistic is n times this.

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
    Under JAX, the derivative by p_i is 2 (p_i/q_i - 1 - chi^2) and that by q_i is
    1 + chi^2 - p_i^2/q_i^2 for normalised masses, -inf at q_i = 0 < p_i.

    References
    ----------
    Pearson, Phil. Mag. 50 (1900); Csiszár, Studia Sci. Math. Hungar. 2 (1967).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.chi_squared_divergence([0.5, 0.5], [0.25, 0.75]))
    0.333333
    >>> float(dv.chi_squared_divergence([0.5, 0.5], [1.0, 0.0]))
    inf
    """
    return dispatch.f_divergence(CHI_SQUARED, p, q, None, axis, keepdims, where, method)


@computes(TRIANGULAR)
def triangular_discrimination(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Triangular discrimination of P and Q, between 0 and 2; its square root is a metric.

        Δ(P, Q) = ∑_i (p_i - q_i)² / (p_i + q_i)

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
        The discrimination: 0 exactly where P and Q are equal, 2 on disjoint supports. It has no
        unit. Le Cam's and Vincze's divergence is half of it.

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
    The result is symmetric bit for bit. Under JAX, with v_i = (p_i - q_i)/(p_i + q_i), the
    derivative by p_i is v_i (2 - v_i), less its mean under P: -3 less that mean at p_i = 0 < q_i.

    References
    ----------
    Topsøe, "Some inequalities for information divergence and related measures of discrimination",
    IEEE Trans. Inf. Theory 46 (2000).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.triangular_discrimination([0.5, 0.5], [1.0, 0.0]))
    0.666667
    """
    return dispatch.f_divergence(TRIANGULAR, p, q, None, axis, keepdims, where, method)
