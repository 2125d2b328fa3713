"""Expected code lengths on NumPy arrays: in blocks that stay in cache, on all cores."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.interface import Array
from divergences.methods.code_length.lengths import code_lengths, products
from divergences.numerics.parallel import BLOCK, map_blocks
from divergences.numerics.sums import fold, fold_first

TINY = 1e-290  # a smaller share of the greatest mass may make a quotient overflow, or be zero


def expected_length(p: Array, q: Array) -> Array:
    """Return the mean length under the masses p of the code that is ideal for the masses q."""
    shape = np.broadcast_shapes(p.shape, q.shape)
    n = shape[-1]
    x, y = (np.broadcast_to(side, shape).reshape(-1, n) for side in (p, q))
    if n > BLOCK:
        return np.array([_long(a, b) for a, b in zip(x, y, strict=True)]).reshape(shape[:-1])[()]
    rows = map_blocks(_rows, max(1, BLOCK // n), x, y)
    return np.concatenate(rows or [np.empty(0)]).reshape(shape[:-1])[()]


def _rows(x: Array, y: Array) -> Array:
    """Return the mean lengths for a block of complete distributions, one a row."""
    p = np.ascontiguousarray(x.T)
    inner, mass, _ = _sums(p, p if y is x else np.ascontiguousarray(y.T))
    return inner / mass


def _long(p: Array, q: Array) -> Array:
    """Return the mean length by the chain rule: the code names the block, then the outcome."""
    inner, mass_p, mass_q = map(np.array, zip(*map_blocks(_sums, BLOCK, p, q), strict=True))
    with np.errstate(all="ignore"):
        outer = products(mass_p, code_lengths(mass_q, False, np), mass_p != 0, np)
    return (fold(inner, np) + fold(outer, np)) / fold(mass_p, np)


def _sums(p: Array, q: Array) -> tuple[Any, Any, Any]:
    """Return the sums over the first axis of p times the lengths for q, of p and of q."""
    if not (p.min() > 0.0 and q.min() > TINY * q.max()):
        with np.errstate(all="ignore"):
            inner = fold(products(p.T, code_lengths(q.T, False, np), p.T != 0, np), np)
        return inner, fold(p.T, np), fold(q.T, np)
    peak = np.expand_dims(q.argmax(axis=0), 0)
    top = np.take_along_axis(q, peak, axis=0)
    others = q.copy()
    np.put_along_axis(others, peak, 0.0, axis=0)
    rest = fold_first(others)
    total = rest + top[0]
    lengths = np.divide(total, q, out=others)
    np.log(lengths, out=lengths)
    np.put_along_axis(lengths, peak, np.log1p(rest / top), axis=0)
    lengths *= p
    return fold_first(lengths), fold_first(p), total
