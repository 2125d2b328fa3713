"""Divergences and entropies of logits in single precision, from shares in double, under PyTorch.

PyTorch runs one operation after another, and on a CPU a choice between two arrays takes as long as
ten products. In double precision few choices are needed: what `statistics` has from choices and
words of compensation is right to 2^-29, but for rows that are near. Only terms and slopes are in
single precision.

Where values are known, a block whose masses are all positive is spared the limits at zero, and one
without rows that are near what these need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array, FDivergence
from divergences.methods.finite.logits.by_rule import is_inside, terms_and_products
from divergences.methods.finite.logits.statistics import HEAVY
from divergences.numerics.differentiable import Slopes, library, made_once
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import entry, is_staged

# The least sum of |p - q| of which differences of shares, off by 2^-52, are right to 2^-29 or so.
NEAR = 2.0**-20
LEAST = -800.0  # exp of it is zero
CERTAIN = 1.0 + 2.0**-20  # a total of which the rest, past one, has lost too many digits


@made_once
def f_divergence(member: FDivergence, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the quantity `member` as a differentiable function of logits of P and Q."""

    def value(p: Array, q: Array) -> Array:
        both = _single(pair(p, q, xp)[0], p.dtype, xp)
        terms = member.term(both, xp) if is_inside(both, xp) else member.terms(both, xp)
        return member.transform(xp.sum(terms, axis=-1), xp)

    def rule(needed: tuple[bool, ...], p: Array, q: Array) -> Slopes:
        both = _single(pair(p, q, xp)[0], p.dtype, xp)
        terms, parts = terms_and_products(member, both, is_inside(both, xp), xp)
        # Of a mean the derivative is the same for every sum.
        total = xp.zeros_like(p[..., 0]) if terms is None else xp.sum(terms, axis=-1)
        found = [
            centred(part, mass, xp) if need else None
            for part, mass, need in zip(parts, both[:2], needed, strict=True)
        ]
        return Slopes(member.transform_derivative(total, xp), found)

    return library(xp).differentiable(value, rule)


@made_once
def entropy(xp: Any) -> Callable[[Array], Array]:
    """Return the entropy as a differentiable function of logits."""

    def value(p: Array) -> Array:
        below, mass, total, log_total = _masses(p, LEAST, xp)
        # Neither part is negative: none cancels.
        mean = log_total - xp.vecdot(mass, below)[..., None] / total
        return xp.astype(mean[..., 0], p.dtype)

    def rule(needed: tuple[bool, ...], p: Array) -> Slopes:
        below, mass, total, _ = _masses(p, LEAST, xp)
        mean = xp.vecdot(mass, below)[..., None] / total
        slope = (mass / total) * (mean - below)
        return Slopes(xp.ones_like(p[..., 0]), [xp.astype(slope, p.dtype)])

    return library(xp).differentiable(value, rule)


def pair(a: Array, b: Array, xp: Any) -> tuple[Pair, Array | None]:
    """Return P and Q of logits a and b, and which rows of them are near; None if none is.

    They are shares, their differences and their log ratios.
    """
    a, b = xp.astype(a, xp.float64), xp.astype(b, xp.float64)
    top_p, top_q = (xp.max(stop_gradient(z, xp), axis=-1, keepdims=True) for z in (a, b))
    p, q = xp.exp(a - top_p), xp.exp(b - top_q)
    total_p, total_q = (xp.sum(x, axis=-1, keepdims=True) for x in (p, q))
    p, q = p / total_p, q / total_q
    above, shift = a - b, (top_p - top_q) + (xp.log(total_p) - xp.log(total_q))
    found = Pair(p, q, p - q, above - shift)
    size = xp.sum(xp.abs(stop_gradient(found.difference, xp)), axis=-1, keepdims=True)
    near = size < NEAR
    if not (is_staged(a) or bool(xp.any(near))):
        return found, None
    closer = _near(found, above, shift, xp.argmax(a, axis=-1, keepdims=True), xp)
    return Pair(p, q, *(xp.where(near, *x) for x in zip(closer, found[2:], strict=True))), near


def _near(pair: Pair, above: Array, shift: Array, peak: Array, xp: Any) -> tuple[Array, Array]:
    """Return differences and log ratios of P and Q that are near, relatively accurate.

    With c what is `above` where P has its `peak`, the log ratio is above - c, which is exact where
    it is small, less log1p(sum q expm1(above - c)).
    """
    p, q, difference, log_ratio = pair
    both = xp.isfinite(log_ratio)
    c = entry(stop_gradient(above, xp), peak, xp)
    z = xp.where(both, above - c, 0.0)
    small = both & (xp.abs(z) < 1.0)
    gain = xp.where(small, q * xp.expm1(xp.where(small, z, 0.0)), p * xp.exp(shift - c) - q)
    y = z - xp.log1p(xp.sum(gain, axis=-1, keepdims=True))
    small = both & (xp.abs(y) < 1.0)
    gain = xp.where(small, q * xp.expm1(xp.where(small, y, 0.0)), difference)
    return gain, xp.where(both, y, log_ratio)


def _single(pair: Pair, dtype: Any, xp: Any) -> Pair:
    """Return a pair in the dtype of its logits."""
    return Pair(*(xp.astype(x, dtype) for x in pair))


def centred(product: Array, mass: Array, xp: Any) -> Array:
    """Return s - p sum s of the `products` s and shares p."""
    # Slopes that are all one have that mean, for the total of the rounded shares.
    mean, total = (xp.sum(x, axis=-1, keepdims=True) for x in (product, mass))
    mean = mean / total
    known = not (is_staged(mass) or 0 in mass.shape)
    if known and bool(xp.all(xp.isfinite(mean)) & (xp.max(mass) <= HEAVY)):
        return product - mass * mean
    entries = xp.where(xp.isinf(product) | (mass == 0), product, product - mass * mean)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = mass > HEAVY
    rest = xp.sum(xp.where(heavy, 0.0, entries), axis=-1, keepdims=True)
    return xp.where(heavy & xp.isfinite(rest), -rest, entries)


def surprisals(p: Array, xp: Any) -> tuple[Array, Array]:
    """Return shares and minus their logs, relatively accurate, which may be infinite."""
    below, mass, total, log_total = _masses(p, None, xp)
    return mass / total, log_total - below


def log_shares(p: Array, xp: Any) -> Array:
    """Return the logs of shares, to 2^-45 or so."""
    return -surprisals(p, xp)[1]


def _masses(p: Array, least: float | None, xp: Any) -> tuple[Array, Array, Array, Array]:
    """Return logits below the greatest, exp of them, its sum and the log of the sum."""
    z = xp.astype(p, xp.float64)
    below = z - xp.max(stop_gradient(z, xp), axis=-1, keepdims=True)
    if least is not None:
        # Where there is no mass, its product with the log is zero. NaN stays.
        below = xp.clip(below, least, None)
    mass = xp.exp(below)
    total = xp.sum(mass, axis=-1, keepdims=True)
    certain = total < CERTAIN
    rest = total - 1.0
    if is_staged(p) or bool(xp.any(certain)):
        others = mass.scatter(-1, xp.argmax(below, axis=-1, keepdims=True), 0.0)
        rest = xp.where(certain, xp.sum(others, axis=-1, keepdims=True), rest)
    return below, mass, total, xp.log1p(rest)
