"""Non-negative pieces that closed forms are sums of: nothing in them cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.measures.univariate import Univariate
from divergences.numerics.floats.error_free import two_product
from divergences.numerics.runtime.namespace import namespace
from divergences.numerics.special.stirling import FAR, taylor_remainder
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array


def space(*distributions: Any) -> Any:
    """Return the array namespace that the parameters of all distributions share."""
    return namespace(*(x for d in distributions for x in d.parameters.values()))


def ratio_gap(x: Array, y: Array, xp: Any) -> Array:
    """Return x/y - 1 - log(x/y) >= 0."""
    return kl_term(y, x, y - x, None, xp) / y


def mass_gap(p: Array, q: Array, d: Array, xp: Any) -> Array:
    """Return p log(p/q) - p + q >= 0 for masses that may be zero, d = p - q."""
    inside = (p > 0) & (q > 0)
    x, y = xp.where(inside, p, 1.0), xp.where(inside, q, 1.0)
    edge = xp.where(p > 0, xp.inf, q + p)
    return xp.where(inside, kl_term(x, y, xp.where(inside, d, 0.0), None, xp), edge)


def two_outcomes(p: Array, q: Array, xp: Any) -> Array:
    """Return the divergence of probabilities (p, 1 - p) from (q, 1 - q)."""
    return mass_gap(p, q, p - q, xp) + mass_gap(1.0 - p, 1.0 - q, q - p, xp)


def bregman(
    value: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    curvature: Callable[[Array], Array],
    y: Array,
    x: Array,
    d: Array,
    near: Array,
    xp: Any,
) -> Array:
    """Return f(y) - f(x) - f'(x) d >= 0, d = y - x: where `near`, from the second derivative."""
    close = taylor_remainder(curvature, xp.where(near, x, 2.0), xp.where(near, d, 0.0), xp)
    return xp.where(near, close, value(y) - value(x) - slope(x) * d)


def comparable(x: Array, y: Array) -> Array:
    """Whether two positive numbers are within a factor of `FAR`."""
    return (y < FAR * x) & (x < FAR * y)


def product_difference(a: Array, b: Array, c: Array, d: Array, xp: Any) -> Array:
    """Return a b - c d, rounded about once."""
    a, b, c, d = (xp.asarray(x) for x in (a, b, c, d))
    high, low = two_product(a, b, xp)
    other_high, other_low = two_product(c, d, xp)
    return (high - other_high) + (low - other_low)


def with_cost(p: Univariate, moment: Array, cost: Callable[[Array], Array], xp: Any) -> Array:
    """Return -entropy(P) + cost(moment of P), infinite where P has no such moment."""
    entropy = p.entropy()
    missing = xp.isnan(moment) & ~xp.isnan(entropy)
    return cost(xp.where(missing, xp.inf, moment)) - entropy
