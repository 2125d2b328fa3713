"""Changes of variable that leave an integrand on the whole line with tails that decay at once.

With s = (pi/2) sinh t the line is x = c + w sinh s, a half-line x = a + w exp s, and an interval
x = (a + b)/2 + (b - a)/2 tanh s: the double exponential maps of Takahasi & Mori, "Double
exponential formulas for numerical integration", Publ. RIMS 9 (1974). Algebraic tails and algebraic
singularities at the ends both become exponentials of an exponential.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, pi
from typing import NamedTuple

import numpy as np

EPS = float(np.finfo(np.float64).eps)
# How far to go: out to exp(345) = 1e150 widths, where squares do not overflow, in to 1e-300 of an
# end at zero, where floats are dense, and to 1e-11 of any other, where they still tell distances
# from it apart.
FARTHEST, NEAREST, RESOLVED = 345.0, 1e-300, 1e-11
LARGEST = 690.0


class Nodes(NamedTuple):
    """Points of the line that t stands for.

    `above` and `below` are the distances from the ends of the interval, known better there than
    from x, or None where there is no such end; `log_slope` is log dx/dt; `jitter` and `gap_jitter`
    are the rounding errors of x and of the lesser distance, in units of t.
    """

    x: np.ndarray
    above: np.ndarray | None
    below: np.ndarray | None
    log_slope: np.ndarray
    jitter: np.ndarray
    gap_jitter: np.ndarray


@dataclass(frozen=True)
class Map:
    """A monotone map of the real line t onto an open interval, which may be infinite."""

    low: float
    high: float
    centre: float
    width: float
    # Whether at either end no density needs to know distances from it better than x.
    exact: tuple[bool, bool] = (False, False)

    @property
    def range(self) -> tuple[float, float]:
        """The values of t beyond which there is no more to see."""
        nearest_low, nearest_high = (
            log(NEAREST if exact else max(NEAREST, RESOLVED * abs(end)))
            for end, exact in zip((self.low, self.high), self.exact, strict=True)
        )
        width = log(self.width)
        far = min(FARTHEST, LARGEST - width)
        if self.low == -inf and self.high == inf:
            low = high = far
        elif self.high == inf:
            low, high = width - nearest_low, far
        elif self.low == -inf:
            low, high = far, width - nearest_high
        else:
            span = log(self.high - self.low)
            low, high = 0.5 * (span - nearest_low), 0.5 * (span - nearest_high)
        low, high = (float(np.arcsinh(2.0 / pi * max(s, 5.0))) for s in (low, high))
        return -low, high

    def at(self, t: np.ndarray) -> Nodes:
        """Return the points at t."""
        s = 0.5 * pi * np.sinh(t)
        with np.errstate(over="ignore", under="ignore"):
            above = below = None
            size = np.abs(s)
            if self.low == -inf and self.high == inf:
                offset = self.width * np.sinh(s)
                x = self.centre + offset
                log_slope = size + np.log1p(np.exp(-2.0 * size)) + log(0.5 * self.width)
            elif self.high == inf:
                above = offset = self.width * np.exp(s)
                x = self.low + offset
                log_slope = s + log(self.width)
            elif self.low == -inf:
                below = offset = self.width * np.exp(-s)
                x = self.high - offset
                log_slope = log(self.width) - s
            else:
                span = self.high - self.low
                above, below = span / (1.0 + np.exp(-2.0 * s)), span / (1.0 + np.exp(2.0 * s))
                x = np.where(s < 0.0, self.low + above, self.high - below)
                offset = np.minimum(above, below)
                log_slope = log(2.0 * span) - 2.0 * size - 2.0 * np.log1p(np.exp(-2.0 * size))
            # Never an end itself, where a density may be infinite.
            if self.low > -inf:
                x = np.maximum(x, np.nextafter(self.low, inf))
            if self.high < inf:
                x = np.minimum(x, np.nextafter(self.high, -inf))
            log_slope = log_slope + np.log(0.5 * pi * np.cosh(t))
            error = EPS * (2.0 + 2.0 * size) * np.abs(offset)
            stretch = np.exp(-np.maximum(log_slope, -700.0))
        jitter = (error + EPS * np.abs(x)) * stretch
        return Nodes(x, above, below, log_slope, jitter, error * stretch)

    def inverse(self, x: np.ndarray) -> np.ndarray:
        """Return t of points inside the interval."""
        if self.low == -inf and self.high == inf:
            s = np.arcsinh((x - self.centre) / self.width)
        elif self.high == inf:
            s = np.log((x - self.low) / self.width)
        elif self.low == -inf:
            s = -np.log((self.high - x) / self.width)
        else:
            s = 0.5 * np.log((x - self.low) / (self.high - x))
        return np.arcsinh(2.0 / pi * s)
