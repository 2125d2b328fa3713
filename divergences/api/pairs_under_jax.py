"""Matrices over all pairs of JAX arrays, by maps that may be traced."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from divergences.core import Array

Function = Callable[..., Any]
BLOCK = 1 << 22  # elements at a time: enough to fill a device


def with_jax(
    key: Any, call: Function, x: Array, y: Array, kinds: tuple[Any, Any], symmetric: bool
) -> Array:
    """Return the matrix of JAX arrays."""
    diagonal = call(kinds[0](x), kinds[0](x))  # which also checks that P holds distributions
    if y is not x:
        call(kinds[1](y), kinds[1](y))
    try:
        compute = _compiled(key, kinds, symmetric)
    except TypeError:  # options that have no hash, such as arrays
        compute = _rows_of(call, kinds, symmetric)
    return compute(x, diagonal if symmetric else y)


@cache
def _compiled(key: Any, kinds: tuple[Any, Any], symmetric: bool) -> Function:
    import jax

    function, options = key
    return jax.jit(_rows_of(partial(function, **dict(options)), kinds, symmetric))


def _rows_of(call: Function, kinds: tuple[Any, Any], symmetric: bool) -> Function:
    """Return the function of both arrays that maps over rows, or over pairs if it is symmetric."""
    import jax.numpy as jnp
    from jax import lax

    def rows(x: Array, y: Array) -> Array:
        batch = max(1, BLOCK // max(1, y.size))
        return lax.map(lambda p: call(kinds[0](p[None]), kinds[1](y)), x, batch_size=batch)

    def pairs(x: Array, diagonal: Array) -> Array:
        n, k = x.shape
        i, j = np.triu_indices(n, 1)
        if not i.size:
            return jnp.diag(diagonal)
        batch = max(1, min(i.size, BLOCK // max(1, k)))
        upper = lax.map(
            lambda spot: call(kinds[0](x[spot[0]]), kinds[1](x[spot[1]])),
            (jnp.asarray(i), jnp.asarray(j)),
            batch_size=batch,
        )
        return jnp.diag(diagonal).at[i, j].set(upper).at[j, i].set(upper)

    return pairs if symmetric else rows
