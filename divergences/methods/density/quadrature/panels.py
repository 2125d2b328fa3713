"""Panels of an integral over the line, and the steps of an integrand between their nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

UNEVEN = 0.5  # share of the variation over a panel that is between two points: perhaps a jump
BISECTIONS = 64
EARLY = 16  # bisections after which a smooth step has all but vanished
LEFT = 0.25  # of a step, that must be left between adjacent floats if it is a jump
RANGE = 4.0  # factor between the secants to either side that is believed


@dataclass
class Panels:
    """Panels with their integrals, in units of exp(scale)."""

    piece: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    low: np.ndarray = field(default_factory=lambda: np.zeros(0))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0))
    value: np.ndarray = field(default_factory=lambda: np.zeros(0))
    size: np.ndarray = field(default_factory=lambda: np.zeros(0))  # integral of |integrand|
    error: np.ndarray = field(default_factory=lambda: np.zeros(0))
    noise: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rough: np.ndarray = field(default_factory=lambda: np.zeros(0))  # last coefficients, relatively
    stuck: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # splitting did not help,
    final: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # nor did it before
    before: np.ndarray = field(default_factory=lambda: np.zeros(0))  # ends of a step that may be
    after: np.ndarray = field(default_factory=lambda: np.zeros(0))  # a jump, or NaN

    def joined(self, other: Panels, keep: np.ndarray) -> Panels:
        """Return the panels kept, and those of another."""
        return Panels(
            *(
                np.concatenate([mine[keep], theirs])
                for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
            )
        )

    def rescale(self, factor: float) -> None:
        """Change the unit."""
        for name in ("value", "size", "error", "noise"):
            setattr(self, name, getattr(self, name) * factor)


def secants(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return sizes of slopes of y at t along the last axis, from the neighbours on both sides.

    Where one neighbour is far off, as next to a jump, the other tells.
    """
    gaps = np.diff(t, axis=-1)
    steps = np.abs(np.diff(y, axis=-1)) / np.where(gaps > 0.0, gaps, np.inf)
    left = np.concatenate([steps[..., :1], steps], axis=-1)
    right = np.concatenate([steps, steps[..., -1:]], axis=-1)
    return np.minimum(np.maximum(left, right), RANGE * np.minimum(left, right))


def steepest(t: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the largest step of each panel, NaN if it is like the others."""
    with np.errstate(invalid="ignore"):
        steps = np.abs(np.diff(values, axis=-1))
        k = np.argmax(steps, axis=-1)[:, None]
        largest = np.take_along_axis(steps, k, axis=-1)[:, 0]
        alone = largest > UNEVEN * np.sum(steps, axis=-1)
    ends = (np.take_along_axis(t, k + i, axis=-1)[:, 0] for i in (0, 1))
    before, after = (np.where(alone, end, np.nan) for end in ends)
    return before, after


def jumps(
    values: Callable[[np.ndarray], np.ndarray], before: np.ndarray, after: np.ndarray
) -> np.ndarray:
    """Return where a function jumps between pairs of points, by bisection; NaN if it does not."""
    here, there = values(before), values(after)
    step = np.abs(there - here)
    found = np.full(before.shape, np.nan)
    lanes = np.arange(before.size)
    for k in range(BISECTIONS):
        middle = 0.5 * (before + after)
        done = (middle <= before) | (middle >= after)
        jumped = np.abs(there - here) > LEFT * step[lanes]
        found[lanes[done & jumped]] = after[done & jumped]
        live = ~done & (jumped | (k < EARLY))
        if not live.any():
            break
        lanes, middle = lanes[live], middle[live]
        before, after, here, there = before[live], after[live], here[live], there[live]
        value = values(middle)
        right = np.abs(there - value) > np.abs(value - here)
        before, here = np.where(right, middle, before), np.where(right, value, here)
        after, there = np.where(right, after, middle), np.where(right, there, value)
    return found
