"""Blocks of rows: how a function of rows is mapped over all of them in the memory of a few."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from divergences.core import Array

ON_CPU = 1 << 17  # outcomes in a block: its temporaries stay in cache
ON_ACCELERATOR = 1 << 26  # so many keep it busy
STATISTICS = "row statistics"  # what is kept for the gradient, not computed again


def on_cpu() -> bool:
    """Whether arrays are computed on a CPU, unless they are told otherwise."""
    return jax.default_backend() == "cpu"


def by_blocks(
    function: Callable[..., Array],
    sides: tuple[Array, ...],
    outcomes: int | None = None,
    fewest: int = 1,
    shards: str | None = None,
) -> Array:
    """Return `function` of the rows of `sides`, block by block; a row lies along the last axis.

    The sides broadcast; one of a single row is not repeated. Blocks of floats are at least in
    single precision. The function may return one entry a row, or an array of them. It makes so many
    `outcomes` of a row, by default as long as rows are; a block has at least the `fewest` rows.
    Where outcomes are in `shards`, all rows are on every device.
    """
    length = outcomes or max(x.shape[-1] for x in sides)
    batch = np.broadcast_shapes(*(x.shape[:-1] for x in sides))
    rows = prod(batch)
    devices = 1 if shards else jax.device_count()
    size = _rows_of_a_block(rows, length, fewest, devices)
    single = [prod(x.shape[:-1]) == 1 for x in sides]
    tables = [_stored(_table(x, batch)) for x in sides]
    forms = [(x.dtype, x.shape[-1]) for x in sides]

    def block(*stored: Any) -> Array:
        return function(*(_loaded(x, *form) for x, form in zip(stored, forms, strict=True)))

    policy = jax.checkpoint_policies.save_only_these_names(STATISTICS)
    block = jax.checkpoint(block, prevent_cse=False, policy=policy)
    if size >= rows:
        return _of_shape(block(*tables), batch)

    def step(moving: Any) -> Array:
        return block(*(t if one else m for t, m, one in zip(tables, moving, single, strict=True)))

    moving = [None if one else t for t, one in zip(tables, single, strict=True)]
    whole = rows - rows % size
    spread = devices > 1
    blocks = jax.tree.map(lambda x: _split(x[:whole], size, spread), moving)
    values = lax.map(step, blocks)
    values = _of_shape(values.swapaxes(0, 1) if spread else values, (whole,), axes=2)
    if whole < rows:
        values = jnp.concatenate([values, step(jax.tree.map(lambda x: x[whole:], moving))])
    return _of_shape(values, batch)


def _of_shape(x: Array, shape: tuple[int, ...], axes: int = 1) -> Array:
    """Return an array whose first `axes` are replaced by those of a `shape` of as many rows."""
    return x.reshape(*shape, *x.shape[axes:])


def _split(x: Array, size: int, spread: bool) -> Array:
    """Return a table as blocks of `size` rows: adjacent ones, or `spread` all over.

    Where rows are laid over devices, each then has its share of every block, and none asks for
    the rows of another.
    """
    if spread:
        return x.reshape(size, -1, x.shape[-1]).swapaxes(0, 1)
    return x if size == 1 else x.reshape(-1, size, x.shape[-1])


def _rows_of_a_block(rows: int, length: int, fewest: int, devices: int) -> int:
    """Return how many rows are computed at once: a divisor of all, unless those are too small.

    It is a multiple of the number of `devices`, over which rows may be laid.
    """
    most = devices * max(fewest, (ON_CPU if on_cpu() else ON_ACCELERATOR) // length)
    if most >= rows:
        return max(rows, 1)
    steps = range(most, 0, -devices if rows % devices == 0 else -1)
    divisor = next((d for d in steps if rows % d == 0), 1)
    return divisor if 8 * divisor >= most and divisor >= fewest else most


def _table(x: Array, batch: tuple[int, ...]) -> Array:
    """Return `x` as a table of all rows, or of its only one."""
    if prod(x.shape[:-1]) != 1:
        x = jnp.broadcast_to(x, (*batch, x.shape[-1]))
    return x.reshape(-1, x.shape[-1])


def _stored(x: Array) -> Any:
    """Return `x` as blocks are taken from it.

    XLA has no arithmetic of bfloat16 on CPUs: in every step of a loop it would widen the whole
    array, not the block. Integers it leaves alone; what carries the derivative is widened once.
    """
    if on_cpu() and x.dtype.itemsize == 2:
        return lax.bitcast_convert_type(x, jnp.uint16), carrier(x)
    return x


def _loaded(stored: Any, dtype: Any, length: int) -> Array:
    """Return a block of what is `stored`, one distribution a row, at least in single precision."""
    if isinstance(stored, tuple):
        return _from_bits(dtype)(*stored).reshape(-1, length)
    wide = stored if dtype.itemsize > 2 else stored.astype(jnp.float32)
    return wide.reshape(-1, length)


@jax.custom_jvp
def carrier(x: Array) -> Array:
    """Return zeros that move as `x` does."""
    return jnp.zeros(x.shape, jnp.float32)


@carrier.defjvp
def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
    return carrier(*primals), tangents[0].astype(jnp.float32)


@cache
def _from_bits(dtype: Any) -> Callable[[Array, Array], Array]:
    """Return the function from bits of `dtype`, and what moves as they do, to single precision."""

    @jax.custom_jvp
    def value(bits: Array, carrier: Array) -> Array:
        return lax.optimization_barrier(lax.bitcast_convert_type(bits, dtype).astype(jnp.float32))

    @value.defjvp
    def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
        return value(*primals), tangents[1]

    return value
