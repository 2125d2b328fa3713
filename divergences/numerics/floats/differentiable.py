"""Compensated sums under JAX, in one reduction.

Adding in halves would be as accurate, but XLA compiles the terms again for every half: a gradient
of the power family then takes two to three times as long to compile, and twice as long to run.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from divergences.numerics.floats.error_free import two_sum
from divergences.numerics.typing import Array


def _add(x: Any, y: Any) -> tuple[Array, Array]:
    high, error = two_sum(x[0], y[0])
    return high, (x[1] + y[1]) + error


@jax.custom_jvp
def compensated_sum(x: Array) -> tuple[Array, Array]:
    """Return the sum over the last axis as a pair high + low, to twice the precision.

    The error is that of Sum2, u |sum x| + n^2 u^2 sum |x| at most, in any order of additions.

    References
    ----------
    T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005).
    """
    zero = jnp.zeros((), x.dtype)
    # What a scan is given loses the rule below on the way back. JAX then differentiates the
    # reduction, which it can if no operand is a constant.
    high, low = lax.reduce((x, 0.0 * x), (zero, zero), _add, (x.ndim - 1,))
    finite = jnp.isfinite(high)
    total = high + jnp.where(finite, low, 0.0)
    return total, jnp.where(finite, low - (total - high), 0.0)


@compensated_sum.defjvp
def _(primals: Any, tangents: Any) -> Any:
    from divergences.numerics.floats.sums import linear_sum

    change = linear_sum(tangents[0], jnp)
    return compensated_sum(*primals), (change, jnp.zeros_like(change))
