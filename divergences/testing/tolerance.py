"""Errors counted in units in the last place of the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mpmath
import numpy as np

Number = Any  # an mpf

# Every significand, to the last bit of a product of two, with room to spare.
DIGITS = 80


def spacing(exact: Number, dtype: Any) -> Number:
    """Return the unit in the last place of `dtype` at the magnitude of `exact`."""
    limits = info(dtype)
    with mpmath.workdps(DIGITS):
        size = abs(mpmath.mpf(exact))
        least = mpmath.mpf(float(limits.smallest_subnormal))
        if not size:
            return least
        exponent = int(mpmath.floor(mpmath.log(size, 2)))
        exponent += (mpmath.ldexp(1, exponent + 1) <= size) - (mpmath.ldexp(1, exponent) > size)
        return max(least, mpmath.ldexp(float(limits.eps), exponent))


def ulps(result: Any, exact: Number) -> float:
    """Return the error of a floating-point `result` in units in the last place.

    Parameters
    ----------
    result
        A scalar: one with a floating dtype, or a number of Python, which is of double precision.
    exact
        The true value, an mpf or a number; it may be infinite or NaN.

    Returns
    -------
    float
        Zero for the right infinity, and for NaN where the true value is NaN; inf for any other NaN,
        a wrong infinity, or an infinity instead of a number that the dtype can hold.

    Examples
    --------
    >>> from divergences.testing import tolerance
    >>> tolerance.ulps(1.0 + 2.0**-51, 1)
    2.0
    """
    x, dtype = float(result), getattr(result, "dtype", np.dtype(float))
    with mpmath.workdps(DIGITS):
        exact = mpmath.mpf(exact)
        if mpmath.isnan(exact):
            return 0.0 if np.isnan(x) else float("inf")
        if mpmath.isinf(exact):
            return 0.0 if x == float(exact) else float("inf")
        if not np.isfinite(x):
            beyond = abs(exact) > float(info(dtype).max) and x * mpmath.sign(exact) > 0
            return 0.0 if beyond else float("inf")
        return float(abs(mpmath.mpf(x) - exact) / spacing(exact, dtype))


def worst(results: Iterable[Any], exacts: Iterable[Number]) -> tuple[float, int]:
    """Return the greatest error in units in the last place, and which result has it."""
    errors = [ulps(r, e) for r, e in zip(results, exacts, strict=True)]
    index = max(range(len(errors)), key=errors.__getitem__)
    return errors[index], index


def info(dtype: Any) -> Any:
    """Return the limits of a floating dtype of any library; those of float64 for integers."""
    dtype = np.dtype(str(dtype).rpartition(".")[2])
    if dtype.kind == "f":
        return np.finfo(dtype)
    if dtype.kind in "biu":
        return np.finfo(np.float64)
    import ml_dtypes  # comes with JAX, as do arrays of bfloat16

    return ml_dtypes.finfo(dtype)
