"""Values of tokens under JAX, whose derivatives are those of the divergence.

With c the log-probability under the distribution drawn from, held fixed, the value is
T(exp(log p - c), exp(log q - c)). Its mean over tokens is the sum of exp(c) T / exp(c) over all
outcomes, also after any number of differentiations: the weight exp(c) of an outcome is not moved,
and its mass in T is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp

from divergences.core import Array, FDivergence
from divergences.core.products import products
from divergences.methods.sampled_log_ratio import relative
from divergences.numerics.floats.jvp_rules import scale_tangent


@cache
def compiled(member: FDivergence) -> Callable[[Array, Array], Array]:
    """Return the compiled, differentiable function of log p - c and log q - c."""

    @jax.custom_jvp
    def value(a: Array, b: Array) -> Array:
        return member.terms(relative(a, b, jnp), jnp)

    @value.defjvp
    def _(primals: Any, tangents: Any) -> tuple[Array, Array]:
        a, b = primals
        pair = relative(a, b, jnp)
        terms = member.terms(pair, jnp)
        parts = products(member, pair, member.gradients(pair, jnp), terms, jnp)
        change = sum(scale_tangent(part, t, jnp) for part, t in zip(parts, tangents, strict=True))
        return value(a, b), change

    return jax.jit(value)
