"""Log-probabilities of sampled tokens: each family is estimated token by token."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence
from divergences.measures import array_likes, checks
from divergences.measures.sampled_log_probs import SampledLogProbs
from divergences.methods.sampled_log_ratio import SampledLogRatio
from divergences.numerics.runtime.namespace import is_traced, namespace, result_dtype, working_dtype


def f_divergence(
    member: FDivergence,
    p: SampledLogProbs,
    q: SampledLogProbs,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Estimate an f-divergence of two distributions from each token."""
    unit = _unit(member, base, axis, keepdims, where)
    x, y, xp, dtype = _arrays(p, q)
    return _present(_chosen(method).f_divergence(member, x, y, xp) / unit, xp, dtype)


def order_divergence(
    member: OrderDivergence,
    p: SampledLogProbs,
    q: SampledLogProbs,
    alpha: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Estimate a quantity of the power family from each token."""
    unit = _unit(member, base, axis, keepdims, where)
    x, y, xp, dtype = _arrays(p, q)
    return _present(_chosen(method).order_divergence(member, x, y, alpha, xp) / unit, xp, dtype)


def _unit(member: Any, base: Any, axis: Any, keepdims: bool, where: Any) -> float:
    if axis != -1 or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of outcomes, and sampled tokens have one "
            "value each: leave them out, and take means of what you keep of the result."
        )
    return checks.unit_of(base) ** member.laws.unit_power


def _chosen(method: Any) -> SampledLogRatio:
    if method is None:
        return SampledLogRatio()
    if not isinstance(method, SampledLogRatio):
        raise TypeError(f"{method!r} is no method for sampled tokens; SampledLogRatio is.")
    return method


def _arrays(p: SampledLogProbs, q: SampledLogProbs) -> tuple[Array, Array, Any, Any]:
    """Return both arrays of logs in the precision of the computation, and the result's dtype."""
    raw = {"p": p.values, "q": q.values}
    for name, x in raw.items():
        array_likes.unmasked(name, x)
        array_likes.unlabelled(name, x)
    xp = namespace(*raw.values())
    arrays = {}
    for name, x in raw.items():
        scalar = np.ndim(x) == 0
        x = checks.numeric(name, xp.asarray(x)[None] if scalar else x, xp)
        arrays[name] = x[0] if scalar and xp is not np else x.reshape(()) if scalar else x
    try:
        np.broadcast_shapes(*(tuple(x.shape) for x in arrays.values()))
    except ValueError:
        shapes = " and ".join(str(tuple(x.shape)) for x in arrays.values())
        raise ValueError(
            f"p and q have shapes {shapes}; pass the log-probabilities of the same tokens."
        ) from None
    dtype = result_dtype(xp, *arrays.values())
    sides = []
    for name, x in arrays.items():
        unit = checks.tolerance(x, xp)
        x = xp.astype(x, working_dtype(xp, dtype))
        if not is_traced(x) and bool(xp.any(x > unit)):
            raise ValueError(
                f"{name} has the log-probability {float(xp.max(x))!r}; it is at most 0. Take it "
                "from log_softmax of all logits."
            )
        sides.append(x)
    return sides[0], sides[1], xp, dtype


def _present(value: Array, xp: Any, dtype: Any) -> Array:
    if xp is np:
        return value.astype(dtype)[()]
    return value if value.dtype == dtype else xp.astype(value, dtype)
