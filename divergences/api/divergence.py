"""Divergences: how far Q is from P, in nats."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.api.shared import documented
from divergences.functionals.jeffreys import JEFFREYS
from divergences.functionals.jensen_shannon import JENSEN_SHANNON, JENSEN_SHANNON_DEFICIT
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
from divergences.interface import Array, Method


@computes(KULLBACK_LEIBLER)
@documented
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
    r"""Kullback-Leibler divergence KL(P‖Q), P first: the price of coding P with Q's code.

    .. math:: \mathrm{KL}(P\|Q) = \sum_i p_i \log\frac{p_i}{q_i} \ge 0

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The divergence, in nats unless `base` is given; +inf where p > 0 = q, and 0 exactly where P
        and Q are equal.

    Raises
    ------
    {raises}

    Notes
    -----
    Each term is p log(p/q) - p + q >= 0, so nearly equal distributions lose no accuracy.
    Under JAX, dKL/dp_i = log(p_i/q_i) - KL and dKL/dq_i = 1 - p_i/q_i for normalised masses. At
    p_i = 0 < q_i the former is -inf, the one-sided limit; with respect to logits it is 0.

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
    """
    return dispatch.perspective(KULLBACK_LEIBLER, p, q, base, axis, keepdims, where, method)


@computes(JEFFREYS)
@documented
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
    r"""Jeffreys divergence J(P, Q): the sum of the Kullback-Leibler divergences both ways.

    .. math::
        J(P, Q) = \mathrm{KL}(P\|Q) + \mathrm{KL}(Q\|P) = \sum_i (p_i - q_i) \log\frac{p_i}{q_i}

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The divergence, in nats unless `base` is given: +inf where one of P and Q excludes an
        outcome that the other allows, and 0 exactly where they are equal. It is the sum, not the
        mean, of the two; it is not the Jensen-Shannon divergence, which is at most log 2.

    Raises
    ------
    {raises}

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
    return dispatch.perspective(JEFFREYS, p, q, base, axis, keepdims, where, method)


@computes(JENSEN_SHANNON)
@documented
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
    r"""Jensen-Shannon divergence JS(P, Q): the mean divergence from the mixture; at most log 2.

    .. math::
        \mathrm{JS}(P_1, \ldots, P_k) = \sum_j w_j \mathrm{KL}(P_j\|M), \qquad M = \sum_j w_j P_j

    Its square root is :func:`jensen_shannon_distance`, a metric.

    Parameters
    ----------
    {p, q}
    *more : array_like, Weights, LogProbs or Logits
        Further distributions.
    weights : array_like, optional
        One weight for each distribution, summing to 1. Default: equal weights.
    {base}
    {axis}

    Returns
    -------
    array
        The divergence, in nats unless `base` is given: 0 exactly where all are equal, and log 2 for
        two distributions on disjoint supports, however far apart (for weights w, their entropy).

    Raises
    ------
    {raises}

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
        return dispatch.perspective(JENSEN_SHANNON, p, q, base, axis, keepdims, where, method)
    ps = (p, q, *more)
    return dispatch.mixture_divergence(
        KULLBACK_LEIBLER, ps, weights, base, axis, keepdims, where, method
    )


@computes(JENSEN_SHANNON_DEFICIT)
@documented
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
    r"""What the Jensen-Shannon divergence lacks of log 2, accurate however small it is.

    .. math::
        \log 2 - \mathrm{JS}(P, Q) = \tfrac12 \sum_i p_i \log\Bigl(1 + \frac{q_i}{p_i}\Bigr)
            + q_i \log\Bigl(1 + \frac{p_i}{q_i}\Bigr)

    The value of a generative adversarial network at its optimal discriminator is minus twice this:
    V(D*) = 2 JS - 2 log 2.

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The deficit, in nats unless `base` is given: log 2 where P = Q, 0 on disjoint supports.

    Raises
    ------
    {raises}

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
    return dispatch.perspective(JENSEN_SHANNON_DEFICIT, p, q, base, axis, keepdims, where, method)
