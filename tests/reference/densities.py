"""Textbook densities in mpmath, written without the library, and integrals of them.

An integral is a trapezoid sum after a double exponential change of variable (Takahasi and Mori,
1974), halved until two steps agree. Points carry x, log x and log(1 - x), so that nothing is lost
next to an end of the support.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from mpmath import mp, mpf

AGREEMENT = mpf(10) ** -22  # relative, of the last two steps


class Point(NamedTuple):
    """A point x, with log x where x > 0 and log(1 - x) where x < 1."""

    x: mpf
    log: mpf | None = None
    log1m: mpf | None = None


def _gamma_power(a, s, c):
    norm = mp.log(abs(c)) - mp.log(a) - mp.loggamma(s)
    return lambda z: norm + (s * c - 1) * (z.log - mp.log(a)) - mp.exp(c * (z.log - mp.log(a)))


def _beta(a, b):
    norm = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    return lambda z: (a - 1) * z.log + (b - 1) * z.log1m - norm


def _student(v, m, s):
    norm = mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(v * mp.pi) / 2 - mp.log(s)
    return lambda z: norm - (v + 1) / 2 * mp.log1p(((z.x - m) / s) ** 2 / v)


def _continuous_bernoulli(p):
    t = mp.log(p) - mp.log1p(-p)
    norm = mp.log(t / mp.expm1(t)) if t else mpf(0)
    return lambda z: t * z.x + norm


def _inverse_gaussian(m, s):
    return lambda z: (
        mp.log(s / (2 * mp.pi)) / 2 - z.log * 3 / 2 - s * (z.x - m) ** 2 / (2 * m * m * z.x)
    )


def _lognormal(m, s):
    norm = -mp.log(2 * mp.pi) / 2 - mp.log(s)
    return lambda z: norm - z.log - ((z.log - m) / s) ** 2 / 2


def _normal(m, s):
    return lambda z: -(((z.x - m) / s) ** 2 + mp.log(2 * mp.pi * s * s)) / 2


def _gumbel(m, s):
    return lambda z: -(z.x - m) / s - mp.exp(-(z.x - m) / s) - mp.log(s)


def _logistic(m, s):
    return lambda z: -abs(z.x - m) / s - 2 * mp.log1p(mp.exp(-abs(z.x - m) / s)) - mp.log(s)


LINE, HALF, UNIT, BETWEEN, BEYOND, CIRCLE, NATURAL, POSITIVE = range(8)

# name: (support, log-density of given parameters)
DENSITIES: dict[str, tuple[int, Callable]] = {
    "Normal": (
        LINE,
        lambda m, s: lambda z: -(((z.x - m) / s) ** 2 + mp.log(2 * mp.pi * s * s)) / 2,
    ),
    "Laplace": (LINE, lambda m, s: lambda z: -abs(z.x - m) / s - mp.log(2 * s)),
    "Cauchy": (LINE, lambda m, s: lambda z: -mp.log1p(((z.x - m) / s) ** 2) - mp.log(mp.pi * s)),
    "Logistic": (LINE, _logistic),
    "Gumbel": (LINE, _gumbel),
    "StudentT": (LINE, _student),
    "Gamma": (HALF, lambda s, a: _gamma_power(a, s, mpf(1))),
    "Exponential": (HALF, lambda a: _gamma_power(a, mpf(1), mpf(1))),
    "ChiSquared": (HALF, lambda v: _gamma_power(mpf(2), v / 2, mpf(1))),
    "GeneralizedGamma": (HALF, lambda s, c, a: _gamma_power(a, s, c)),
    "Weibull": (HALF, lambda k, a: _gamma_power(a, mpf(1), k)),
    "HalfNormal": (HALF, lambda a: _gamma_power(mp.sqrt(2) * a, mpf(1) / 2, mpf(2))),
    "Rayleigh": (HALF, lambda a: _gamma_power(mp.sqrt(2) * a, mpf(1), mpf(2))),
    "Maxwell": (HALF, lambda a: _gamma_power(mp.sqrt(2) * a, mpf(3) / 2, mpf(2))),
    "Chi": (HALF, lambda v: _gamma_power(mp.sqrt(2), v / 2, mpf(2))),
    "InverseGamma": (HALF, lambda s, a: _gamma_power(a, s, mpf(-1))),
    "Frechet": (HALF, lambda k, a: _gamma_power(a, mpf(1), -k)),
    "LogNormal": (HALF, _lognormal),
    "InverseGaussian": (HALF, _inverse_gaussian),
    "Beta": (UNIT, _beta),
    "ContinuousBernoulli": (UNIT, _continuous_bernoulli),
    "Uniform": (BETWEEN, lambda a, b: lambda z: -mp.log(b - a)),
    "Pareto": (BEYOND, lambda k, m: lambda z: mp.log(k / m) - (k + 1) * mp.log(z.x / m)),
    "VonMises": (
        CIRCLE,
        lambda m, k: lambda z: k * mp.cos(z.x - m) - mp.log(2 * mp.pi * mp.besseli(0, k)),
    ),
    "Poisson": (NATURAL, lambda r: lambda z: z.x * mp.log(r) - r - mp.loggamma(z.x + 1)),
    "Bernoulli": (NATURAL, lambda p: _binomial(mpf(1), p)),
    "Binomial": (NATURAL, lambda n, p: _binomial(n, p)),
    "Geometric": (POSITIVE, lambda p: lambda z: mp.log(p) + (z.x - 1) * mp.log1p(-p)),
    "NegativeBinomial": (
        NATURAL,
        lambda n, p: (
            lambda z: (
                mp.loggamma(z.x + n)
                - mp.loggamma(n)
                - mp.loggamma(z.x + 1)
                + n * mp.log(p)
                + z.x * mp.log1p(-p)
            )
        ),
    ),
    "Zeta": (POSITIVE, lambda s: lambda z: -s * mp.log(z.x) - mp.log(mp.zeta(s))),
}


def _binomial(n, p):
    def log_prob(z):
        if z.x > n:
            return -mp.inf
        choices = mp.loggamma(n + 1) - mp.loggamma(z.x + 1) - mp.loggamma(n - z.x + 1)
        return choices + z.x * mp.log(p) + (n - z.x) * mp.log1p(-p)

    return log_prob


def pieces(name: str, parameters: list[mpf], kinks: list[mpf]) -> list[Callable]:
    """Return maps from v in R to (point, dx/dv) that together cover the support, cut at kinks."""
    kind = DENSITIES[name][0]
    ends = {HALF: (mpf(0), mp.inf), UNIT: (mpf(0), mpf(1)), CIRCLE: (-mp.pi, mp.pi)}
    if kind == LINE:
        low, high = -mp.inf, mp.inf
    elif kind == BETWEEN:
        low, high = parameters
    elif kind == BEYOND:
        low, high = parameters[1], mp.inf
    else:
        low, high = ends[kind]
    cuts = [low, *sorted(k for k in kinks if low < k < high), high]
    return [_piece(a, b, parameters) for a, b in pairwise(cuts)]


def _piece(a: mpf, b: mpf, parameters: list[mpf]) -> Callable:
    if mp.isinf(a) and mp.isinf(b):
        m, s = parameters[-2:]
        return lambda v: (Point(m + s * mp.sinh(v)), s * mp.cosh(v))
    if mp.isinf(b):
        if a == 0:
            return lambda v: (Point(mp.exp(v), v), mp.exp(v))
        return lambda v: (_point(a + mp.exp(v)), mp.exp(v))
    if mp.isinf(a):
        return lambda v: (_point(b - mp.exp(v)), mp.exp(v))

    def inside(v: mpf) -> tuple[Point, mpf]:
        left, right = 1 / (1 + mp.exp(-v)), 1 / (1 + mp.exp(v))
        x = a + (b - a) * left if v < 0 else b - (b - a) * right
        log = mp.log((b - a) * left) if a == 0 else mp.log(x) if x > 0 else None
        log1m = mp.log((b - a) * right) if b == 1 else mp.log1p(-x) if x < 1 else None
        return Point(x, log, log1m), (b - a) * left * right

    return inside


def _point(x: mpf) -> Point:
    return Point(x, mp.log(x) if x > 0 else None, mp.log1p(-x) if x < 1 else None)


def integral(f: Callable[[Point], mpf], maps: list[Callable]) -> mpf:
    """Return the integral of f, or infinity where its terms grow towards an end."""
    return mp.fsum(_trapezoid(lambda v, m=m: _term(f, m, v)) for m in maps)


def _term(f: Callable[[Point], mpf], to_x: Callable, v: mpf) -> mpf:
    point, slope = to_x(v)
    return f(point) * slope


def _trapezoid(g: Callable[[mpf], mpf]) -> mpf:
    half_pi = mp.pi / 2

    def term(t: mpf) -> mpf:
        return g(half_pi * mp.sinh(t)) * half_pi * mp.cosh(t)

    def side(start: mpf, step: mpf) -> mpf | None:
        total, largest, t, small = mpf(0), mpf(0), start, 0
        while small < 3:
            value = term(t)
            total += value
            largest = max(largest, abs(value))
            small = small + 1 if abs(value) <= largest * mpf(10) ** -(mp.dps + 2) else 0
            t += step
            if abs(t) > 11 or mp.isinf(value):
                return None  # the terms do not decay: the integral diverges
        return total

    h, previous = mpf(1) / 8, None
    total = term(mpf(0))
    for direction in (1, -1):
        part = side(direction * h, direction * h)
        if part is None:
            return mp.inf
        total += part
    while True:
        if previous is not None and abs(h * total - previous) <= AGREEMENT * abs(previous):
            return h * total
        previous = h * total
        for direction in (1, -1):
            total += side(direction * h / 2, direction * h)
        h /= 2
        if h < mpf(1) / 1024:
            raise ArithmeticError("no agreement")


def series(f: Callable[[Point], mpf], first: int, last: int | None) -> mpf:
    """Return the sum of f over whole numbers; to `last`, or until nothing is added."""
    total, k, quiet = mpf(0), first, 0
    while quiet < 30 and (last is None or k <= last):
        value = f(Point(mpf(k)))
        total += value
        quiet = quiet + 1 if abs(value) < mpf(10) ** -(mp.dps + 5) else 0
        k += 1
    return total
