"""The masses of a chunk, as sums over chunks take them."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures import checks
from divergences.measures.counts import Counts
from divergences.measures.discrete import Logits, LogProbs, Weights
from divergences.measures.sample import Sample
from divergences.numerics.runtime.namespace import cast, is_traced, namespace

KINDS = ("probabilities", "weights")


def masses_of(name: str, x: Any) -> tuple[str, Array]:
    """Return of what kind a chunk is, and its masses in double precision."""
    if isinstance(x, LogProbs | Logits | Counts | Sample):
        what = "CountState is for these"
        if isinstance(x, LogProbs | Logits):
            what = "pass exp of logs, whose normaliser LogSumExpState finds"
        raise TypeError(f"{name} is {type(x).__name__}; {what}.")
    is_weights = isinstance(x, Weights)
    values = x.values if is_weights else x
    if not is_traced(values):
        values = checks.numeric(name, values, np).astype(np.float64, copy=False)
        return KINDS[is_weights], values
    xp = namespace(values)
    if xp.zeros(()).dtype.itemsize < 8:
        raise TypeError(
            f"{name} is traced in single precision, and sums are certified in double; set "
            "jax_enable_x64, or pass arrays that are known."
        )
    return KINDS[is_weights], cast(checks.numeric(name, values, xp), xp.float64, xp)
