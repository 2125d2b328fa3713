"""Functions of logits that are known by their factors, block by block of tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array
from divergences.measures.discrete import Logits
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.top_log_probs import TopLogProbs
from divergences.numerics.runtime.namespace import is_array

TOKENS = 256  # of a block, at least: a product of matrices is then worth its reads


def rows_of(measure: Any) -> tuple[tuple[Array, ...], Callable[..., Any]]:
    """Return the arrays of a measure that have a row for each distribution, and what wraps them."""
    if isinstance(measure, TopLogProbs):
        return (measure.values, measure.indices), TopLogProbs
    if isinstance(measure, Logits):
        return (measure.values,), lambda z: Logits(z, measure.temperature)
    return (measure.values,), type(measure)


def formed(measure: LinearLogits, product: Array, xp: Any) -> Logits:
    """Return the logits of a block of tokens from the product of its factors."""
    z = product
    if is_array(measure.scale) or measure.scale != 1.0:
        z = measure.scale * z
    if measure.bias is not None:
        z = z + measure.bias
    if measure.softcap is not None:
        z = measure.softcap * xp.tanh(z / measure.softcap)
    return Logits(z, measure.temperature)
