"""Divergences of one order, or of several at once."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.api.shared import documented
from divergences.functionals.alpha_divergence import ALPHA_DIVERGENCE
from divergences.functionals.bhattacharyya import BHATTACHARYYA
from divergences.functionals.renyi_divergence import RENYI_DIVERGENCE
from divergences.functionals.tsallis_divergence import TSALLIS_DIVERGENCE
from divergences.interface import Array, Method


@computes(ALPHA_DIVERGENCE)
@documented
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
    r"""Alpha divergence of P from Q: the f-divergences that are powers.

    .. math:: A_\alpha(P\|Q) = \frac{\sum_i p_i^\alpha q_i^{1-\alpha} - 1}{\alpha(\alpha-1)} \ge 0

    It is KL(P‖Q) for order 1, KL(Q‖P) for 0, half of chi-squared for 2, and four times the squared
    Hellinger distance for 1/2. A_alpha(P‖Q) = A_(1-alpha)(Q‖P).

    Parameters
    ----------
    {p, q}
    {alpha}
    {axis}

    Returns
    -------
    array
        The divergence; it has no unit. +inf where p > 0 = q for orders of 1 and above, and where
        q > 0 = p for orders of 0 and below.

    Raises
    ------
    {raises}

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
    return dispatch.power(ALPHA_DIVERGENCE, p, q, alpha, None, axis, keepdims, where, method)


@computes(TSALLIS_DIVERGENCE)
@documented
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
    r"""Tsallis divergence of P from Q: the alpha divergence times its order.

    .. math:: T_\alpha(P\|Q) = \frac{\sum_i p_i^\alpha q_i^{1-\alpha} - 1}{\alpha-1}

    Parameters
    ----------
    {p, q}
    {alpha}
    {axis}

    Returns
    -------
    array
        The divergence; it has no unit. KL(P‖Q) for order 1; the mass of Q where P has none for 0;
        not positive for negative orders. +inf where p > 0 = q for orders of 1 and above, and -inf
        where q > 0 = p for negative ones.

    Raises
    ------
    {raises}

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
    return dispatch.power(TSALLIS_DIVERGENCE, p, q, alpha, None, axis, keepdims, where, method)


@computes(RENYI_DIVERGENCE)
@documented
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
    r"""Rényi divergence of P from Q.

    .. math:: D_\alpha(P\|Q) = \frac{1}{\alpha-1} \log \sum_i p_i^\alpha q_i^{1-\alpha}

    It does not decrease with the order. It is KL(P‖Q) for order 1, -log Q(p > 0) for 0, and the
    largest log(p/q) for infinity; D_alpha(P‖Q) = alpha D_(1-alpha)(Q‖P) / (1 - alpha).

    Parameters
    ----------
    {p, q}
    {alpha}
    {base}
    {axis}

    Returns
    -------
    array
        The divergence, in nats unless `base` is given. +inf where p > 0 = q for orders of 1 and
        above and on disjoint supports; not positive for negative orders, -inf where q > 0 = p.

    Raises
    ------
    {raises}

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
    return dispatch.power(RENYI_DIVERGENCE, p, q, alpha, base, axis, keepdims, where, method)


@computes(BHATTACHARYYA)
@documented
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
    r"""Bhattacharyya distance: half of the Rényi divergence of order 1/2. It is no metric.

    .. math:: B(P, Q) = -\log \sum_i \sqrt{p_i q_i}

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The distance, in nats unless `base` is given; +inf on disjoint supports.

    Raises
    ------
    {raises}

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
    return dispatch.power(BHATTACHARYYA, p, q, BHATTACHARYYA.order, *how)
