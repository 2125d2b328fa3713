"""Which members are linear in log ratios, and the variance of a mean over neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.interface import Perspective
from divergences.interface.influence import slopes

Array = Any


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
