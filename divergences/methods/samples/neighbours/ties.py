"""Observations that occur more than once: rounded, repeated, shared by two samples, or atoms.

Ties that a grid explains are undone by uniform noise within its cells, which changes no divergence
of rounded variables. Other equal observations of two samples are one observation in both. Others
within a sample are repetitions, or an atom: a value of positive probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from divergences.numerics.observations import duplicates
from divergences.numerics.observations.rounding import (
    cell_widths,
    coarse_step,
    gap_widths,
    grid_widths,
    has_ties,
    spread_over_cells,
)
from divergences.numerics.typing import Array

Ties = Literal["auto", "correct", "jitter", "raise"]

ATOM = 12  # times that a value occurs: bootstrap samples hardly ever repeat one so often
COARSE = 0.3  # of the distance of quartiles: cells wide enough to change the distribution
OFTEN = 2  # times k that each value of a variable occurs at least, if it is left discrete
FEW = 0.3, 0.01  # times the root of n, or n: so many repetitions may be left out


class Observations(NamedTuple):
    """Points of each sample, and which of the first sample are in the second too.

    `copies` has the index in the second sample, or -1; None if none is shared. `discrete`: whether
    a variable of pairs was left discrete.
    """

    points: tuple[Array, ...]
    info: dict[str, Any]
    warnings: tuple[str, ...] = ()
    copies: Array | None = None
    discrete: bool = False


def treat(samples: tuple[Array, ...], ties: Ties, rng: Any, *, density: bool) -> Observations:
    """Return the observations of samples with their ties treated.

    `density`: whether the method needs densities, which atoms do not have.
    """
    number = sum(int(np.sum(_tied_anywhere([c[:, None] for c in x.T]))) for x in samples)
    info: dict[str, Any] = {"ties": number}
    if ties == "raise":
        _refuse(number)
    if ties == "jitter":
        return Observations(add_jitter(samples, rng), info)
    if ties == "correct":
        return Observations(samples, info)
    for x in samples:
        if duplicates.is_complete_grid(x):
            raise ValueError(
                f"{len(x)} observations are the points of an even grid, each of them once: no "
                "random sample is. Pass a pmf over the grid as Weights, or draw observations."
            )
    columns = np.concatenate(samples).T
    tied = [has_ties(column) for column in columns]
    found = [grid_widths([x[:, j] for x in samples]) for j in range(len(columns))]
    loose = [j for j, (_, explained) in enumerate(found) if not explained]
    if density:
        for j in loose:
            _refuse_atom(columns[j], j)
    warnings: list[str] = []
    copies = None
    shared = 0
    if loose and all(tied):
        samples, shared, copies = _distinct(samples, warnings)
    elif all(tied) and len(samples) == 2:
        copies = duplicates.find_overlap(*samples)
        shared = 0 if copies is None else int(np.sum(copies >= 0))
    if len(samples) > 1:
        info["shared"] = shared
    if shared:
        warnings.append(
            f"{shared} observations are in more than one sample, which are not independent then: "
            "the estimate tells their distributions apart by the others."
        )
    warnings += [
        f"Coordinate {j} was rounded to a grid of step {step:g}, which is wide for its spread: "
        "the estimate is that of the rounded observations, spread evenly over the cells."
        for j, column in enumerate(columns)
        if (step := coarse_step(column, found[j][0], COARSE))
    ]
    samples = add_jitter(samples, rng, beyond_grids=False)
    if copies is not None:
        x, y = samples[0], samples[1].copy()
        y[copies[copies >= 0]] = x[copies >= 0]
        samples = x, y
    return Observations(samples, info, tuple(warnings), copies)


def treat_pairs(points: Array, split: int, k: int, ties: Ties, rng: Any) -> Observations:
    """Return pairs of variables with the ties of either treated.

    Noise within the cells of a grid, and within the gaps beside any value that occurs often, leaves
    mutual information as it is: the value without noise can be told from that with it. Where each
    value occurs so often that balls of radius zero hold the neighbours, it is not needed.
    """
    parts = points[:, :split], points[:, split:]
    number = int(np.sum(_tied_anywhere(parts)))
    info: dict[str, Any] = {"ties": number}
    if ties == "raise":
        _refuse(number)
    if ties == "correct":
        return Observations((points,), info)
    warnings: list[str] = []
    if ties == "auto" and number:
        kept = _distinct_pairs(parts)
        if len(kept) < len(points):
            warnings.append(
                f"{len(points) - len(kept)} pairs repeat others and were counted once: independent "
                "observations of continuous variables do not repeat."
            )
            points = points[kept]
        left = _discrete(points, OFTEN * k)
        if left:
            return Observations(add_jitter((points,), rng, left), info, tuple(warnings), None, True)
        if all(any(map(_is_coarse, part.T)) for part in (points[:, :split], points[:, split:])):
            warnings.append(
                "Both variables were rounded to grids that are wide for their spread. Pass them as "
                "integers: mutual information of symbols is estimated better."
            )
    return Observations(add_jitter((points,), rng), info, tuple(warnings))


def refuse_shared(seen: Observations) -> Observations:
    """Refuse more than a few observations that samples share."""
    shared = seen.info.get("shared", 0)
    if shared > _few(seen.points):
        raise ValueError(
            f"{shared} observations are in more than one sample, which this quantity takes as "
            "independent. Leave them out of one of the samples, or give each to one by chance."
        )
    return seen


def _few(samples: Sequence[Array]) -> float:
    """Return how many repetitions of observations may be left out."""
    least = min(map(len, samples))
    return max(FEW[0] * least**0.5, FEW[1] * least)


def _is_coarse(column: Array) -> bool:
    return coarse_step(column, grid_widths([column])[0], COARSE) > 0.0


def _discrete(points: Array, often: int) -> list[int]:
    """Return the coordinates whose values all occur so often, also together."""

    def least(x: Array) -> int:
        return int(np.min(np.unique(x, axis=0, return_counts=True)[1]))

    found = [j for j, x in enumerate(points.T) if least(x) >= often]
    return found if found and least(points[:, found]) >= often else []


def add_jitter(
    samples: tuple[Array, ...], rng: Any, left: Sequence[int] = (), *, beyond_grids: bool = True
) -> tuple[Array, ...]:
    """Return samples with uniform noise as wide as the cells of the grid, if there are ties.

    Where no grid explains them, as wide as the gap to the nearest value, if `beyond_grids`.
    Coordinates that are `left` stay as they are.
    """
    points = np.concatenate(samples)
    noise = np.random.default_rng(rng).random(points.shape)
    for j, column in enumerate(points.T):
        if j in left or not has_ties(column):
            continue
        widths, explained = grid_widths([x[:, j] for x in samples])
        if not explained and beyond_grids:
            widths = gap_widths(column)
        if np.any(widths > 0.0):
            points[:, j] = spread_over_cells(column, widths, noise[:, j])
    return tuple(np.split(points, np.cumsum([len(x) for x in samples])[:-1]))


def _tied_anywhere(parts: Sequence[Array]) -> Array:
    """Return which observations share their part of one kind or another with others."""
    return np.any([duplicates.has_equal(part) for part in parts], axis=0)


def _refuse(number: int) -> None:
    if number:
        raise ValueError(
            f"{number} observations occur more than once, which points of a continuous "
            "distribution do not. Pass ties='auto' or 'jitter', or integers if they are symbols."
        )


def _refuse_atom(column: Array, j: int) -> None:
    values, counts = np.unique(column, return_counts=True)
    most = np.argmax(counts)
    if counts[most] >= min(ATOM, len(column)):
        raise ValueError(
            f"{counts[most]} observations have the value {values[most] + 0.0:g} in coordinate {j}: "
            "an atom, where there is no density (the entropy is -inf). Treat observations with "
            "that value and those without it apart, or pass symbols."
        )


def _distinct(
    samples: tuple[Array, ...], warnings: list[str]
) -> tuple[tuple[Array, ...], int, Array | None]:
    """Return samples without repetitions, if they are few, and how many observations are shared.

    Of two samples also which.
    """
    labels = duplicates.label_rows(samples)
    often = np.bincount(np.concatenate(labels)) >= ATOM
    kept = []
    for which in labels:
        first = np.zeros(len(which), bool)
        first[np.unique(which, return_index=True)[1]] = True
        kept.append(first | often[which])
    extra = sum(int(np.sum(~some)) for some in kept)
    if extra > _few(samples):
        raise ValueError(
            f"{extra} observations repeat others exactly, and lie on no grid that would explain "
            "it. Samples drawn with replacement and Markov chains are not independent "
            "observations: pass distinct ones (np.unique(x, axis=0)), thin the chain, or pass "
            "another method, as KernelDensity()."
        )
    if extra:
        warnings.append(
            f"{extra} observations repeat others and were counted once: independent observations "
            "of a continuous distribution do not repeat."
        )
    samples = tuple(x[some] for x, some in zip(samples, kept, strict=True))
    labels = [which[some] for which, some in zip(labels, kept, strict=True)]
    times = sum(np.bincount(np.unique(which), minlength=len(often)) for which in labels)
    shared = (times > 1) & ~often
    number = int(np.sum(shared))
    if not number or len(samples) != 2:
        return samples, number, None
    x, y = labels
    return samples, number, np.where(shared[x], duplicates.find_matches(x, y), -1)


def _distinct_pairs(parts: tuple[Array, Array]) -> Array:
    """Return the indices of pairs without repetitions.

    Pairs repeat if all that are equal in one variable are equal in the other, and no grid explains
    it.
    """
    x, y = (duplicates.label_rows([part])[0] for part in parts)
    both, first = np.unique(np.stack([x, y], axis=1), axis=0, return_index=True)
    n, kinds = len(x), (int(x.max()) + 1, int(y.max()) + 1)
    one_to_one = len(both) == kinds[0] == kinds[1]
    if 2 * len(both) > n and (
        one_to_one
        or any(
            len(both) == number and all(cell_widths(column) is None for column in part.T)
            for number, part in zip(kinds, parts, strict=True)
        )
    ):
        return np.sort(first)
    return np.arange(n)
