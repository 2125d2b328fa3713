"""Sums over outcomes that lie in several chunks, added up in a tree.

Probabilities in double precision take one pass. What it does not certify is summed again, chunk by
chunk, by the task that finds out. Other masses take two passes, of which the second reads its
chunks after the first has come to an end: they are not kept in between.
"""

from __future__ import annotations

from functools import partial, reduce
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array, FDivergence
from divergences.dispatch.chunked.rows import Sides
from divergences.measures import checks
from divergences.measures.discrete import PROBABILITIES
from divergences.methods import partial_sums
from divergences.numerics.floats.sums import added

Totals = tuple[tuple[str, float | None], ...]  # names, and how far from one totals may be


def sum_of_chunks(member: FDivergence | None, sides: Sides, unit: float, keepdims: bool) -> Any:
    """Return a sum over outcomes that lie in several chunks, in a unit."""
    value = _in_unit(member, sides, unit)
    return value.reshape(sides.kept) if keepdims else value


def _in_unit(member: FDivergence | None, sides: Sides, unit: float) -> Any:
    if any(tolerance != PROBABILITIES for _, tolerance in sides.totals):
        return _in_two_passes(member, sides, unit)
    words = _reduced(member, sides, partial_sums.first_ratios(member, True))
    again = _Again(member, sides, unit)
    return _results(words, partial(_after_one, sides.dtype, member, sides.totals, unit, again))


def _in_two_passes(member: FDivergence | None, sides: Sides, unit: float) -> Any:
    bind = import_module("dask.graph_manipulation").bind
    totals = _reduced(member, sides, partial_sums.first_ratios(member, False))
    ratio = totals.map_blocks(
        partial(partial_sums.ratio_of, member),
        chunks=((2,), (1,), *totals.chunks[2:]),
        dtype=np.float64,
        meta=np.empty((0,) * totals.ndim),
    )
    later = sides._replace(arrays=tuple(bind(list(sides.arrays), ratio)))
    words = _reduced(member, later, ratio)
    both = import_module("dask.array").concatenate([ratio, words], axis=1)
    return _results(both, partial(_after_two, sides.dtype, member, sides.totals, unit))


def _reduced(member: FDivergence | None, sides: Sides, ratios: Any) -> Any:
    """Return the words of all outcomes, of axes (high or low word, total or sum, *batch)."""
    da = import_module("dask.array")
    m, chunks = sides.outcomes, sides.arrays[0].chunks
    batch, parts = chunks[: len(chunks) - m], chunks[len(chunks) - m :]
    missing = 2 + len(chunks) - ratios.ndim
    ratios = da.asarray(ratios)[(..., *(None,) * missing)]
    words = da.map_blocks(
        partial(_part, member, tuple(name for name, _ in sides.totals), m),
        ratios,
        *sides.arrays,
        chunks=((2,), (2 + ratios.shape[1],), *batch, *((1,) * len(c) for c in parts)),
        dtype=np.float64,
        meta=np.empty((0,) * (2 + len(chunks))),
    )
    return da.reduction(
        words,
        chunk=_unchanged,
        combine=_merged,
        aggregate=_merged,
        axis=tuple(range(words.ndim - m, words.ndim)),
        concatenate=False,
        dtype=np.float64,
        meta=np.empty((0,) * (2 + len(batch))),
    )


def _part(
    member: FDivergence | None, names: tuple[str, ...], m: int, ratios: Array, *blocks: Array
) -> Array:
    """Return what a chunk contributes."""
    batch = blocks[0].shape[: blocks[0].ndim - m]
    flat = [np.asarray(x).reshape(*batch, -1) for x in blocks]
    masses = [x.astype(np.float64, copy=False) for x in flat[: len(names)]]
    if len(flat) > len(names):
        masses = [np.where(flat[-1], x, 0.0) for x in masses]
    at = ratios.reshape(ratios.shape[: ratios.ndim - m])
    words, *leasts = partial_sums.part(member, masses[0], masses[-1], at)
    for name, least in zip(names, leasts, strict=False):
        checks.masses(name, np.ones(()), np.asarray(least), 1.0, np)
    return words.reshape(*words.shape, *(1,) * m)


def _unchanged(x: Array, axis: Any, keepdims: bool) -> Array:
    return x


def _merged(parts: Any, axis: tuple[int, ...], keepdims: bool) -> Array:
    """Return the sum of words in nested lists."""
    while isinstance(parts, list):
        nested = isinstance(parts[0], list)
        parts = [x for row in parts for x in row] if nested else reduce(added, parts)
    return parts if keepdims else parts.reshape(parts.shape[: parts.ndim - len(axis)])


def _results(words: Any, transform: partial[Array]) -> Any:
    """Return the results of words, of as many distributions in a task as fit."""
    words = words.rechunk({i: -1 if i < 2 else "auto" for i in range(words.ndim)})
    dtype = transform.args[0]
    meta = np.empty((0,) * (words.ndim - 2), dtype)
    return words.map_blocks(transform, drop_axis=[0, 1], dtype=dtype, meta=meta)


def _after_one(
    dtype: Any,
    member: FDivergence | None,
    totals: Totals,
    unit: float,
    again: _Again,
    words: Array,
    block_info: Any = None,
) -> Array:
    """Return results after one pass, and after another where that does not certify them."""
    _check(totals, words)
    value, certified = partial_sums.in_one_pass(member, words)
    if not certified.all():
        return again(block_info[0]["array-location"][2:])
    return np.asarray(value / unit, dtype)[()]


def _after_two(
    dtype: Any,
    member: FDivergence | None,
    totals: Totals,
    unit: float,
    both: Array,
) -> Array:
    """Return results after two passes."""
    ratio, words = both[:, :1], both[:, 1:]
    _check(totals, words)
    value, certified = partial_sums.in_two_passes(member, words, ratio)
    if not certified.all():
        raise ValueError(
            "a divergence is less than sums over chunks certify (2^-90, or 2^-45 of entropies and "
            "the total variation distance); put the outcomes into one chunk, p.rechunk({-1: -1})."
        )
    return np.asarray(value / unit, dtype)[()]


def _check(totals: Totals, words: Array) -> None:
    """Refuse wrong totals."""
    for k, (name, tolerance) in enumerate(totals):
        partial_sums.check_total(name, words[0, k], tolerance)


class _Again(NamedTuple):
    """The sums of some of the batch in two passes, for the task that needs them."""

    member: FDivergence | None
    sides: Sides
    unit: float

    def __call__(self, location: Any) -> Array:
        arrays = tuple(x[tuple(slice(*ends) for ends in location)] for x in self.sides.arrays)
        value = _in_two_passes(self.member, self.sides._replace(arrays=arrays), self.unit)
        return value.compute(scheduler="synchronous")
