"""Quantities of one order a, from an estimate of the alpha divergence of that order.

The gap (sum p^a q^(1-a) - 1) / (a (a-1)) is an f-divergence, bounded for orders between 0 and 1; it
is KL for order 1 and KL the other way round for 0. Renyi's and its relatives are functions of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf

import numpy as np

from divergences.core import Array, Estimate
from divergences.core.order import OrderDivergence
from divergences.core.score import ScoreEstimate
from divergences.numerics.special.order_sums import HellingerIntegral

ROUNDINGS = 1e-15  # of a gap where nothing is in common, which estimates are set to


def of_alpha_term(member: OrderDivergence, order: float, found: Estimate) -> Estimate:
    """Return a quantity of one order, given an estimate of the alpha divergence of that order.

    The standard error is the mean change of the quantity when the alpha divergence moves by its own
    standard error, up and down. An estimate out of range is set to the nearest possible value.

    Raises
    ------
    ValueError
        If order is 0: the value depends on Q's mass outside the support of P, which samples do
        not reveal.
    """
    value = partial(_of_alpha_term, member, order)
    if order == 0.0 and value(np.ones(())) == 0.0:
        raise ValueError(
            f"the {member.name.replace('_', ' ')} of order 0 is told by the mass of Q where P has "
            "none, which observations do not show; pass a small positive order."
        )
    with np.errstate(all="ignore"):
        error = np.asarray(found.standard_error)
        low, here, high = (value(found.value + move) for move in (-error, 0.0, error))
        error = np.nan_to_num(0.5 * np.abs(high - low), nan=inf, posinf=inf)
        error = np.where(np.isnan(found.value), np.nan, error)
    bounds = member.laws.bounds if order >= 0.0 else (-inf, inf)
    info = {name: x for name, x in found.info.items() if not name.startswith("lower_bound")}
    found = replace(found, value=here[()], standard_error=error[()], bounds=bounds, info=info)
    return replace(found, transform=value) if isinstance(found, ScoreEstimate) else found


def _of_alpha_term(member: OrderDivergence, order: float, x: Array) -> Array:
    """Return the quantity whose gap is x."""
    product = order * (order - 1.0)
    most = -1.0 / product if product < 0.0 else inf  # where nothing is in common
    x = np.minimum(np.asarray(x, float), most)
    with np.errstate(divide="ignore"):
        apart = (product < 0.0) & (x >= most * (1.0 - ROUNDINGS))
        total = np.log1p(np.where(apart, -1.0, product * x))
    overlap = total / (order - 1.0) if order != 1.0 else x
    zero = np.zeros_like(x)
    return np.asarray(
        member.value(HellingerIntegral(x, zero, zero, overlap), np.asarray(order), np)
    )
