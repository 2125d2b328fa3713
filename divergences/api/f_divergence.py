"""Any f-divergence, of a function that the user brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences import dispatch
from divergences.api.generated import generated
from divergences.api.members import member_of
from divergences.core import Array, FDivergence, Method
from divergences.measures.discrete import MEASURES
from divergences.measures.libraries import is_lazy
from divergences.measures.sampled_log_probs import SampledLogProbs
from divergences.measures.top_log_probs import TopLogProbs
from divergences.numerics.runtime.namespace import namespace


def f_divergence(
    p: Any,
    q: Any,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Any = None,
    method: Method | None = None,
) -> Array:
    """f-divergence of P from Q, for a convex function f with f(1) = 0.

        D_f(P‖Q) = ∑_i q_i f(p_i / q_i)

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of counts, samples and
        such formulas the result is an `Estimate`.
    f : callable or str
        The function of an array of ratios u = p/q > 0, elementwise: of NumPy functions for NumPy
        arrays, of ``jax.numpy`` functions for JAX arrays. Or a member of the library: its public
        function, such as ``dv.kl_divergence``, or the name of that.
    derivative : callable, optional
        f', for which JAX arrays have no need.
    at_zero : float, optional
        f(0), the limit for u to 0; it may be inf. Default: found by trying.
    slope_at_infinity : float, optional
        The limit of f(u)/u for u to infinity; it may be inf. Default: found by trying.
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
        The divergence. An outcome with p = 0 < q adds q f(0), one with q = 0 < p adds p times the
        slope at infinity. It has no unit; of a member it is what its function returns, in nats.

    Raises
    ------
    ValueError
        If a mass is negative, a total is not 1, shapes, dimensions or labels do not agree, there
        are no outcomes, or an integral does not show whether it converges. While JAX traces, a
        negative or infinite mass gives NaN instead, and totals are not checked.
    TypeError
        If an array is not of real numbers, or `where` not of booleans, or it is of a library that
        is not served, or records a gradient that is not served.
        Also ValueError if f(1) is not 0, or f is not finite or not convex where it is tried, and
        TypeError if f is neither a function nor a member.

    Notes
    -----
    The sum is of q (f(u) - f'(1) (u - 1)), which is of second order where P and Q are near, so that
    nothing is lost but what f itself loses. That may be much: a formula such as ``u * log(u)`` is
    right to a rounding near u = 1, and of P and Q that differ by a relative delta the divergence
    is then right to a rounding over delta squared. The members of the library are right however
    small delta is. Ratios beyond the range of floats count as its ends,
    and where f(u) overflows f(u)/u is taken to be at its limit.

    Under JAX derivatives are those of f, found by JAX: that by q is f(u) - u f'(u), which cancels
    where u is large. Pass the same function object each time, since each new one is compiled anew.

    References
    ----------
    Csiszár, Studia Sci. Math. Hungar. 2 (1967); Ali & Silvey, J. R. Statist. Soc. B 28 (1966).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = [0.5, 0.5], [0.25, 0.75]
    >>> float(dv.f_divergence(p, q, lambda u: u * np.log(u)))
    0.143841
    >>> float(dv.f_divergence(p, q, dv.kl_divergence))
    0.143841
    """
    member = member_of(f)
    if member is None:
        raw = [
            x.values if isinstance(x, (TopLogProbs, SampledLogProbs, *MEASURES)) else x
            for x in (p, q)
        ]
        xp = namespace(*(x for x in raw if not is_lazy(x)))  # of Dask the chunks are NumPy's
        eps = float(xp.finfo(xp.asarray(1.0).dtype).eps)
        member = generated(f, derivative, at_zero, slope_at_infinity, xp, eps)
    if not isinstance(member, FDivergence):
        raise TypeError(f"{member.name} is no f-divergence; pass one, or a convex function f.")
    return dispatch.f_divergence(member, p, q, None, axis, keepdims, where, method)
