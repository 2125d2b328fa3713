"""What a distribution shows before it is integrated: where its mass is, its ends and its kinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from divergences.measures.density import Density, Mixture
from divergences.measures.distribution import Distribution

QUARTILE = 0.6744897501960817  # of the standard normal
REACH = 3.5  # standard deviations: where the bulk goes over into the tails
LADDER = np.concatenate([-(10.0 ** np.arange(8, -7, -0.5)), [0.0], 10.0 ** np.arange(-6, 8.5, 0.5)])
Bulk = tuple[float, float, float]  # a point in the middle, and widths to its left and right


@dataclass(frozen=True)
class Outline:
    """Where to look at a distribution on the line.

    Attributes
    ----------
    bulks
        One for each part of it; the widths are as standard deviations would be.
    ends
        Finite ends of supports, its own and those of its parts.
    kinks
        Points where the log-density has no derivative, or where the user says to look.
    """

    bulks: tuple[Bulk, ...]
    ends: tuple[float, ...]
    kinks: tuple[float, ...]


_known: WeakKeyDictionary[Distribution, Outline] = WeakKeyDictionary()


def outline(p: Distribution) -> Outline:
    """Return the outline of a distribution on the line."""
    if p not in _known:
        _known[p] = _outline(p)
    return _known[p]


def _outline(p: Distribution) -> Outline:
    if isinstance(p, Mixture):
        parts = [outline(c) for c in p.components]
        return Outline(
            sum((part.bulks for part in parts), ()),
            sum((part.ends for part in parts), ()),
            sum((part.kinks for part in parts), ()),
        )
    low, high = float(p.support.low), float(p.support.high)
    ends = tuple(end for end in (low, high) if abs(end) < inf)
    kinks = p.points if isinstance(p, Density) else getattr(p, "kinks", ())
    kinks = tuple(float(k) for k in kinks if low < k < high)
    if hasattr(p, "quantile"):
        left, middle, right = (float(x) for x in p.quantile(np.array([0.25, 0.5, 0.75])))  # type: ignore[attr-defined]
        widths = ((middle - left) / QUARTILE, (right - middle) / QUARTILE)
    else:
        middle, widths = _explored(p, low, high, kinks)
    floor = max(1e-300, float(np.spacing(abs(middle))))
    left, right = (w if floor < w < inf else floor for w in widths)
    return Outline(((middle, left, right),), ends, kinks)


def _explored(
    p: Any, low: float, high: float, points: Sequence[float]
) -> tuple[float, tuple[float, float]]:
    """Return a mode of p and the distances at which its density has fallen by half a nat."""
    start = low if abs(low) < inf else high if abs(high) < inf else 0.0
    grid = np.concatenate([start + LADDER, points])
    if abs(low) < inf and abs(high) < inf:
        grid = np.concatenate([low + (high - low) * np.linspace(0.0, 1.0, 66)[1:-1], points])
    grid = np.unique(grid[(grid > low) & (grid < high)])
    logs = _logs(p, grid)
    best = _top(logs)
    if logs[best] == -inf:
        raise ValueError(
            f"{p!r} shows no mass anywhere; say where it is by points=, near its mass."
        )
    # Climb: thirds of the bracket around the best point, until it is as narrow as the peak.
    a, b = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    inner = grid
    for _ in range(60):
        inner = np.linspace(a, b, 9)
        logs = _logs(p, inner)
        best = _top(logs)
        if logs[best] - min(logs[max(best - 1, 0)], logs[min(best + 1, 8)]) < 0.1:
            break
        a, b = inner[max(best - 1, 0)], inner[min(best + 1, 8)]
    mode, peak = float(inner[best]), float(logs[best])
    steps = max(b - a, np.spacing(abs(mode))) * 2.0 ** np.arange(0.0, 80.0)
    widths = []
    for side in (-1.0, 1.0):
        there = mode + side * steps
        inside = (there > low) & (there < high)
        fallen = np.nonzero(_logs(p, np.where(inside, there, mode)) < peak - 0.5)[0]
        last = abs((low if side < 0 else high) - mode)
        widths.append(float(min(steps[fallen[0]] if fallen.size else inf, last)))
    return mode, (widths[0], widths[1])


def _top(logs: np.ndarray) -> int:
    """Return where the largest value is; in the middle, if it is taken more than once."""
    top = np.nonzero(logs == np.max(logs))[0]
    return int(top[len(top) // 2])


def _logs(p: Any, x: np.ndarray) -> np.ndarray:
    logs = np.asarray(p.log_prob(x), dtype=float)
    return np.where(np.isnan(logs), -inf, np.minimum(logs, 1e300))


def coordinates(p: Distribution) -> list[list[Bulk]]:
    """Return the bulks of a distribution of vectors along each coordinate."""
    if isinstance(p, Mixture):
        parts = [coordinates(c) for c in p.components]
        return [[bulk for part in parts for bulk in part[i]] for i in range(p.dim)]
    low, high = (np.broadcast_to(end, p.dim) for end in (p.support.low, p.support.high))
    points = p.points if isinstance(p, Density) else np.zeros((0, p.dim))
    if hasattr(p, "mean"):
        points = np.vstack([points, np.reshape(p.mean, (1, p.dim))])  # type: ignore[attr-defined]
    start = np.array(
        [
            0.5 * (a + b) if b - a < inf else min(max(0.0, a + 1.0), b - 1.0)
            for a, b in zip(low.tolist(), high.tolist(), strict=True)
        ]
    )
    starts = np.vstack([points, start])
    logs = np.asarray(p.log_prob(starts), dtype=float)
    here = starts[int(np.argmax(np.where(np.isnan(logs), -inf, logs)))].copy()
    found: list[list[Bulk]] = [[] for _ in range(p.dim)]
    for sweep in range(4):  # climb along one coordinate after the other
        for i in range(p.dim):
            line = _Slice(p, here, i)
            middle, widths = _explored(
                line, float(low[i]), float(high[i]), (*points[:, i], here[i])
            )
            here[i] = middle
            if sweep == 3:
                found[i] = [(middle, *widths)]
    return found


@dataclass
class _Slice:
    """A density along one coordinate, the others being fixed."""

    p: Distribution
    point: np.ndarray
    axis: int

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """Return the log-density on the line."""
        points = np.repeat(self.point[None], len(x), axis=0)
        points[:, self.axis] = x
        return self.p.log_prob(points)
