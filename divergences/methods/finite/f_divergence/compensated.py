"""The compensated sum: totals as double words, and differences that do not cancel."""

from __future__ import annotations

from functools import partial
from math import fsum
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.numerics.floats.error_free import divide
from divergences.numerics.floats.normalised_pair import (
    Pair,
    canonical_order,
    normalise_pair,
    remove_drift,
    scale_by_ratio,
)
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum, sum_to_double_word
from divergences.numerics.runtime.parallel import BLOCK, map_blocks


def normalised_total(
    member: FDivergence, p: Array, q: Array, p_log: bool, q_log: bool, xp: Any
) -> Array:
    """Return the sum of T over P and Q normalised."""
    if member.laws.symmetric and p_log == q_log:
        p, q = canonical_order(p, q, xp)
    pair, mass = normalise_pair(p, q, p_log, q_log, xp)
    return pairwise_sum(member.terms(pair, xp), xp) / mass


def of_logs(member: FDivergence, x: Array, y: Array) -> Array:
    """Return the sum of T over NumPy distributions with unnormalised logs x and y."""
    with np.errstate(all="ignore"):
        return normalised_total(member, x, y, True, True, np)


def rows(member: FDivergence, x: Array, y: Array) -> Array:
    """Return the sum of T over NumPy masses of any totals, one distribution a row."""
    with np.errstate(all="ignore"):
        if x.shape[-1] <= BLOCK or not member.smooth:
            return normalised_total(member, x, y, False, False, np)
        return np.array([_long(member, *pair) for pair in zip(x, y, strict=True)])


def _long(member: FDivergence, x: Array, y: Array) -> float:
    """Return the sum for one pair of long vectors, in blocks of their outcomes."""
    words = zip(*map_blocks(_totals, BLOCK, x, y), strict=True)
    high_p, low_p, high_q, low_q = words
    mass_p, mass_q = sum_to_double_word(high_p, low_p), sum_to_double_word(high_q, low_q)
    if member.laws.symmetric and _comes_second(x, y):
        x, y, mass_p, mass_q = y, x, mass_q, mass_p
    ratio = divide(mass_p, mass_q, np)
    excess = fsum(map_blocks(partial(_difference, ratio), BLOCK, x, y)) / mass_p[0]
    return fsum(map_blocks(partial(_terms, member, ratio, excess), BLOCK, x, y)) / mass_p[0]


def _comes_second(x: Array, y: Array) -> bool:
    """Whether x is less than y where they first differ: an order in which to take both."""
    index = np.argmax(x != y)
    return bool(x[index] < y[index])


def _totals(p: Array, q: Array) -> tuple[Array, ...]:
    """Return the totals of p and q as double words."""
    return *compensated_sum(p, np), *compensated_sum(q, np)


def _difference(ratio: tuple[Any, ...], p: Array, q: Array) -> Array:
    """Return the sum of p - r q over a block, r being the `ratio` of the totals."""
    with np.errstate(all="ignore"):
        return pairwise_sum(scale_by_ratio(p, q, ratio, np)[1], np)


def _terms(member: FDivergence, ratio: tuple[Any, ...], excess: Array, p: Array, q: Array) -> Array:
    """Return the sum of T over a block, once q is scaled to the total of p."""
    with np.errstate(all="ignore"):
        x, d = scale_by_ratio(p, q, ratio, np)
        return pairwise_sum(member.terms(Pair(p, x, remove_drift(p, x, d, excess, np)), np), np)
