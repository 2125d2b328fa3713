"""Axes: arrays broadcast against each other, and outcomes come last."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

from divergences.measures import array_likes
from divergences.numerics.typing import Array


def align(
    arrays: dict[str, Array],
    where: Array | None,
    axis: Any,
    xp: Any,
    carried: dict[str, array_likes.Parts] | None = None,
) -> tuple[dict[str, Array], tuple[int, ...]]:
    """Broadcast `arrays` against each other and move the outcomes to one last axis.

    What some of them have `carried` is honoured: labels of axes are brought into one order, and
    what is masked in one array is left out of all, as ``where`` does.
    """
    named = arrays if where is None else arrays | {"where": where}
    ndim = max(x.ndim for x in named.values())
    axes = normalised_axes(axis, ndim)
    labels = {k: part.labels for k, part in (carried or {}).items() if part.labels is not None}
    if labels:
        named = array_likes.reordered(named, labels, [i - ndim for i in axes], xp)
    lifted = {k: _lift(x, ndim) for k, x in named.items()}
    shapes = {k: tuple(x.shape) for k, x in named.items()}
    for i in axes:
        _check_outcomes({k: x.shape[i] for k, x in lifted.items()}, i, shapes)
    try:
        shape = np.broadcast_shapes(*(x.shape for x in lifted.values()))
    except ValueError:
        raise ValueError(f"shapes do not broadcast: {_listed(shapes)}.") from None
    if prod([shape[i] for i in axes]) == 0:
        raise ValueError(
            f"{_names(arrays)} no outcomes along axis {axis}; a distribution needs one."
        )
    for part in (carried or {}).values():
        if part.mask is not None:
            kept = _lift(xp.asarray(~part.mask), ndim)
            lifted["where"] = lifted["where"] & kept if "where" in lifted else kept
    batch = tuple(i for i in range(ndim) if i not in axes)
    order = batch + axes
    kept = tuple(1 if i in axes else shape[i] for i in range(ndim))
    lined = {}
    for k, x in lifted.items():
        x = xp.permute_dims(x, order)
        full = tuple(shape[i] for i in axes)
        if x.shape[len(batch) :] != full:  # only `where` can be short here
            x = xp.broadcast_to(x, x.shape[: len(batch)] + full)
        lined[k] = xp.reshape(x, (*x.shape[: len(batch)], prod(full)))
    return lined, kept


def _check_outcomes(sizes: dict[str, int], axis: int, shapes: dict[str, Any]) -> None:
    """Refuse different numbers of outcomes along an axis; ``where`` may have one, for all."""
    where = sizes.pop("where", 1)
    if len(set(sizes.values())) > 1:
        extended = ""
        if len({len(shapes[k]) for k in sizes}) > 1:
            extended = f" of shapes {_listed(shapes)}, which are extended on the left"
        raise ValueError(
            f"{_listed(sizes)} have different numbers of outcomes along axis {axis}{extended}. "
            "Distributions are compared outcome by outcome: give them equal lengths, or, if these "
            "are observations, pass a Sample of each."
        )
    if where not in (1, *sizes.values()):
        raise ValueError(f"shapes do not broadcast: {_listed(shapes)}; outcomes are not repeated.")


def normalised_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return `axis` (an int, a tuple of them, or None for all) as non-negative ints."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    for a in axes:
        if isinstance(a, bool) or not isinstance(a, int | np.integer):
            raise TypeError(
                f"axis is {axis!r}; pass an int, a tuple of ints, or None for all axes."
            )
        if not -ndim <= a < ndim:
            joint = " Two variables have a table of masses, or Sample.joint(x, y)."
            raise ValueError(
                f"axis {a} is out of range for arrays of {ndim} dimension(s)."
                + (joint if len(axes) == 2 and ndim < 2 else "")
            )
    normal = tuple(int(a) % ndim for a in axes)
    if len(set(normal)) < len(normal):
        raise ValueError(f"axis {axis!r} names an axis twice.")
    return normal


def joint_shape(values: Any, axis: Any, ndim: int) -> tuple[int, int]:
    """Return the numbers of outcomes of the two variables of a joint distribution.

    Others, such as ``where``, may extend it to `ndim` dimensions, whose axes are meant.
    """
    if not (isinstance(axis, tuple) and len(axis) == 2):
        raise ValueError(f"axis is {axis!r}; a joint distribution of two variables has two axes.")
    shape = np.shape(array_likes.parts("p", values).values)
    shape = (1,) * (ndim - len(shape)) + shape
    first, second = normalised_axes(axis, len(shape))
    return shape[first], shape[second]


def _lift(x: Array, ndim: int) -> Array:
    return x[(None,) * (ndim - x.ndim) + (...,)]


def _names(arrays: Iterable[str]) -> str:
    """Return names with their verb: "p has", "p and q have"."""
    names = list(arrays)
    return " and ".join(names) + (" has" if len(names) == 1 else " have")


def _listed(values: dict[str, Any]) -> str:
    return " and ".join(f"{k} ({v})" for k, v in values.items())
