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

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.dispatch import finite
from divergences.dispatch.chunked.rows import sides_of, whole_rows
from divergences.dispatch.chunked.sums import sum_of_chunks
from divergences.measures import checks
from divergences.measures.discrete import MEASURES, Weights


def f_divergence(
    member: FDivergence,
    p: Any,
    q: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return an f-divergence of two finite distributions."""
    sides = sides_of({"p": p, "q": q}, axis, where, base, method)
    if sides.are_parts and hasattr(member, "function") and member.parameter is None:
        return sum_of_chunks(
            member, sides, checks.unit_of(base) ** member.laws.unit_power, keepdims
        )
    return whole_rows(partial(finite.f_divergence, member), sides, base, keepdims)


def cross_entropy(
    p: Any, q: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    sides = sides_of({"p": p} if q is None else {"p": p, "q": q}, axis, where, base, method)
    if sides.are_parts:
        return sum_of_chunks(None, sides, checks.unit_of(base), keepdims)
    if q is not None:
        return whole_rows(finite.cross_entropy, sides, base, keepdims)
    return whole_rows(_entropy_of_rows, sides, base, keepdims)


def entropy_deficit(
    member: FDivergence, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    values = p.values if isinstance(p, MEASURES) else p
    ones = import_module("dask.array").ones_like(values, dtype=np.float64)
    return f_divergence(member, p, Weights(ones), base, axis, keepdims, where, method)


def order_divergence(
    member: OrderDivergence,
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


def order_entropy(
    member: OrderEntropy,
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


def information_radius(
    member: FDivergence,
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

    return whole_rows(partial(_radius_of_rows, member, shares), sides, base, keepdims)


def conditional_entropy(
    p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length of the second variable when the first is known."""
    sides = sides_of({"p": p}, axis, where, base, method)
    return whole_rows(finite.conditional_entropy, sides, base, keepdims)


def mutual_information(
    member: FDivergence, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return an f-divergence of a joint distribution and the product of its marginals."""
    sides = sides_of({"p": p}, axis, where, base, method)
    return whole_rows(partial(finite.mutual_information, member), sides, base, keepdims)


def _entropy_of_rows(p: Any, *how: Any) -> Array:
    return finite.cross_entropy(p, None, *how)


def _power(member: OrderDivergence, alpha: float, p: Any, q: Any, *how: Any) -> Array:
    return finite.order_divergence(member, p, q, alpha, *how)


def _power_entropy(member: OrderEntropy, alpha: float, p: Any, *how: Any) -> Array:
    return finite.order_entropy(member, p, alpha, *how)


def _perplexity(p: Any, _base: Any, *how: Any) -> Array:
    return finite.perplexity(p, *how)


def _radius_of_rows(member: FDivergence, shares: Array, *ps_and_how: Any) -> Array:
    return finite.information_radius(member, ps_and_how[:-5], shares, *ps_and_how[-5:])


def _one(alpha: Any) -> float:
    """Return an order, of which there is one."""
    if np.ndim(alpha):
        raise TypeError(
            "alpha is an array; of arrays of Dask pass one order, and stack the results."
        )
    return float(checks.order_of(alpha, np, np.float64))
