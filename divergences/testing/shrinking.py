"""Simpler cases that show the same: fewer outcomes first, then fewer bits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from divergences.testing.cases import Case, with_total_one

BITS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
TRIES = 400


def shrink(case: Case, shows: Callable[[Case], bool], deadline: float) -> Case:
    """Return a case that is as simple as can be found and of which `shows` is true.

    It ends after `TRIES` calls, or when `time.monotonic` reaches the deadline.
    """
    tries, simpler = 0, True
    while simpler:
        simpler = False
        for candidate in _simpler(case):
            if tries >= TRIES or time.monotonic() > deadline:
                return case
            tries += 1
            if _size(candidate) < _size(case) and shows(candidate):
                case, simpler = candidate, True
                break
    return case


def _size(case: Case) -> tuple[int, int, int]:
    """Return how complicated a case is: outcomes, then bits, then how many arrays differ."""
    bits = sum(_bits(x) for p in case for x in p.ravel().tolist())
    return case[0].size, bits, len({p.tobytes() for p in case})


def _bits(x: float) -> int:
    """Return the length of the fraction m / 2^k that x is."""
    m, k = float(x).as_integer_ratio()
    return m.bit_length() + k.bit_length()


def _simpler(case: Case) -> Iterator[Case]:
    """Yield simpler cases: outcomes merged or swapped for those of another, fewer bits."""
    for axis in range(case[0].ndim):
        n = case[0].shape[axis]
        for i in range(n):
            for j in range(n):
                if i != j:
                    yield tuple(_merged(p, i, j, axis) for p in case)
    for k in range(len(case)):
        for other in case:
            yield (*case[:k], other.copy(), *case[k + 1 :])
    for bits in BITS:
        yield tuple(with_total_one(p, p.dtype, bits) for p in case)
    for k, p in enumerate(case):
        for bits in BITS:
            yield (*case[:k], with_total_one(p, p.dtype, bits), *case[k + 1 :])


def _merged(p: np.ndarray, i: int, j: int, axis: int) -> np.ndarray:
    """Return p with the mass at i moved to j, and i removed."""
    moved = np.moveaxis(p.copy(), axis, 0)
    moved[j] += moved[i]
    return np.moveaxis(np.delete(moved, i, axis=0), 0, axis).copy()
