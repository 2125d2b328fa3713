"""Estimates of several orders at once, put together from those of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields as dataclass_fields
from functools import partial
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, warnings_of
from divergences.core.score import Score, ScoreEstimate
from divergences.measures import checks
from divergences.numerics.runtime.namespace import is_traced, namespace


def each(alpha: Any, function: Callable[[float], Estimate]) -> Estimate:
    """Apply a function of one order to each of several, which broadcast with its results."""
    if is_traced(alpha):
        raise TypeError(
            "the order of a quantity of distributions cannot be traced by JAX; pass a number. "
            "Parameters of distributions can be differentiated."
        )
    orders = checks.order_of(alpha, np, np.dtype(float))
    if not np.all(np.isfinite(orders)):
        raise ValueError(
            f"alpha is {alpha}; orders of quantities of distributions with a density or infinitely "
            "many outcomes are finite."
        )
    if not orders.ndim:
        return function(float(orders))
    found = {a: function(a) for a in np.unique(orders).tolist()}
    estimates = list(found.values())

    def joined(parts: Sequence[Any]) -> Array | None:
        if any(part is None for part in parts):
            return None
        xp = namespace(*parts)
        shape = np.broadcast_shapes(orders.shape, *(np.shape(part) for part in parts))
        first = xp.broadcast_to(xp.asarray(parts[0]), shape)
        for a, part in zip(found, parts, strict=True):
            first = xp.where(xp.asarray(orders == a), part, first)
        return first

    common = set.intersection(*(set(e.info) for e in estimates))
    result = Estimate(
        joined([e.value for e in estimates]),
        " and ".join(dict.fromkeys(e.method for e in estimates)),
        joined([e.standard_error for e in estimates]),
        joined([e.error_bound for e in estimates]),
        (min(e.bounds[0] for e in estimates), max(e.bounds[1] for e in estimates)),
        {k: joined([e.info[k] for e in estimates]) for k in estimates[0].info if k in common},
        warnings_of(estimates),
        estimates[0].unit,
        estimates[0].n,
    )
    scores = [e for e in estimates if isinstance(e, ScoreEstimate) and e.score is not None]
    if len(scores) < len(estimates):
        return result
    score = Score(*(joined(parts) for parts in zip(*(e.score for e in scores), strict=True)))
    transform = partial(
        _transform, orders, {a: e.transform for a, e in zip(found, scores, strict=True)}
    )
    fields = {field.name: getattr(result, field.name) for field in dataclass_fields(result)}
    return ScoreEstimate(**fields, score=score, transform=transform, nats=scores[0].nats)


def _transform(orders: Array, functions: dict[float, Callable[[Array], Array]], x: Array) -> Array:
    """Return the quantity of each order from the sum that it is a function of."""
    x = np.broadcast_to(x, np.broadcast_shapes(orders.shape, np.shape(x)))
    result = np.array(x, float)
    for order, function in functions.items():
        result = np.where(orders == order, function(x), result)
    return result
