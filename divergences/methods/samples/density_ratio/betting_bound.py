"""A lower confidence bound of a mean that holds for every sample size, by betting.

A bet of a share f of the capital that the mean exceeds c multiplies it by 1 + f (z - c)/range for
each observation z. If the mean does not exceed c, the expected capital never grows, so it reaches
1/alpha with probability alpha at most. The bound is the largest c for which it reached 1/alpha.

Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", J. R. Stat. Soc. B
86 (2024), section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.influence import slopes

CLIPS = (1.0, 2.0, 4.0, 8.0)  # of the log ratio, which bound its influence
STAKES = (0.06, 0.25, 0.95)  # of the most that cannot ruin


class Gains(NamedTuple):
    """Independent draws in [low, high] whose means are at most the divergence."""

    values: Array
    low: float
    high: float


def payoffs(member: FDivergence, rounds: Sequence[tuple[Array, Array]]) -> list[Gains]:
    """Return, for every clip, one gain for each observation of the smaller sample.

    Each of the `rounds` has log ratios of a function that was fixed before its observations of P
    and of Q were seen. Any clip leaves the variational form a lower bound; so does averaging
    the surplus observations of the larger sample over those of the smaller.
    """
    found = []
    for clip in CLIPS:
        ends = slopes(member, np.array([-clip, clip]))
        parts = []
        for on_p, on_q in rounds:
            first = slopes(member, np.clip(on_p, -clip, clip))[0]
            second = slopes(member, np.clip(on_q, -clip, clip))[1]
            pairs = min(len(first), len(second))
            parts.append(_spread(first, pairs) + _spread(second, pairs))
        # A convex f has f' increasing and f - r f' decreasing in r.
        low, high = float(ends[0][0] + ends[1][1]), float(ends[0][1] + ends[1][0])
        found.append(Gains(np.concatenate(parts), low, high))
    return found


def _spread(values: Array, groups: int) -> Array:
    """Return the means of `groups` groups of nearly equal sizes."""
    starts = np.arange(groups) * len(values) // groups
    return np.add.reduceat(values, starts) / np.diff(np.append(starts, len(values)))


def lower_bound(bets: Sequence[Gains], level: float) -> float:
    """Return what the mean exceeds with probability `level`; -inf if no bet could show anything.

    The capital is shared equally by all clips and stakes, and so nothing needs to be known about
    the spread of the gains.
    """
    top = max(bet.high for bet in bets)
    goal = -np.log1p(-level) + np.log(len(bets) * len(STAKES))

    def surplus(c: float) -> float:
        logs = [
            np.sum(np.log1p(stake / (top - bet.low) * (bet.values - c)))
            for bet in bets
            for stake in STAKES
        ]
        return float(np.logaddexp.reduce(logs)) - goal

    low = min(bet.low for bet in bets)
    if surplus(low) <= 0.0:
        return -np.inf
    from scipy.optimize import brentq

    root: Any = brentq(surplus, low, top, xtol=1e-12)
    return float(root)
