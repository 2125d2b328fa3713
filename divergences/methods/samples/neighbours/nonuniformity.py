"""Distributions fitted to samples: their densities at the centres of balls and boxes, and over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from divergences.methods.samples.neighbours.elliptical import Elliptical, fit
from divergences.numerics.typing import Array

NODES = 32  # at which a fitted density is averaged over a ball, or a square
AT_ONCE = 1 << 18  # coordinates


def references(*samples: Array) -> list[Elliptical] | None:
    """Return elliptical distributions fitted to the samples, if each has one."""
    found = [fit(x) for x in samples]
    return None if any(one is None for one in found) else [one for one in found if one is not None]


class Density(Protocol):
    """What has log densities."""

    def log_density(self, x: Array, /) -> Array:
        """Return the log density at each row."""
        ...


def log_densities(
    fitted: Sequence[Density], points: Array, radius: Array, nodes: Array | None = None
) -> tuple[Array, Array]:
    """Return the log densities of each distribution at the points, and of their means over balls.

    Both have a row for each distribution. The means are over `nodes`, if given, times the radius.
    """
    unit = ball(points.shape[1]) if nodes is None else nodes
    step = max(1, AT_ONCE // unit.size)
    at_centre = np.stack([one.log_density(points) for one in fitted])
    in_ball = np.empty_like(at_centre)
    for i in range(0, len(points), step):
        centre, r = points[i : i + step], radius[i : i + step]
        around = (centre[:, None, :] + r[:, None, None] * unit).reshape(-1, points.shape[1])
        for row, one in zip(in_ball, fitted, strict=True):
            logs = one.log_density(around).reshape(len(centre), -1)
            top = logs.max(axis=1, keepdims=True)
            row[i : i + step] = top[:, 0] + np.log(np.mean(np.exp(logs - top), axis=1))
    return at_centre, in_ball


def ball(d: int) -> Array:
    """Return points spread over the unit ball, with its second moments in the mean."""
    u = _lattice(d + 1, NODES // 2)
    direction = ndtri(u[:, :d])
    direction /= np.sqrt(np.sum(direction**2, axis=1, keepdims=True))
    points = direction * u[:, d:] ** (1.0 / d)
    points *= np.sqrt(d / (d + 2.0) / np.mean(np.sum(points**2, axis=1)))
    return np.concatenate([points, -points])


def box(d: int) -> Array:
    """Return points spread over the cube [-1, 1]^d, with its second moments in each coordinate."""
    points = 2.0 * _lattice(d, NODES // 4 * d) - 1.0
    points /= np.sqrt(3.0 * np.mean(points**2, axis=0))
    return np.concatenate([points, -points])


def _lattice(d: int, n: int) -> Array:
    """Return n points spread over the unit cube; nothing is random.

    Their steps are powers of the root of the generalised golden ratio.
    """
    golden = 2.0
    for _ in range(60):
        golden = (1.0 + golden) ** (1.0 / (d + 1.0))
    steps = golden ** -np.arange(1.0, d + 1.0)
    return np.modf(0.5 + np.arange(1, n + 1)[:, None] * steps)[0]
