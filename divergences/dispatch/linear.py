"""Logits known by their factors: each family is computed block by block of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.dispatch import finite, top
from divergences.measures import checks
from divergences.measures.discrete import Logits, LogProbs
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.shards import whole
from divergences.measures.top_log_probs import TopLogProbs
from divergences.methods.finite.logits import linear
from divergences.numerics.runtime.namespace import is_jax, namespace, result_dtype, working_dtype

Function = Callable[..., Array]


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
    """Return an f-divergence of two distributions."""
    return _by_tokens("f_divergence", (member,), (p, q), (base,), axis, keepdims, where, method)


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
    """Return a quantity of the power family of two distributions, of one order."""
    more = _order(alpha), base
    return _by_tokens("order_divergence", (member,), (p, q), more, axis, keepdims, where, method)


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
    more = _order(alpha), base
    return _by_tokens("order_entropy", (member,), (p,), more, axis, keepdims, where, method)


def cross_entropy(
    p: Any, q: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    if q is None:
        more = None, base
        return _by_tokens("cross_entropy", (), (p,), more, axis, keepdims, where, method)
    return _by_tokens("cross_entropy", (), (p, q), (base,), axis, keepdims, where, method)


def perplexity(p: Any, axis: Any, keepdims: bool, where: Any, method: Any) -> Array:
    """Return exp of the entropy."""
    return _by_tokens("perplexity", (), (p,), (), axis, keepdims, where, method)


def entropy_deficit(
    member: FDivergence, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return an f-divergence of P and the uniform distribution on all outcomes."""
    return _by_tokens("entropy_deficit", (member,), (p,), (base,), axis, keepdims, where, method)


def _order(alpha: Any) -> float:
    if isinstance(alpha, bool) or not isinstance(alpha, int | float):
        raise TypeError(f"alpha is {alpha!r}; pass one number for LinearLogits.")
    return float(alpha)


@dataclass(frozen=True)
class _Call:
    """A function of a family, with what it takes before and after the measures."""

    family: str
    first: tuple[Any, ...]
    more: tuple[Any, ...]
    method: Any

    def __call__(self, *measures: Any) -> Array:
        room = top if any(isinstance(x, TopLogProbs) for x in measures) else finite
        options = *self.more, -1, False, None, self.method
        return getattr(room, self.family)(*self.first, *measures, *options)


def _by_tokens(
    family: str,
    first: tuple[Any, ...],
    measures: tuple[Any, ...],
    more: tuple[Any, ...],
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return a family's function of measures, of which one at least is known by factors."""
    if axis != -1 or where is not None:
        raise ValueError(
            "LinearLogits has its outcomes along the last axis, and masks them by a bias of -inf; "
            "leave axis and where out."
        )
    named = dict(zip("pq", measures, strict=False))
    lengths = {name: _outcomes(name, x) for name, x in named.items()}
    sizes = {n for n in lengths.values() if n is not None}
    if len(sizes) > 1:
        listed = " and ".join(f"{name} ({n})" for name, n in lengths.items())
        raise ValueError(f"{listed} have different numbers of outcomes; give both the same.")
    arrays = [a for x in measures for a in _arrays(x)]
    xp = namespace(*arrays)
    for name, x in named.items():
        _check(name, x, next(iter(sizes)), xp)
    call = _Call(family, first, more, method)
    if is_jax(xp):
        from divergences.methods.finite.logits.differentiable.linear import by_tokens

        value = by_tokens(call, measures)
    else:
        value = _in_turn(call, measures, arrays, xp)
    return value[..., None] if keepdims else value


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
    values = checks.numeric(name, x.values, xp)
    unit = checks.tolerance(values, xp)
    if isinstance(x, TopLogProbs):
        top.check(name, xp.asarray(x.indices), values, outcomes, unit, xp)
        return
    working = working_dtype(xp, result_dtype(xp, values))
    checks.logs(name, values, None if isinstance(x, Logits) else unit, working, xp)


def _in_turn(function: Function, measures: tuple[Any, ...], arrays: list[Array], xp: Any) -> Array:
    """Return the function of the rows of measures, block after block."""
    dtype = result_dtype(xp, *(xp.asarray(a) for a in arrays))
    working = working_dtype(xp, dtype)
    parts, tables, batches = [], [], []
    for x in measures:
        if isinstance(x, LinearLogits):
            own = (x.hidden,)
            matrix = xp.astype(checks.numeric("matrix", x.matrix, xp), working)
            wrap = _former(x, matrix, xp)
        else:
            own, wrap = linear.rows_of(x)
        parts.append((slice(len(tables), len(tables) + len(own)), wrap))
        for a in own:
            a = xp.asarray(a)
            tables.append(a)
            batches.append(tuple(a.shape[:-1]))
    batch = np.broadcast_shapes(*batches)
    tables = [
        xp.reshape(xp.broadcast_to(a, (*batch, a.shape[-1])), (-1, a.shape[-1])) for a in tables
    ]
    values = []
    for start in range(0, max(tables[0].shape[0], 1), linear.TOKENS):
        rows = [t[start : min(start + linear.TOKENS, t.shape[0]), :] for t in tables]
        values.append(function(*(wrap(*rows[where]) for where, wrap in parts)))
    value = xp.reshape(xp.concat(values), batch)
    value = value.astype(dtype) if xp is np else xp.astype(value, dtype)
    return value[()] if xp is np else value


def _former(x: LinearLogits, matrix: Array, xp: Any) -> Function:
    """Return what forms the logits of a block of hidden states."""

    def form(hidden: Array) -> Logits:
        h = xp.astype(checks.numeric("hidden", hidden, xp), matrix.dtype)
        return linear.formed(x, h @ matrix, xp)

    return form
