"""The law that no digit is lost that the arguments determine."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

import mpmath
import numpy as np

from divergences.testing import oracle
from divergences.testing.cases import NO_CASE
from divergences.testing.implementation import Implementation, NotFiniteError, Value
from divergences.testing.tolerance import info, ulps

Array = np.ndarray
ACCURATE = 16.0  # units in the last place
MOST_ULPS = 1e300  # of numbers; the error of an infinity is infinite


def check_accuracy(f: Implementation, *ps: Array) -> str | None:
    """Check that the value is right to `ACCURATE` units in the last place."""
    error = error_in_ulps(f, *ps)
    if error is None:
        return NO_CASE
    if error <= ACCURATE:
        return None
    right = float(f.convention.in_its_unit(f.exact(*ps)))
    if error == inf:
        raise NotFiniteError(f"{f(*ps)}, but {right!r} is right")
    return f"{f(*ps)} is off by {error:.3g} ulp; {right!r} is right"


def error_in_ulps(f: Implementation, *ps: Array) -> float | None:
    """Return the error in units in the last place; None near the end of the exponents."""
    value = f(*ps)
    key = tuple((p.shape, p.tobytes()) for p in ps)
    if key not in f.errors:  # the report asks again, region by region
        f.errors[key] = _measured(f, value, ps)
    return f.errors[key]


def _measured(f: Implementation, value: Value, ps: Sequence[Array]) -> float | None:
    exact = f.exact(*ps)
    if 0 < float(exact) ** f.root < float(info(f.dtype).tiny) / f.eps**2:
        return None  # roots and sums of such numbers have fewer digits
    result = np.asarray(value.result, f.dtype)[()]
    error = _error(result, f.convention.in_its_unit(exact))
    if f.convention.takes == "logs" and error > ACCURATE:
        # The exponentials of rounded logs do not sum to one: one may divide by their total or not.
        error = min(error, _error(result, f.convention.in_its_unit(_as_they_are(f, ps))))
    return error


def _error(result: Any, right: Any) -> float:
    error = ulps(result, right)
    finite = isfinite(float(result)) and isfinite(float(right))
    return min(error, MOST_ULPS) if finite else error


def _as_they_are(f: Implementation, ps: Sequence[Array]) -> Any:
    """Return the value of the exponentials of the logs, without dividing by their totals."""
    logs = [np.asarray(x) for x in f.convention.arguments(ps)]
    with mpmath.workdps(oracle.precision(*ps)):
        vectors = [
            [[mpmath.exp(float(x)) for x in row] for row in np.atleast_2d(array)] for array in logs
        ]
        vectors = vectors if f.member.joint else [rows[0] for rows in vectors]
        ordered = vectors[::-1] if f.convention.swapped else vectors
        return f.member.functional.definition(mpmath.mp, *ordered)
