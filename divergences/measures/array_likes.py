"""What array-likes say beside their numbers: labels of their entries, masks, missing values.

Labels are the index of a pandas object, the coordinates of an xarray one, the names of columns, or
the keys of a dict. Libraries are recognised by what their objects can do, and never imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from divergences.measures.libraries import served
from divergences.numerics.typing import Array

Labels = tuple[Any, ...]  # for each axis its labels, or None


class Parts(NamedTuple):
    """Bare values, with the labels of their axes and where they are masked: None if not at all."""

    values: Any
    labels: Labels | None = None
    mask: Array | None = None


def is_bare(x: Any) -> bool:
    """Whether `x` says nothing beside its numbers."""
    if not _may_say_more(type(x)):
        return True
    if isinstance(x, list | tuple):
        return not any(map(_may_say_more, set(map(type, x)))) or all(map(is_bare, x))
    return not isinstance(x, Mapping) and _mask(x) is None and _labels(x) is None


@cache
def _may_say_more(kind: type) -> bool:
    """Whether objects of a class may have labels or masks, or contain what has."""
    if issubclass(kind, np.ndarray):
        return kind is not np.ndarray
    return issubclass(kind, list | tuple | Mapping) or any(
        hasattr(kind, name) for name in ("iloc", "indexes", "columns")
    )


def parts(name: str, x: Any) -> Parts:
    """Return what an array-like, or a list of them, says."""
    if is_bare(x):
        return Parts(x)
    if isinstance(x, list | tuple):
        return _stacked(name, [parts(name, entry) for entry in x])
    if isinstance(x, Mapping):
        if any(np.ndim(value) for value in x.values()):
            raise TypeError(f"{name} is a mapping to arrays; pass one number for each outcome.")
        return Parts(list(x.values()), (list(x),))
    mask = _mask(x)
    return Parts(x if mask is None else np.asarray(x), _labels(x), mask)


def bare(named: dict[str, Any], where: Any) -> tuple[dict[str, Any], Any, dict[str, Parts] | None]:
    """Return the bare values of arguments and of ``where``, and what some say beside (or None)."""
    if all(map(is_bare, named.values())) and is_bare(where):
        return named, where, None
    unmasked("where", where)
    carried = {name: parts(name, x) for name, x in (named | {"where": where}).items()}
    values = {name: part.values for name, part in carried.items()}
    return values, values.pop("where"), carried


def labels(name: str, x: Any) -> Labels | None:
    """Return the labels of the axes of an array-like, if it has any."""
    return parts(name, x).labels


def _stacked(name: str, rows: list[Parts]) -> Parts:
    """Return a list of array-likes as one, if they agree in their labels."""
    if any(row.mask is not None for row in rows):
        raise TypeError(f"{name} is a list of masked arrays; stack them with numpy.ma.stack.")
    labelled = [row.labels for row in rows if row.labels is not None]
    if not labelled:
        return Parts([row.values for row in rows])
    for other in labelled[1:]:
        same = len(other) == len(labelled[0])
        if not (same and all(map(_agree, other, labelled[0]))):
            raise ValueError(
                f"{name} is a list of vectors whose labels differ; give them one order, for "
                f"example by pandas.DataFrame({name}), or pass bare arrays."
            )
    return Parts([row.values for row in rows], (None, *labelled[0]))


def is_nullable(x: Any) -> bool:
    """Whether `x` is of pandas and holds numbers, some of which may be missing."""
    return hasattr(x, "iloc") and all(dtype.kind in "biuf" for dtype in np.ravel(x.dtypes))


def _mask(x: Any) -> Array | None:
    """Return which entries of a masked array are masked, or None if none is."""
    if not isinstance(x, np.ndarray):
        return None
    mask = getattr(x, "mask", None)
    return None if mask is None or not np.any(mask) else np.broadcast_to(mask, x.shape)


def _labels(x: Any) -> Labels | None:
    """Return the labels of each axis of a Series, a DataFrame or a DataArray."""
    if hasattr(x, "iloc"):
        return (x.index, x.columns) if x.ndim == 2 else (x.index,)
    if hasattr(x, "indexes") and hasattr(x, "dims"):
        return tuple(x.indexes.get(dim) for dim in x.dims)
    if hasattr(x, "columns") and np.ndim(x) == 2:  # polars, which labels no rows
        return None, x.columns
    return None


def reordered(
    arrays: dict[str, Array], labelled: dict[str, Labels], outcomes: Iterable[int], xp: Any
) -> dict[str, Array]:
    """Bring each axis of `arrays` into the order of the first that has labels for it.

    Axes count from the right. Those of `outcomes` have equal labels in some order; so have batches
    of more than one, which would be paired by position otherwise.

    Raises
    ------
    ValueError
        If the labels are not the same, or repeat in different orders.
    """
    arrays, outcomes = dict(arrays), set(outcomes)
    for axis in range(-max(map(len, labelled.values()), default=0), 0):
        first: tuple[str, Any] | None = None
        for name, own in labelled.items():
            if len(own) < -axis or own[axis] is None:
                continue
            if axis not in outcomes and arrays[name].shape[axis] == 1:
                continue
            if first is None:
                first = name, own[axis]
                continue
            spots = order(first, (name, own[axis]), axis)
            if spots is not None:
                arrays[name] = xp.take(arrays[name], xp.asarray(spots), axis=axis)
    return arrays


def _agree(first: Any, other: Any) -> bool:
    """Whether two axes have the same labels in the same order."""
    if first is None or other is None:
        return first is other
    return bool(hasattr(first, "equals") and first.equals(other)) or _keys(first) == _keys(other)


def order(first: tuple[str, Any], other: tuple[str, Any], axis: int) -> list[int] | None:
    """Return where in `other` each label of `first` stands; None if they agree as they are.

    Both are a name, for messages, and the labels of an axis.
    """
    if _agree(first[1], other[1]):
        return None
    wanted, given = _keys(first[1]), _keys(other[1])
    spots = {key: i for i, key in enumerate(given)}
    if len(spots) == len(given) == len(wanted) and spots.keys() == set(wanted):
        return [spots[key] for key in wanted]
    names = f"{first[0]} and {other[0]}"
    bare = "Pass bare arrays (x.to_numpy()) to compare by position."
    if set(wanted) == spots.keys():
        raise ValueError(
            f"labels of {names} repeat along axis {axis}, in different orders, so they cannot be "
            f"aligned. {bare}"
        )
    lone = next((key for key in wanted if key not in spots), None)
    owner = other[0] if lone is None else first[0]
    lone = next(key for key in given if key not in set(wanted)) if lone is None else lone
    raise ValueError(
        f"{names} have different labels along axis {axis}: only {owner} has {lone!r}. Entries are "
        "compared label by label; give both the same labels, for masses and counts of pandas by "
        f"x.reindex({first[0]}.index.union({other[0]}.index), fill_value=0). Observations are "
        f"passed as Sample(x). {bare}"
    )


def _keys(labels: Iterable[Any]) -> list[Any]:
    """Return labels as keys of a dict; missing ones are None, since NaN does not equal itself."""
    return [None if is_missing(label) else label for label in labels]


def is_missing(x: Any) -> bool:
    """Whether `x` is None, NaN, NaT or pandas' NA."""
    if x is None or type(x).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(x, float | np.floating | np.datetime64 | np.timedelta64) and bool(x != x)


def unmasked(name: str, x: Any, recorded: bool = False) -> None:
    """Refuse a masked array, where no entry may be left out, and libraries that are not served."""
    served(name, x, recorded)
    if _mask(x) is not None:
        raise ValueError(
            f"{name} is a masked array; pass what is not masked, x.compressed(), or values for the "
            "masked entries, x.filled(value)."
        )


def unlabelled(name: str, x: Any) -> None:
    """Refuse labels, where arrays broadcast by position."""
    if any(own is not None for own in labels(name, x) or ()):
        raise ValueError(
            f"{name} has labels, by which it cannot be aligned; pass x.to_numpy() to broadcast it "
            "by position."
        )
