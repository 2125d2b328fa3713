"""Divergences and entropies of logits under JAX, in blocks of rows: the size of a vocabulary.

Value and gradient take memory for the inputs, the gradient and one block. What a block needs for
the gradient is computed again, from the statistics of its rows.
"""

from __future__ import annotations

from divergences.core import Array, FDivergence
from divergences.measures.discrete import MassArray


def evaluate(member: FDivergence, p: MassArray, q: MassArray) -> Array:
    """Return the quantity `member` of P and Q, both known by logs, for every row of the batch."""
    from divergences.methods.finite.logits.differentiable.f_divergence import compiled

    if p.shards != q.shards:
        raise ValueError(
            f"p has axis_name={p.shards!r} and q axis_name={q.shards!r}; both sides have their "
            "outcomes in shards along one axis."
        )
    return compiled(member, p.shards)(p.values, q.values, p.temperature, q.temperature)


def entropy(p: MassArray) -> Array:
    """Return the entropy of P, known by its logs, for every row of the batch."""
    from divergences.methods.finite.logits.differentiable.shannon import compiled

    return compiled(p.values, p.temperature, p.shards)
