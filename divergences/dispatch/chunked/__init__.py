"""Arrays of Dask: lazy in, lazy out, and no more in memory than the chunks at work.

Where the outcomes of a distribution lie in one chunk, each chunk is given to the function for NumPy
arrays. Where they lie in several, entropies and f-divergences of masses are sums of what chunks
contribute; for all else chunks are first joined along the outcomes.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from divergences.dispatch import finite
from divergences.dispatch.chunked.rows import sides_of, whole_rows
from divergences.dispatch.chunked.sums import sum_of_chunks
from divergences.interface import Array, Perspective
from divergences.interface.order import Power, PowerEntropy
from divergences.measures import checks
from divergences.measures.discrete import MEASURES, Weights


def perspective(
    member: Perspective,
    p: Any,
    q: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return a perspective of two finite distributions."""
    sides = sides_of({"p": p, "q": q}, axis, where, base, method)
    if sides.are_parts and hasattr(member, "function") and member.parameter is None:
        return sum_of_chunks(
            member, sides, checks.unit_of(base) ** member.laws.unit_power, keepdims
        )
    return whole_rows(partial(finite.perspective, member), sides, base, keepdims)


def mean_code_length(
    p: Any, q: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    sides = sides_of({"p": p} if q is None else {"p": p, "q": q}, axis, where, base, method)
    if sides.are_parts:
        return sum_of_chunks(None, sides, checks.unit_of(base), keepdims)
    if q is not None:
        return whole_rows(finite.mean_code_length, sides, base, keepdims)
    return whole_rows(_own_length, sides, base, keepdims)


def from_uniform(
    member: Perspective, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return a perspective of P and the uniform distribution on the outcomes kept."""
    values = p.values if isinstance(p, MEASURES) else p
    ones = import_module("dask.array").ones_like(values, dtype=np.float64)
    return perspective(member, p, Weights(ones), base, axis, keepdims, where, method)


def power(
    member: Power,
    p: Any,
    q: Any,
    alpha: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return a quantity of the power family, of one order."""
    sides = sides_of({"p": p, "q": q}, axis, where, base, method)
    return whole_rows(partial(_power, member, _one(alpha)), sides, base, keepdims)


def power_entropy(
    member: PowerEntropy,
    p: Any,
    alpha: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return an entropy of one order."""
    sides = sides_of({"p": p}, axis, where, base, method)
    return whole_rows(partial(_power_entropy, member, _one(alpha)), sides, base, keepdims)


def perplexity(p: Any, axis: Any, keepdims: bool, where: Any, method: Any) -> Array:
    """Return exp of the mean code length of P in its own code."""
    sides = sides_of({"p": p}, axis, where, None, method)
    return whole_rows(_perplexity, sides, None, keepdims)


def mixture_divergence(
    member: Perspective,
    ps: tuple[Any, ...],
    weights: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    names = ["p", "q", *(f"more[{i}]" for i in range(len(ps) - 2))]
    sides = sides_of(dict(zip(names, ps, strict=True)), axis, where, base, method)
    shares = None if weights is None else checks.shares(np.asarray(weights), len(ps))

    return whole_rows(partial(_mixture_divergence, member, shares), sides, base, keepdims)


def conditional_code_length(
    p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length of the second variable when the first is known."""
    sides = sides_of({"p": p}, axis, where, base, method)
    return whole_rows(finite.conditional_code_length, sides, base, keepdims)


def dependence(
    member: Perspective, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return a perspective of a joint distribution and the product of its marginals."""
    sides = sides_of({"p": p}, axis, where, base, method)
    return whole_rows(partial(finite.dependence, member), sides, base, keepdims)


def _own_length(p: Any, *how: Any) -> Array:
    return finite.mean_code_length(p, None, *how)


def _power(member: Power, alpha: float, p: Any, q: Any, *how: Any) -> Array:
    return finite.power(member, p, q, alpha, *how)


def _power_entropy(member: PowerEntropy, alpha: float, p: Any, *how: Any) -> Array:
    return finite.power_entropy(member, p, alpha, *how)


def _perplexity(p: Any, _base: Any, *how: Any) -> Array:
    return finite.perplexity(p, *how)


def _mixture_divergence(member: Perspective, shares: Array, *ps_and_how: Any) -> Array:
    return finite.mixture_divergence(member, ps_and_how[:-5], shares, *ps_and_how[-5:])


def _one(alpha: Any) -> float:
    """Return an order, of which there is one."""
    if np.ndim(alpha):
        raise TypeError(
            "alpha is an array; of arrays of Dask pass one order, and stack the results."
        )
    return float(checks.order_of(alpha, np, np.float64))
