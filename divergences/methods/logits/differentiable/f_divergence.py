"""f-divergences of logits: the value of a block of rows, and the rule of its derivative.

For D = sum T(p_i, q_i) over shares p and q, and s_i = p_i dT/dp_i, the derivative by the logit a_i
of P is s_i - p_i sum s, and likewise for Q.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name
from jax.custom_derivatives import SymbolicZero

from divergences.interface import Array, Perspective
from divergences.interface.products import products
from divergences.methods.logits.differentiable.blocks import STATISTICS, by_blocks, row_sums
from divergences.methods.logits.differentiable.statistics import (
    Logs,
    Statistics,
    logs,
    ordered,
    pair,
    statistics,
)
from divergences.numerics.jvp_rules import dot, times


@cache
def compiled(member: Perspective) -> Callable[..., Array]:
    """Return the compiled, differentiable function of logits of P and Q and their temperatures."""
    of_rows = _of_rows(member)

    @jax.jit
    def value(p: Array, q: Array, temperature_p: Any, temperature_q: Any) -> Array:
        def of_block(a: Array, b: Array) -> Array:
            x, y = logs(a, temperature_p), logs(b, temperature_q)
            if member.laws.symmetric:
                x, y = ordered(x, y)
            known = statistics(x, y)
            return of_rows(x, y, jax.tree.map(lambda s: checkpoint_name(s, STATISTICS), known))

        return by_blocks(of_block, (p, q))

    return value


def _of_rows(member: Perspective) -> Callable[[Logs, Logs, Statistics], Array]:
    """Return the function of a block of rows whose statistics are known."""

    @jax.custom_jvp
    def value(p: Logs, q: Logs, known: Statistics) -> Array:
        (total,) = row_sums(member.terms(pair(p, q, known), jnp))
        return member.finish(total / known.mass[..., 0], jnp)

    def rule(primals: Any, tangents: Any) -> tuple[Array, Array]:
        p, q, known = primals
        both = pair(p, q, known)
        terms = member.terms(both, jnp)
        parts = products(member, both, member.slopes(both, jnp), terms, jnp)
        (total,) = row_sums(terms)
        slope = member.finish_slope(total / known.mass[..., 0], jnp)
        # The statistics move too: with them the slopes, of which this derivative is made. A teacher
        # does not.
        change = sum(
            (
                dot(centred(part, mass, known.mass), side.high, jnp)
                for part, mass, side in zip(parts, both[:2], tangents[:2], strict=True)
                if not isinstance(side.high, SymbolicZero)
            ),
            start=jnp.zeros_like(total),
        )
        return value(*primals), times(slope, change, jnp)

    value.defjvp(rule, symbolic_zeros=True)
    return value


def centred(products: Array, mass: Array, total: Array) -> Array:
    """Return s - p sum s of shares p, given `products` s and masses p times the `total`."""
    heavy = mass > 0.999 * total
    whole, others, lighter = row_sums(
        products, jnp.where(heavy, 0.0, products), jnp.where(heavy, 0.0, mass)
    )
    mean = whole[..., None] / total
    entries = jnp.where(jnp.isinf(products) | (mass == 0), products, products - mass * mean)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    rest = others[..., None] - lighter[..., None] * mean
    return jnp.where(heavy & jnp.isfinite(rest), -rest, entries) / total
