"""Columns of lazy tables: counts are made by the engine, and rows stay there.

A column of categories is one group-by. A column of numbers is two passes: least and greatest value,
then a group-by of cells of equal width between them. Cells that hold too much are divided again, so
bins of about equal counts are unions of cells. Cells depend on both tables together only.

How a column is counted is a generator: it yields frames, and is sent the few rows of each. So an
engine that computes several frames together is asked as often as the column that takes most passes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from math import isfinite, isinf
from typing import Any, NamedTuple, TypeVar

import numpy as np

from divergences.tables.columns import Column, as_values, kind_of, narwhals

CELLS = 1 << 14
SMALL = 2.0**-600
HEAVY = 4  # a cell of more than a quarter of a bin is divided, if it has two values

T = TypeVar("T")
Rows = dict[str, list[Any]]  # of a frame, by column
Passes = Generator[list[Any], list[Rows], T]


class LazyColumn(NamedTuple):
    """A column of a lazy table, by Narwhals, under the name "x"."""

    frame: Any
    dtype: Any

    @property
    def kind(self) -> str:
        """What kind of values it holds, as `Column.kind`."""
        return kind_of(self.dtype)

    @property
    def values(self) -> Any:
        """The frame of the values that are there: floats, booleans or strings."""
        x = narwhals("column").col("x")
        missing = x.is_null()
        if self.kind == "number" and self.dtype.is_float():
            missing = missing | x.is_nan()
        return self.frame.filter(~missing).select(as_values(x, self.dtype))


def lazy_columns(reference: Any, current: Any) -> tuple[dict[str, LazyColumn], ...] | None:
    """Return the columns of two lazy tables by name, or None if neither is lazy.

    Raises
    ------
    TypeError
        If one of them is not.
    ValueError
        If a table has no columns.
    """
    frames = {"reference": _lazy(reference), "current": _lazy(current)}
    eager = [name for name, frame in frames.items() if frame is None]
    if len(eager) == 2:
        return None
    if eager:
        raise TypeError(
            f"{eager[0]} is not lazy, and the other table is; pass both as they are kept by the "
            "engine (lazy() of a polars DataFrame, dask.dataframe.from_pandas), or collect both."
        )
    return tuple(_columns(name, frame) for name, frame in frames.items())


def counted_pairs(
    tables: Sequence[dict[str, LazyColumn]],
    names: Iterable[str],
    bins: int,
    as_categories: set[str],
) -> tuple[dict[str, list[Column]], list[int]]:
    """Return columns of both tables as counts, by name, and how many rows each table has.

    Numbers are in bins of both tables together, but for those that count `as_categories`.

    Raises
    ------
    ValueError
        If a table has no rows.
    """
    sides = {name: [table[name] for table in tables] for name in names}
    # Of what is not compared, the kinds are reported and nothing is read.
    read = {k: both for k, both in sides.items() if both[0].kind == both[1].kind != "other"}
    counting = [_counted(both, bins, k in as_categories) for k, both in read.items()]
    lengths, *found = _all_at_once([_lengths(tables), *counting])
    for name, rows in zip(("reference", "current"), lengths, strict=True):
        if not rows:
            raise ValueError(f"{name} has no rows; there is nothing to compare.")
    pairs = {
        k: [Column(x.kind, 0, counts={"": 1}, dtype=str(x.dtype)) for x in both]
        for k, both in sides.items()
    }
    for k, (kind, counted) in zip(read, found, strict=True):
        pairs[k] = [
            Column(
                kind if any(counts.values()) else "empty",
                rows - sum(counts.values()),
                counts=counts,
                dtype=str(side.dtype),
            )
            for side, counts, rows in zip(read[k], counted, lengths, strict=True)
        ]
    return pairs, lengths


def _lengths(tables: Sequence[dict[str, LazyColumn]]) -> Passes[list[int]]:
    nw = narwhals("table")
    found = yield [next(iter(table.values())).frame.select(nw.len().alias("n")) for table in tables]
    return [int(rows["n"][0]) for rows in found]


def _counted(
    sides: Sequence[LazyColumn], bins: int, as_categories: bool
) -> Passes[tuple[str, list[dict[Any, int]]]]:
    """Return the kind of a column, the same in both tables, and the counts of each."""
    kind = sides[0].kind
    if kind == "boolean":
        return kind, (yield from _categories(sides))
    if kind == "category" or (as_categories and kind == "number"):
        return "category", (yield from _categories(sides))
    return kind, (yield from _binned(sides, bins))


def _lazy(table: Any) -> Any:
    """Return a lazy table as Narwhals has it, or None."""
    if isinstance(table, Mapping | np.ndarray | list | tuple | str):
        return None
    try:
        nw = narwhals("table")
    except ImportError:
        return None  # what reads eager tables says what is missing
    frame = nw.from_native(table, pass_through=True)
    return frame if isinstance(frame, nw.LazyFrame) else None


def _columns(name: str, frame: Any) -> dict[str, LazyColumn]:
    nw = narwhals("table")
    schema = frame.collect_schema()
    if not schema:
        raise ValueError(f"{name} has no columns; there is nothing to compare.")
    return {
        str(key): LazyColumn(frame.select(nw.col(key).alias("x")), dtype)
        for key, dtype in schema.items()
    }


def _all_at_once(counting: list[Passes[Any]]) -> list[Any]:
    """Return what the generators return, answering at once what all of them ask next."""
    returned = [None] * len(counting)
    answers: dict[int, Any] = dict.fromkeys(range(len(counting)))
    while answers:
        asked = {}
        for i, rows in answers.items():
            try:
                asked[i] = counting[i].send(rows)
            except StopIteration as end:
                returned[i] = end.value
        rows = iter(_collected([frame for frames in asked.values() for frame in frames]))
        answers = {i: list(islice(rows, len(frames))) for i, frames in asked.items()}
    return returned


def _collected(frames: list[Any]) -> list[Rows]:
    """Return the few rows of each frame; those of polars are computed together.

    Dask would hold what several frames read: of 1e8 rows six gigabytes.
    """
    if frames and frames[0].implementation.is_polars():
        pl = import_module("polars")
        found = pl.collect_all([frame.to_native() for frame in frames], engine="streaming")
        tables = [narwhals("table").from_native(table) for table in found]
    else:
        tables = [frame.collect() for frame in frames]
    return [{name: table[name].to_list() for name in table.columns} for table in tables]


def _categories(sides: Sequence[LazyColumn]) -> Passes[list[dict[Any, int]]]:
    nw = narwhals("table")
    found = yield [side.values.group_by("x").agg(nw.len().alias("n")) for side in sides]
    tables = []
    for side, rows in zip(sides, found, strict=True):
        labels = rows["x"]
        if side.kind == "number":
            labels = [int(x) if float(x).is_integer() else x for x in labels]
        tables.append(dict(zip(labels, map(int, rows["n"]), strict=True)))
    return tables


class _Cell(NamedTuple):
    """Values from `low` to `high`, and how many of them both tables have."""

    low: float
    high: float
    n: int
    m: int

    @property
    def is_divisible(self) -> bool:
        """Whether it holds two finite values."""
        return self.low < self.high and isfinite(self.low) and isfinite(self.high)


def _binned(columns: Sequence[LazyColumn], bins: int) -> Passes[list[dict[Any, int]]]:
    """Return counts in bins by their greatest values, of about equal counts of both together."""
    sides = [column.values for column in columns]
    cells, limit = (yield from _outermost(sides)), 0.0
    while True:
        heavy = [c for c in cells if c.n + c.m > limit and c.is_divisible]
        if not heavy:
            return _together(cells, bins)
        found = yield [
            _divided(side if len(cells) == 1 else _within(side, cell), cell)
            for cell in heavy
            for side in sides
        ]
        parts = {c: _merged(found[2 * i], found[2 * i + 1]) for i, c in enumerate(heavy)}
        cells = [part for cell in cells for part in parts.get(cell, [cell])]
        limit = sum(c.n + c.m for c in cells) / (HEAVY * bins)


def _outermost(sides: list[Any]) -> Passes[list[_Cell]]:
    """Return a cell of all values, or those of -inf, of finite values and of inf."""
    nw = narwhals("table")
    x = nw.col("x")
    ends = (nw.len().alias("n"), x.min().alias("low"), x.max().alias("high"))
    cells = _whole((yield [side.select(*ends) for side in sides]))
    if all(isfinite(cell.low) and isfinite(cell.high) for cell in cells):
        return cells
    parts = (x == -np.inf, (x > -np.inf) & (x < np.inf), x == np.inf)
    found = yield [side.filter(part).select(*ends) for part in parts for side in sides]
    return [cell for i in range(0, len(found), 2) for cell in _whole(found[i : i + 2])]


def _whole(sides: list[Rows]) -> list[_Cell]:
    """Return the cell of all values of both tables, if there are any."""
    counts = [int(rows["n"][0]) for rows in sides]
    filled = [rows for rows, n in zip(sides, counts, strict=True) if n]
    lows, highs = ([float(rows[end][0]) for rows in filled] for end in ("low", "high"))
    return [_Cell(min(lows), max(highs), *counts)] if filled else []


def _within(side: Any, cell: _Cell) -> Any:
    """Return the frame of the values that lie in a cell."""
    x = narwhals("table").col("x")
    return side.filter((x >= cell.low) & (x <= cell.high))


def _divided(side: Any, cell: _Cell) -> Any:
    """Return the frame of the cells that a cell of these values is divided into.

    It has their counts and ends.
    """
    nw = narwhals("table")
    x = nw.col("x")
    width = cell.high - cell.low
    # So that neither the width nor one over it, by which some engines multiply, is infinite.
    unit = 0.5 if isinf(width) else 1.0 if width > SMALL else 1.0 / SMALL
    low, high = unit * cell.low, unit * cell.high
    spot = ((x * unit - low) / (high - low) * CELLS).clip(0, CELLS - 1)
    cells = side.with_columns(spot.cast(nw.Int64).alias("cell")).group_by("cell")
    return cells.agg(nw.len().alias("n"), x.min().alias("low"), x.max().alias("high"))


def _merged(*sides: Rows) -> list[_Cell]:
    """Return the cells of both tables, in order."""
    merged: dict[int, _Cell] = {}
    for k, rows in enumerate(sides):
        for i, n, low, high in zip(
            *(rows[key] for key in ("cell", "n", "low", "high")), strict=True
        ):
            old = merged.get(i, _Cell(low, high, 0, 0))
            counts = [old.n, old.m]
            counts[k] += int(n)
            merged[i] = _Cell(min(old.low, low), max(old.high, high), *counts)
    return [merged[i] for i in sorted(merged)]


def _together(cells: list[_Cell], bins: int) -> list[dict[Any, int]]:
    """Return counts of as many cells together as make bins, as `study.binned` does of values."""
    pooled = np.cumsum([c.n + c.m for c in cells])
    last = np.arange(len(cells))
    if len(cells) > bins:
        ranks = np.ceil(np.arange(1, bins) * (pooled[-1] / bins))
        last = np.unique(np.append(np.searchsorted(pooled, ranks), len(cells) - 1))
    starts = np.append(0, last[:-1] + 1)
    tables: list[dict[Any, int]] = []
    for k in (2, 3):
        counts = np.add.reduceat([c[k] for c in cells], starts) if cells else np.empty(0)
        tables.append({cells[i].high: int(n) for i, n in zip(last, counts, strict=True)})
    return tables
