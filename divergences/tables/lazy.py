"""Columns of lazy tables: counts are made by the engine, and rows stay there.

A column of categories is one group-by. A column of numbers is two passes: least and greatest value,
then a group-by of cells of equal width between them. Cells that hold too much are divided again, so
bins of about equal counts are unions of cells. Cells depend on both tables together only.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from divergences.tables.columns import Column, as_values, kind_of, narwhals

CELLS = 1 << 14
HEAVY = 4  # a cell of more than a quarter of a bin is divided, if it has two values


class LazyColumn(NamedTuple):
    """A column of a lazy table, by Narwhals, under the name "x"."""

    frame: Any
    dtype: Any
    rows: int

    @property
    def kind(self) -> str:
        """What kind of values it holds, as `Column.kind`."""
        return kind_of(self.dtype)

    @property
    def values(self) -> Any:
        """The frame of the values that are there: floats, booleans or strings."""
        x = narwhals("column").col("x")
        some = self.frame.filter(~x.is_null()).select(as_values(x, self.dtype))
        return some.filter(~x.is_nan()) if self.kind == "number" and self.dtype.is_float() else some


def lazy_columns(reference: Any, current: Any) -> tuple[dict[str, LazyColumn], ...] | None:
    """Return the columns of two lazy tables by name, or None if neither is lazy.

    Raises
    ------
    TypeError
        If one of them is not.
    ValueError
        If a table has no rows or no columns.
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


def counted_pair(
    x: LazyColumn, y: LazyColumn, bins: int, as_categories: bool
) -> tuple[Column, Column]:
    """Return a column of both tables as counts, those of numbers in bins of both together."""
    kinds = {side.kind for side in (x, y)}
    if len(kinds) > 1 or kinds == {"other"}:
        # Of what is not compared, the kinds are reported and nothing is read.
        a, b = (Column(side.kind, 0, counts={"": 1}, dtype=str(side.dtype)) for side in (x, y))
        return a, b
    (kind,) = kinds
    if kind in ("category", "boolean") or (as_categories and kind == "number"):
        tables = [_categories(side) for side in (x, y)]
        kind = "boolean" if kind == "boolean" else "category"
    else:
        tables = _binned(x, y, bins)
    a, b = (
        Column(
            kind if any(table.values()) else "empty",
            side.rows - sum(table.values()),
            counts=table,
            dtype=str(side.dtype),
        )
        for side, table in zip((x, y), tables, strict=True)
    )
    return a, b


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
    rows = int(_collected(frame.select(nw.len()))["len"][0])
    if not rows:
        raise ValueError(f"{name} has no rows; there is nothing to compare.")
    return {
        str(key): LazyColumn(frame.select(nw.col(key).alias("x")), dtype, rows)
        for key, dtype in schema.items()
    }


def _collected(frame: Any) -> dict[str, list[Any]]:
    """Return the few rows of a result, by column."""
    streaming = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    table = frame.collect(**({"backend": "polars"} | streaming if streaming else {}))
    return {name: table[name].to_list() for name in table.columns}


def _categories(side: LazyColumn) -> dict[Any, int]:
    nw = narwhals("table")
    found = _collected(side.values.group_by("x").agg(nw.len().alias("n")))
    labels = found["x"]
    if side.kind == "number":
        labels = [int(x) if float(x).is_integer() else x for x in labels]
    return dict(zip(labels, map(int, found["n"]), strict=True))


class _Cell(NamedTuple):
    """Values from `low` to `high`, and how many of them both tables have."""

    low: float
    high: float
    n: int
    m: int


def _binned(x: LazyColumn, y: LazyColumn, bins: int) -> list[dict[Any, int]]:
    """Return counts in bins by their greatest values, of about equal counts of both together."""
    sides = x.values, y.values
    cells, limit = _outermost(sides), 0.0
    while True:
        divided: list[_Cell] = []
        for cell in cells:
            heavy = cell.n + cell.m > limit and _scale(cell.low, cell.high) > 0.0
            divided += _divided(sides, cell) if heavy else [cell]
        if len(divided) == len(cells):
            return _together(divided, bins)
        cells, limit = divided, sum(c.n + c.m for c in divided) / (HEAVY * bins)


def _scale(low: float, high: float) -> float:
    """Return how many cells there are to a unit, or 0 where values cannot be told apart."""
    if not low < high or not (isfinite(low) and isfinite(high)):
        return 0.0
    scale = CELLS / (high / 2.0 - low / 2.0)
    return scale if isfinite(scale) else 0.0


def _outermost(sides: tuple[Any, Any]) -> list[_Cell]:
    """Return cells of the infinite values, and one of all others."""
    nw = narwhals("table")
    x = nw.col("x")
    found = []
    for side in sides:
        ends = _collected(
            side.select(
                nw.len().alias("rows"),
                (x == np.inf).sum().alias("above"),
                (x == -np.inf).sum().alias("below"),
                x.min().alias("low"),
                x.max().alias("high"),
            )
        )
        found.append({k: v[0] for k, v in ends.items()})
    infinite = [(int(f["below"] or 0), int(f["above"] or 0)) for f in found]
    if any(map(any, infinite)):
        for side, f in zip(sides, found, strict=True):
            inner = side.filter((x > -np.inf) & (x < np.inf))
            ends = _collected(inner.select(x.min().alias("low"), x.max().alias("high")))
            f.update({k: v[0] for k, v in ends.items()})
    inside = [int(f["rows"]) - sum(i) for f, i in zip(found, infinite, strict=True)]
    lows = [float(f["low"]) for f, k in zip(found, inside, strict=True) if k]
    highs = [float(f["high"]) for f, k in zip(found, inside, strict=True) if k]
    cells = [
        _Cell(-np.inf, -np.inf, infinite[0][0], infinite[1][0]),
        _Cell(min(lows, default=0.0), max(highs, default=0.0), *inside),
        _Cell(np.inf, np.inf, infinite[0][1], infinite[1][1]),
    ]
    return [c for c in cells if c.n + c.m]


def _divided(sides: tuple[Any, Any], cell: _Cell) -> list[_Cell]:
    """Return the cells that a cell is divided into, in order, each with its own ends."""
    nw = narwhals("table")
    x = nw.col("x")
    scale = _scale(cell.low, cell.high)
    spot = ((x / 2.0 - cell.low / 2.0) * scale).clip(0, CELLS - 1).cast(nw.Int64)
    merged: dict[int, _Cell] = {}
    for k, side in enumerate(sides):
        inner = side.filter((x >= cell.low) & (x <= cell.high))
        found = _collected(
            inner.with_columns(spot.alias("cell"))
            .group_by("cell")
            .agg(nw.len().alias("n"), x.min().alias("low"), x.max().alias("high"))
        )
        for i, n, low, high in zip(
            found["cell"], found["n"], found["low"], found["high"], strict=True
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
