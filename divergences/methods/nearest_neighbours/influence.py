"""From the influence of every observation to an estimate and its standard error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from divergences.interface import Estimate, Perspective
from divergences.numerics.pairs import Pair

Array = Any


def slopes(member: Perspective, log_ratio: Array) -> tuple[Array, Array]:
    """Return dT/dp and dT/dq where log p/q is `log_ratio`, infinite ones included."""
    with np.errstate(all="ignore"):
        half = np.exp(-np.abs(log_ratio))
        greater, lesser = 1.0 / (1.0 + half), half / (1.0 + half)
        above = log_ratio > 0.0
        p, q = np.where(above, greater, lesser), np.where(above, lesser, greater)
        return member.slopes(Pair(p, q, np.tanh(0.5 * log_ratio), log_ratio), np)


def logarithmic(member: Perspective) -> tuple[float, float] | None:
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
    """
    return float(0.5 * (np.var(own) + np.var(total)) / len(own))


def finished(
    member: Perspective, total: float, error: float, method: str, info: Mapping[str, Any]
) -> Estimate:
    """Return the quantity whose sum of T is `total`.

    A sum below zero is noise, and is kept where the quantity is proportional to it; of a root the
    root of zero is taken. Near zero the difference quotient takes the place of the slope.
    """
    with np.errstate(invalid="ignore"):
        floor = max(total, 0.0)
        ends = [float(member.finish(np.asarray(t), np)) for t in (floor, floor + error)]
        value = float(member.finish(np.asarray(total), np))
        slope = abs(float(member.finish_slope(np.asarray(floor), np)))
    spread = slope * error if total > error else ends[1] - ends[0]
    value = ends[0] if np.isnan(value) else value
    return Estimate(value, method, abs(spread), bounds=member.laws.bounds, info=info)
