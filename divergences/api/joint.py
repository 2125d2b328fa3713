"""Two variables: what is uncertain of both, of one given the other, and what they share."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.mutual_information import (
    CONDITIONAL_ENTROPY,
    JOINT_ENTROPY,
    MUTUAL_INFORMATION,
)

OF_SAMPLES = "Of samples x and y of two variables, pass their pairs: Sample.joint(x, y)."


@computes(JOINT_ENTROPY, OF_SAMPLES)
def joint_entropy(
    p: Any,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Joint entropy H(X, Y) of two variables.

        H(X, Y) = -∑_(x,y) p(x, y) log p(x, y)

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Joint distribution of X and Y. A plain array holds probabilities and must sum to 1, to
        within the root of its dtype's epsilon; a sample of pairs is ``Sample.joint(x, y)``.
        Of counts and samples the result is an `Estimate`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.
    axis : tuple of two ints, default (-2, -1)
        Axes of X and of Y; the result has the axes that are left.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the array; what remains must still sum to 1. What is
        masked in a masked array is left out.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.

    Returns
    -------
    array or Estimate
        The entropy of the pair, in nats unless `base` is given.

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
    Under JAX, the derivative is that of :func:`entropy`.

    References
    ----------
    Cover & Thomas, "Elements of Information Theory" (2006), eq. 2.8.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.joint_entropy([[0.25, 0.25], [0.5, 0.0]], base=2))
    1.5
    """
    return dispatch.cross_entropy(p, None, base, axis, keepdims, where, method)


@computes(CONDITIONAL_ENTROPY, OF_SAMPLES)
def conditional_entropy(
    p: Any,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Conditional entropy H(Y|X): what remains uncertain of Y once X is known.

        H(Y|X) = ∑_(x,y) p(x, y) log(p(x) / p(x, y)) = H(X, Y) - H(X)

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Joint distribution of X and Y. A plain array holds probabilities and must sum to 1, to
        within the root of its dtype's epsilon; a sample of pairs is ``Sample.joint(x, y)``.
        Of counts and samples the result is an `Estimate`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.
    axis : tuple of two ints, default (-2, -1)
        Axes of X and of Y; the result has the axes that are left.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the array; what remains must still sum to 1. What is
        masked in a masked array is left out.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.

    Returns
    -------
    array or Estimate
        The conditional entropy, in nats unless `base` is given: 0 where X determines Y.

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
    No difference of entropies is taken, so a small remainder keeps full relative accuracy. For
    H(X|Y), exchange the axes. Under JAX, dH/dp(x,y) = -log p(y|x) - H for a normalised joint.

    References
    ----------
    Cover & Thomas, "Elements of Information Theory" (2006), eq. 2.12.

    Examples
    --------
    >>> import divergences as dv
    >>> joint = [[0.25, 0.25], [0.5, 0.0]]
    >>> float(dv.conditional_entropy(joint, base=2))
    0.5
    >>> float(dv.conditional_entropy(joint, axis=(1, 0), base=2))
    0.6887218755408672
    """
    return dispatch.conditional_entropy(p, base, axis, keepdims, where, method)


@computes(MUTUAL_INFORMATION, OF_SAMPLES)
def mutual_information(
    p: Any,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Mutual information I(X; Y): what each of two variables tells of the other.

        I(X; Y) = ∑_(x,y) p(x, y) log(p(x, y) / (p(x) p(y))) ≥ 0

    Parameters
    ----------
    p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Joint distribution of X and Y. A plain array holds probabilities and must sum to 1, to
        within the root of its dtype's epsilon; a sample of pairs is ``Sample.joint(x, y)``.
        Of counts and samples the result is an `Estimate`.
    base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.
    axis : tuple of two ints, default (-2, -1)
        Axes of X and of Y; the result has the axes that are left.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the array; what remains must still sum to 1. What is
        masked in a masked array is left out.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.

    Returns
    -------
    array or Estimate
        The information, in nats unless `base` is given: 0 where X and Y are independent.

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
    The product of the marginals is carried in twice the precision, so nearly independent variables
    lose no accuracy. Under JAX, dI/dp(x,y) = log(p(x,y) / p(x) p(y)) - I for a normalised joint.

    An estimate from k by l `Counts` is at most log min(k, l). One from a `Sample` of symbols may be
    larger: there may be symbols that were not seen. Of a symbol and a point, as of a class and a
    measurement, it is the mean divergence of the points of each symbol from all (Ross).

    References
    ----------
    Cover & Thomas, "Elements of Information Theory" (2006), eq. 2.28. Ross, "Mutual information
    between discrete and continuous data sets", PLoS ONE 9 (2014).

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2))
    1.0
    """
    return dispatch.mutual_information(MUTUAL_INFORMATION, p, base, axis, keepdims, where, method)
