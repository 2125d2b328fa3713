"""The exact sum under JAX as a function of the member's parameter too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp

from divergences.core import Array, ParametricFDivergence
from divergences.methods.finite.f_divergence.by_rule import slopes
from divergences.methods.finite.f_divergence.compensated import normalised_total
from divergences.numerics.floats.jvp_rules import dot, scale_tangent
from divergences.numerics.floats.normalised_pair import normalise_pair
from divergences.numerics.floats.sums import pairwise_sum


@cache
def parametric(
    member: ParametricFDivergence, p_log: bool, q_log: bool
) -> Callable[[Array, Array, Array], Array]:
    """Return the compiled, differentiable function of the parameter of `member`, and P and Q."""

    @jax.custom_jvp
    def value(parameter: Array, p: Array, q: Array) -> Array:
        family = member.with_parameter(parameter)
        return family.transform(normalised_total(family, p, q, p_log, q_log, jnp), jnp)

    @value.defjvp
    def _(primals, tangents):
        (parameter, *ps), (along, *moves) = primals, tangents
        p, q = ps
        family = member.with_parameter(parameter)
        total, found = slopes(family, (True, True), (p, q), (p_log, q_log), jnp)
        change = sum(dot(slope, dx, jnp) for slope, dx in zip(found, moves, strict=True))
        pair, mass = normalise_pair(p, q, p_log, q_log, jnp)
        change += scale_tangent(
            pairwise_sum(family.parameter_derivatives(pair, jnp), jnp) / mass, along, jnp
        )
        change = scale_tangent(family.transform_derivative(total, jnp), change, jnp)
        return value(*primals), change + scale_tangent(
            family.transform_parameter_derivative(total, jnp), along, jnp
        )

    return jax.jit(value)
