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
    info = _info(dtype)
    with mpmath.workdps(DIGITS):
        size = abs(mpmath.mpf(exact))
        least = mpmath.mpf(float(info.smallest_subnormal))
        if not size:
            return least
        exponent = int(mpmath.floor(mpmath.log(size, 2)))
        exponent += (mpmath.ldexp(1, exponent + 1) <= size) - (mpmath.ldexp(1, exponent) > size)
        return max(least, mpmath.ldexp(float(info.eps), exponent))


def ulps(result: Any, exact: Number) -> float:
    """Return the error of a floating-point `result` in units in the last place.

    Parameters
    ----------
    result
        A scalar with a floating dtype.
    exact
        The true value, an mpf; it may be infinite.

    Returns
    -------
    float
        Zero for the right infinity; inf for NaN, a wrong infinity, or an infinity instead of a
        number that `dtype` can hold.
    """
    x = float(result)
    if mpmath.isinf(exact):
        return 0.0 if x == float(exact) else float("inf")
    if not np.isfinite(x):
        beyond = abs(exact) > float(_info(result.dtype).max) and x * mpmath.sign(exact) > 0
        return 0.0 if beyond else float("inf")
    with mpmath.workdps(DIGITS):
        return float(abs(mpmath.mpf(x) - exact) / spacing(exact, result.dtype))


def worst(results: Iterable[Any], exacts: Iterable[Number]) -> tuple[float, int]:
    """Return the greatest error in units in the last place, and which result has it."""
    errors = [ulps(r, e) for r, e in zip(results, exacts, strict=True)]
    index = max(range(len(errors)), key=errors.__getitem__)
    return errors[index], index


def _info(dtype: Any) -> Any:
    dtype = np.dtype(str(dtype).rpartition(".")[2])
    if dtype.kind == "f":
        return np.finfo(dtype)
    import ml_dtypes  # comes with JAX, as do arrays of bfloat16

    return ml_dtypes.finfo(dtype)
