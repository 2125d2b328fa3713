"""Finite distributions: each family of functionals is summed exactly, in one function each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.alpha_term import MultipleOfAlphaTerm
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures import array_likes, axes, checks
from divergences.measures.discrete import (
    MEASURES,
    PROBABILITIES,
    Logits,
    LogProbs,
    MassArray,
    Weights,
    operands,
)
from divergences.measures.shards import is_shard
from divergences.methods.finite import entropy as entropies
from divergences.methods.finite import f_divergence as f_divergences
from divergences.methods.finite import information_radius as radii
from divergences.methods.finite import logits
from divergences.methods.finite import mutual_information as tables
from divergences.methods.finite import order_divergence as order_divergences
from divergences.methods.finite import order_entropy as order_entropies
from divergences.numerics.runtime.namespace import is_array, is_compiling, is_jax, namespace

FLOAT64 = np.dtype(np.float64)
# Underflow is part of the algorithms, and what overflows comes out as an infinity.


def quietly(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return `function`, of which NumPy does not warn; PyTorch compiles what is inside."""

    @wraps(function)
    def quiet(*arguments: Any) -> Array:
        if is_compiling():
            return function(*arguments)
        with np.errstate(all="ignore"):
            return function(*arguments)

    return quiet


@quietly
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
    """Return an f-divergence of two finite distributions, by the exact sum."""
    unit = 1.0 if base is method is None else _unit(base, method)
    in_blocks = False
    if _is_plain(p) and _is_plain(q) and p.shape == q.shape and where is None and axis == -1:
        x, y = MassArray("p", p, False, PROBABILITIES), MassArray("q", q, False, PROBABILITIES)
        xp, dtype, kept = np, FLOAT64, (1,)
    else:
        logs = isinstance(p, LogProbs | Logits) and isinstance(q, LogProbs | Logits)
        of_alpha_term = isinstance(member, MultipleOfAlphaTerm) and not any(map(is_shard, (p, q)))
        in_blocks = logs and not (of_alpha_term or is_array(member.parameter))
        some = isinstance(p, LogProbs | Logits) or isinstance(q, LogProbs | Logits)
        recorded = not (
            (isinstance(member, MultipleOfAlphaTerm) and some) or is_array(member.parameter)
        )
        (x, y), xp, dtype, kept = operands(
            {"p": p, "q": q}, axis, where, in_blocks=in_blocks, recorded=recorded
        )
    if in_blocks and is_jax(xp):
        value = logits.evaluate(member, x, y)
    elif isinstance(member, MultipleOfAlphaTerm) and (x.is_log or y.is_log):
        alpha_term = member.scaled_alpha_term
        batch = np.broadcast_shapes(x.values.shape[:-1], y.values.shape[:-1])
        order = checks.order_of(alpha_term.order, xp, x.values.dtype, batch)
        value = order_divergences.evaluate(alpha_term, x, y, order, xp)
    else:
        value = f_divergences.evaluate(member, x, y, xp)
    if unit != 1.0:
        unit **= member.laws.unit_power
    return _present(value, unit, xp, dtype, kept, keepdims)


def _is_plain(x: Any) -> bool:
    """Whether `x` is what nine calls in ten pass, with which `operands` would only agree."""
    return type(x) is np.ndarray and x.dtype is FLOAT64 and x.ndim == 1 and len(x) > 0


@quietly
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
    """Return a quantity of the power family, of one order or several, by the exact sum."""
    unit = _unit(base, method) ** member.laws.unit_power
    (x, y), xp, dtype, kept = operands({"p": p, "q": q}, axis, where, alpha)
    batch = np.broadcast_shapes(x.values.shape[:-1], y.values.shape[:-1])
    order = checks.order_of(alpha, xp, x.values.dtype, batch)
    value = order_divergences.evaluate(
        member, _lifted(x, order, xp), _lifted(y, order, xp), order, xp
    )
    return _present_orders(value, unit, xp, dtype, axis, kept, keepdims)


@quietly
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
    """Return an entropy of one order, or several."""
    unit = _unit(base, method) ** member.laws.unit_power
    (x,), xp, dtype, kept = operands({"p": p}, axis, where, alpha)
    order = checks.order_of(alpha, xp, x.values.dtype, x.values.shape[:-1])
    value = order_entropies.evaluate(member, _lifted(x, order, xp), order, xp)
    return _present_orders(value, unit, xp, dtype, axis, kept, keepdims)


def _lifted(side: MassArray, order: Array, xp: Any) -> MassArray:
    """Return a batch of distributions with as many axes as the orders have."""
    shape = side.values.shape
    missing = (1,) * (order.ndim + 1 - len(shape))
    return side._replace(values=xp.reshape(side.values, (*missing, *shape))) if missing else side


@quietly
def cross_entropy(
    p: Any, q: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    unit = _unit(base, method)
    in_blocks = False
    if q is None and _is_plain(p) and where is None and axis == -1:
        sides, xp, dtype, kept = [MassArray("p", p, False, PROBABILITIES)], np, FLOAT64, (1,)
    else:
        named = {"p": p} if q is None else {"p": p, "q": q}
        in_blocks = q is None and isinstance(p, LogProbs | Logits)
        sides, xp, dtype, kept = operands(named, axis, where, in_blocks=in_blocks, recorded=True)
    if in_blocks and is_jax(xp):
        value = logits.entropy(sides[0])
    else:
        value = entropies.expected_surprisal(sides[0], sides[-1], xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


@quietly
def perplexity(p: Any, axis: Any, keepdims: bool, where: Any, method: Any) -> Array:
    """Return exp of the mean code length of P in its own code."""
    _unit(None, method)
    (side,), xp, dtype, kept = operands({"p": p}, axis, where, recorded=True)
    return _present(entropies.perplexity(side, xp), 1.0, xp, dtype, kept, keepdims)


@quietly
def entropy_deficit(
    member: FDivergence, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    values = array_likes.parts("p", p.values if isinstance(p, MEASURES) else p).values
    xp = namespace(values)
    uniform = Weights(xp.ones_like(checks.numeric("p", values, xp, recorded=True)))
    return f_divergence(member, p, uniform, base, axis, keepdims, where, method)


@quietly
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
    unit = _unit(base, method)
    names = ["p", "q", *(f"more[{i}]" for i in range(len(ps) - 2))]
    alike = where is None and axis == -1 and all(_is_plain(p) and len(p) == len(ps[0]) for p in ps)
    if alike:
        sides = [MassArray(k, p, False, PROBABILITIES) for k, p in zip(names, ps, strict=True)]
        xp, dtype, kept = np, FLOAT64, (1,)
    else:
        sides, xp, dtype, kept = operands(dict(zip(names, ps, strict=True)), axis, where)
    shares = checks.shares(weights, len(ps))
    return _present(radii.evaluate(member, sides, shares, xp), unit, xp, dtype, kept, keepdims)


@quietly
def conditional_entropy(
    p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length of the second variable when the first is known."""
    unit = _unit(base, method)
    (side,), xp, dtype, kept = operands({"p": p}, axis, where, recorded=True)
    lengths = axes.joint_shape(p.values if isinstance(p, MEASURES) else p, axis, len(kept))
    value = entropies.conditional(side, lengths, xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


@quietly
def mutual_information(
    member: FDivergence, p: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return an f-divergence of a joint distribution and the product of its marginals."""
    unit = _unit(base, method)
    (side,), xp, dtype, kept = operands({"p": p}, axis, where)
    value = tables.evaluate(
        member,
        side,
        axes.joint_shape(p.values if isinstance(p, MEASURES) else p, axis, len(kept)),
        xp,
    )
    return _present(value, unit, xp, dtype, kept, keepdims)


def _unit(base: Any, method: Any) -> float:
    if method is not None:
        raise ValueError(
            f"method is {method!r}; finite distributions are summed exactly, and there is nothing "
            "to choose. Leave method=None."
        )
    return checks.unit_of(base)


def _present_orders(
    value: Array, unit: float, xp: Any, dtype: Any, axis: Any, kept: tuple[int, ...], keepdims: bool
) -> Array:
    """Convert a result to its unit, dtype and shape, which orders may have extended to the left."""
    value = _present(value, unit, xp, dtype, kept, False)
    if keepdims:
        outcomes = axes.normalised_axes(axis, len(kept))
        for i in sorted((i - len(kept) for i in outcomes), reverse=True):
            value = xp.expand_dims(value, axis=i)
    return value


def _present(
    value: Array, unit: float, xp: Any, dtype: Any, kept: tuple[int, ...], keepdims: bool
) -> Array:
    """Convert a result to its unit, dtype and shape."""
    if unit != 1.0:
        value = value / unit
    if value.dtype != dtype:
        value = xp.astype(value, dtype) if xp is not np else value.astype(dtype)
    value = xp.reshape(value, kept) if keepdims else value
    return value[()] if xp is np else value  # a scalar, not an array without axes
