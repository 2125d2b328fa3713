"""Arrays of Dask on one shape and chunks, and functions of whole distributions in each chunk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array
from divergences.dispatch import finite
from divergences.dispatch.call import Call
from divergences.measures import axes, checks
from divergences.measures.discrete import MEASURES, Logits, Weights, kind_of, values_of
from divergences.measures.libraries import is_lazy
from divergences.numerics.runtime.namespace import result_dtype


class Sides(NamedTuple):
    """Arrays of one shape and chunks, outcomes along the last axes in the order of `axis`."""

    arrays: tuple[Any, ...]  # the distributions, and the mask if there is one
    kinds: tuple[Callable[[Array], Any], ...]  # what is said of each distribution
    totals: tuple[tuple[str, float | None], ...]  # names, and how far from one totals may be
    outcomes: int  # the number of axes of outcomes
    kept: tuple[int, ...]  # the shape of the result with ``keepdims``
    dtype: np.dtype[Any]

    @property
    def are_parts(self) -> bool:
        """Whether chunks hold parts of distributions of masses."""
        several = any(len(c) > 1 for c in self.arrays[0].chunks[-self.outcomes :])
        return several and all(kind in (np.asarray, Weights) for kind in self.kinds)


def sides_of(call: Call) -> Sides:
    """Bring distributions, some of which are lazy, onto one shape and chunks."""
    da = import_module("dask.array")
    finite.unit_of(call)
    named, (_, axis, _, where, _) = call.measures, call.options
    values = {k: values_of(x) for k, x in named.items()}
    values |= {} if where is None else {"where": where}
    values = {k: x if is_lazy(x) else da.asarray(np.asarray(x)) for k, x in values.items()}
    for name, x in values.items():
        if np.isnan(x.shape).any():
            raise ValueError(
                f"{name} has chunks of unknown size; call {name}.compute_chunk_sizes() first."
            )
    # What is wrong with shapes and types is said at once, from arrays that take no memory.
    like = {k: np.broadcast_to(np.zeros((), x.dtype), x.shape) for k, x in values.items()}
    mask = None if where is None else checks.mask(like["where"], np)
    numbers = {k: checks.numeric(k, like[k], np) for k in named}
    _, kept = axes.align(numbers, mask, axis, np)
    last = axes.normalised_axes(axis, len(kept))
    order = [i for i in range(len(kept)) if i not in last] + list(last)
    shape = np.broadcast_shapes(*(x.shape for x in values.values()))
    greatest = max(values.values(), key=lambda x: x.size)
    chunks = da.broadcast_to(greatest, shape).chunks
    arrays = (da.broadcast_to(x, shape).rechunk(chunks).transpose(order) for x in values.values())
    probabilities = [not isinstance(x, Weights | Logits) for x in named.values()]
    tolerances = (
        checks.tolerance(numbers[k], np) if unit else None
        for k, unit in zip(named, probabilities, strict=True)
    )
    return Sides(
        tuple(arrays),
        tuple(kind_of(x) if isinstance(x, MEASURES) else np.asarray for x in named.values()),
        tuple(zip(named, tolerances, strict=True)),
        len(last),
        kept,
        np.dtype(result_dtype(np, *numbers.values())),
    )


def whole_rows(call: Call, sides: Sides) -> Any:
    """Return a quantity of whole distributions, chunk by chunk of the batch."""
    m, arrays = sides.outcomes, sides.arrays
    n = arrays[0].ndim
    if any(len(c) > 1 for c in arrays[0].chunks[-m:]):
        joined = arrays[0].rechunk({i: -1 if i >= n - m else "auto" for i in range(n)})
        arrays = (joined, *(x.rechunk(joined.chunks) for x in arrays[1:]))
    outcomes = tuple(range(-m, 0))
    of_chunk = call.with_options(axis=outcomes, keepdims=False, where=None)._replace(measures={})
    names = tuple(call.measures)
    value = import_module("dask.array").map_blocks(
        partial(_of_rows, of_chunk, names, sides.kinds),
        *arrays,
        drop_axis=list(range(n - m, n)),
        dtype=sides.dtype,
        meta=np.empty((0,) * (n - m), sides.dtype),
    )
    return value.reshape(sides.kept) if call.options.keepdims else value


def _of_rows(call: Call, names: tuple[str, ...], kinds: tuple[Any, ...], *blocks: Array) -> Array:
    """Return a quantity of the distributions of a chunk, the last block being the mask if any."""
    mask = blocks[len(kinds)] if len(blocks) > len(kinds) else None
    given = (kind(x) for kind, x in zip(kinds, blocks, strict=False))
    measures = dict(zip(names, given, strict=True))
    call = call.with_options(where=mask)._replace(measures=measures)
    return finite.FAMILIES[call.family](call)
