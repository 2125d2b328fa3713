"""The quick sum over a block of NumPy arrays: cheap slopes, and dot products of them.

By Euler's theorem sum T = sum p dT/dp + sum q dT/dq, and each part scales with the total of its
distribution: with the parts at hand, the totals need only agree to the root of a rounding.
"""

from __future__ import annotations

from math import fsum, inf
from typing import Any, NamedTuple

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.methods.exact_sum.direct import TINY, least, recycled
from divergences.numerics.dots import dot
from divergences.numerics.namespace import FEW
from divergences.numerics.recycler import plain
from divergences.numerics.sums import SHORT

# Totals that are apart by less leave an error of the square of that.
APART = 2.0**-30
GLANCE = 12  # so many outcomes, the first, are looked at
NEAR = 0.25  # if all of them differ by less than this share of their sum, P and Q are near


class Quick(NamedTuple):
    """The totals of P and Q, the two parts of sum T, and the least masses."""

    mass_p: Any
    mass_q: Any
    part_p: Any
    part_q: Any
    least_p: Any
    least_q: Any


def may_be_quick(member: Perspective, x: Array, y: Array) -> bool:
    """Whether a quick sum is worth a try: of few outcomes, errors do not average out.

    Of vectors that NumPy sums in less time than it takes to cut them into runs, the direct one is
    as fast. That P and Q are too near for it is told by the look of some outcomes.
    """
    if member.quick_least == inf or x.shape[-1] <= (SHORT if x.ndim == 1 else FEW) or not x.size:
        return False
    if x.ndim > 1:
        x, y = x[0], y[0]
    pairs = zip(x[:GLANCE].tolist(), y[:GLANCE].tolist(), strict=True)
    return any(not abs(p - q) < NEAR * (p + q) for p, q in pairs)


def quick(member: Perspective, x: Array, y: Array) -> Quick:
    """Return the sums over the last axis; NaN where a mass is too small for them, or negative."""
    least_p, least_q = least(x), least(y)
    if not (least_p >= 0.0 and least_q >= (TINY if member.at_q_zero == inf else 0.0)):
        none = dot(x) * np.nan
        return Quick(none, none, none, none, least_p, least_q)
    xp, p, q = recycled(x, y)
    with np.errstate(invalid="ignore"):  # of infinite masses, which are refused once all is summed
        a, b = member.quick(p if least_p > 0.0 else xp.maximum(p, TINY), q, xp)
    mass_p, part_p = dot(x), dot(x, plain(a))
    if b is not None:
        return Quick(mass_p, dot(y), part_p, dot(y, plain(b)), least_p, least_q)
    del a  # whose memory is used again
    drift = dot(plain(p - q))
    return Quick(mass_p, mass_p - drift, part_p, -drift, least_p, least_q)


def joined(parts: list[Quick]) -> Quick:
    """Return the sums over all blocks, of a vector or of a batch."""
    join = np.concatenate if np.ndim(parts[0].mass_p) else fsum
    mass_p, mass_q, part_p, part_q, leasts_p, leasts_q = zip(*parts, strict=True)
    sums = (join(x) for x in (mass_p, mass_q, part_p, part_q))
    return Quick._make((*sums, min(leasts_p), min(leasts_q)))


def normalised(member: Perspective, p: Masses, q: Masses, sums: Quick) -> tuple[Any, Any]:
    """Return the totals of T over P and Q normalised, and which are good, once all is checked."""
    p.check_sums(sums.mass_p, sums.least_p)
    q.check_sums(sums.mass_q, sums.least_q)
    value = sums.part_p / sums.mass_p + sums.part_q / sums.mass_q
    good = (abs(sums.mass_p - sums.mass_q) <= APART) & (value >= member.quick_least)
    return value, good
