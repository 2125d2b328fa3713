"""Confidence intervals of a bounded quantity."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np


def interval_around(value: Any, margin: Any, bounds: tuple[float, float]) -> tuple[Any, Any]:
    """Return the ends of the interval `value` +- `margin`, within bounds.

    A value beyond the bounds is first moved to the nearest bound, because it is there by noise. An
    infinite or NaN margin gives the bounds themselves.
    """
    step = np.where(np.isfinite(margin), margin, 0.0)
    centre = np.clip(value, *bounds)
    ends = [np.where(step == margin, centre + sign * step, sign * inf) for sign in (-1, 1)]
    low, high = np.clip(ends, *bounds)
    return low, high
