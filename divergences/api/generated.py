"""f-divergences of functions that users bring: T(p, q) = q f(p/q), and its limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from math import inf, isfinite
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence, Laws, Limits
from divergences.numerics.differentiable import differentiates, library
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import smallest

Function = Callable[[Any], Any]

# Where f is tried out: it must not bend downwards from one of these to the next.
POINTS = (0.01, 0.1, 0.5, 0.75, 1.0, 1.5, 2.0, 10.0, 100.0)
STEP = 2.0**-17  # of a difference quotient, relative to u


@dataclass(frozen=True)
class Generated(FDivergence):
    """T(p, q) = q (f(u) - c (u - 1)), u = p/q and c = f'(1).

    What is taken from f sums to zero. It makes the term of second order in p - q, as T is, so that
    what is left of rounding is that of f itself. Equal members compute alike: JAX compiles once.
    """

    f: Function
    derivative: Function | None
    tilt: float  # c
    limits: Limits
    smooth: bool
    name = "f_divergence"
    laws = Laws(convexity=1, unit_power=0.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum q f(p/q), with its limits."""
        at_infinity = mp.mpf(self.limits.value_q0) + self.tilt
        return mp.fsum(
            q * self.f(p / q) if q else p * at_infinity
            for p, q in zip(*pmfs, strict=True)
            if p or q
        )

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return q (f(u) - c (u - 1)), or p times the bracket over u where u > 1.

        Where f(u) overflows, that quotient is taken to be at its limit.
        """
        p, q, _, _ = pair
        u = self._quotient(pair, xp)
        above = u > 1.0
        value = _values(self.f, u, xp) - self.tilt * (u - 1.0)
        rate = xp.where(xp.isinf(value), self.limits.value_q0, value / xp.where(above, u, 1.0))
        return xp.where(above, p * rate, q * value)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return f'(u) - c and f(u) - u f'(u) + c."""
        u = self._quotient(pair, xp)
        steepness = derivative_of(self.f, self.derivative, xp)(u)
        return steepness - self.tilt, _values(self.f, u, xp) - u * steepness + self.tilt

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the sum, which no rounding may carry beneath zero."""
        return xp.maximum(total, 0.0)

    def _quotient(self, pair: Pair, xp: Any) -> Array:
        """Return p/q, by the difference where that is more accurate, within the range of floats."""
        p, q, d, y = pair
        info = xp.finfo(q.dtype)
        known = (p >= float(info.smallest_normal)) & (q >= float(info.smallest_normal))
        part = xp.where(known, q, 1.0)
        u = xp.where(p > 0.5 * q, 1.0 + d / part, p / part)
        if y is not None:
            u = xp.where(known, u, xp.exp(xp.where(known, 0.0, y)))
        return xp.minimum(xp.maximum(u, smallest(xp, q.dtype)), float(info.max) ** 0.99)


def derivative_of(f: Function, derivative: Function | None, xp: Any) -> Function:
    """Return f' as it was given, or as JAX or PyTorch finds it, or else by differences."""
    if derivative is not None:
        return lambda u: _values(derivative, u, xp)
    if differentiates(xp):
        return partial(library(xp).derivative, lambda u: _values(f, u, xp))
    h = STEP
    return lambda u: (_values(f, u + h * u, xp) - _values(f, u - h * u, xp)) / (2.0 * h * u)


def _values(f: Function, u: Array, xp: Any) -> Array:
    """Return f(u), of the shape of u: a constant is spread."""
    with np.errstate(all="ignore"):
        return xp.asarray(f(u), dtype=u.dtype) + xp.zeros_like(u)


@lru_cache(maxsize=256)
def generated(
    f: Function,
    derivative: Function | None,
    at_zero: float | None,
    slope_at_infinity: float | None,
    xp: Any,
    eps: float,
) -> Generated:
    """Return the f-divergence of f, once f has been tried out in the arithmetic of `xp`."""
    if backend(xp).compiles:
        import jax

        try:
            jax.eval_shape(f, xp.ones(1))
        except jax.errors.TracerArrayConversionError:
            raise TypeError(
                "f cannot be traced: for JAX arrays, make it of functions of jax.numpy."
            ) from None
        with jax.ensure_compile_time_eval():
            return _tried(f, derivative, at_zero, slope_at_infinity, xp, eps)
    return _tried(f, derivative, at_zero, slope_at_infinity, xp, eps)


def _tried(
    f: Function,
    derivative: Function | None,
    at_zero: float | None,
    slope_at_infinity: float | None,
    xp: Any,
    eps: float,
) -> Generated:
    slope = derivative_of(f, derivative, xp)

    def at(function: Function, u: float) -> float:
        return float(_values(function, xp.asarray([u]), xp)[0])

    start = at(f, 1.0)
    if not abs(start) <= 64.0 * eps:
        raise ValueError(
            f"f(1) is {start!r}, not 0; an f-divergence of equal distributions is zero. "
            "Subtract it from f."
        )
    heights = [at(f, u) for u in POINTS]
    if not all(map(isfinite, heights)):
        raise ValueError(f"f is {heights} at {list(POINTS)}; it must be finite for u > 0.")
    rises = np.diff(heights) / np.diff(POINTS)
    noise = 64.0 * eps * (max(map(abs, heights[:6])) + abs(rises[1:])) / 0.01
    if np.any(np.diff(rises) < -noise):
        raise ValueError(
            "f is not convex: its slope falls between some of the points "
            f"{', '.join(map(str, POINTS))}. An f-divergence needs a convex f."
        )
    gaps = []
    for h in (eps**0.125, eps**0.25):
        left, right = -at(f, 1.0 - h) / h, at(f, 1.0 + h) / h
        gaps.append(right - left)
    tilt = at(slope, 1.0)
    small, great = eps**2.5, eps**-2.5  # of which the squares are floats too

    def limit(function: Function, near: float) -> float:
        with np.errstate(all="ignore"):
            return _limit(at(function, near), at(function, near**2))

    f_zero = limit(f, small) if at_zero is None else at_zero
    rate = limit(lambda u: f(u) / u, great) if slope_at_infinity is None else slope_at_infinity
    dq_q0 = -inf
    if isfinite(rate):  # f(u) less its asymptote, where that does not cancel all its digits
        far, farther, farthest = (at(f, u) - rate * u for u in (2.0**13, 2.0**14, 2.0**17))
        if abs(farthest - farther) <= 1e-2 * (1.0 + abs(farthest)):
            dq_q0 = 2.0 * farther - far + tilt
    return Generated(
        f,
        derivative,
        tilt,
        limits=Limits(
            value_p0=f_zero + tilt,
            value_q0=rate - tilt,
            dp_p0=limit(slope, small) - tilt,
            dq_q0=dq_q0,
            p_dp_p0=limit(lambda u: u * slope(u), small),
            q_dq_q0=limit(lambda u: f(u) / u - slope(u), great),
        ),
        smooth=gaps[1] <= 0.5 * gaps[0],
    )


def _limit(near: float, nearer: float) -> float:
    """Return what values tend to: the last, or an infinity if they still grow."""
    if not isfinite(nearer) or not isfinite(near):
        return nearer if not np.isnan(nearer) else near
    if abs(nearer - near) <= 1e-3 * (1.0 + abs(nearer)):
        return nearer
    return inf if nearer > near else -inf
