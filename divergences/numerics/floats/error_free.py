"""Error-free transformations: sums and products that return their own rounding error.

References
----------
T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18
(1971); T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26
(2005), algorithms 3.1 and 3.3.
"""

from __future__ import annotations

from typing import Any

from divergences.numerics.runtime.backend import backend
from divergences.numerics.typing import Array


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Return s = fl(a + b) and the error e, so that a + b = s + e exactly."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def split(a: Array, xp: Any) -> tuple[Array, Array]:
    """Return two halves of the significand of `a`, so that high + low = a exactly."""
    if backend(xp).compiles:
        # Not Veltkamp's multiplication: XLA may contract it into a fused multiply-add.
        from jax.lax import reduce_precision

        exponent, mantissa = (11, 26) if a.dtype == xp.float64 else (8, 11)
        high = reduce_precision(a, exponent, mantissa - 1)
    else:
        scaled = a * (134217729.0 if xp.finfo(a.dtype).bits == 64 else 4097.0)
        high = scaled - (scaled - a)
    return high, a - high


def two_product(a: Array, b: Array, xp: Any) -> tuple[Array, Array]:
    """Return a b as a pair high + low, to twice the precision.

    XLA may contract a product and the sum it enters into one fused operation, in one place and not
    in another. Here each product is exact, so that is harmless, and `high` is itself a sum, which
    whoever subtracts it later cannot take apart.
    """
    a1, a2 = split(a, xp)
    b1, b2 = split(b, xp)
    top = a1 * b1
    middle, error = two_sum(a1 * b2, a2 * b1)
    high = top + middle
    low = ((top - high) + middle) + (error + a2 * b2)
    if not backend(xp).flushes_subnormals:
        return high, low
    # The lower halves of numbers near the smallest are flushed to zero.
    least = xp.minimum(xp.minimum(xp.abs(a), xp.abs(b)), xp.abs(top))
    tiny = least < float(xp.finfo(a.dtype).smallest_normal) * 2.0**54
    return xp.where(tiny, a * b, high), xp.where(tiny, 0.0, low)


def divide(a: Array, b: Array, xp: Any) -> tuple[Array, Array]:
    """Return the quotient of two double-word numbers a = (a0, a1), b = (b0, b1) as (high, low)."""
    high = a[0] / b[0]
    product, error = two_product(high, b[0], xp)
    return high, (((a[0] - product) - error) + a[1] - high * b[1]) / b[0]
