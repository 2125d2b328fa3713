"""The exact sum as a function that JAX and PyTorch differentiate by rule, not through arithmetic.

For D = sum T(p_i, q_i) over p and q normalised by their totals P and Q, with g = dT/dp,

    dD = sum_i (g_i - <g, p>/P) dp_i / P             for masses p, and
    dD = sum_i (g_i - <g, p>/P) p_i da_i / P         for log masses a,

and likewise for q. At zero masses the slopes are one-sided limits, infinite ones included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array, FDivergence, ParametricFDivergence
from divergences.core.products import products
from divergences.methods.finite.f_divergence.compensated import normalised_total
from divergences.numerics.differentiable import Slopes, library, made_once
from divergences.numerics.floats.normalised_pair import Pair, marked, normalise_pair
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.runtime.backend import backend

# In units of u: how far the totals may differ, and the smallest sum that this moves by less than u.
MAX_DRIFT = 4.0
MIN_SUM = 512.0


@made_once
def function(
    member: FDivergence, p_log: bool, q_log: bool, unit: bool, xp: Any
) -> Callable[[Array, Array], Array]:
    """Return the differentiable function of the values of P and Q; `unit` if they sum to one."""

    def value(p: Array, q: Array) -> Array:
        if unit and backend(xp).compiles:
            return member.transform(_total_of_probabilities(member, p, q, xp), xp)
        p, q = marked(p, p_log, xp), marked(q, q_log, xp)
        return member.transform(normalised_total(member, p, q, p_log, q_log, xp), xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array) -> Slopes:
        sides = marked(p, p_log, xp), marked(q, q_log, xp)
        total, found = slopes(member, needed, sides, (p_log, q_log), xp)
        return Slopes(member.transform_derivative(total, xp), found)

    return library(xp).differentiable(value, rule)


@made_once
def parametric(
    member: ParametricFDivergence, p_log: bool, q_log: bool, xp: Any
) -> Callable[[Array, Array, Array], Array]:
    """Return the differentiable function of P, Q and the parameter of `member`, one a row."""
    logs = p_log, q_log

    def value(p: Array, q: Array, parameter: Array) -> Array:
        family = member.with_parameter(parameter[..., 0])
        p, q = marked(p, p_log, xp), marked(q, q_log, xp)
        return family.transform(normalised_total(family, p, q, p_log, q_log, xp), xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array, parameter: Array) -> Slopes:
        family = member.with_parameter(parameter[..., 0])
        sides = marked(p, p_log, xp), marked(q, q_log, xp)
        total, found = slopes(family, needed[:2], sides, logs, xp)
        outer = family.transform_derivative(total, xp)
        inner = [None if x is None else outer[..., None] * x for x in found]
        by_parameter = None
        if needed[2]:
            pair, mass = normalise_pair(*sides, *logs, xp)
            change = pairwise_sum(family.parameter_derivatives(pair, xp), xp) / mass
            by_parameter = outer * change + family.transform_parameter_derivative(total, xp)
            by_parameter = by_parameter[..., None]
        return Slopes(xp.ones_like(total), [*inner, by_parameter])

    return library(xp).differentiable(value, rule)


def slopes(
    member: FDivergence,
    needed: tuple[bool, ...],
    sides: tuple[Array, Array],
    logs: tuple[bool, bool],
    xp: Any,
) -> tuple[Array, list[Array | None]]:
    """Return the sum of T over P and Q, and its derivatives by the (log) masses of each."""
    pair, mass = normalise_pair(*sides, *logs, xp)
    terms = member.terms(pair, xp)
    own = member.gradients(pair, xp)
    parts = products(member, pair, own, terms, xp)
    found = [
        _by_masses(product, slope, part, mass, x, is_log, xp) if need else None
        for product, slope, part, x, is_log, need in zip(
            parts, own, pair[:2], sides, logs, needed, strict=True
        )
    ]
    return pairwise_sum(terms, xp) / mass, found


def _by_masses(
    product: Array, slope: Array, part: Array, mass: Array, x: Array, is_log: bool, xp: Any
) -> Array:
    """Return the derivative of the sum by the masses or log masses `x`."""
    mean = (pairwise_sum(product, xp) / mass)[..., None]
    if is_log:
        centred = xp.where(xp.isinf(product) | (part == 0), product, product - part * mean)
        # They sum to zero: that of an outcome with nearly all of the mass is best had from the
        # rest.
        heavy = (part > 0.999 * mass[..., None]) & xp.isfinite(mean)
        rest = pairwise_sum(xp.where(heavy, 0.0, centred), xp)[..., None]
        centred = xp.where(heavy & xp.isfinite(rest), -rest, centred)
        return centred / mass[..., None]
    # An infinite slope stays so: that is the limit, also where the mean is infinite with it.
    centred = xp.where(xp.isinf(slope), slope, slope - mean)
    return centred / pairwise_sum(x, xp)[..., None]


def _total_of_probabilities(member: FDivergence, p: Array, q: Array, xp: Any) -> Array:
    """Return the sum of T with p and q as they are, if their totals agree; else with care."""
    mass_p, mass_q = pairwise_sum(p, xp), pairwise_sum(q, xp)
    total = pairwise_sum(member.terms(Pair(p, q, p - q), xp), xp) / (0.5 * (mass_p + mass_q))
    return library(xp).either(
        xp.all(_no_drift(member, mass_p, mass_q, total, xp)),
        lambda: total,
        lambda: normalised_total(member, p, q, False, False, xp),
    )


def _no_drift(member: FDivergence, mass_p: Array, mass_q: Array, total: Array, xp: Any) -> Array:
    """Whether the totals of P and Q differ by too little to matter."""
    u = 0.5 * float(xp.finfo(total.dtype).eps)
    drift, mass = xp.abs(mass_p - mass_q), 0.5 * (mass_p + mass_q)  # alike for (P, Q) and (Q, P)
    if member.smooth:
        return (drift <= MAX_DRIFT * u * mass) & (total >= MIN_SUM * u)
    # To first order: what the rounding of either total hides must not show in the value.
    return (drift <= u * mass) & (total >= 1.0)
