"""Confidence intervals of estimates whose variance grows with the value that they estimate.

Near P = Q a smooth divergence of observed frequencies is, less its bias, w (X - nu) with X
noncentral chi-squared of nu degrees of freedom. For a noncentrality lambda its mean is w lambda and
its variance w^2 (4 lambda + 2 nu): a normal interval with the variance at the estimate covers a
true value in 80 to 100 % of all samples, not in 95 %. The score interval (Wilson, J. Am. Stat.
Assoc. 22, 1927) takes the variance at each value D that it tries. With s^2 at the estimate,

    |estimate - D| <= z sqrt(s^2 + 4 w (D - estimate))

has the ends estimate + 2 z^2 w -+ z sqrt(s^2 + 4 z^2 w^2), and covers in 94.5 to 97.5 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

import numpy as np
from scipy.special import ndtri

from divergences.core import Array, Estimate
from divergences.core.estimate import Interval


class Score(NamedTuple):
    """An estimate of a sum, in nats, and how its variance depends on the sum."""

    value: Array
    error: Array  # standard error s
    unit: Array  # w: the variance grows by 4 w where the sum grows by one
    unbounded: Array  # whether the observations leave open how large the sum is


@dataclass(frozen=True, eq=False, repr=False)
class ScoreEstimate(Estimate):
    """An estimate with a score interval, or a normal one where there is no `score`.

    Attributes
    ----------
    score
        The sum that the value is a function of.
    finish
        The increasing function that takes the sum to the quantity, in nats.
    nats
        The unit of the value.
    """

    score: Score | None = None
    transform: Callable[[Array], Array] = np.asarray
    nats: float = 1.0

    def _interval(self, level: float) -> Interval:
        """Return a score interval; an infinite standard error leaves all possible values."""
        z = ndtri(0.5 + 0.5 * level)
        plain = Score(self.value, self.standard_error, 0.0, False)
        value, error, unit, unbounded = self.score or plain
        reach = z * np.hypot(error, 2.0 * z * unit)
        centre = np.where(np.isfinite(value), value, 0.0) + 2.0 * z * z * unit
        low = np.where(np.isinf(reach), -np.inf, centre - reach)
        high = np.where(np.isinf(reach) | (np.asarray(unbounded) > 0), np.inf, centre + reach)
        if self.score is not None:
            low, high = (self.transform(np.maximum(x, 0.0)) / self.nats for x in (low, high))
        low, high = np.clip([low, high], *self.bounds)
        return Interval(low, high)

    def expressed(self, nats: float, power: float) -> Estimate:
        """Return a value computed in nats^power in the unit of so many nats, and name the unit."""
        found = cast(ScoreEstimate, super().expressed(nats, power))
        return replace(found, nats=self.nats * nats**power)
