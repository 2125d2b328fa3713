"""The exact sum in plain NumPy: the stable term, once the totals of P and Q are made equal.

Outcomes lie along the first axis: sums then run along contiguous rows, however few there are.
"""

from __future__ import annotations

from functools import partial
from math import fsum
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.measures.discrete import MassArray
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.floats.sums import pairwise_sum_axis0
from divergences.numerics.runtime.namespace import FEW
from divergences.numerics.runtime.parallel import BLOCK, map_blocks

U = 2.0**-53
# What is summed here is certified for totals that agree to so much, and results from here on: see
# docs/numerics/summation.md.
MAX_SHIFT = 2.0**-26
MIN_CERTIFIED = 2.0**-44
TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero


def rows(member: FDivergence, p: MassArray, q: MassArray, x: Array, y: Array) -> Array:
    """Return the sums of T for a block of complete distributions, one a row."""
    if x.shape[-1] > BLOCK:
        return np.array([total(member, p, q, *pair) for pair in zip(x, y, strict=True)])
    return total(member, p, q, np.ascontiguousarray(x.T), np.ascontiguousarray(y.T))


def total(member: FDivergence, p: MassArray, q: MassArray, x: Array, y: Array) -> Any:
    """Return the sum of T over P and Q normalised: NaN where it is not certified."""
    blocks = x.ndim == 1 and x.shape[0] > BLOCK
    with np.errstate(all="ignore"):
        if blocks:
            *sums, leasts_p, leasts_q = zip(*map_blocks(_measured, BLOCK, x, y), strict=True)
            mass_p, mass_q, drift = map(fsum, sums)
            least_p, least_q = min(leasts_p), min(leasts_q)
        else:
            mass_p, mass_q, drift, least_p, least_q = _measured(x, y)
        p.check_sums(mass_p, least_p)
        q.check_sums(mass_q, least_q)
        shift = drift / (mass_p + mass_q)
        terms = partial(_sum, member, shift, min(least_p, least_q) > TINY)
        value = fsum(map_blocks(terms, BLOCK, x, y)) if blocks else terms(x, y)
        # Both are the total; their mean is the same if P and Q are exchanged.
        value = value / (0.5 * ((mass_p - mass_p * shift) + (mass_q + mass_q * shift)))
        small = value < MIN_CERTIFIED if member.smooth else value < 4.0 * abs(shift)
        return np.where(small | (abs(shift) > MAX_SHIFT), np.nan, value)[()]


def _measured(x: Array, y: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, their difference as that of the masses, the least p and the least q.

    The difference is as accurate as sum |p - q|, where that of the sums would be all rounding.
    """
    return (
        pairwise_sum_axis0(x),
        pairwise_sum_axis0(y),
        pairwise_sum_axis0(x - y),
        _least(x),
        _least(y),
    )


def _sum(member: FDivergence, shift: Any, inside: bool, x: Array, y: Array) -> Any:
    """Return sum T once the totals are equal: p gives the share `shift` away, q takes as much."""
    d = x - y
    d -= (x + y) * shift
    if not np.max(np.abs(shift)) <= 0.5 * U:  # else only p - q notices; of NaN nothing is known
        x, y = x - x * shift, y + y * shift
    pair = Pair(x, y, d)
    return pairwise_sum_axis0(member.term(pair, np) if inside else member.terms(pair, np))


def _least(x: Array) -> float:
    """Return the least of all entries; that of a few is found in a list faster."""
    if x.ndim == 1 and x.size <= FEW:
        return min(x.tolist())
    return float(np.minimum.reduce(x, axis=None))
