"""Rounded numbers: the grid that they lie on, and noise that undoes the rounding.

A grid explains ties if neighbouring cells are about as full as single ones: equal pairs are then
no more than pairs a few cells apart. Atoms and repeated observations are not explained by a grid.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from divergences.numerics.typing import Array

NEAR = 2.0**-40  # of the spread: gaps below it are the rounding of earlier arithmetic
CELLS = 8  # cells apart that still count as neighbours
FULL = 10  # cells for each observation, up to which every tie is one of the grid
OFTEN = 4  # times that the values of a discrete law occur on average, if they are few
SMOOTH = 0.7  # median of |log| of the ratio of adjacent gaps: random gaps have log 3, steps log 2
BITS = (8, 11, 24, 53)  # of the significands of bfloat16, float16, float32 and float64
ENOUGH = 12  # different values, which a finer grid would not put on a coarser one by chance
DIGITS = range(1, 7)  # of decimal numbers with so many significant digits


def has_ties(x: Array) -> bool:
    """Whether two numbers are equal, or differ by no more than earlier rounding."""
    gaps = np.diff(np.sort(x))
    return bool(len(gaps) and gaps.min() <= NEAR * _spread(x))


def cell_widths(x: Array) -> Array | None:
    """Return the width of the cell of each number on a grid that explains the ties, or None.

    The grid is even (decimals, ticks, integers, also shifted and scaled), or that of floating-point
    numbers with few significant digits, binary or decimal, or has any steps if the law is discrete.
    """
    values = np.sort(x)
    gaps = np.diff(values)
    apart = gaps > NEAR * _spread(x)
    if apart.all() or not apart.any():
        return None
    step = _even_step(values, float(gaps[apart].min()))
    bits = next(b for b in BITS if _has_bits(x, b))
    widths = np.maximum(np.ldexp(1.0, np.frexp(x)[1] - bits), step)
    if values[-1] - values[0] <= FULL * len(x) * step or _explains(x, widths):
        return widths
    for digits in DIGITS:
        widths = _decimal_cells(x, digits)
        whole = x / widths
        if np.all(np.abs(whole - np.round(whole)) < 1e-6) and _explains(x, widths):
            return widths
    return gap_widths(x) if _is_discrete(apart, gaps) else None


def grid_widths(samples: Sequence[Array]) -> tuple[Array, bool]:
    """Return the width of the cell of each number of all samples, and whether grids explain ties.

    Each sample may have a grid of its own, or none, where the width is 0.
    """
    pooled = np.concatenate(samples)
    if not has_ties(pooled):
        return np.zeros(len(pooled)), True
    together = cell_widths(pooled)
    widths, explained = [], False
    for x, part in zip(samples, _split(together, samples), strict=True):
        own = cell_widths(x) if len(np.unique(x)) >= ENOUGH else None
        explained |= own is not None
        widths.append(part if own is None else own)
    unexplained = any(
        np.all(w == 0.0) and has_ties(x) for w, x in zip(widths, samples, strict=True)
    )
    return np.concatenate(widths), together is not None or (explained and not unexplained)


def _split(widths: Array | None, samples: Sequence[Array]) -> list[Array]:
    if widths is None:
        return [np.zeros(len(x)) for x in samples]
    return np.split(widths, np.cumsum([len(x) for x in samples])[:-1])


def coarse_step(x: Array, widths: Array, share: float) -> float:
    """Return the widest cell that is common if it is more than a share of the spread, else 0."""
    step = float(np.quantile(widths, 0.75))
    return step if step > share * _spread(x) else 0.0


def gap_widths(x: Array) -> Array:
    """Return the distance of each number to the nearest one that differs; 0 if all are equal."""
    order = np.argsort(x)
    gaps = np.diff(x[order])
    gaps = np.where(gaps > NEAR * _spread(x), gaps, 0.0)
    which = np.insert(np.cumsum(gaps > 0.0), 0, 0)  # the rank of the value of each
    edges = np.concatenate([[np.inf], gaps[gaps > 0.0], [np.inf]])
    widths = np.empty(len(x))
    widths[order] = np.minimum(edges[which], edges[which + 1])
    return np.where(np.isinf(widths), 0.0, widths)


def spread_over_cells(x: Array, widths: Array, noise: Array) -> Array:
    """Return x less a constant, with noise in [0, 1) as wide as the cells.

    The constant makes room for digits that show the noise: where all numbers are within a factor
    of two of each other, the difference from one of them is exact. Entropies and divergences are
    the same after a shift.
    """
    return x - _shift(x) + (noise - 0.5) * widths


def _shift(x: Array) -> float:
    size = np.abs(x)
    return float(x[0]) if np.max(size) <= 2.0 * np.min(size) and np.ptp(np.sign(x)) == 0 else 0.0


def _spread(x: Array) -> float:
    """Return the distance of the quartiles, or the range where they are equal."""
    low, high = np.quantile(x, [0.25, 0.75])
    return float(high - low) or float(np.ptp(x))


def _is_discrete(apart: Array, gaps: Array) -> bool:
    """Whether most values occur several times, and their gaps are not those of random points."""
    alone = np.append(apart, True) & np.insert(apart, 0, True)
    number = np.sum(apart) + 1
    if np.sum(alone) > 0.5 * number:
        return False
    if len(alone) >= OFTEN * number and number <= FULL:
        return True
    changes = np.abs(np.diff(np.log(gaps[apart])))
    return bool(number > FULL and np.median(changes) <= SMOOTH)


def _even_step(values: Array, step: float) -> float:
    """Return the step of the even grid that all values lie on, or 0."""
    span = values[-1] - values[0]
    step = span / np.round(span / step)
    multiples = (values - values[0]) / step
    error = 8.0 * np.spacing(np.max(np.abs(values))) / step
    slack = 1e-3 + error if error < 0.1 else 0.0  # a grid as fine as that of the floats is exact
    return float(step) if np.all(np.abs(multiples - np.round(multiples)) <= slack) else 0.0


def _explains(x: Array, widths: Array) -> bool:
    """Whether equal pairs are no more than pairs at most eight cells apart."""
    order = np.argsort(x)
    values, widths = x[order], widths[order]
    end = np.searchsorted(values, values + 0.5 * widths, side="right")
    near = np.searchsorted(values, values + (CELLS + 0.5) * widths, side="right")
    equal = np.sum(end - np.arange(len(x)) - 1)
    return bool(0 < equal <= np.sum(near - end))


def _has_bits(x: Array, bits: int) -> bool:
    scaled = np.ldexp(np.frexp(x)[0], bits)
    return bool(np.all(scaled == np.round(scaled)))


def _decimal_cells(x: Array, digits: int) -> Array:
    size = np.abs(x)
    size = np.where(size > 0.0, size, np.min(size[size > 0.0]))
    return 10.0 ** (np.floor(np.log10(size) + 1e-12) - digits + 1)
