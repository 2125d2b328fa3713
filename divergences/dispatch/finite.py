"""Finite distributions: each family of functionals is summed exactly, in one function each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.core.alpha_term import MultipleOfAlphaTerm
from divergences.core.order import OrderDivergence
from divergences.dispatch.call import Call, Families
from divergences.measures import array_likes, axes, checks
from divergences.measures.discrete import (
    PROBABILITIES,
    Logits,
    LogProbs,
    MassArray,
    Weights,
    operands,
    values_of,
)
from divergences.measures.shards import is_shard
from divergences.methods.finite import entropy as entropies
from divergences.methods.finite import f_divergence as f_divergences
from divergences.methods.finite import information_radius as radii
from divergences.methods.finite import logits
from divergences.methods.finite import mutual_information as tables
from divergences.methods.finite import order_divergence as order_divergences
from divergences.methods.finite import order_entropy as order_entropies
from divergences.numerics.runtime.namespace import (
    as_scalar,
    cast,
    is_array,
    is_compiling,
    namespace,
    working_dtype,
)

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
def f_divergence(call: Call) -> Array:
    """Return an f-divergence of two finite distributions, by the exact sum."""
    unit = unit_of(call)
    member, (p, q) = call.member, call.measures.values()
    _, axis, keepdims, where, _ = call.options
    in_blocks = of_alpha_term = False
    if _is_plain(p) and _is_plain(q) and p.shape == q.shape and where is None and axis == -1:
        x, y = MassArray("p", p, False, PROBABILITIES), MassArray("q", q, False, PROBABILITIES)
        xp, dtype, kept = np, FLOAT64, (1,)
    else:
        logs = isinstance(p, LogProbs | Logits) and isinstance(q, LogProbs | Logits)
        of_alpha_term = isinstance(member, MultipleOfAlphaTerm) and not any(map(is_shard, (p, q)))
        one = not is_array(member.parameter)
        in_blocks = _in_blocks(p, q) if of_alpha_term else logs and one
        (x, y), xp, dtype, kept = operands(
            call.measures, axis, where, in_blocks=in_blocks, recorded=True
        )
    if of_alpha_term and (x.is_log or y.is_log):
        alpha_term = member.scaled_alpha_term
        value = _of_orders(alpha_term, x, y, alpha_term.order, dtype, in_blocks, xp)
    elif in_blocks and logits.serves(xp):
        value = logits.evaluate(member, x, y, xp)
    else:
        value = f_divergences.evaluate(member, x, y, xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


def _is_plain(x: Any) -> bool:
    """Whether `x` is what nine calls in ten pass, with which `operands` would only agree."""
    return type(x) is np.ndarray and x.dtype is FLOAT64 and x.ndim == 1 and len(x) > 0


@quietly
def order_divergence(call: Call) -> Array:
    """Return a quantity of the power family, of one order or several, by the exact sum."""
    unit = unit_of(call)
    _, axis, keepdims, where, _ = call.options
    in_blocks = _in_blocks(*call.measures.values())
    (x, y), xp, dtype, kept = operands(
        call.measures, axis, where, call.alpha, in_blocks=in_blocks, recorded=True
    )
    value = _of_orders(call.member, x, y, call.alpha, dtype, in_blocks, xp)
    return _present_orders(value, unit, xp, dtype, axis, kept, keepdims)


@quietly
def order_entropy(call: Call) -> Array:
    """Return an entropy of one order, or several."""
    unit = unit_of(call)
    _, axis, keepdims, where, _ = call.options
    in_blocks = _in_blocks(*call.measures.values())
    (x,), xp, dtype, kept = operands(
        call.measures, axis, where, call.alpha, in_blocks=in_blocks, recorded=True
    )
    order = checks.order_of(call.alpha, xp, working_dtype(xp, dtype), x.values.shape[:-1])
    x = _lifted(x, order, xp)
    doubled = in_blocks and logits.are_doubled(xp, x)
    way = logits.order_entropy if doubled else order_entropies.evaluate
    value = way(call.member, x, order, xp)
    return _present_orders(value, unit, xp, dtype, axis, kept, keepdims)


def _in_blocks(*measures: Any) -> bool:
    """Whether the power family has a way of its own for logs of a library, that of PyTorch."""
    logs = all(isinstance(x, LogProbs | Logits) for x in measures)
    return logs and logits.serves_orders(namespace(*map(values_of, measures)))


def _of_orders(
    member: OrderDivergence,
    x: MassArray,
    y: MassArray,
    alpha: Any,
    dtype: Any,
    in_blocks: bool,
    xp: Any,
) -> Array:
    """Return a quantity of the power family of P and Q in canonical form."""
    batch = np.broadcast_shapes(x.values.shape[:-1], y.values.shape[:-1])
    order = checks.order_of(alpha, xp, working_dtype(xp, dtype), batch)
    x, y = _lifted(x, order, xp), _lifted(y, order, xp)
    if in_blocks and logits.are_doubled(xp, x, y):
        return logits.order_divergence(member, x, y, order, xp)
    return order_divergences.evaluate(member, x, y, order, xp)


def _lifted(side: MassArray, order: Array, xp: Any) -> MassArray:
    """Return a batch of distributions with as many axes as the orders have."""
    shape = side.values.shape
    missing = (1,) * (order.ndim + 1 - len(shape))
    return side._replace(values=xp.reshape(side.values, (*missing, *shape))) if missing else side


@quietly
def cross_entropy(call: Call) -> Array:
    """Return the cross-entropy of P and Q, or the entropy of P if there is no Q."""
    unit = unit_of(call)
    p, *others = call.measures.values()
    _, axis, keepdims, where, _ = call.options
    in_blocks = False
    if not others and _is_plain(p) and where is None and axis == -1:
        sides, xp, dtype, kept = [MassArray("p", p, False, PROBABILITIES)], np, FLOAT64, (1,)
    else:
        in_blocks = not others and isinstance(p, LogProbs | Logits)
        sides, xp, dtype, kept = operands(
            call.measures, axis, where, in_blocks=in_blocks, recorded=True
        )
    if in_blocks and logits.serves(xp):
        value = logits.entropy(sides[0], xp)
    else:
        value = entropies.expected_surprisal(sides[0], sides[-1], xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


@quietly
def perplexity(call: Call) -> Array:
    """Return the perplexity of P, exp of its entropy."""
    unit = unit_of(call)
    _, axis, keepdims, where, _ = call.options
    (side,), xp, dtype, kept = operands(call.measures, axis, where, recorded=True)
    return _present(entropies.perplexity(side, xp), unit, xp, dtype, kept, keepdims)


@quietly
def entropy_deficit(call: Call) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    p = call.measures["p"]
    values = array_likes.parts("p", values_of(p)).values
    xp = namespace(values)
    uniform = Weights(xp.ones_like(checks.numeric("p", values, xp, recorded=True)))
    return f_divergence(call._replace(measures={"p": p, "q": uniform}))


@quietly
def information_radius(call: Call) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    unit = unit_of(call)
    ps = tuple(call.measures.values())
    _, axis, keepdims, where, _ = call.options
    alike = where is None and axis == -1 and all(_is_plain(p) and len(p) == len(ps[0]) for p in ps)
    if alike:
        sides = [MassArray(k, p, False, PROBABILITIES) for k, p in call.measures.items()]
        xp, dtype, kept = np, FLOAT64, (1,)
    else:
        sides, xp, dtype, kept = operands(call.measures, axis, where, recorded=True)
    shares = checks.shares(call.weights, len(ps), recorded=namespace(call.weights) is xp)
    value = radii.evaluate(call.member, sides, shares, xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


@quietly
def conditional_entropy(call: Call) -> Array:
    """Return the conditional entropy of the second variable given the first."""
    unit = unit_of(call)
    _, axis, keepdims, where, _ = call.options
    (side,), xp, dtype, kept = operands(call.measures, axis, where, recorded=True)
    shape = axes.joint_shape(values_of(call.measures["p"]), axis, len(kept))
    return _present(entropies.conditional(side, shape, xp), unit, xp, dtype, kept, keepdims)


@quietly
def mutual_information(call: Call) -> Array:
    """Return an f-divergence of a joint distribution and the product of its marginals."""
    unit = unit_of(call)
    _, axis, keepdims, where, _ = call.options
    (side,), xp, dtype, kept = operands(call.measures, axis, where, recorded=True)
    shape = axes.joint_shape(values_of(call.measures["p"]), axis, len(kept))
    value = tables.evaluate(call.member, side, shape, xp)
    return _present(value, unit, xp, dtype, kept, keepdims)


FAMILIES: Families = {
    "f_divergence": f_divergence,
    "order_divergence": order_divergence,
    "order_entropy": order_entropy,
    "cross_entropy": cross_entropy,
    "perplexity": perplexity,
    "entropy_deficit": entropy_deficit,
    "information_radius": information_radius,
    "conditional_entropy": conditional_entropy,
    "mutual_information": mutual_information,
}


def unit_of(call: Call) -> float:
    """Return the unit of the result, and refuse a method."""
    refuse_method(call.options.method)
    return call.unit**call.unit_power


def refuse_method(method: Any) -> None:
    """Refuse a method: there is nothing to choose."""
    if method is not None:
        raise ValueError(
            f"method is {method!r}; finite distributions are summed exactly, and there is nothing "
            "to choose. Leave method=None."
        )


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
    value = cast(value, dtype, xp)
    value = xp.reshape(value, kept) if keepdims else value
    return as_scalar(value, xp)
