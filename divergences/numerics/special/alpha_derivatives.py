"""Derivatives of sums of powers, by masses, by their logs and by the order."""

from __future__ import annotations

from typing import Any, NamedTuple

from divergences.numerics.floats.double_word import (
    DoubleWord,
    dw_mul,
    dw_sub,
    exp_dw,
    expm1_dw,
    scaled_exp,
)
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.special.alpha_term import double_node
from divergences.numerics.special.order_sums import (
    NEAR_ONE,
    HellingerIntegral,
    PowerSum,
    log1p_over,
)
from divergences.numerics.typing import Array


class Side(NamedTuple):
    """P or Q, by whose masses, or by whose logs, a quantity is differentiated.

    A derivative by a log is that by the mass, times the mass. It is had from logs, because a mass
    may underflow where p^a q^(1-a) does not.

    Attributes
    ----------
    mass
        The probabilities.
    log_ratio
        log(p/q), or the log of the only distribution; infinite ones included.
    log_quotient
        The log of p^a q^(1-a), or of p^a, over the mass.
    logs
        The logs of the mass and of p^a q^(1-a), if derivatives are those by logs.
    """

    mass: Array
    log_ratio: DoubleWord
    log_quotient: DoubleWord
    logs: tuple[DoubleWord, DoubleWord] | None = None

    def weighted(self, slope: Array, xp: Any) -> Array:
        """Return the derivative by the mass or its log, from that by the mass."""
        if self.logs is None:
            return slope
        positive = self.mass > 0
        return xp.where(positive, self.mass, 0.0) * xp.where(positive, slope, 0.0)

    def escort_difference(self, log_sum: DoubleWord, xp: Any) -> Array:
        """Return e/p - 1, weighted; e = p^a q^(1-a) / S is the escort mass, `log_sum` is log S."""
        z = dw_sub(self.log_quotient, log_sum, xp)
        if self.logs is None:
            return expm1_dw(z, xp)
        near = xp.abs(z[0]) < 1.0
        z = tuple(xp.where(near, part, 0.0) for part in z)
        far = tuple(xp.where(near, 0.0, part) for part in dw_sub(self.logs[1], log_sum, xp))
        return xp.where(near, self.mass * expm1_dw(z, xp), exp_dw(far, xp) - self.mass)

    def share(self, hit: Array, xp: Any) -> Array:
        """Return 1 / (mass of the outcomes that are hit) there, less one everywhere, weighted."""
        if self.logs is None:
            total = xp.sum(xp.where(hit, self.mass, 0.0), axis=-1, keepdims=True)
            return xp.where(hit, 1.0 / xp.where(total > 0, total, 1.0), 0.0) - 1.0
        logs = xp.where(hit, self.logs[0][0], -xp.inf)
        top = xp.max(logs, axis=-1, keepdims=True)
        mass = xp.exp(logs - xp.where(xp.isfinite(top), top, 0.0))
        total = xp.sum(mass, axis=-1, keepdims=True)
        return mass / xp.where(total > 0, total, 1.0) - self.mass


def centred(slope: Array, mean: Array, xp: Any) -> Array:
    """Return slope - mean; an infinite slope stays so, also where the mean is infinite with it."""
    infinite = xp.isinf(slope)
    return xp.where(infinite, slope, xp.where(infinite, 0.0, slope) - mean)


def raise_power(a: Array, y: DoubleWord, xp: Any) -> DoubleWord:
    """Return a y, the log of (p/q)^a, with 0^0 = 0 as for all positive orders."""
    high, low = dw_mul(a, _finite(y, xp), xp)
    return xp.where((a == 0) & (y[0] == -xp.inf), -xp.inf, high), low


def lower_power(a: Array, y: DoubleWord, xp: Any) -> DoubleWord:
    """Return (a - 1) y, the log of (p/q)^(a-1), also where a - 1 would be rounded."""
    y = _finite(y, xp)
    return dw_sub(dw_mul(a, y, xp), y, xp)


def _finite(y: DoubleWord, xp: Any) -> DoubleWord:
    """Return a double word whose multiples have a sign, also if it is infinite."""
    largest = float(xp.finfo(y[0].dtype).max) * 2.0**-40
    return xp.clip(y[0], -largest, largest), y[1]


def gradients_of_log(
    p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
) -> tuple[Array, Array]:
    """Return the derivatives of log(S) / (a - 1) along the simplex, S = sum p^a q^(1-a)."""
    log_sum = sums.log_dw(a, xp)
    by_p = _power_slope(p, sums.renyi(a, xp), log_sum, a, xp)
    return by_p, -q.escort_difference(log_sum, xp)


def enlarged(total: Array, slope: Array, xp: Any) -> Array:
    """Return total * slope, 0 where the slope is, also if the total is infinite."""
    none = slope == 0
    return xp.where(none, 0.0, total * xp.where(none, 1.0, slope))


def alpha_gradients(
    p: Side, q: Side, sums: HellingerIntegral, a: Array, xp: Any
) -> tuple[Array, Array]:
    """Return the derivatives of (S - 1) / (a (a - 1)) along the simplex; 0 of infinite orders."""
    limit, a = xp.isinf(a), xp.where(xp.isinf(a), 0.5, a)
    total, infinite = sums.total(a, xp)
    log_sum = sums.log_dw(a, xp)
    by_p = enlarged(total, p.escort_difference(log_sum, xp), xp) / xp.where(a == 1, 1.0, a - 1.0)
    by_q = -enlarged(total, q.escort_difference(log_sum, xp), xp) / xp.where(a == 0, 1.0, a)
    # The limits, Kullback and Leibler's in either direction.
    alpha_term = sums.alpha(a, xp)
    alpha_term = xp.where(xp.isinf(alpha_term), 0.0, alpha_term)
    to_q = p.weighted(centred(p.log_ratio[0], alpha_term, xp), xp)
    to_p = -q.weighted(centred(q.log_ratio[0], -alpha_term, xp), xp)
    by_p, by_q = xp.where(a == 1, to_q, by_p), xp.where(a == 0, to_p, by_q)
    mean_q = q.weighted(enlarged(infinite, 1.0 - a, xp), xp)
    return (
        xp.where(limit, 0.0, centred(by_p, p.weighted(infinite, xp), xp)),
        xp.where(limit, 0.0, centred(by_q, mean_q, xp)),
    )


def gradient_of_log(p: Side, sums: PowerSum, a: Array, xp: Any) -> Array:
    """Return the derivative of log(S) / (1 - a) along the simplex, S = sum p^a."""
    return -_power_slope(p, -sums.renyi(a, xp), sums.log_dw(a, xp), a, xp)


def _power_slope(p: Side, mean: Array, log_sum: DoubleWord, a: Array, xp: Any) -> Array:
    """Return a (exp(z) / S - 1) / (a - 1), z being `log_quotient`, weighted.

    For a = 1 that is y less its mean. For a = 0 it is 0, but -inf where p = 0.
    """
    slope = a * p.escort_difference(log_sum, xp) / xp.where(a == 1, 1.0, a - 1.0)
    y = p.weighted(centred(p.log_ratio[0], xp.where(xp.isinf(mean), 0.0, mean), xp), xp)
    edge = xp.where(y == -xp.inf, y, 0.0)
    return xp.where(a == 1, y, xp.where(a == 0, edge, slope))


def escort_divergence(p: Side, only_p: Array, log_sum: DoubleWord, a: Array, xp: Any) -> Array:
    """Return KL(E‖P) / (a - 1)^2, by which a Renyi quantity changes with its order.

    E is the escort distribution, p^a q^(1-a) / S. With z = log(e/p) the summand e z - e + p is
    never negative; over (a - 1)^2 it is regular where a = 1. All logarithms are taken from that
    of the outcome with most of P, since they may be nearly equal and far from zero.
    """
    mass, y = p.mass, p.log_ratio
    inside = xp.isfinite(y[0])
    a = xp.where(xp.isfinite(a), a, 0.5)[..., None]
    size = mass if p.logs is None else p.logs[0][0]
    top = xp.argmax(xp.where(inside, size, -xp.inf), axis=-1, keepdims=True)
    y = tuple(xp.where(inside, part, 0.0) for part in _finite(y, xp))
    anchor = tuple(xp.take_along_axis(part, top, axis=-1) for part in y)
    y = tuple(xp.where(inside, part, 0.0) for part in dw_sub(y, anchor, xp))
    b, unit = xp.where(a == 1, 1.0, a - 1.0), a == 1
    t, shift = lower_power(a, y, xp), lower_power(a, anchor, xp)
    rise = _scaled_expm1(p, t, shift, xp) / b
    rise = (
        pairwise_sum(xp.where(inside, xp.where(unit, mass * y[0], rise), 0.0), xp)
        - only_p / b[..., 0]
    )
    x = b * xp.where(unit, 0.0, rise[..., None])
    near = xp.abs(x) < NEAR_ONE
    mean = rise[..., None] * log1p_over(xp.where(near, x, 0.0), xp)
    log_sum = log_sum[0][..., None], log_sum[1][..., None]
    far = dw_sub(log_sum, shift, xp)
    rest = xp.where(near, b * mean, far[0]), xp.where(near, 0.0, far[1])
    z = dw_sub(t, rest, xp)
    if p.logs is None:
        escort = scaled_exp(mass, z, xp)
    else:
        known = xp.abs(z[0]) < 1.0
        w = dw_sub(p.logs[1], log_sum, xp)
        z = tuple(
            xp.where(known, *parts) for parts in zip(z, dw_sub(w, p.logs[0], xp), strict=True)
        )
        escort = exp_dw(tuple(xp.where(known, 0.0, part) for part in w), xp)
    w = xp.where(unit, y[0] - mean, z[0] / b), xp.where(unit, 0.0, z[1] / b)
    terms = double_node(mass, a - 1.0, w, escort, xp)
    return pairwise_sum(xp.where(inside, terms, 0.0), xp)


def _scaled_expm1(p: Side, t: DoubleWord, shift: DoubleWord, xp: Any) -> Array:
    """Return p (exp(t) - 1), where exp(t) is p^a q^(1-a) over p and exp(shift)."""
    if p.logs is None:
        return p.mass * expm1_dw(t, xp)
    near = xp.abs(t[0]) < 1.0
    far = tuple(xp.where(near, 0.0, part) for part in dw_sub(p.logs[1], shift, xp))
    t = tuple(xp.where(near, part, 0.0) for part in t)
    return xp.where(near, p.mass * expm1_dw(t, xp), exp_dw(far, xp) - p.mass)
