"""Arithmetic on single floats, as an array namespace: what formulas are compiled with.

Numba compiles the formulas of this package as they stand, for one outcome, and the compiler does
several of them side by side. For that nothing may branch: each choice is made of values that
are both computed. It also needs logarithms that are made of arithmetic; these are.

Of some functions of other modules, which ask what kind of array they get, there are versions here
that do not. They are used in their place, by name.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba.extending import intrinsic

from divergences.numerics.elementary import CENTRE, NEAR, artanh_excess, horner

# Divisions by zero give infinities, and do not branch; nor does any call. In formulas a product may
# be added without being rounded first; in sums that keep account of their rounding, nothing may.
_INNER = {"error_model": "numpy", "forceinline": True}
_INNER |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # nothing but loops calls them
strict = numba.njit(**_INNER)
lane = numba.njit(**_INNER, fastmath={"contract"})

# log 2 as a sum whose first part has so few digits that its multiples are exact.
_LOG2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROOT = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)


@lane
def where(condition: Any, x: Any, y: Any) -> Any:
    """Return x if the condition holds, else y."""
    return x if condition else y


@lane
def minimum(x: Any, y: Any) -> Any:
    """Return the lesser."""
    return x if x < y else y


@lane
def maximum(x: Any, y: Any) -> Any:
    """Return the greater."""
    return x if x > y else y


@lane
def abs(x: Any) -> Any:  # noqa: A001 - the name that array namespaces give it
    """Return the size of x."""
    return np.abs(x)


@lane
def sqrt(x: Any) -> Any:
    """Return the square root."""
    return np.sqrt(x)


@lane
def log(x: Any) -> Any:
    """Return log x of a normal number, to less than a unit in the last place.

    With x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt 2, and s = f / (2 + f), log(1 + f) is
    f - f^2/2 + s (f^2/2 + R), R being a polynomial in s^2: as in FreeBSD's `e_log.c` (Ng, 1993),
    whose coefficients these are.
    """
    bits = np.float64(x).view(np.int64)
    k = (bits - _ROOT) >> 52
    f = np.int64(bits - (k << 52)).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    rest = 1.479819860511658591e-01 * z + 1.531383769920937332e-01
    rest = rest * z + 1.818357216161805012e-01
    rest = rest * z + 2.222219843214978396e-01
    rest = rest * z + 2.857142874366239149e-01
    rest = rest * z + 3.999999999940941908e-01
    rest = (rest * z + 6.666666666666735130e-01) * z
    half, power = 0.5 * f * f, np.float64(k)
    return power * _LOG2[0] - ((half - (s * (half + rest) + power * _LOG2[1])) - f)


@intrinsic
def fma(typing: Any, x: Any, y: Any, z: Any) -> Any:
    """Return x y + z, rounded once."""
    number = numba.float64
    return number(number, number, number), lambda _, builder, __, values: builder.fma(*values)


@lane
def log1p(x: Any) -> Any:
    """Return log(1 + x), the rounding of 1 + x being made up for."""
    total = 1.0 + x
    return log(total) + (x - (total - 1.0)) / total


# In place of functions of the same names: compiled, like them, with the loops that call them.


def is_jax(xp: Any) -> bool:
    """Return False."""
    return False


def chooses(xp: Any) -> bool:
    """Return True."""
    return True


def roundoff_of(x: Any, xp: Any) -> float:
    """Return that of float64."""
    return 2.0**-53


def smallest_of(x: Any, xp: Any) -> float:
    """Return the smallest normal number, which `log` can take."""
    return 2.0**-1022


def rational(quotient: Any, w: Any) -> Any:
    """Return the value of a quotient of polynomials at w."""
    x = w - CENTRE
    return horner(quotient.numerator, x) / horner(quotient.denominator, x)


def bregman_log(p: Any, q: Any, d: Any, log_ratio: Any, xp: Any) -> Any:
    """Return p log(p/q) - p + q >= 0 by two divisions, of which there would be four.

    Where p and q are far apart, q is multiplied by the power of two that brings it nearest to p.
    With v = (p - 2^k q) / (p + 2^k q), of exact numerator, log(p/q) = k log 2 + 2 artanh v.
    """
    bits = np.float64(q).view(np.int64)
    k = ((np.float64(p).view(np.int64) - bits) + (1 << 51)) >> 52
    near = np.abs(d) < NEAR * (p + q)
    x = q if near else np.int64(bits + (k << 52)).view(np.float64)
    gap = d if near else p - x
    v = gap / (p + x)
    excess = artanh_excess(v)
    power = np.float64(k)
    log_quotient = power * _LOG2[0] + (2.0 * v + (2.0 * excess + power * _LOG2[1]))
    return d * v + 2.0 * p * excess if near else p * log_quotient - d


def by_reach(function: Any, p: Any, q: Any, gap: Any, a: Any, xp: Any) -> Any:
    """Return `function` for small a where a < NEAR, and that for any a elsewhere."""
    near, far = function(p, q, gap, a, 0.0, xp), function(p, q, gap, a, 1.0, xp)
    return near if a < NEAR else far


INSTEAD = (is_jax, chooses, roundoff_of, smallest_of, rational, bregman_log, by_reach)
