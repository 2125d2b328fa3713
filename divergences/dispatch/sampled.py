"""Log-probabilities of sampled tokens: each family is estimated token by token."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.dispatch.call import Call, Families
from divergences.measures import array_likes, checks
from divergences.methods.sampled_log_ratio import SampledLogRatio
from divergences.numerics.runtime.namespace import (
    as_array,
    as_scalar,
    cast,
    is_traced,
    namespace,
    result_dtype,
    working_dtype,
)


def f_divergence(call: Call) -> Array:
    """Estimate an f-divergence of two distributions from each token."""
    unit = _unit(call)
    x, y, xp, dtype = _arrays(call)
    value = _chosen(call.options.method).f_divergence(call.member, x, y, xp)
    return _present(value / unit, xp, dtype)


def order_divergence(call: Call) -> Array:
    """Estimate a quantity of the power family from each token."""
    unit = _unit(call)
    x, y, xp, dtype = _arrays(call)
    value = _chosen(call.options.method).order_divergence(call.member, x, y, call.alpha, xp)
    return _present(value / unit, xp, dtype)


FAMILIES: Families = {"f_divergence": f_divergence, "order_divergence": order_divergence}


def _unit(call: Call) -> float:
    _, axis, keepdims, where, _ = call.options
    if axis != -1 or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of outcomes, and sampled tokens have one "
            "value each: leave them out, and take means of what you keep of the result."
        )
    return call.unit**call.unit_power


def _chosen(method: Any) -> SampledLogRatio:
    if method is None:
        return SampledLogRatio()
    if not isinstance(method, SampledLogRatio):
        raise TypeError(f"{method!r} is no method for sampled tokens; SampledLogRatio is.")
    return method


def _arrays(call: Call) -> tuple[Array, Array, Any, Any]:
    """Return both arrays of logs in the precision of the computation, and the result's dtype."""
    raw = {name: x.values for name, x in call.measures.items()}
    for name, x in raw.items():
        array_likes.unmasked(name, x, recorded=True)
        array_likes.unlabelled(name, x)
    xp = namespace(*raw.values())
    arrays = {}
    for name, x in raw.items():
        scalar = np.ndim(x) == 0
        if scalar:
            x = as_array(x, xp)[None]
        x = checks.numeric(name, x, xp, recorded=True)
        arrays[name] = xp.reshape(x, ()) if scalar else x
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
    return as_scalar(cast(value, dtype, xp), xp)
