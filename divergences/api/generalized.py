"""The Jensen-Shannon divergence of two weights, in both conventions that are in use."""

from __future__ import annotations

from typing import Any

from divergences import dispatch
from divergences.api.members import computes
from divergences.core import Array, Method
from divergences.functionals.generalized_jensen_shannon import (
    GENERALIZED_JENSEN_SHANNON,
    GeneralizedJensenShannon,
)
from divergences.measures import checks
from divergences.measures.discrete import is_beside


@computes(GENERALIZED_JENSEN_SHANNON)
def generalized_jensen_shannon_divergence(
    p: Any,
    q: Any,
    weight: Any = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """Jensen-Shannon divergence of P with weight b and Q with weight 1 - b.

        JS_b(P, Q) = b KL(P‖M) + (1 - b) KL(Q‖M),   M = b P + (1 - b) Q

    Two conventions are in use under one name. The plain one vanishes for b = 0 and for b = 1; the
    normalised one, over b (1 - b), turns into the Kullback-Leibler divergences there:

        JS_b(P, Q) / (b (1 - b)) → KL(P‖Q) for b → 0,   → KL(Q‖P) for b → 1

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
    weight : float or array, default 0.5
        The weight b of P, from 0 to 1; an array broadcasts with the batch. For b = 1/2 the plain
        divergence is the Jensen-Shannon divergence, and the normalised one four times that.
    normalized : bool, default False
        Whether to divide by b (1 - b).
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
        The divergence, in nats unless `base` is given. Plain, it is at most the entropy of the
        weights; normalised, it is infinite where the divergence is that it turns into.

    Raises
    ------
    ValueError
        If a mass is negative, a total is not 1, shapes, dimensions or labels do not agree, there
        are no outcomes, or an integral does not show whether it converges. While JAX traces, a
        negative or infinite mass gives NaN instead, and totals are not checked.
    TypeError
        If an array is not of real numbers, or `where` not of booleans, or it is of a library that
        is not served, or records a gradient that is not served.
        Also ValueError if `weight` is not between 0 and 1.

    Notes
    -----
    The ends are exact and nothing cancels near them: b = 1e-12 costs no digit. Under JAX the
    derivative by b is exact as well; that of the normalised divergence at b = 0 is KL(P‖Q) less
    half of Pearson's chi-squared.

    Generalised knowledge distillation (GKD) trains with the plain convention, P being the teacher.
    Implementations of it take b = 0 and b = 1 to mean the two Kullback-Leibler divergences, as in
    the normalised one: their loss jumps there, from nearly nothing to a divergence. Say
    ``normalized=True`` for the family without jumps.

    References
    ----------
    Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Inf. Theory 37 (1991),
    eq. 5.1. Agarwal et al., "On-policy distillation of language models" (2024), eq. 1.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = [0.5, 0.5], [0.25, 0.75]
    >>> float(dv.generalized_jensen_shannon_divergence(p, q, 0.1))
    0.012752
    >>> float(dv.generalized_jensen_shannon_divergence(p, q, 1e-12, normalized=True))
    0.143841
    >>> float(dv.kl_divergence(p, q))
    0.143841
    """
    share = checks.weight(weight, recorded=is_beside(weight, p, q))
    member = GeneralizedJensenShannon(share, bool(normalized))
    return dispatch.f_divergence(member, p, q, base, axis, keepdims, where, method)
