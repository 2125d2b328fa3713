"""Which members are linear in log ratios, and the variance of a mean over neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.special import ndtri, stdtrit

from divergences.core import FDivergence
from divergences.core.influence import slopes
from divergences.numerics.typing import Array


def logarithmic(member: FDivergence) -> tuple[float, float] | None:
    """Return a and b if the quantity is a E_P log p/q + b E_Q log p/q, or None.

    The slopes may have multiples of 1 - q/p and 1 - p/q besides, whose means are zero.
    """
    t = np.array([-3.0, -1.0, 0.5, 2.0])
    found = []
    for slope, other in zip(slopes(member, t), (np.expm1(-t), np.expm1(t)), strict=True):
        basis = np.stack([t, other], axis=1)
        solution = np.linalg.lstsq(basis, slope, rcond=None)[0]
        if not np.allclose(basis @ solution, slope, rtol=0.0, atol=1e-10):
            return None
        found.append(round(float(solution[0]), 10))
    return found[0], found[1]


def variance(own: Array, total: Array) -> float:
    """Return the variance of the mean of `own`, given the whole influence of each observation.

    Neighbours share neighbours. The spread of what observations contribute themselves leaves that
    out; the infinitesimal jackknife, the spread of all they influence, counts each pair that shares
    twice (Efron & Stein, "The jackknife estimate of variance", 1981). The truth lies between.

    Of few observations the variance is enlarged, so that normal intervals are as wide as Student's,
    with two degrees of freedom less for a centre and a scale that were fitted.
    """
    n = len(own)
    if n < 2:
        return np.inf
    return float(0.5 * (np.var(own) + np.var(total)) / (n - 1)) * _student(max(n - 3, 1))


def standard_error(sides: Sequence[tuple[Array, Array]], copies: Array | None) -> float:
    """Return the standard error of a sum of means over two samples.

    `sides` has, of each, what `variance` takes. What observations in both samples contribute to
    either is added before it is squared.
    """
    square = sum(variance(own, total) for own, total in sides)
    if copies is not None:
        here = np.flatnonzero(copies >= 0)
        n, m = (len(own) for own, _ in sides)
        first, second = ([x - np.mean(x) for x in side] for side in sides)
        both = sum(a[here] @ b[copies[here]] for a, b in zip(first, second, strict=True))
        square = max(square + float(both) / (n * m), 0.0)
    return floor_error(square, *(len(own) for own, _ in sides))


def floor_error(square: float, *sizes: int) -> float:
    """Return a standard error that allows for one observation unlike all others."""
    return max(square**0.5, 1.0 / min(sizes))


@cache
def _student(degrees: int) -> float:
    """Return the square of the ratio of the 97.5 % quantiles, Student's and the normal one."""
    return float(stdtrit(degrees, 0.975) / ndtri(0.975)) ** 2
