"""The power family of logits in single precision, from shares in double, under PyTorch.

Each is a function of S, the sum of w_i = p_i^a q_i^(1-a), or of w_i = p_i^a. With L = log(p/q) and
E(b, y) = (exp(b y) - 1) / b, its derivatives come from those of X = (S - 1) / (a - 1),

    dX/dx_i = a (s_i - p_i sum s),   s_i = p_i E(a - 1, L_i),     for the logit x_i of P, and
    dX/dy_i = a (s_i - q_i sum s),   s_i = -q_i E(a, L_i),        for the logit y_i of Q.

Where S is far from one, w_i / (a - 1) and -w_i / a are as good as these s_i, and cancel less. What
is not had to 2^-29 in this way comes from compensated sums, in double precision too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from divergences.core import Array
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.methods.finite.logits.in_double import centred, log_shares, pair, surprisals
from divergences.methods.finite.order_divergence import by_rule as divergences
from divergences.methods.finite.order_entropy import by_rule as entropies
from divergences.numerics.differentiable import Slopes, library, made_once
from divergences.numerics.runtime.namespace import is_staged
from divergences.numerics.special.order_sums import NEAR_ONE, HellingerIntegral, PowerSum

GREAT = 2.0**16  # the order of whose products with logs 2^-29 is not known
SMALL = 2.0**-6  # log ratios whose powers have a short series
WIDE = 40.0  # log ratios, or their multiples by the order, whose exponentials lose nothing
LEAST = 2.0**-16  # a sum of powers that is not known from its distance from one
MOST = 2.0**1000  # one that may overflow


class _Pair(NamedTuple):
    """What is known of a block: the order, P and Q, and how p^a q^(1-a) is had from one of them."""

    order: float
    p: Array
    q: Array
    log_ratio: Array  # 0 where not both have mass
    near: Array | None  # rows of P and Q that are near, if there are any
    both: Array | None  # outcomes that both have; None if that is all, and none of them extreme
    from_p: bool
    log_base: Array | None
    only: tuple[Array, Array] | None  # the mass of P where Q has none, and of Q where P has none

    def weights(self, xp: Any) -> Array:
        """Return p^a q^(1-a)."""
        power = (self.order - self.from_p) * self.log_ratio
        if self.both is None:
            return (self.p if self.from_p else self.q) * xp.exp(power)
        return xp.where(self.both, xp.exp(self.log_base + power), 0.0)


@made_once
def order_divergence(member: OrderDivergence, xp: Any) -> Callable[[Array, Array, Array], Array]:
    """Return the quantity `member` as a differentiable function of logits and the order."""
    compensated = divergences.with_rule(member, True, True, xp)

    def value(p: Array, q: Array, order: Array) -> Array:
        found = _divergence(member, p, q, order, xp)
        if found is None:
            found = compensated.value(*_doubled(xp, p, q, order))
        return xp.astype(found, order.dtype)

    def rule(needed: tuple[bool, ...], p: Array, q: Array, order: Array) -> Slopes:
        inner = None if needed[2] else _divergence_slopes(member, needed, p, q, order, xp)
        if inner is None:
            inner = compensated.rule(needed, *_doubled(xp, p, q, order)).inner
        return _single(inner, order, xp)

    return library(xp).differentiable(value, rule)


@made_once
def order_entropy(member: OrderEntropy, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the quantity `member` as a differentiable function of logits and the order."""
    compensated = entropies.with_rule(member, True, xp)

    def value(p: Array, order: Array) -> Array:
        found = _entropy(member, p, order, xp)
        if found is None:
            found = compensated.value(*_doubled(xp, p, order))
        return xp.astype(found, order.dtype)

    def rule(needed: tuple[bool, ...], p: Array, order: Array) -> Slopes:
        inner = None if needed[1] else _entropy_slopes(member, p, order, xp)
        if inner is None:
            inner = compensated.rule(needed, *_doubled(xp, p, order)).inner
        return _single(inner, order, xp)

    return library(xp).differentiable(value, rule)


def _doubled(xp: Any, *rows: Array) -> list[Array]:
    return [xp.astype(x, xp.float64) for x in rows]


def _single(inner: list[Array | None], order: Array, xp: Any) -> Slopes:
    inner = [None if x is None else xp.astype(x, order.dtype) for x in inner]
    return Slopes(xp.ones_like(order[..., 0]), inner)


def _one_order(order: Array, xp: Any, *rows: Array) -> float | None:
    """Return the order of all rows, if it is known as they are, one, and moderate."""
    if any(map(is_staged, (order, *rows))) or 0 in order.shape:
        return None
    a = float(xp.max(order))
    return a if float(xp.min(order)) == a and abs(a) <= GREAT else None


def _pair(p: Array, q: Array, order: Array, xp: Any) -> _Pair | None:
    """Return what is known of a block, None if it needs compensated sums."""
    a = _one_order(order, xp, p, q)
    if not a:
        return None
    (x, y, d, ratio), near = pair(p, q, xp)
    from_p = a > 0.5  # the power of the ratio is then nearer to zero
    base = x if from_p else y
    size = xp.abs(ratio)
    if bool(xp.max(size) * max(1.0, abs(a)) < WIDE) and bool(xp.min(base) > 0):
        return _Pair(a, x, y, ratio, near, None, from_p, None, None)
    both = xp.isfinite(ratio)
    tiny = float(xp.finfo(x.dtype).smallest_normal)  # of a mass that has underflowed
    only = (
        xp.sum(xp.where(ratio == end, xp.clip(mass, tiny, None), 0.0 * d), axis=-1)
        for end, mass in ((xp.inf, x), (-xp.inf, y))
    )
    log_base = log_shares(p if from_p else q, xp)
    return _Pair(a, x, y, xp.where(both, ratio, 0.0), near, both, from_p, log_base, tuple(only))


def _rise(mass: Array, c: float, y: Array, both: Array | None, far: Array | None, xp: Any) -> Array:
    """Return mass * E(c, y), given mass * exp(c y) for where that is far from the mass."""
    if both is None:
        return mass * (xp.expm1(c * y) / c if c else y)
    if not c:
        return mass * y
    small = both & (xp.abs(c * y) < 1.0)
    return xp.where(small, mass * xp.expm1(xp.where(small, c * y, 0.0)), far - mass) / c


def _divergence(member: OrderDivergence, p: Array, q: Array, order: Array, xp: Any) -> Array | None:
    """Return the quantity, None if it needs compensated sums."""
    found = _pair(p, q, order, xp)
    if found is None:
        return None
    a, both = found.order, found.both
    base, other, y, b = found.q, found.p, found.log_ratio, a
    if found.from_p:
        base, other, y, b = other, base, -y, 1.0 - a
    weights = None if both is None else found.weights(xp)
    gain, rise = (_rise(base, c, y, both, far, xp) for c, far in ((1.0, other), (b, weights)))
    terms = (gain - rise) / (1.0 - b)
    if found.near is not None:
        small = found.near & (xp.abs(y) * max(1.0, abs(b)) < SMALL)
        z = xp.where(small, y, 0.0)
        c0, c1, c2 = (1.0 + b) / 3.0, (1.0 + b + b**2) / 12.0, (1.0 + b + b**2 + b**3) / 60.0
        series = 1.0 + z * (c0 + z * (c1 + z * c2))
        terms = xp.where(small, 0.5 * base * z * z * series, terms)
    if both is not None:
        terms = xp.where(both, terms, 0.0)
    alpha_term = xp.sum(terms, axis=-1)
    only = found.only or (xp.zeros_like(alpha_term), xp.zeros_like(alpha_term))
    total = 1.0 + a * (a - 1.0) * alpha_term
    if weights is not None or bool(xp.any(total < LEAST)):
        total = xp.sum(found.weights(xp) if weights is None else weights, axis=-1)
    if bool(xp.any((total == 0) | (total > MOST))):
        return None
    overlap = xp.log(total) / (a - 1.0) if a != 1.0 else xp.zeros_like(alpha_term)
    return member.value(
        HellingerIntegral(alpha_term, *only, overlap), xp.full_like(alpha_term, a), xp
    )


def _divergence_slopes(
    member: OrderDivergence, needed: tuple[bool, ...], p: Array, q: Array, order: Array, xp: Any
) -> list[Array | None] | None:
    """Return the derivatives, None if they need compensated sums."""
    found = _pair(p, q, order, xp)
    if found is None:
        return None
    a, y, both = found.order, found.log_ratio, found.both
    if found.only is not None and bool(xp.any(found.only[0] > 0) if a >= 1.0 else a < 0.0):
        return None  # it may be infinite
    weights = None if both is None else found.weights(xp)
    signed = ((found.p, a - 1.0, 1.0), (found.q, a, -1.0))
    parts = [
        sign * _rise(mass, c, y, both, weights, xp) if need else None
        for (mass, c, sign), need in zip(signed, needed, strict=False)
    ]
    # The sum of powers, of which no more than its size need be right.
    by_p, by_q = parts
    total = (
        1.0 + (a - 1.0) * xp.sum(by_p, axis=-1) if needed[0] else 1.0 - a * xp.sum(by_q, axis=-1)
    )
    near = xp.abs(total - 1.0) < NEAR_ONE
    if not bool(xp.all(near)):
        weights = found.weights(xp) if weights is None else weights
        total = xp.where(near, total, xp.sum(weights, axis=-1))
        if bool(xp.any((total == 0) | (total > MOST))):
            return None
        parts = [
            None if part is None else xp.where(near[..., None], part, sign * weights / (c or 1.0))
            for part, (_, c, sign) in zip(parts, signed, strict=True)
        ]

    slope = a * member.excess_derivative(total, a, xp)
    return [
        None if part is None else centred(part, mass, xp) * slope[..., None]
        for part, (mass, *_) in zip(parts, signed, strict=True)
    ] + [None]


def _parts(p: Array, order: Array, xp: Any) -> tuple[float, Array, Array, Array] | None:
    """Return the order, shares, (p^(a-1) - 1) p / (1 - a) and p^a; else None."""
    a = _one_order(order, xp, p)
    if a is None or a <= 0.0:
        return None
    share, surprisal = surprisals(p, xp)
    weights, b = xp.exp(-a * surprisal), 1.0 - a
    if bool(xp.max(surprisal) < 600.0):
        return a, share, share * (xp.expm1(b * surprisal) / b if b else surprisal), weights
    small = xp.abs(b * surprisal) < 1.0
    inner = xp.where(small, surprisal, 0.0)
    if not b:
        some = share > 0
        return a, share, share * xp.where(some, surprisal, 0.0), weights
    rise = xp.where(small, share * xp.expm1(b * inner), weights - share) / b
    return a, share, rise, weights


def _entropy(member: OrderEntropy, p: Array, order: Array, xp: Any) -> Array | None:
    """Return the quantity, None if it needs compensated sums."""
    found = _parts(p, order, xp)
    if found is None:
        return None
    a, _, rise, weights = found
    excess, total = xp.sum(rise, axis=-1), xp.sum(weights, axis=-1)
    if bool(xp.any(total == 0)):
        return None
    mean_log = xp.log(total) / (1.0 - a) if a != 1.0 else excess
    return member.value(PowerSum(excess, mean_log), xp.full_like(excess, a), xp)


def _entropy_slopes(
    member: OrderEntropy, p: Array, order: Array, xp: Any
) -> list[Array | None] | None:
    """Return the derivatives, None if they need compensated sums."""
    found = _parts(p, order, xp)
    if found is None:
        return None
    a, share, rise, weights = found
    total = xp.sum(weights, axis=-1)
    if bool(xp.any(total == 0)):
        return None
    near = xp.abs(total - 1.0) < NEAR_ONE
    if not bool(xp.all(near)):
        rise = xp.where(near[..., None], rise, weights / (1.0 - a or 1.0))

    slope = a * member.excess_derivative(total, a, xp)
    return [centred(rise, share, xp) * slope[..., None], None]
