"""What log ratios at observations tell about an f-divergence: its slopes there, and an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence
from divergences.numerics.floats.normalised_pair import Pair

IMPOSSIBLE = 3.5  # standard errors below zero, which chance hardly explains


def slopes(member: FDivergence, log_ratio: Array) -> tuple[Array, Array]:
    """Return dT/dp and dT/dq where log p/q is `log_ratio`, infinite ones included."""
    with np.errstate(all="ignore"):
        # They are of degree zero in the masses: of all pairs with this ratio take one of total 1.
        half = np.exp(-np.abs(log_ratio))
        greater, lesser = 1.0 / (1.0 + half), half / (1.0 + half)
        above = log_ratio > 0.0
        p, q = np.where(above, greater, lesser), np.where(above, lesser, greater)
        return member.gradients(Pair(p, q, np.tanh(0.5 * log_ratio), log_ratio), np)


def to_estimate(
    member: FDivergence, total: float, error: float, method: str, info: Mapping[str, Any]
) -> Estimate:
    """Return the estimate of the quantity whose sum of T is `total`, with this standard error.

    A sum below zero is noise. It is kept where the quantity is proportional to the sum, so that
    averages of estimates stay right; a root of it is the root of zero. Within one standard error of
    zero a root is not nearly linear, and the difference quotient takes the place of its slope.
    """
    with np.errstate(all="ignore"):
        value = float(member.transform(np.asarray(total), np))
        floor = max(total, 0.0)
        if np.isnan(value) and total < 0.0:
            value = float(member.transform(np.asarray(0.0), np))
        if floor > error:
            spread = abs(float(member.transform_derivative(np.asarray(total), np))) * error
        else:
            ends = member.transform(np.asarray([floor, floor + error]), np)
            spread = float(abs(ends[1] - ends[0]))
    bounds = member.laws.bounds
    return Estimate(value, method, spread, None, bounds, info, warn_negative(total, error))


def warn_negative(total: float, error: float) -> tuple[str, ...]:
    """Return a warning if a sum that is never negative was estimated to be, beyond noise."""
    warning = (
        "The estimate is negative by several standard errors, and the quantity never is: the "
        "samples are not independent. Perturbed copies and paired observations are not."
    )
    return (warning,) if total < -IMPOSSIBLE * error else ()
