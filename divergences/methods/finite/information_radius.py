"""Several distributions against their weighted mixture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.measures.discrete import MassArray
from divergences.numerics.compiled import number_of, sums
from divergences.numerics.differentiable import Slopes, differentiates, library, made_once
from divergences.numerics.floats.error_free import divide
from divergences.numerics.floats.jvp_rules import simplex_derivative
from divergences.numerics.floats.normalised_pair import Pair, log_pair, log_shares, match_totals
from divergences.numerics.floats.sums import pairwise_sum, sum_to_double_word
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import SCALE, is_array, namespace
from divergences.numerics.runtime.parallel import fill


def evaluate(member: FDivergence, sides: list[MassArray], shares: Array, xp: Any) -> Array:
    """Return sum_j w_j D(P_j‖M), M = sum_j w_j P_j, for the weights w = `shares` over their sum."""
    logs = tuple(side.is_log for side in sides)
    number = number_of(type(member)) if backend(xp).native and not any(logs) else None
    if number is not None:
        return _summed(number, member, sides, np.asarray(shares, np.float64))
    for side in sides:
        side.check_values(xp)
    values = [side.values for side in sides]
    if is_array(shares) and namespace(shares) is xp:
        shares = xp.astype(shares, values[0].dtype)
    else:
        shares = xp.asarray(shares, dtype=values[0].dtype)
    if differentiates(xp):
        return _by_rule(member, logs, xp)(*values, shares)
    with np.errstate(all="ignore"):
        if backend(xp).native and not any(logs):
            # Away from the subnormal numbers, where the parts of the mixture would be rounded.
            values = [
                x if side.tolerance is None else x * 2.0**SCALE
                for x, side in zip(values, sides, strict=True)
            ]
        return _mean(member, values, logs, shares, xp)[0]


def _summed(number: int, member: FDivergence, sides: list[MassArray], shares: Array) -> Array:
    """Return the mean divergence of NumPy masses by the loops, and with care where these refuse."""
    values = [x.values if x.tolerance is None else x.values * 2.0**SCALE for x in sides]
    weights = divide((shares, 0.0), sum_to_double_word(shares, ()), np)
    stacked = np.stack(np.broadcast_arrays(*values), axis=-2)
    mean, found = sums.of_tables(number, stacked, np.ascontiguousarray(np.stack(weights, axis=-1)))
    plain = MassArray("", stacked, False, sides[0].tolerance)
    unit = 2.0**-SCALE
    if any(side.tolerance is None for side in sides) or not plain.is_fine(
        found.least, found.low * unit, found.high * unit
    ):
        for side in sides:
            side.check_values(np)

    def compensated(rows: Array) -> Array:
        rows = list(np.moveaxis(rows.reshape(-1, *stacked.shape[-2:]), -2, 0))
        return _mean(member, rows, (False,) * len(rows), shares, np)[0]

    with np.errstate(all="ignore"):
        mean = np.minimum(mean, _greatest(weights[0]))
        return fill(mean, compensated, stacked.reshape(*stacked.shape[:-2], -1))


def _greatest(weights: Array) -> Array:
    """Return the entropy of the weights, which the mean divergence cannot exceed."""
    some = weights[weights > 0.0]
    return -np.sum(some * np.log(some))


def _pairs(
    values: list[Array], logs: tuple[bool, ...], weights: list[Array], xp: Any
) -> tuple[list[Pair], Array]:
    """Return each distribution with the mixture, all on one total, and that total.

    The differences p_j - m are those of the distributions among themselves, which do not cancel.
    """
    if any(logs):
        first, *others = (
            x if is_log else log_shares(x, xp) for x, is_log in zip(values, logs, strict=True)
        )
        compared = [log_pair(other, first, xp) for other in others]
        # Away from the subnormal numbers, as masses are.
        unit = 2.0**SCALE if backend(xp).native else 1.0
        total = compared[0][1] * unit
        scaled = [compared[0][0].q * unit, *(pair.p * unit for pair, _ in compared)]
        gaps = [0.0 * scaled[0], *(pair.difference * unit for pair, _ in compared)]
    else:
        first, *others = values
        compared = [match_totals(first, other, xp) for other in others]
        total = compared[0][1]
        scaled = [first, *(pair.q for pair, _ in compared)]
        gaps = [xp.zeros_like(first), *(-pair.difference for pair, _ in compared)]
    weights = [w[..., None] if w.ndim else w for w in weights]
    m = sum(w * x for w, x in zip(weights, scaled, strict=True))
    pairs = []
    for x, gap in zip(scaled, gaps, strict=True):
        d = sum(w * (gap - other) for w, other in zip(weights, gaps, strict=True))
        pairs.append(Pair(x + 0.0 * m, m, d))
    return pairs, total


def _mean(
    member: FDivergence, values: list[Array], logs: tuple[bool, ...], shares: Array, xp: Any
) -> tuple[Array, list[Array], list[Pair], Array]:
    """Return the mean divergence from the mixture, each divergence, the pairs and their total.

    It is NaN where a weight is negative or NaN, which only traced ones can be unnoticed.
    """
    shares = xp.where(shares >= 0, shares, xp.nan)
    whole = xp.sum(shares, axis=-1)
    weights = [shares[..., j] / whole for j in range(len(values))]
    pairs, total = _pairs(values, logs, weights, xp)
    each = [pairwise_sum(member.terms(pair, xp), xp) / total for pair in pairs]
    mean = sum(w * xp.where(w == 0, 0.0, d) for w, d in zip(weights, each, strict=True))
    bound = sum(xp.where(w > 0, -w * xp.log(xp.where(w > 0, w, 1.0)), 0.0) for w in weights)
    return xp.minimum(mean, bound), each, pairs, total


@made_once
def _by_rule(member: FDivergence, logs: tuple[bool, ...], xp: Any) -> Callable[..., Array]:
    """Return the function of (log) masses and weights that is differentiated by rule.

    dD = sum_j w_j sum_i (g_ji - <g_j, p_j>) dp_ji + sum_j (D_j - D) dw_j,

    g_j being dT/dp at (p_j, m), with masses and weights normalised; p_ji da_ji is dp_ji for log
    masses a_j. The mixture is the nearest of
    all distributions, so that moving it changes nothing to first order.
    """

    def value(*arguments: Array) -> Array:
        *ps, shares = arguments
        return _mean(member, ps, logs, shares, xp)[0]

    def rule(needed: tuple[bool, ...], *arguments: Array) -> Slopes:
        *ps, shares = arguments
        mean, each, pairs, total = _mean(member, ps, logs, shares, xp)
        whole = xp.sum(shares, axis=-1)
        found: list[Array | None] = []
        for j, (pair, p) in enumerate(zip(pairs, ps, strict=True)):
            if not needed[j]:
                found.append(None)
                continue
            share = shares[..., j] / whole
            share = share[..., None] if share.ndim else share
            # An outcome that none has would be this distribution's share of the mixture.
            alone = -xp.log(xp.where(share > 0, share, 1.0))
            slope = xp.where(pair.q > 0, member.gradients(pair, xp)[0], alone)
            slope = xp.where(xp.isinf(slope), slope, slope - each[j][..., None])
            own = pair.p / total[..., None]
            if logs[j]:
                some = own > 0
                slope = xp.where(some, own, 0.0) * xp.where(some, slope, 0.0)
            slope = simplex_derivative(slope, own, p, logs[j], xp)
            found.append(xp.where(share > 0, share * slope, 0.0))
        by_shares = None
        if needed[-1]:
            by_shares = xp.stack([(d - mean) / whole for d in each], axis=-1)
        return Slopes(xp.ones_like(mean), [*found, by_shares])

    return library(xp).differentiable(value, rule)
