"""The Jensen-Shannon divergence, its root, and what it lacks of log 2."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.jensen_shannon import (
    JENSEN_SHANNON,
    JENSEN_SHANNON_DEFICIT,
    JENSEN_SHANNON_DISTANCE,
)
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER


@computes(JENSEN_SHANNON)
def jensen_shannon_divergence(
    p: Any,
    q: Any,
    *more: Any,
    weights: Any = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Jensen-Shannon divergence JS(P, Q): the mean divergence from the mixture; at most log 2.

        JS(P_1, ..., P_k) = ∑_j w_j KL(P_j‖M),   M = ∑_j w_j P_j

    Its square root is :func:`jensen_shannon_distance`, a metric.

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
    *more : array_like, Weights, LogProbs or Logits
        Further distributions.
    weights : array_like, optional
        One weight for each distribution, summing to 1. Default: equal weights.
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
        The divergence, in nats unless `base` is given: 0 exactly where all are equal, and log 2 for
        two distributions on disjoint supports, however far apart (for weights w, their entropy).

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
    For two distributions the result is symmetric bit for bit. Under JAX,
    dJS/dp_i = (log(p_i/m_i) - KL(P‖M)) / 2 for normalised masses, and -inf at p_i = 0 < q_i, the
    one-sided limit. That "JS has no gradient on disjoint supports" is true of logits, where it is
    0, and of parameters that move the support, not of masses.

    *Estimates*: of samples of points, any number of them, ``methods.NearestNeighbours()`` is the
    default; of two vectors of counts ``methods.Jackknife()``; of three and more, or with weights,
    ``methods.MillerMadow()``.

    References
    ----------
    Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Inf. Theory 37 (1991),
    eq. 4.1 and 5.1.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.jensen_shannon_divergence([1.0, 0.0], [0.0, 1.0], base=2))
    1.0
    >>> p = [0.5, 0.5]
    >>> float(dv.jensen_shannon_divergence(p, [0.5, 0.4999999999999999]) > 0)
    1.0
    """
    if not more and weights is None:
        return dispatch.f_divergence(JENSEN_SHANNON, p, q, base, axis, keepdims, where, method)
    for one in more:
        if isinstance(one, str | int | float):
            raise TypeError(f"{one!r} is no distribution; pass options by name, as base=2.")
    ps = (p, q, *more)
    return dispatch.information_radius(
        KULLBACK_LEIBLER, ps, weights, base, axis, keepdims, where, method
    )


@computes(JENSEN_SHANNON_DISTANCE, "The third argument of SciPy's jensenshannon is base=.")
def jensen_shannon_distance(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Jensen-Shannon distance: the square root of the divergence, a metric.

        d(P, Q) = √(JS(P, Q))

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
        The distance, between 0 and the root of log 2; with `base`, the root of the divergence in
        it.

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
    Under JAX the derivative is that of the divergence over twice the distance. Where P = Q the
    distance has a kink; its derivative there is given as 0, the least subgradient.

    References
    ----------
    Endres & Schindelin, "A new metric for probability distributions", IEEE Trans. Inf. Theory 49
    (2003).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.jensen_shannon_distance([1.0, 0.0], [0.5, 0.5], base=2))
    0.5579230452841439
    """
    return dispatch.f_divergence(JENSEN_SHANNON_DISTANCE, p, q, base, axis, keepdims, where, method)


@computes(JENSEN_SHANNON_DEFICIT)
def jensen_shannon_deficit(
    p: Any,
    q: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """What the Jensen-Shannon divergence lacks of log 2, accurate however small it is.

        log 2 - JS(P, Q) = ½ ∑_i T(p_i, q_i),   T(p, q) = p log(1 + q / p) + q log(1 + p / q)

    The value of a generative adversarial network at its optimal discriminator is minus twice this:
    V(D*) = 2 JS - 2 log 2.

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
        The deficit, in nats unless `base` is given: log 2 where P = Q, 0 on disjoint supports.

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
    Under JAX, the derivative is minus that of the divergence.

    References
    ----------
    Goodfellow et al., "Generative adversarial nets" (2014), theorem 1.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = [1.0 - 1e-30, 1e-30], [1e-30, 1.0 - 1e-30]
    >>> float(dv.jensen_shannon_deficit(p, q))
    7.007755278982138e-29
    """
    return dispatch.f_divergence(JENSEN_SHANNON_DEFICIT, p, q, base, axis, keepdims, where, method)
