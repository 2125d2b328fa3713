"""Where P is not dominated by Q: there the Kullback-Leibler divergence is infinite."""

from __future__ import annotations

import numpy as np

from divergences.measures.univariate import Univariate
from divergences.numerics.runtime.namespace import is_traced
from divergences.numerics.typing import Array


def escapes(p: Univariate, q: Univariate) -> Array:
    """Whether P gives mass to outcomes that Q does not have, for each pair of a batch.

    The ends of an interval have no mass of their own; two lattices are compared point by point,
    and a lattice and an interval have nothing in common.
    """
    if p.support.lattice != q.support.lattice:
        return np.asarray(True)
    return (p.support.low < q.support.low) | (p.support.high > q.support.high)


def always(condition: Array) -> bool:
    """Whether `condition` is known to hold for the whole batch."""
    return not is_traced(condition) and bool(np.all(np.asarray(condition)))


def known(condition: Array) -> bool:
    """Whether `condition` holds for the whole batch, or cannot be checked because JAX traces it."""
    return is_traced(condition) or always(condition)
