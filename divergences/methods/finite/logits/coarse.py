"""Some outcomes of a distribution, and all others as one: the arithmetic of coarsening."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.numerics.differentiable import differentiates
from divergences.numerics.floats.sums import linear_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend


def with_rest(values: Array, xp: Any) -> Array:
    """Return the logs of K probabilities, and of one less their sum; outcomes are last.

    Rounding tells no rest below two epsilon from zero.
    """
    if backend(xp).compiles:
        from divergences.methods.finite.logits.differentiable.coarse import log_rest

        return xp.concat([values, log_rest(values)[..., None]], axis=-1)
    rest = 1.0 - pairwise_sum(xp.exp(values), xp)
    some = ~(rest < 2.0 * float(xp.finfo(values.dtype).eps))  # NaN stays
    logs = xp.where(some, xp.log(xp.where(some, rest, 1.0)), -xp.inf)
    return xp.concat([values, logs[..., None]], axis=-1)


def coarsened(x: Array, indices: Array, is_log: bool, temperature: Any, xp: Any) -> Array:
    """Return the entries of x, masses or logs, at `indices`, and the total of all others.

    Outcomes are last; the other axes broadcast. Logs are divided by the `temperature`, unless it
    is None.
    """
    if backend(xp).compiles and is_log:
        from divergences.methods.finite.logits.differentiable.coarse import of_logits

        return of_logits(x, indices, temperature)
    x = x if temperature is None else x / temperature
    batch = np.broadcast_shapes(tuple(x.shape[:-1]), tuple(indices.shape[:-1]))
    x = xp.broadcast_to(x, (*batch, x.shape[-1]))
    indices = xp.broadcast_to(indices, (*batch, indices.shape[-1]))
    chosen = xp.take_along_axis(x, indices, axis=-1)
    if x.shape[-1] == indices.shape[-1]:
        return chosen
    others = _without(x, indices, -xp.inf if is_log else 0.0, xp)
    if not is_log:
        rest = linear_sum(others, xp) if backend(xp).compiles else pairwise_sum(others, xp)
    else:
        top = xp.max(others, axis=-1, keepdims=True)
        top = xp.where(xp.isinf(top), 0.0, top)
        total = pairwise_sum(xp.exp(others - top), xp)
        some = total != 0  # the derivative of log 0 would be NaN
        rest = xp.where(some, top[..., 0] + xp.log(xp.where(some, total, 1.0)), -xp.inf)
    return xp.concat([chosen, rest[..., None]], axis=-1)


def _without(x: Array, indices: Array, fill: float, xp: Any) -> Array:
    """Return x with the entries at `indices` replaced."""
    if backend(xp).compiles:
        return xp.put_along_axis(x, indices, fill, axis=-1, inplace=False)
    if backend(xp).native:
        x = x.copy()
        np.put_along_axis(x, indices, fill, axis=-1)
        return x
    if differentiates(xp):  # PyTorch
        return x.scatter(-1, indices, fill)
    positions = xp.arange(x.shape[-1])
    for k in range(indices.shape[-1]):
        x = xp.where(positions == indices[..., k : k + 1], fill, x)
    return x
