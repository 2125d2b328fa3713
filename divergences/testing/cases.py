"""Distributions on which everybody must agree, the simplest first.

Some implementations divide masses by their total, others do not. They agree where the floats sum to
exactly one, or where dividing by the total moves the value by less than half a unit in the last
place. Every case here is of one of these kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import fsum
from typing import Any

import mpmath
import numpy as np

from divergences.testing import oracle
from divergences.testing.members import Member
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from divergences.testing.tolerance import info, spacing

Array = np.ndarray
Case = tuple[Array, ...]
NO_CASE = "no case"  # what a check returns where its law says nothing

# Outcomes (or rows and columns) and bits of the masses, from the simplest. There are few shapes,
# since a compiled function is compiled for each of them.
SIZES = (
    ((1,), (0,)),
    ((2,), (1, 2, 4, 10, 20)),
    ((3,), (2, 4, 10, 20)),
    ((6,), (10, 20)),
)
JOINT_SIZES = (
    ((1, 1), (0,)),
    ((1, 2), (2,)),
    ((2, 2), (2, 4, 10, 20)),
    ((3, 3), (4, 10, 20)),
)
LARGEST_TO_MULTIPLY = 16  # outcomes of a product
DRAWS, CLOSE = 6, 3
HOSTILE_DRAWS = 2
LEAST_TINIES = 16.0  # the smallest normal numbers times this


def significant_bits(dtype: Any) -> int:
    """Return the number of bits of a significand."""
    return int(info(dtype).nmant) + 1


@cache
def simple(count: int, joint: bool, dtype: str) -> tuple[Case, ...]:
    """Return tuples of `count` distributions of one shape: integers over a power of two.

    Their totals are exactly one. Merged outcomes and means of two distributions are exact in
    `dtype`, and products of two distributions are too.
    """
    rng = np.random.default_rng(0)
    most = significant_bits(dtype) // 2 - 1
    found: dict[tuple[bytes, ...], Case] = {}
    for shape, all_bits in JOINT_SIZES if joint else SIZES:
        for bits in (b for b in all_bits if b <= most):
            for case in _drawn(rng, count, int(np.prod(shape)), bits):
                arrays = tuple(a.reshape(shape).astype(dtype) for a in case)
                found.setdefault(tuple(a.tobytes() for a in arrays), arrays)
    return tuple(found.values())


def _drawn(rng: np.random.Generator, count: int, n: int, bits: int) -> Iterator[Case]:
    """Yield `count` distributions each: any, with zeros, and close to each other."""
    whole = 2**bits
    if n == 2 and bits <= 2 and count <= 2:
        for index in np.ndindex(*[whole + 1] * count):
            yield tuple(np.array([k, whole - k]) / whole for k in index)
        return
    for draw in range(DRAWS + CLOSE):
        shares = [
            rng.dirichlet(np.ones(n)) * (1.0 if draw % 2 else rng.random(n) < 0.6)
            for _ in range(count)
        ]
        integers = [_integers(s, whole) for s in shares]
        if draw >= DRAWS:  # one unit of mass lies elsewhere
            integers = [_moved(rng, integers[0]) for _ in range(count)]
        yield tuple(k / whole for k in integers)


def _integers(shares: Array, whole: int) -> Array:
    """Return integers of the given total in about the proportions of `shares`."""
    if not shares.any():
        shares = np.eye(1, shares.size)[0]
    integers = np.floor(shares / shares.sum() * whole)
    integers[np.argmax(integers)] += whole - integers.sum()
    return integers


def _moved(rng: np.random.Generator, integers: Array) -> Array:
    """Return the integers with one unit moved from the greatest to any other."""
    moved = integers.copy()
    moved[np.argmax(integers)] -= 1.0
    moved[rng.integers(moved.size)] += 1.0
    return moved


@cache
def hostile(member: Member, dtype: str, draws: int = HOSTILE_DRAWS) -> tuple[tuple[str, Case], ...]:
    """Return the regions' names and pairs, with totals of one where the floats allow it."""
    regions: dict[str, Any] = JOINT_REGIONS if member.joint else REGIONS
    shapes = ((2, 2), (3, 3)) if member.joint else (2, 3, 9)
    found = []
    for name, region in regions.items():
        rng = np.random.default_rng(1)
        for shape in shapes:
            for _ in range(draws):
                drawn = region(rng, shape)
                drawn = (drawn,) if member.joint else drawn[: member.arity]
                case = tuple(with_total_one(p, dtype) for p in drawn)
                if agreed(member, case):
                    found.append((name, case))
    return tuple(found)


def with_total_one(masses: Array, dtype: Any, bits: int | None = None) -> Array:
    """Round masses to `bits` binary places and let the greatest take up what is left.

    Masses beneath that grid stay as they are where the grid is as fine as the dtype is near one.
    """
    finest = significant_bits(dtype)
    scale = 2.0 ** (finest if bits is None else bits)
    with np.errstate(under="ignore"):
        p = np.asarray(masses).astype(dtype).astype(np.float64)
    grid = np.rint(p * scale)
    top = np.unravel_index(np.argmax(p), p.shape)
    grid[top] = 0.0
    grid[top] = scale - grid.sum()
    beneath = (grid == 0.0) & (bits is None)
    return np.where(beneath, p, grid / scale).astype(dtype)


def sums_to_one(masses: Array) -> bool:
    """Whether the floats sum to exactly one."""
    return fsum([*masses.ravel().tolist(), -1.0]) == 0.0


def agreed(member: Member, case: Case) -> bool:
    """Whether everybody must agree on the value: see the top of the module."""
    if any((p < 0).any() or not np.isfinite(p).all() for p in case):
        return False
    if all(map(sums_to_one, case)):
        return True
    exact = oracle.value(member.functional, *case)
    with mpmath.workdps(oracle.precision(*case)):
        as_they_are = member.functional.definition(mpmath.mp, *map(oracle.masses, case))
        return bool(
            as_they_are == exact or abs(as_they_are - exact) < spacing(exact, case[0].dtype) / 2
        )


def flushed(case: Case) -> Case:
    """Return a case without masses near the subnormal numbers, which some take to be zero."""
    return tuple(np.where(p < LEAST_TINIES * info(p.dtype).tiny, p.dtype.type(0), p) for p in case)
