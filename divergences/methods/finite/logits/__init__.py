"""Divergences and entropies of logits in blocks of rows: the size of a vocabulary.

Value and gradient take memory for the inputs, the gradient and one block. What a block needs for
the gradient is computed again, from the statistics of its rows.
"""

from __future__ import annotations

from typing import Any

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures.discrete import MassArray
from divergences.methods.finite.logits import by_rule, in_double, powers
from divergences.numerics.differentiable import differentiates
from divergences.numerics.runtime.backend import backend


def serves(xp: Any) -> bool:
    """Whether f-divergences and entropies of logs are summed here: those of JAX and PyTorch."""
    return differentiates(xp)


def serves_orders(xp: Any) -> bool:
    """Whether the power family of logs may have a way of its own: where nothing is compiled."""
    return differentiates(xp) and not backend(xp).compiles


def are_doubled(xp: Any, *sides: MassArray) -> bool:
    """Whether these logs are summed in double precision: single ones of PyTorch on a CPU."""
    return serves_orders(xp) and all(
        x.values.dtype.itemsize <= 4 and x.values.device.type == "cpu" for x in sides
    )


def evaluate(member: FDivergence, p: MassArray, q: MassArray, xp: Any) -> Array:
    """Return the quantity `member` of P and Q, both known by logs, for every row of the batch."""
    if not backend(xp).compiles:
        way = in_double if are_doubled(xp, p, q) else by_rule
        return way.f_divergence(member, xp)(p.values, q.values)
    from divergences.methods.finite.logits.differentiable.f_divergence import compiled

    if p.shards != q.shards:
        raise ValueError(
            f"p has axis_name={p.shards!r} and q axis_name={q.shards!r}; both sides have their "
            "outcomes in shards along one axis."
        )
    return compiled(member, p.shards)(p.values, q.values, p.temperature, q.temperature)


def entropy(p: MassArray, xp: Any) -> Array:
    """Return the entropy of P, known by its logs, for every row of the batch."""
    if not backend(xp).compiles:
        way = in_double if are_doubled(xp, p) else by_rule
        return way.entropy(xp)(p.values)
    from divergences.methods.finite.logits.differentiable.shannon import compiled

    return compiled(p.values, p.temperature, p.shards)


def order_divergence(
    member: OrderDivergence, p: MassArray, q: MassArray, order: Array, xp: Any
) -> Array:
    """Return a quantity of the power family of P and Q under PyTorch."""
    return powers.order_divergence(member, xp)(p.values, q.values, order[..., None])


def order_entropy(member: OrderEntropy, p: MassArray, order: Array, xp: Any) -> Array:
    """Return an entropy of some order under PyTorch."""
    return powers.order_entropy(member, xp)(p.values, order[..., None])
