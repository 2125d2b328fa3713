"""Arrays of Dask: lazy in, lazy out, and no more in memory than the chunks at work.

Where the outcomes of a distribution lie in one chunk, each chunk is given to the function for NumPy
arrays. Where they lie in several, entropies and f-divergences of masses are sums of what chunks
contribute; for all else chunks are first joined along the outcomes.
"""

from __future__ import annotations

from importlib import import_module

import numpy as np

from divergences.core import Array
from divergences.dispatch.call import Call, Families
from divergences.dispatch.chunked.rows import sides_of, whole_rows
from divergences.dispatch.chunked.sums import sum_of_chunks
from divergences.measures import checks
from divergences.measures.discrete import Weights, values_of


def f_divergence(call: Call) -> Array:
    """Return an f-divergence of two finite distributions."""
    sides = sides_of(call)
    member = call.member
    if sides.are_parts and hasattr(member, "function") and member.parameter is None:
        return sum_of_chunks(member, sides, call.unit**call.unit_power, call.options.keepdims)
    return whole_rows(call, sides)


def cross_entropy(call: Call) -> Array:
    """Return the cross-entropy of P and Q, or the entropy of P if there is no Q."""
    sides = sides_of(call)
    if sides.are_parts:
        return sum_of_chunks(None, sides, call.unit, call.options.keepdims)
    return whole_rows(call, sides)


def entropy_deficit(call: Call) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    p = call.measures["p"]
    ones = import_module("dask.array").ones_like(values_of(p), dtype=np.float64)
    measures = {"p": p, "q": Weights(ones)}
    return f_divergence(call._replace(family="f_divergence", measures=measures))


def of_one_order(call: Call) -> Array:
    """Return a quantity of one order."""
    sides = sides_of(call)
    if np.ndim(call.alpha):
        raise TypeError(
            "alpha is an array; of arrays of Dask pass one order, and stack the results."
        )
    alpha = float(checks.order_of(call.alpha, np, np.float64))
    return whole_rows(call._replace(alpha=alpha), sides)


def information_radius(call: Call) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    sides = sides_of(call)
    if call.weights is not None:
        shares = checks.shares(np.asarray(call.weights), len(call.measures))
        call = call._replace(weights=shares)
    return whole_rows(call, sides)


def of_rows(call: Call) -> Array:
    """Return a quantity of whole distributions."""
    return whole_rows(call, sides_of(call))


FAMILIES: Families = {
    "f_divergence": f_divergence,
    "order_divergence": of_one_order,
    "order_entropy": of_one_order,
    "cross_entropy": cross_entropy,
    "perplexity": of_rows,
    "entropy_deficit": entropy_deficit,
    "information_radius": information_radius,
    "conditional_entropy": of_rows,
    "mutual_information": of_rows,
}
