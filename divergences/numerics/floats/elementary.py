"""log1p and expm1 to about one unit in the last place, also where the array library's are not.

XLA's log1p on CPUs is off by up to 128 units in double precision for x in (-0.41, -0.29), its expm1
by up to 3.5, or 5 in single precision. NumPy's are right to half a unit, and are taken as they are.
"""

from __future__ import annotations

from functools import cache
from math import factorial
from typing import Any, NamedTuple

import numpy as np

from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import FEW
from divergences.numerics.typing import Array


def horner(coefficients: tuple[float, ...], x: Array) -> Array:
    """Evaluate the polynomial with `coefficients`, highest power first."""
    value = coefficients[0] * x + coefficients[1]
    if not isinstance(x, np.ndarray):  # PyTorch cannot differentiate what is overwritten
        for c in coefficients[2:]:
            value = value * x + c
        return value
    for c in coefficients[2:]:
        value *= x
        value += c
    return value


def is_single(x: Array) -> bool:
    """Whether `x` is an array in single precision."""
    return getattr(getattr(x, "dtype", None), "itemsize", 8) == 4


class Quotient(NamedTuple):
    """A quotient of two polynomials in w - CENTRE, the highest power first.

    In single precision one polynomial will do.
    """

    numerator: tuple[float, ...]
    denominator: tuple[float, ...]
    single: tuple[float, ...]


@cache
def _columns(quotient: Quotient) -> np.ndarray:
    """Return the coefficients of both polynomials, lowest power first."""
    columns = np.zeros((len(_EXPONENTS), 2))
    for k, coefficients in enumerate(quotient[:2]):
        columns[: len(coefficients), k] = coefficients[::-1]
    return columns


def rational(quotient: Quotient, w: Array) -> Array:
    """Return the value of `quotient` at w."""
    x = w - CENTRE
    if isinstance(x, np.ndarray) and x.size <= FEW:
        # One product with the powers of x takes less time than two dozen calls.
        values = x[..., None] ** _EXPONENTS @ _columns(quotient)
        return values[..., 0] / values[..., 1]
    if is_single(x):
        return horner(quotient.single, x)
    return horner(quotient.numerator, x) / horner(quotient.denominator, x)


_EXPONENTS = np.arange(7.0)

# Two even functions near zero, as quotients of polynomials in v^2 - CENTRE (about the middle of
# their range |v| <= NEAR, where the terms of neither polynomial cancel). Found by interpolation at
# Chebyshev nodes in 60 digits; each perturbs its kernel by at most 0.4 * 2^-53, relatively, or
# 0.02 * 2^-24 in single precision.
NEAR = 0.65
CENTRE = 0.21875
# (artanh(v) - v) / v^3 = sum_k v^2k / (2k + 3)
ARTANH = Quotient(
    (
        -3.175065060203947e-05,
        -0.0007633205381415042,
        0.08610850459719918,
        -0.5701543541796071,
        1.2877616835897006,
        -1.1890647204915248,
        0.38533807929213076,
    ),
    (
        -0.11404405929956098,
        1.097092270976528,
        -3.6560588368935276,
        5.495507679755141,
        -3.8212178534432693,
        1.0,
    ),
    (
        0.45467684697474575,
        0.3971552315342313,
        0.3028922010418443,
        0.27468217225949443,
        0.25737124833915903,
        0.24825022470787123,
        0.253051156838789,
        0.2833959306771317,
        0.38533807929213076,
    ),
)
# ((1 + v) log(1 + v) + (1 - v) log(1 - v) - v^2) / v^4 = sum_k v^2k / ((k + 2) (2k + 3))
_BINARY = Quotient(
    (
        -0.00013381976138250313,
        0.02113896258502966,
        -0.17988542122436935,
        0.483551897143267,
        -0.5091734775982228,
        0.1832328973213551,
    ),
    (
        -0.032060545298523466,
        0.4572713099463027,
        -2.039903284419088,
        3.8625040802390616,
        -3.249671797790872,
        1.0,
    ),
    (
        0.035330485044860645,
        0.03541584484356345,
        0.0334062770533001,
        0.03667807549891353,
        0.04320908443944583,
        0.056174988488069934,
        0.0862732996981758,
        0.1832328958371263,
    ),
)

# ((1 - v) log(1 - v) - (1 + v) log(1 + v) + 2 v) / v^3 = sum_k v^2k / ((k + 1) (2k + 3)), off by
# 1.6e-10 / v at most.
_HALVES = (
    0.04004413528240085,
    0.03944365087064278,
    0.03574857620670714,
    0.038097952059704975,
    0.04310162352041299,
    0.05262997465021484,
    0.07283807432849779,
    0.12576467563775867,
    0.35782705481699945,
)

# 2 (exp y - 1 - y) / y^2 for |y| <= 1: to 2^-56, or to 2^-27 by the last SINGLE coefficients.
_REMAINDER = tuple(2.0 / factorial(k + 2) for k in reversed(range(18)))
SINGLE = 10


def artanh_excess(v: Array) -> Array:
    """Return artanh(v) - v: with no cancellation for |v| <= NEAR, and finite for |v| <= 1."""
    w = v * v
    return v * w * rational(ARTANH, w)


def artanh_excess_quotient(square: Array) -> Array:
    """Return (artanh(v) - v) / v^3, a function of `square` = v^2, for |v| <= NEAR."""
    return rational(ARTANH, square)


def js_series(v: Array) -> Array:
    """Return ((1 + v) log(1 + v) + (1 - v) log(1 - v)) / v for 0 <= v <= NEAR."""
    w = v * v
    return v + v * (w * rational(_BINARY, w))


def js_halves_series(v: Array) -> Array:
    """Return ((1 - v) log(1 - v) - (1 + v) log(1 + v) + 2 v) / v for 0 <= v <= NEAR, roughly."""
    w = v * v
    return w * horner(_HALVES, w - CENTRE)


def log1p(x: Array, xp: Any) -> Array:
    """Return log(1 + x)."""
    if backend(xp).accurate_log1p:
        return xp.log1p(x)
    near = (x > -0.5) & (x < 1.0)
    return xp.where(near, _log1p_near(xp.where(near, x, 0.0)), xp.log(1.0 + x))


def log1p_half(x: Array, xp: Any) -> Array:
    """Return log(1 + x) for |x| <= 1/2."""
    return xp.log1p(x) if backend(xp).accurate_log1p else _log1p_near(x)


def _log1p_near(x: Array) -> Array:
    """Return log(1 + x) for x from -1/2 to 1."""
    v = x / (2.0 + x)
    # log(1 + x) = 2 artanh v, and 2 v = x - x v, of which x needs no rounding.
    return x - (x * v - 2.0 * artanh_excess(v))


def expm1(y: Array, xp: Any) -> Array:
    """Return exp(y) - 1."""
    if backend(xp).accurate_log1p:
        return xp.expm1(y)
    near = xp.abs(y) < 1.0
    return xp.where(near, expm1_near(xp.where(near, y, 0.0), xp), xp.exp(y) - 1.0)


def expm1_near(y: Array, xp: Any) -> Array:
    """Return exp(y) - 1 for |y| <= 1."""
    return xp.expm1(y) if backend(xp).accurate_log1p else y + _exp_excess_near(y)


def exp_excess(y: Array, xp: Any) -> Array:
    """Return exp(y) - 1 - y >= 0."""
    near = xp.abs(y) < 1.0
    return xp.where(near, _exp_excess_near(xp.where(near, y, 0.0)), expm1(y, xp) - y)


def _exp_excess_near(y: Array) -> Array:
    """Return exp(y) - 1 - y for |y| <= 1."""
    coefficients = _REMAINDER[-SINGLE:] if is_single(y) else _REMAINDER
    return 0.5 * y * y * horner(coefficients, y)
