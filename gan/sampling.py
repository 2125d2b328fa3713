"""Uniform points in the unit cube: independent ones, and a lattice shifted at random."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

Points = Callable[[jax.Array, int, int], jax.Array]
"""Maps a key, n and k to n points in the open cube (0, 1)^k, each uniformly distributed."""


@partial(jax.jit, static_argnums=(1, 2))
def independent(key: jax.Array, n: int, k: int) -> jax.Array:
    """Draw n independent points: plain Monte Carlo."""
    # XLA takes a third of the time to compile the same numbers as one long row.
    return _open(jax.random.uniform(key, (n * k,)).reshape(n, k))


@partial(jax.jit, static_argnums=(1, 2))
def shifted_lattice(key: jax.Array, n: int, k: int) -> jax.Array:
    """Shift an even lattice of n points by one random vector, modulo one, and fold it.

    Every point is uniform, so the mean of any function over them is an unbiased estimate of its
    integral; but the points spread evenly, and the error falls at least nearly as 1/n, not as
    1/sqrt(n) (Cranley and Patterson 1976). The fold ``1 - |2u - 1|`` makes the function periodic,
    without which the jump between its two ends would dominate (Hickernell 2002).

    The points of one lattice depend on each other: a standard error needs several shifts.
    """
    shifted = (jnp.asarray(_lattice(n, k)) + jax.random.uniform(key, (k,))) % 1
    return _open(1 - jnp.abs(2 * shifted - 1))


def _lattice(n: int, k: int) -> np.ndarray:
    """Points i (1/n, 1/g, ..., 1/g^(k-1)) modulo one for i < n, where g^k = g + 1.

    The first coordinate divides the interval evenly; multiples of powers of the generalised golden
    ratio g spread evenly over the others. In the plane the best n are Fibonacci numbers.
    """
    g = np.roots([1, *[0] * (k - 2), -1, -1]).real.max() if k > 1 else 1.0
    generator = np.append(1 / n, g ** -np.arange(1.0, k))
    return np.outer(np.arange(n), generator) % 1


def _open(u: jax.Array) -> jax.Array:
    """Keep off 0 and 1, whose quantiles may be infinite."""
    half = jnp.finfo(u.dtype).eps / 2
    return jnp.clip(u, half, 1 - half)
