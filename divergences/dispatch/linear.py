"""Logits known by their factors: each family is computed block by block of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.dispatch import finite, top
from divergences.dispatch.call import Call, Families, Options
from divergences.measures import checks
from divergences.measures.discrete import Logits, LogProbs
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.shards import whole
from divergences.measures.top_log_probs import TopLogProbs
from divergences.methods.finite.logits import linear
from divergences.numerics.differentiable import differentiates, library
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    as_array,
    as_scalar,
    cast,
    namespace,
    result_dtype,
    working_dtype,
)

Function = Callable[..., Array]


def evaluate(call: Call) -> Array:
    """Return a quantity of measures, of which one at least is known by factors."""
    _, axis, keepdims, where, _ = call.options
    if axis != -1 or where is not None:
        raise ValueError(
            "LinearLogits has its outcomes along the last axis, and masks them by a bias of -inf; "
            "leave axis and where out."
        )
    named, measures = call.measures, tuple(call.measures.values())
    lengths = {name: _outcomes(name, x) for name, x in named.items()}
    sizes = {n for n in lengths.values() if n is not None}
    if len(sizes) > 1:
        listed = " and ".join(f"{name} ({n})" for name, n in lengths.items())
        raise ValueError(f"{listed} have different numbers of outcomes; give both the same.")
    arrays = [a for x in measures for a in _arrays(x)]
    xp = namespace(*arrays)
    for name, x in named.items():
        _check(name, x, next(iter(sizes)), xp)
    options = call.options._replace(keepdims=False)
    of_block = _OfBlock(call.family, call.member, tuple(named), options, call.alpha)
    if backend(xp).compiles:
        from divergences.methods.finite.logits.differentiable.linear import by_tokens

        value = by_tokens(of_block, measures)
    else:
        value = _in_turn(of_block, measures, arrays, xp)
    return value[..., None] if keepdims else value


def of_orders(call: Call) -> Array:
    """Return a quantity of one order."""
    alpha = call.alpha
    if isinstance(alpha, bool) or not isinstance(alpha, int | float):
        raise TypeError(f"alpha is {alpha!r}; pass one number for LinearLogits.")
    return evaluate(call._replace(alpha=float(alpha)))


FAMILIES: Families = {
    "f_divergence": evaluate,
    "order_divergence": of_orders,
    "order_entropy": of_orders,
    "cross_entropy": evaluate,
    "perplexity": evaluate,
    "entropy_deficit": evaluate,
}


@dataclass(frozen=True)
class _OfBlock:
    """The call for the rows of a block: what is compiled for it is kept for equal ones."""

    family: str
    member: Any
    names: tuple[str, ...]
    options: Options
    alpha: float | None

    def __call__(self, *measures: Any) -> Array:
        handler = top if any(isinstance(x, TopLogProbs) for x in measures) else finite
        named = dict(zip(self.names, measures, strict=True))
        call = Call(self.family, self.member, named, self.options, self.alpha)
        return handler.FAMILIES[self.family](call)


def _arrays(x: Any) -> list[Array]:
    """Return the arrays of floats of a measure."""
    found = (x.hidden, x.matrix, x.bias) if isinstance(x, LinearLogits) else (x.values,)
    return [a for a in found if a is not None]


def _outcomes(name: str, x: Any) -> int | None:
    """Return the number of outcomes, None if it is not known."""
    if isinstance(x, LinearLogits):
        return np.shape(x.matrix)[1]
    if isinstance(x, Logits | LogProbs):
        whole(x)
        shape = np.shape(x.values)
        if not shape:
            raise ValueError(f"{name} is a scalar; pass an array with an axis of outcomes.")
        return shape[-1]
    if isinstance(x, TopLogProbs):
        return None
    raise TypeError(
        f"{name} is {type(x).__name__}; beside LinearLogits pass LinearLogits, Logits, LogProbs or "
        "TopLogProbs."
    )


def _check(name: str, x: Any, outcomes: int, xp: Any) -> None:
    """Refuse what can be known to be wrong before JAX traces the blocks."""
    if isinstance(x, LinearLogits):
        return
    values = checks.numeric(name, x.values, xp, recorded=True)
    unit = checks.tolerance(values, xp)
    if isinstance(x, TopLogProbs):
        top.check(name, xp.asarray(x.indices), values, outcomes, unit, xp)
        return
    working = working_dtype(xp, result_dtype(xp, values))
    checks.logs(name, values, None if isinstance(x, Logits) else unit, working, xp)


def _in_turn(function: Function, measures: tuple[Any, ...], arrays: list[Array], xp: Any) -> Array:
    """Return the function of the rows of measures, block after block."""
    dtype = result_dtype(xp, *(as_array(a, xp) for a in arrays))
    working = working_dtype(xp, dtype)
    parts, tables, batches = [], [], []
    for x in measures:
        if isinstance(x, LinearLogits):
            own = (x.hidden,)
            matrix = xp.astype(checks.numeric("matrix", x.matrix, xp, recorded=True), working)
            wrap = _former(x, matrix, xp)
        else:
            own, wrap = linear.rows_of(x)
        parts.append((slice(len(tables), len(tables) + len(own)), wrap))
        for a in own:
            a = as_array(a, xp)
            tables.append(a)
            batches.append(tuple(a.shape[:-1]))
    batch = np.broadcast_shapes(*batches)
    tables = [
        xp.reshape(xp.broadcast_to(a, (*batch, a.shape[-1])), (-1, a.shape[-1])) for a in tables
    ]

    def of_rows(*rows: Array) -> Array:
        return function(*(wrap(*rows[where]) for where, wrap in parts))

    of_block = library(xp).recomputed(of_rows) if differentiates(xp) else of_rows
    values = []
    for start in range(0, max(tables[0].shape[0], 1), linear.TOKENS):
        rows = [t[start : min(start + linear.TOKENS, t.shape[0]), :] for t in tables]
        values.append(of_block(*rows))
    value = xp.reshape(xp.concat(values), batch)
    return as_scalar(cast(value, dtype, xp), xp)


def _former(x: LinearLogits, matrix: Array, xp: Any) -> Function:
    """Return what forms the logits of a block of hidden states."""
    if x.bias is not None:  # widened once: what blocks give its gradient adds up in this precision
        bias = checks.numeric("bias", x.bias, xp, recorded=True)
        x = replace(x, bias=xp.astype(bias, matrix.dtype))

    def form(hidden: Array) -> Logits:
        h = xp.astype(checks.numeric("hidden", hidden, xp, recorded=True), matrix.dtype)
        return linear.formed(x, h @ matrix, xp)

    return form
