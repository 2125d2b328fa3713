"""The variational form of an f-divergence: its value and standard error from log ratios.

The slopes at p/q = exp T are also the influence functions of the divergence (less their means), so
their spread is the efficient standard error: no regular estimator has a smaller one. Kandasamy et
al., "Nonparametric von Mises estimators for entropies, divergences and mutual informations" (2015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence
from divergences.core.influence import slopes, to_estimate


def estimate(
    member: FDivergence, on_p: Array, on_q: Array, method: str, info: Mapping[str, Any]
) -> Estimate:
    """Estimate an f-divergence from log ratios at observations of P and of Q."""
    if member.limits.are_finite:
        on_p, on_q = _clip_log_ratio(on_p, on_q)
    influences = slopes(member, on_p)[0], slopes(member, on_q)[1]
    return _to_estimate(member, influences, method, info)


def mixture_estimate(
    member: FDivergence,
    shares: Array,
    on_p: Array,
    on_q: Array,
    method: str,
    info: Mapping[str, Any],
) -> Estimate:
    """Estimate w D(P‖M) + v D(Q‖M), M = w P + v Q, from log ratios of p and q."""
    w, v = np.asarray(shares, np.float64) / np.sum(shares)
    on_p, on_q = _clip_log_ratio(on_p, on_q)
    influences = []
    for weight, own, t in ((w, 0, on_p), (v, 1, on_q)):
        with np.errstate(divide="ignore"):  # a weight of zero
            log_w, log_v = np.log(w), np.log(v)
        ratios = (-np.logaddexp(log_w, log_v - t), -np.logaddexp(log_w + t, log_v))  # p/m and q/m
        found = [slopes(member, ratio) for ratio in ratios]
        # An observation counts once for its own distribution and once for the mixture.
        influences.append(weight * (found[own][0] + w * found[0][1] + v * found[1][1]))
    return _to_estimate(member, influences, method, info)


def _clip_log_ratio(on_p: Array, on_q: Array) -> tuple[Array, Array]:
    """Return log ratios of at most twice the log of the number of observations, N.

    None of them can tell odds of N^2 to one, and a bounded divergence changes by no more than 1/N
    where odds are greater. But one observation on the wrong side of such odds would decide all.
    """
    most = 2.0 * np.log(len(on_p) + len(on_q))
    return np.clip(on_p, -most, most), np.clip(on_q, -most, most)


def _to_estimate(
    member: FDivergence, influences: Sequence[Array], method: str, info: Mapping[str, Any]
) -> Estimate:
    """Return the estimate whose sum of T is the sum of the means of `influences`."""
    with np.errstate(all="ignore"):
        total = sum(float(np.mean(values)) for values in influences)
        parts = [np.square(values - np.mean(values)) / _pairs(values) for values in influences]
        variance = sum(float(np.sum(part)) for part in parts)
        largest = max(float(np.max(part)) for part in parts) / variance if variance > 0.0 else 0.0
    return to_estimate(member, total, variance**0.5, method, {**info, "largest_share": largest})


def _pairs(values: Array) -> float:
    """Return what the sum of squares is divided by to give the variance of the mean."""
    return len(values) * max(len(values) - 1.0, 1.0)
