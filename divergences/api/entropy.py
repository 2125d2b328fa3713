"""Entropies: what it takes to say which outcome it was."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.api.shared import documented
from divergences.functionals.entropy import CROSS_ENTROPY, ENTROPY, ENTROPY_DEFICIT, PERPLEXITY
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
from divergences.interface import Array, Method


@computes(ENTROPY)
@documented
def entropy(
    p: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    r"""Shannon entropy H(P): the expected length of the best code for P.

    .. math:: H(P) = -\sum_i p_i \log p_i

    Parameters
    ----------
    {p}
    {base}
    {axis}

    Returns
    -------
    array
        The entropy, in nats unless `base` is given: 0 for a certain outcome, log n for n equal
        ones.

    Raises
    ------
    {raises}

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
    return dispatch.mean_code_length(p, None, base, axis, keepdims, where, method)


@computes(CROSS_ENTROPY)
@documented
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
    r"""Cross-entropy H(P, Q): the expected length, under P, of the code that is best for Q.

    .. math:: H(P, Q) = -\sum_i p_i \log q_i = H(P) + \mathrm{KL}(P\|Q)

    Parameters
    ----------
    {p, q}
    {base}
    {axis}

    Returns
    -------
    array
        The cross-entropy, in nats unless `base` is given; +inf where p > 0 = q.

    Raises
    ------
    {raises}

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
    return dispatch.mean_code_length(p, q, base, axis, keepdims, where, method)


@computes(ENTROPY_DEFICIT)
@documented
def entropy_deficit(
    p: Any,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    r"""What the entropy lacks of its greatest value: the divergence from the uniform distribution.

    .. math:: \log n - H(P) = \sum_i p_i \log(n p_i)

    Parameters
    ----------
    {p}
    {base}
    {axis}

    Returns
    -------
    array
        The deficit, in nats unless `base` is given: accurate also for nearly uniform P, where the
        difference of log n and the entropy is rounding noise. n counts the outcomes kept by
        `where`.

    Raises
    ------
    {raises}

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
    return dispatch.from_uniform(KULLBACK_LEIBLER, p, base, axis, keepdims, where, method)


@computes(PERPLEXITY)
@documented
def perplexity(
    p: Any,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    r"""Perplexity: how many equally likely outcomes would be as uncertain.

    .. math:: \exp H(P)

    Parameters
    ----------
    {p}
    {axis}

    Returns
    -------
    array
        Between 1 and the number of outcomes. It has no unit, and no base.

    Raises
    ------
    {raises}

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
