"""Entropies: what it takes to say which outcome it was."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.entropy import CROSS_ENTROPY, ENTROPY, ENTROPY_DEFICIT, PERPLEXITY
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER

OF_TWO = "Of two distributions there are kl_divergence(p, q) and cross_entropy(p, q)."


@computes(ENTROPY, OF_TWO)
def entropy(
    p: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Shannon entropy H(P): the expected length of the best code for P.

        H(P) = -∑_i p_i log p_i

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and such a
        formula the result is an `Estimate`.
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
        The entropy, in nats unless `base` is given: 0 for a certain outcome, log n for n equal
        ones.

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
    Near-certain distributions keep full relative accuracy. Under JAX, dH/dp_i = -log p_i - H for
    normalised masses: +inf at p_i = 0; with respect to logits it is 0 there.

    References
    ----------
    Shannon, "A mathematical theory of communication", Bell Syst. Tech. J. 27 (1948), section 6.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.entropy([0.5, 0.25, 0.125, 0.125], base=2))
    1.75
    """
    return dispatch.cross_entropy(p, None, base, axis, keepdims, where, method)


@computes(CROSS_ENTROPY)
def cross_entropy(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Cross-entropy H(P, Q): the expected length, under P, of the code that is best for Q.

        H(P, Q) = -∑_i p_i log q_i = H(P) + KL(P‖Q)

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
        The cross-entropy, in nats unless `base` is given; +inf where p > 0 = q.

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
    Under JAX, for normalised masses, dH/dp_i = -log q_i - H(P, Q) and dH/dq_i = 1 - p_i/q_i; with
    respect to the logits of Q it is q_i - p_i.

    References
    ----------
    Cover & Thomas, "Elements of Information Theory" (2006), theorem 5.4.3.

    Examples
    --------
    Winter's code used in summer:

    >>> import divergences as dv
    >>> summer, winter = [0.5, 0.25, 0.125, 0.125], [0.125, 0.125, 0.25, 0.5]
    >>> float(dv.cross_entropy(summer, winter, base=2))
    2.625
    """
    return dispatch.cross_entropy(p, q, base, axis, keepdims, where, method)


@computes(ENTROPY_DEFICIT)
def entropy_deficit(
    p: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """What the entropy lacks of its greatest value: the divergence from the uniform distribution.

        log n - H(P) = ∑_i p_i log(n p_i)

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and such a
        formula the result is an `Estimate`.
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
        The deficit, in nats unless `base` is given: accurate also for nearly uniform P, where the
        difference of log n and the entropy is rounding noise. n counts the outcomes kept by
        `where`.

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
    Under JAX, the derivative is minus that of the entropy.

    References
    ----------
    Cover & Thomas, "Elements of Information Theory" (2006), theorem 2.6.4.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.entropy_deficit([0.5 + 1e-9, 0.5 - 1e-9]))
    1.9999999978945766e-18
    """
    return dispatch.entropy_deficit(KULLBACK_LEIBLER, p, base, axis, keepdims, where, method)


@computes(PERPLEXITY, OF_TWO)
def perplexity(
    p: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Perplexity: how many equally likely outcomes would be as uncertain.

        exp H(P)

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and such a
        formula the result is an `Estimate`.
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
        Between 1 and the number of outcomes. It has no unit, and no base.

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
    Accurate to a few roundings of the result, where exp of a rounded entropy H loses H of them.
    Under JAX, the derivative is that of the entropy times the perplexity.

    References
    ----------
    Jelinek et al., "Perplexity - a measure of the difficulty of speech recognition tasks", J.
    Acoust. Soc. Am. 62 (1977).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.perplexity([0.5, 0.5]))
    2.0
    """
    return dispatch.perplexity(p, axis, keepdims, where, method)
