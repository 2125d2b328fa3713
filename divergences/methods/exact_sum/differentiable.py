"""The exact sum under JAX: compiled, and differentiated by rule rather than through its arithmetic.

For D = sum T(p_i, q_i) over p and q normalised by their totals P and Q, with g = dT/dp,

    dD = sum_i (g_i - <g, p>/P) dp_i / P             for masses p, and
    dD = sum_i (g_i - <g, p>/P) p_i da_i / P         for log masses a,

and likewise for q. At zero masses the slopes are one-sided limits, infinite ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import jax
import jax.numpy as jnp
from jax import lax

from divergences.interface import Array, Perspective
from divergences.interface.products import products
from divergences.methods.exact_sum.careful import normalised_total
from divergences.numerics.jvp_rules import dot, times
from divergences.numerics.pairs import Pair, common_ground
from divergences.numerics.sums import fold

# In roundings: what the totals may be apart, and the least sum whose error that leaves small.
DRIFT = 4.0
LEAST = 512.0


@cache
def compiled(
    member: Perspective, p_log: bool, q_log: bool, unit: bool
) -> Callable[[Array, Array], Array]:
    """Return the compiled, differentiable function of the values of P and Q."""

    @jax.custom_jvp
    def value(p: Array, q: Array) -> Array:
        if unit:
            return member.finish(_total_of_probabilities(member, p, q), jnp)
        return member.finish(normalised_total(member, p, q, p_log, q_log, jnp), jnp)

    @value.defjvp
    def _(primals, tangents):
        total, change = _moved(member, primals, tangents, (p_log, q_log))
        return value(*primals), times(member.finish_slope(total, jnp), change, jnp)

    return jax.jit(value)


@cache
def parametric(
    member: Perspective, p_log: bool, q_log: bool
) -> Callable[[Array, Array, Array], Array]:
    """Return the compiled, differentiable function of the parameter of `member`, and P and Q."""

    @jax.custom_jvp
    def value(parameter: Array, p: Array, q: Array) -> Array:
        family = member.with_parameter(parameter)
        return family.finish(normalised_total(family, p, q, p_log, q_log, jnp), jnp)

    @value.defjvp
    def _(primals, tangents):
        (parameter, *ps), (along, *moves) = primals, tangents
        p, q = ps
        family = member.with_parameter(parameter)
        total, change = _moved(family, ps, moves, (p_log, q_log))
        pair, mass = common_ground(p, q, p_log, q_log, jnp)
        change += times(fold(family.rates(pair, jnp), jnp) / mass, along, jnp)
        change = times(family.finish_slope(total, jnp), change, jnp)
        return value(*primals), change + times(family.finish_rate(total, jnp), along, jnp)

    return jax.jit(value)


def _moved(
    member: Perspective, ps: Sequence[Array], moves: Sequence[Array], logs: tuple[bool, bool]
) -> tuple[Array, Array]:
    """Return the sum of T over distributions `ps`, and its change when they change by `moves`."""
    pair, mass = common_ground(ps[0], ps[1], logs[0], logs[1], jnp)
    terms = member.terms(pair, jnp)
    slopes = member.slopes(pair, jnp)
    parts = products(member, pair, slopes, terms, jnp)
    change = sum(
        _change(product, slope, part, mass, x, dx, is_log)
        for product, slope, part, x, dx, is_log in zip(
            parts, slopes, pair[:2], ps, moves, logs, strict=True
        )
    )
    return fold(terms, jnp) / mass, change


def _total_of_probabilities(member: Perspective, p: Array, q: Array) -> Array:
    """Return the sum of T with p and q as they are, if their totals agree; else with care."""
    mass_p, mass_q = fold(p, jnp), fold(q, jnp)
    total = fold(member.terms(Pair(p, q, p - q), jnp), jnp) / (0.5 * (mass_p + mass_q))
    return lax.cond(
        jnp.all(_no_drift(member, mass_p, mass_q, total)),
        lambda: total,
        lambda: normalised_total(member, p, q, False, False, jnp),
    )


def _no_drift(member: Perspective, mass_p: Array, mass_q: Array, total: Array) -> Array:
    """Whether the totals of P and Q differ by too little to matter."""
    u = 0.5 * float(jnp.finfo(total.dtype).eps)
    drift, mass = jnp.abs(mass_p - mass_q), 0.5 * (mass_p + mass_q)  # alike for (P, Q) and (Q, P)
    if member.smooth:
        return (drift <= DRIFT * u * mass) & (total >= LEAST * u)
    # To first order: what the rounding of either total hides must not show in the value.
    return (drift <= u * mass) & (total >= 1.0)


def _change(
    product: Array, slope: Array, part: Array, mass: Array, x: Array, dx: Array, is_log: bool
) -> Array:
    """Return the change of the sum when the masses or log masses `x` change by `dx`."""
    mean = (fold(product, jnp) / mass)[..., None]
    if is_log:
        centred = jnp.where(jnp.isinf(product) | (part == 0), product, product - part * mean)
        # They sum to zero: that of an outcome with nearly all of the mass is best had from the
        # rest.
        heavy = (part > 0.999 * mass[..., None]) & jnp.isfinite(mean)
        rest = fold(jnp.where(heavy, 0.0, centred), jnp)[..., None]
        centred = jnp.where(heavy & jnp.isfinite(rest), -rest, centred)
        return dot(centred / mass[..., None], dx, jnp)
    # An infinite slope stays so: that is the limit, also where the mean is infinite with it.
    centred = jnp.where(jnp.isinf(slope), slope, slope - mean)
    return dot(centred / fold(x, jnp)[..., None], dx, jnp)
