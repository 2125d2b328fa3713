"""Divergences and entropies of logits in their own precision, as PyTorch differentiates them.

Where values are known at no cost, a block whose masses are all positive is spared the limits at
zero. On other devices than CPUs nothing waits for a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array, FDivergence
from divergences.core.products import products
from divergences.methods.finite.logits import shannon
from divergences.methods.finite.logits.statistics import (
    HEAVY,
    Logs,
    centred,
    finite_top,
    logs,
    masses,
    pair,
    row_sums,
    statistics,
)
from divergences.numerics.differentiable import Slopes, library, made_once
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.normalised_pair import Pair, canonical_order
from divergences.numerics.runtime.namespace import is_staged

RATIO = 40.0  # log ratios up to which no slope of a member overflows: it may hold (p/q)^2


@made_once
def f_divergence(member: FDivergence, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the quantity `member` as a differentiable function of logits of P and Q."""

    def value(p: Array, q: Array) -> Array:
        if member.laws.symmetric:
            p, q = canonical_order(p, q, xp)
        both, mass = _pair(p, q, xp)
        terms = member.term(both, xp) if is_inside(both, xp) else member.terms(both, xp)
        return member.transform(_total(terms, mass, xp), xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array) -> Slopes:
        both, mass = _pair(p, q, xp)
        inside = is_inside(both, xp)
        terms, parts = terms_and_products(member, both, inside, xp)
        # Of a mean the derivative is the same for every sum.
        total = xp.zeros_like(mass[..., 0]) if terms is None else _total(terms, mass, xp)
        found = [
            _centred(part, x, mass, inside, xp) if need else None
            for part, x, need in zip(parts, both[:2], needed, strict=True)
        ]
        return Slopes(member.transform_derivative(total, xp), found)

    return library(xp).differentiable(value, rule)


@made_once
def entropy(xp: Any) -> Callable[[Array], Array]:
    """Return the entropy as a differentiable function of logits."""

    def value(p: Array) -> Array:
        x = _logs(p, p, xp)
        return shannon.value(x, shannon.row(x, xp), xp)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        x = _logs(p, p, xp)
        return Slopes(xp.ones_like(p[..., 0]), [shannon.slopes(x, shannon.row(x, xp), xp)])

    return library(xp).differentiable(value, rule)


def is_inside(pair: Pair, xp: Any) -> bool:
    """Whether it is known at no cost that all masses are positive, and no ratio is extreme."""
    p, q, _, y = pair
    if is_staged(p) or 0 in p.shape or p.device.type != "cpu":
        return False
    return bool((xp.min(p) > 0) & (xp.min(q) > 0) & (xp.min(y) > -RATIO) & (xp.max(y) < RATIO))


def terms_and_products(
    member: FDivergence, pair: Pair, inside: bool, xp: Any
) -> tuple[Array | None, tuple[Array, Array]]:
    """Return the terms, p dT/dp and q dT/dq; no terms of a mean whose pair `is_inside`."""
    if not inside:
        terms = member.terms(pair, xp)
        return terms, products(member, pair, member.gradients(pair, xp), terms, xp)
    by_p, by_q = member.gradient(pair, xp)
    terms = None if member.is_mean else member.term(pair, xp)
    return terms, (pair.p * by_p, pair.q * by_q)


def _pair(p: Array, q: Array, xp: Any) -> tuple[Pair, Array]:
    """Return P and Q on one total, and that total, with an axis for the outcomes."""
    # Neither the divergence nor a slope depends on what is taken from all logits of a row.
    sides = [_logs(z, stop_gradient(z, xp), xp) for z in (p, q)]
    x = masses(sides[0], sides[1], xp)
    known = statistics(x, xp)
    return pair(x, known, xp), known.mass


def _logs(z: Array, still: Array, xp: Any) -> Logs:
    """Return the logits z, whose greatest is that of the same logits, `still` or not."""
    return logs(z, finite_top(xp.max(still, axis=-1, keepdims=True), xp), xp)


def _centred(part: Array, mass: Array, total: Array, inside: bool, xp: Any) -> Array:
    """Return s - p sum s of the products s; in a block that is `inside` all are finite."""
    if inside and bool(xp.all(mass <= HEAVY * total)):
        (whole,) = row_sums(part, xp=xp)
        return (part - mass * (whole[..., None] / total)) / total
    return centred(part, mass, total, xp)


def _total(terms: Array, mass: Array, xp: Any) -> Array:
    """Return the sum of the terms of each row, over the total of its masses."""
    (total,) = row_sums(terms, xp=xp)
    return total / mass[..., 0]
