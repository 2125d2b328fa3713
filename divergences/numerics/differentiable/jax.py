"""Functions of rows under JAX: compiled, and with a rule for their JVP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from divergences.numerics.differentiable import Library, Rule
from divergences.numerics.floats.jvp_rules import dot, scale_tangent
from divergences.numerics.typing import Array


def differentiable(value: Callable[..., Array], rule: Rule) -> Callable[..., Array]:
    """Return the compiled function of arrays with that value and that derivative."""
    function = jax.custom_jvp(value)

    def jvp(rows: Any, tangents: Any) -> tuple[Array, Array]:
        needed = tuple(not isinstance(t, SymbolicZero) for t in tangents)
        slopes = rule(needed, *rows)
        changes = [
            dot(s, t, jnp)
            for s, t, need in zip(slopes.inner, tangents, needed, strict=True)
            if need
        ]
        return function(*rows), scale_tangent(slopes.outer, sum(changes), jnp)

    function.defjvp(jvp, symbolic_zeros=True)
    return jax.jit(function)


def derivative(function: Callable[[Array], Array], x: Array) -> Array:
    """Return the derivative of a function of each element, at those of `x`."""
    return jax.jvp(function, (x,), (jnp.ones_like(x),))[1]


LIBRARY = Library(jnp, differentiable, lax.cond, derivative, jax.checkpoint)
