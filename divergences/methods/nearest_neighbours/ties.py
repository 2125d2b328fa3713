"""Observations that occur more than once: how many there are, and how to spread them."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def duplicates(points: Array) -> int:
    """Return how many observations have a duplicate among the others."""
    first = np.sort(points[:, 0])
    if np.all(first[1:] > first[:-1]):
        return 0
    counts = np.unique(points, axis=0, return_counts=True)[1]
    return int(np.sum(counts[counts > 1]))


def dithered(samples: tuple[Array, ...], rng: Any) -> tuple[Array, ...]:
    """Return samples with uniform noise as wide as the grid of every coordinate.

    The grid's step is the least difference of two values of the coordinate in all samples.
    """
    generator = np.random.default_rng(rng)
    steps = []
    for column in np.concatenate(samples).T:
        values = np.unique(column)
        steps.append(np.min(np.diff(values)) if len(values) > 1 else 0.0)
    return tuple(x + (generator.random(x.shape) - 0.5) * np.array(steps) for x in samples)
