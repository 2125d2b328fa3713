"""Observations that occur more than once, in one sample or in several, and complete grids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from divergences.numerics.typing import Array

RUN = 20  # rows that must agree in order before two samples are taken to overlap
KINDS = 5  # distinct values among these rows: a run of one value agrees by chance
REGULAR = 16  # points of a grid; as many draws hit each once with probability 16!/16^16 = 1e-6


def label_rows(samples: Sequence[Array]) -> list[Array]:
    """Return an integer label for each row of each sample; equal rows have equal labels."""
    rows = np.concatenate(samples)
    rows = rows[:, 0] if rows.shape[1] == 1 else rows
    labels = np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
    return np.split(labels, np.cumsum([len(x) for x in samples])[:-1])


def has_equal(x: Array) -> Array:
    """Return a mask of the rows that equal another row."""
    labels = label_rows([x])[0]
    return np.bincount(labels)[labels] > 1


def find_matches(x: Array, y: Array) -> Array:
    """Return for each number in x the index of an equal one in y, or -1."""
    values, index = np.unique(y, return_index=True)
    position = np.minimum(np.searchsorted(values, x), len(values) - 1)
    return np.where(values[position] == x, index[position], -1)


def count_shared(x: Array, y: Array) -> int:
    """Return how many rows of x are rows of y too."""
    first, second = label_rows([x, y])
    return int(np.sum(find_matches(first, second) >= 0))


def find_overlap(x: Array, y: Array) -> Array | None:
    """Return for each row of x the index of the same row of y or -1; None without an overlap.

    Two windows of one series overlap if the last rows of one are the first rows of the other, in
    the same order. Rounded numbers agree by chance too, but not `RUN` of them in a row.
    """
    for first, second, swapped in ((x, y, False), (y, x, True)):
        start = _start(first, second[:RUN])
        length = 0 if start is None else min(len(first) - start, len(second))
        if start is None or not np.array_equal(first[start : start + length], second[:length]):
            continue
        matches = np.full(len(x), -1)
        if swapped:
            matches[:length] = np.arange(start, start + length)
        else:
            matches[start : start + length] = np.arange(length)
        return matches
    return None


def _start(x: Array, run: Array) -> int | None:
    """Return the index at which the run starts in x, or None if it is absent or too short."""
    if len(run) < RUN or len(np.unique(run, axis=0)) < KINDS:
        return None
    starts = np.arange(len(x) - RUN + 1)
    for i, row in enumerate(run):
        starts = starts[np.all(x[starts + i] == row, axis=1)]
    return int(starts[0]) if len(starts) else None


def is_complete_grid(x: Array) -> bool:
    """Whether the rows are all the points of an evenly spaced grid, each of them once."""
    if len(x) < REGULAR:
        return False
    cells = 1
    for column in x.T:
        levels = np.unique(column)
        gaps = np.diff(levels)
        if len(gaps) and np.ptp(gaps) > 1e-6 * np.mean(gaps):
            return False
        cells *= len(levels)
    return cells == len(x) and not has_equal(x).any()
