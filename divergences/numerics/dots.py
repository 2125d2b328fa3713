"""Sums of products on NumPy arrays, added up by BLAS in short runs.

A dot product takes one loop where a product and its sum take two, and rounds once where they round
twice. BLAS adds in 32 lanes or so, then their totals, then what is left over one after another.
Runs that fill the lanes a few times keep the error of equal terms, which all err one way, to a
rounding or so; left-overs are added up apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.numerics.sums import LANES, fold, fold_first

Array = Any

RUN = 4 * LANES
TAIL = 4  # so few left-overs add up nearly without error, and are not worth a call of their own
_ONES = np.ones(RUN)


def dot(a: Array, b: Array | None = None) -> Any:
    """Return the sum of a b over the last axis, or of a alone."""
    n = a.shape[-1]
    if n < LANES or (n <= RUN and n % LANES <= TAIL):
        return np.vecdot(a, _ONES[:n] if b is None else b)
    whole = n - n % (RUN if n > RUN else LANES)
    head, factor = a[..., :whole], None if b is None else b[..., :whole]
    if n <= RUN:
        total = np.vecdot(head, _ONES[:whole] if factor is None else factor)
    else:
        total = _added(np.vecdot(_runs(head), _ONES if factor is None else _runs(factor)))
    if whole == n:
        return total
    return total + dot(a[..., whole:], None if b is None else b[..., whole:])


def _runs(x: Array) -> Array:
    """Return the last axis as rows of runs: a view."""
    return x.reshape(*x.shape[:-1], -1, RUN)


def _added(totals: Array) -> Any:
    """Return the sum over the totals of all runs."""
    return fold_first(totals) if totals.ndim == 1 else fold(totals, np)
