"""Quantities of one order a, from an estimate of their gap: every method for perspectives has them.

The gap (sum p^a q^(1-a) - 1) / (a (a-1)) is an f-divergence, bounded for orders between 0 and 1; it
is KL for order 1 and KL the other way round for 0. Renyi's and its relatives are functions of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from math import inf

import numpy as np

from divergences.interface import Array, Estimate
from divergences.interface.gap import Gap
from divergences.interface.order import Power
from divergences.numerics.orders import PowerSums


@lru_cache(maxsize=256)  # so that what methods keep for a member is kept for an order
def gap(order: float) -> Gap:
    """Return the gap of an order."""
    return Gap(order)


def of_gap(member: Power, order: float, found: Estimate) -> Estimate:
    """Return a quantity of one order, given an estimate of its gap.

    The standard error is how far the quantity moves on either side when the gap does, in the mean.
    A gap that no two distributions have is noise, and is set to the nearest one.

    Raises
    ------
    ValueError
        If the quantity is the mass of Q where P has none, which no gap tells.
    """
    value = _function(member, order)
    if order == 0.0 and value(np.ones(())) == 0.0:
        raise ValueError(
            f"the {member.name.replace('_', ' ')} of order 0 is told by the mass of Q where P has "
            "none, which observations do not show; pass a small positive order."
        )
    with np.errstate(all="ignore"):
        error = np.asarray(found.standard_error)
        low, here, high = (value(found.value + sign * error) for sign in (-1.0, 0.0, 1.0))
        error = 0.5 * np.abs(high - low)
    bounds = member.laws.bounds if order >= 0.0 else (-inf, inf)
    info = {name: x for name, x in found.info.items() if not name.startswith("lower_bound")}
    return replace(found, value=here[()], standard_error=error[()], bounds=bounds, info=info)


def _function(member: Power, order: float) -> Callable[[Array], Array]:
    """Return the quantity as a function of the gap."""
    a, product = np.asarray(order), order * (order - 1.0)
    most = -1.0 / product if product < 0.0 else inf  # where nothing is in common

    def value(x: Array) -> Array:
        x = np.minimum(np.asarray(x, float), most)
        total = np.log1p(np.maximum(product * x, -1.0))
        overlap = total / (order - 1.0) if order != 1.0 else x
        zero = np.zeros_like(x)
        return np.asarray(member.value(PowerSums(x, zero, zero, overlap), a, np))

    return value
