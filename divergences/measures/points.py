"""Points with masses: observations, and pmfs of which it is known where their outcomes lie."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from divergences.measures import array_likes, checks
from divergences.measures.counts import Counts
from divergences.measures.discrete import MEASURES, Weights, kind_of, operands, values_of
from divergences.measures.distribution import Distribution
from divergences.measures.sample import Sample
from divergences.measures.scipy_adapter import SciPyDistribution
from divergences.numerics.floats.normalised_pair import masses
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    SCALE,
    is_floating,
    is_staged,
    namespace,
    result_dtype,
    working_dtype,
)
from divergences.numerics.typing import Array

LOOSEST = float(np.finfo(np.float32).eps) ** 0.5  # how far from 1 any total of a pmf may be


class Atoms(NamedTuple):
    """Points on the line along the last axis, with masses of any total; None if they are equal.

    The batch axes of points and masses broadcast.
    """

    points: Array
    masses: Array | None = None

    def given(self, xp: Any) -> Array:
        """Return the masses, ones if they are equal."""
        return xp.ones_like(self.points) if self.masses is None else self.masses


class PointCloud(NamedTuple):
    """Points of shape (n, d), with masses that sum to one; None if they are equal."""

    name: str
    points: Array
    masses: Array | None = None

    @property
    def line(self) -> Atoms:
        """The first coordinates, as points on the line."""
        return Atoms(self.points[:, 0], self.masses)

    def take(self, index: Array) -> PointCloud:
        """Return the points at `index`, with their masses."""
        masses = None if self.masses is None else self.masses[index]
        return PointCloud(self.name, self.points[index], masses)


def point_clouds(p: Any, q: Any) -> tuple[PointCloud, PointCloud, Any, Any]:
    """Bring observations, arrays of shape (n,) or (n, d) or two `Sample`, into canonical form.

    Returns the points of either, their namespace, and the dtype of the result.
    """
    for name, x in (("p", p), ("q", q)):
        _refuse_measures(name, x, MEASURES)
    raw = [x.points if isinstance(x, Sample) else x for x in (p, q)]
    xp = namespace(*raw)
    arrays = [_real(name, x, xp) for name, x in zip("pq", raw, strict=True)]
    for name, x in zip("pq", arrays, strict=True):
        if x.ndim > 2 or x.shape[0] == 0:
            raise ValueError(
                f"{name} has shape {tuple(x.shape)}; pass (n,) observations, or (n, d) for n "
                "points in d dimensions, at least one of them."
            )
    columns = {name: (_columns(name, x),) for name, x in (("p", p), ("q", q))}
    named = dict(zip("pq", arrays, strict=True))
    arrays = list(array_likes.reordered(named, columns, [-1], xp).values())
    dtype = result_dtype(xp, *arrays)
    working = working_dtype(xp, dtype)
    arrays = [xp.astype(x if x.ndim == 2 else x[:, None], working) for x in arrays]
    if arrays[0].shape[1] != arrays[1].shape[1]:
        raise ValueError(
            f"p has points in {arrays[0].shape[1]} dimensions and q in {arrays[1].shape[1]}; "
            "distributions of different dimensions cannot be compared."
        )
    if arrays[0].shape[1] == 1 and not (isinstance(p, Sample) or isinstance(q, Sample)):
        _refuse_pmfs(arrays[0][:, 0], arrays[1][:, 0], xp)
    weights = [x.weights if isinstance(x, Sample) else None for x in (p, q)]
    masses = [None if w is None else xp.asarray(w / w.sum(), dtype=working) for w in weights]
    sides = [PointCloud(*side) for side in zip("pq", arrays, masses, strict=True)]
    return sides[0], sides[1], xp, dtype


def _columns(name: str, x: Any) -> Any:
    """Return the labels of coordinates, None if they have none."""
    if isinstance(x, Sample):
        return x.columns
    labels = array_likes.labels(name, x)
    return labels[1] if labels is not None and len(labels) == 2 else None


def on_line(
    p: Any, q: Any, positions: Any, axis: Any
) -> tuple[Atoms, Atoms, Any, Any, tuple[int, ...]]:
    """Bring two distributions on the line into canonical form.

    Without `positions` they are arrays of observations; with, pmfs of outcomes at these positions:
    one array for both, or a tuple of two.

    Returns the atoms of either, their namespace, the dtype of the result, and the batch shape that
    ``keepdims`` would give.
    """
    if isinstance(axis, bool) or not isinstance(axis, int | np.integer):
        raise TypeError(f"axis is {axis!r}; pass an int, the axis of the observations or outcomes.")
    axis = int(axis)
    if positions is None:
        return _observed(p, q, axis)
    shared = not _is_pair(positions)
    places = (positions, positions) if shared else positions
    for name, x in (("p", p), ("q", q)):
        _refuse_measures(name, x, (Sample,))
    p, q, places = _in_one_order(p, q, places, shared, axis)
    values = [values_of(x) for x in (p, q)]
    xp = namespace(*values, *places)
    ndim = max(np.ndim(x) for x in (*values, *places))
    arrays = [_real(f"positions of {n}", x, xp) for n, x in zip("pq", places, strict=True)]
    dtype = result_dtype(xp, *arrays, *(xp.asarray(x) for x in values))
    working = working_dtype(xp, dtype)
    points, atoms = None, []
    for name, measure, place in zip("pq", (p, q), arrays, strict=True):
        back = axis if axis < 0 else axis - ndim  # batches broadcast from the right
        (side,), own, _, _ = operands({name: measure}, back)
        side.check_values(own)
        mass = xp.astype(xp.asarray(masses(side.values, side.is_log, own)), working, copy=False)
        if backend(own).native and isinstance(measure, Weights):
            mass = mass * 2.0**-SCALE  # products of totals must not overflow
        place = place if place.ndim == 1 else xp.moveaxis(place, _axis(back, place), -1)
        if place.shape[-1] != mass.shape[-1]:
            raise ValueError(
                f"{name} has {mass.shape[-1]} outcomes and {place.shape[-1]} positions; give each "
                "outcome its position (two tuples of positions if p and q have different ones)."
            )
        if not (atoms and shared):  # else both have the very same array
            points = xp.astype(place, working, copy=False)
        atoms.append(Atoms(points, mass))
    return atoms[0], atoms[1], xp, dtype, _kept(atoms, axis)


def _in_one_order(
    p: Any, q: Any, places: tuple[Any, Any], shared: bool, axis: int
) -> tuple[Any, Any, tuple[Any, Any]]:
    """Return pmfs and positions without labels, in the order of the first that has some."""
    values = [values_of(x) for x in (p, q)]
    names = ("p", "q", "positions of p", "positions of q")
    named = dict(zip(names, (*values, *places), strict=True))
    if all(map(array_likes.is_bare, named.values())):
        return p, q, places
    for name, x in named.items():
        array_likes.unmasked(name, x)
    carried = {name: array_likes.parts(name, x) for name, x in named.items()}
    xp = namespace(*(part.values for part in carried.values()))
    arrays = {name: checks.numeric(name, part.values, xp) for name, part in carried.items()}
    labels = {name: part.labels for name, part in carried.items() if part.labels is not None}
    if labels and axis not in (-1, max(x.ndim for x in arrays.values()) - 1):
        raise ValueError(
            f"axis is {axis}; outcomes with labels lie along the last axis. Pass bare arrays "
            "(x.to_numpy()) to compare by position."
        )
    rows = {name: (*own[:-1], None) for name, own in labels.items()}
    arrays = array_likes.reordered(arrays, rows, [], xp)
    for side in [names] if shared else [names[::2], names[1::2]]:
        ends = {name: labels[name][-1:] for name in side if name in labels}
        arrays = array_likes.reordered(arrays, ends, [-1], xp)
    p, q = (
        kind_of(x)(arrays[name]) if isinstance(x, MEASURES) else arrays[name]
        for name, x in (("p", p), ("q", q))
    )
    return p, q, (arrays[names[2]], arrays[names[3]])


def _observed(p: Any, q: Any, axis: int) -> tuple[Atoms, Atoms, Any, Any, tuple[int, ...]]:
    if (
        type(p) is type(q) is np.ndarray
        and p.dtype == q.dtype == np.float64
        and p.ndim == q.ndim == 1
        and p.size
        and q.size
        and axis == -1
    ):  # what most calls pass
        _refuse_pmfs(p, q, np)
        return Atoms(p), Atoms(q), np, p.dtype, (1,)
    for name, x in (("p", p), ("q", q)):
        _refuse_measures(name, x, MEASURES)
    xp = namespace(p, q)
    arrays = [_real(name, x, xp) for name, x in (("p", p), ("q", q))]
    dtype = result_dtype(xp, *arrays)
    back = axis if axis < 0 else axis - max(x.ndim for x in arrays)
    arrays = _batches_in_one_order(p, q, arrays, back, xp)
    arrays = [xp.moveaxis(x, _axis(back, x), -1) for x in arrays]
    for name, x in zip("pq", arrays, strict=True):
        if x.shape[-1] == 0:
            raise ValueError(f"{name} has no observations along axis {axis}; it needs one.")
    _refuse_pmfs(arrays[0], arrays[1], xp)
    working = working_dtype(xp, dtype)
    atoms = [Atoms(x) if x.dtype == working else Atoms(xp.astype(x, working)) for x in arrays]
    return atoms[0], atoms[1], xp, dtype, _kept(atoms, axis)


def _batches_in_one_order(p: Any, q: Any, arrays: list[Array], axis: int, xp: Any) -> list[Array]:
    """Return observations with labelled batches in the order of the first that has labels."""
    rows = {}
    for name, x in (("p", p), ("q", q)):
        labels = array_likes.labels(name, x) or ()
        rows[name] = tuple(own if i - len(labels) != axis else None for i, own in enumerate(labels))
    return list(array_likes.reordered(dict(zip("pq", arrays, strict=True)), rows, [], xp).values())


def _refuse_measures(name: str, x: Any, kinds: tuple[type, ...]) -> None:
    """Refuse what says something else than where which mass is."""
    if isinstance(x, Counts):
        raise TypeError(
            f"{name} is Counts, which do not say where they were counted; pass Weights(counts) and "
            "positions=, or the observations."
        )
    if isinstance(x, Distribution | SciPyDistribution):
        raise TypeError(
            f"{name} is {x!r}; of distributions known by a formula there is only "
            "wasserstein_distance. Draw observations and pass Sample(x)."
        )
    if isinstance(x, kinds):
        raise ValueError(
            f"{name} is {type(x).__name__}, which says how much mass there is but not where; pass "
            "positions= where they can be given, else observations."
        )


def _is_pair(positions: Any) -> bool:
    """Whether `positions` are two arrays, and not a tuple of numbers."""
    return isinstance(positions, tuple) and len(positions) == 2 and np.ndim(positions[0]) > 0


def _real(name: str, x: Any, xp: Any) -> Array:
    """Return `x` as an array of real numbers with an axis."""
    checks.unitless(name, x)
    x = checks.numeric(name, x, xp)
    return x if is_floating(xp, x.dtype) else xp.astype(x, xp.asarray(0.0).dtype)


def _axis(axis: int, x: Array) -> int:
    if not -x.ndim <= axis < 0:
        raise ValueError(f"axis {axis} is out of range for an array of {x.ndim} dimension(s).")
    return axis


def _kept(atoms: list[Atoms], axis: int) -> tuple[int, ...]:
    """Return the batch shape with length one at `axis`."""
    shapes = [x.shape[:-1] for side in atoms for x in side if x is not None]
    try:
        batch = list(np.broadcast_shapes(*shapes))
    except ValueError:
        raise ValueError(
            f"the batches of p and q have shapes {shapes[0]} and {shapes[-1]}, which do not "
            "broadcast. Observations lie along one axis, the others are batches; for points in "
            "several dimensions pass Sample(x) to sliced_wasserstein_distance, "
            "sinkhorn_divergence, energy_distance or maximum_mean_discrepancy."
        ) from None
    batch.insert(axis + len(batch) + 1 if axis < 0 else axis, 1)
    return tuple(batch)


def _refuse_pmfs(p: Array, q: Array, xp: Any) -> None:
    """Refuse arrays that could also be probabilities, which elsewhere plain arrays are."""
    if p.shape[-1] != q.shape[-1] or p.shape[-1] == 1 or is_staged(p) or is_staged(q):
        return
    for x in (p, q):
        if 0 in x.shape:
            return
        # Nearly always the first distribution tells.
        if not _sums_to_one(x[(0,) * (x.ndim - 1) + (...,)], xp):
            return
        if x.ndim > 1 and not _sums_to_one(x, xp):
            return
    raise ValueError(
        "p and q are non-negative and sum to 1, so they may be probabilities or observations. Pass "
        "positions= for the distance between pmfs, Sample(p) and Sample(q) for observations."
    )


def _sums_to_one(x: Array, xp: Any) -> bool:
    total = xp.sum(x, axis=-1)
    if backend(xp).native and x.ndim == 1 and abs(total - 1.0) > LOOSEST:
        return False  # without looking closer
    return bool(xp.all(xp.abs(total - 1.0) <= checks.tolerance(x, xp))) and bool(xp.all(x >= 0))
