"""Distances: symmetric, and obeying the triangle inequality."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.api.shared import documented
from divergences.functionals.hellinger import HELLINGER
from divergences.functionals.jensen_shannon import JENSEN_SHANNON_DISTANCE
from divergences.functionals.total_variation import TOTAL_VARIATION
from divergences.interface import Array, Method


@computes(JENSEN_SHANNON_DISTANCE)
@documented
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
    r"""Jensen-Shannon distance: the square root of the divergence, a metric.

    .. math:: d(P, Q) = \sqrt{\mathrm{JS}(P, Q)}

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The distance, between 0 and the root of log 2; with `base`, the root of the divergence in
        it.

    Raises
    ------
    {raises}

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
    return dispatch.perspective(JENSEN_SHANNON_DISTANCE, p, q, base, axis, keepdims, where, method)


@computes(HELLINGER)
@documented
def hellinger_distance(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    r"""Hellinger distance H(P, Q), between 0 and 1; a metric.

    .. math:: H(P, Q) = \sqrt{\tfrac12 \sum_i (\sqrt{p_i} - \sqrt{q_i})^2}

    Parameters
    ----------
    {p, q}
    {axis}

    Returns
    -------
    array
        The distance: 0 exactly where P and Q are equal, 1 on disjoint supports. It has no unit.

    Raises
    ------
    {raises}

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
    return dispatch.perspective(HELLINGER, p, q, None, axis, keepdims, where, method)


@computes(TOTAL_VARIATION)
@documented
def total_variation_distance(
    p: Any,
    q: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    r"""Total variation distance TV(P, Q), between 0 and 1: the greatest gap over all events.

    .. math:: \mathrm{TV}(P, Q) = \tfrac12 \sum_i |p_i - q_i| = \max_A |P(A) - Q(A)|

    Parameters
    ----------
    {p, q}
    {axis}

    Returns
    -------
    array
        The distance: 0 exactly where P and Q are equal, 1 on disjoint supports. It has no unit.

    Raises
    ------
    {raises}

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
    return dispatch.perspective(TOTAL_VARIATION, p, q, None, axis, keepdims, where, method)
