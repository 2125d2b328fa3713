"""Columns of tables: what kind of values they hold, how many are missing, and the values.

NumPy arrays, lists and mappings of them need nothing else; data frames come through Narwhals. A
number is a float here, a date the days since 1970, a duration its seconds. None, NaN, NaT and NA
are missing values, whatever library they come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from numbers import Number
from typing import Any

import numpy as np

from divergences.measures.array_likes import is_missing
from divergences.numerics.typing import Array

NUMBERS = ("number", "date", "duration")
UNITS = {"number": "", "date": "days", "duration": "seconds"}


@dataclass(frozen=True, eq=False)
class Column:
    """The values of a column that are there, and how many are not.

    Attributes
    ----------
    kind
        ``"number"``, ``"date"``, ``"duration"``, ``"category"``, ``"boolean"``, ``"empty"`` (all
        values are missing), or ``"other"``, which is not compared.
    missing
        Number of missing values.
    numbers
        The values, if they are numbers, dates or durations, and None in lazy tables.
    counts
        How often each category occurs; of numbers in lazy tables, how many a bin holds, by the
        greatest value of the bin in both tables.
    dtype
        What the library calls the type, for messages.
    """

    kind: str
    missing: int
    numbers: Array = None
    counts: Mapping[Any, int] = field(default_factory=dict)
    dtype: str = ""

    @property
    def size(self) -> int:
        """Number of values that are not missing."""
        return sum(self.counts.values()) if self.numbers is None else len(self.numbers)

    def as_categories(self) -> Column:
        """Return a column of numbers as one of categories, a category for each number."""
        if self.kind != "number":
            return self
        values, counts = np.unique(self.numbers, return_counts=True)
        labels = [int(x) if x.is_integer() else x for x in values.tolist()]
        table = dict(zip(labels, counts.tolist(), strict=True))
        return Column("category", self.missing, counts=table, dtype=self.dtype)


def raw_columns(name: str, table: Any) -> dict[str, Any]:
    """Return the columns of a table by name, as they are.

    Raises
    ------
    ValueError
        If it has no columns or rows, or columns of different lengths, or of one name.
    TypeError
        If it is no table.
    ImportError
        If it is a data frame and Narwhals is not installed.
    """
    if isinstance(table, Mapping):
        columns = {str(key): _array_or_series(str(key), value) for key, value in table.items()}
    elif isinstance(table, np.ndarray) and table.dtype.names:
        columns = {key: table[key] for key in table.dtype.names}
    elif isinstance(table, np.ndarray | list | tuple | str):
        raise TypeError(
            f"{name} is a {type(table).__name__} without names of columns; pass a data frame, a "
            "structured array, or a mapping such as {'age': ages}. Files are compared by "
            "`python -m divergences compare a.csv b.csv`."
        )
    else:
        columns = _of_frame(name, table)
    if not columns:
        raise ValueError(f"{name} has no columns; there is nothing to compare.")
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{name} has columns of different lengths: {lengths}.")
    if not all(lengths.values()):
        raise ValueError(f"{name} has no rows; there is nothing to compare.")
    return columns


def column(name: str, raw: Any) -> Column:
    """Return a column by its kind; `name` is for messages.

    Raises
    ------
    TypeError
        If the column mixes kinds of values.
    """
    return _of_array(name, raw) if isinstance(raw, np.ndarray) else _of_series(name, raw)


def _array_or_series(name: str, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, list | tuple | range):
        array = np.empty(len(value), object)
        array[:] = value
        return array
    try:
        return narwhals(type(value).__name__).from_native(value, series_only=True)
    except TypeError:
        if np.ndim(value) and hasattr(value, "__array__"):
            return np.asarray(value)
        raise TypeError(
            f"column {name!r} is a {type(value).__name__}; pass an array, a list or a Series."
        ) from None


def _of_frame(name: str, table: Any) -> dict[str, Any]:
    nw = narwhals(type(table).__name__)
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        raise TypeError(
            f"{name} is a {type(table).__module__.partition('.')[0]} {type(table).__name__}; pass "
            "a DataFrame of pandas, polars or Dask, a LazyFrame of polars, a Table of pyarrow, a "
            "structured array, or a mapping of columns."
        ) from None
    keys = list(frame.columns)
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise ValueError(f"{name} has several columns called {twice[0]!r}; give them own names.")
    return dict(zip(map(str, keys), frame.iter_columns(), strict=True))


def narwhals(kind: str) -> Any:
    """Return Narwhals, or say that what is of this kind needs it."""
    try:
        import narwhals as nw
    except ImportError:
        raise ImportError(
            f"reading a {kind} needs Narwhals: pip install narwhals; or pass a "
            "mapping of NumPy arrays."
        ) from None
    return nw


def kind_of(dtype: Any) -> str:
    """Return the kind of values of a type of Narwhals, as `Column.kind`."""
    nw = narwhals("column")
    if dtype.is_numeric():
        return "number"
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        return "category"
    kinds = {nw.Date: "date", nw.Datetime: "date", nw.Duration: "duration", nw.Boolean: "boolean"}
    return next((kind for cls, kind in kinds.items() if dtype == cls), "other")


def as_values(x: Any, dtype: Any) -> Any:
    """Return a Series or an expression of Narwhals as floats, strings or booleans."""
    nw = narwhals("column")
    kind = kind_of(dtype)
    if kind == "number":
        return x.cast(nw.Float64)
    if kind == "date":
        x = x.cast(nw.Datetime("us")) if dtype == nw.Date else x
        return x.dt.timestamp("us").cast(nw.Float64) / 86400e6
    if kind == "duration":
        return x.dt.total_microseconds().cast(nw.Float64) / 1e6
    return x.cast(nw.String) if kind == "category" else x


def _of_series(name: str, series: Any) -> Column:
    """Return a column of a data frame, by Narwhals."""
    dtype, some = series.dtype, series.drop_nulls()
    missing, kind = len(series) - len(some), kind_of(dtype)
    if not len(some):
        return Column("empty", missing, dtype=str(dtype))
    if dtype == narwhals("column").Object:
        return _of_objects(name, some.to_list(), missing)
    if kind in NUMBERS:
        return _numbers(kind, as_values(some, dtype).to_numpy(), missing, dtype)
    if kind == "other":
        native = getattr(series.to_native(), "dtype", dtype)
        return Column(kind, missing, dtype=str(native))
    table = as_values(some, dtype).alias("value").value_counts(name="count")
    counts = zip(table["value"].to_list(), table["count"].to_list(), strict=True)
    return Column(kind, missing, counts=dict(counts), dtype=str(dtype))


def _of_array(name: str, x: Array) -> Column:
    """Return a column that is a NumPy array."""
    if x.ndim != 1:
        return Column("other", 0, dtype=f"array of shape {x.shape[1:]} in each row")
    mask = np.broadcast_to(np.ma.getmaskarray(x), x.shape)
    missing, x = int(mask.sum()), np.asarray(x)[~mask]
    kind = x.dtype.kind
    if kind in "fiu":
        return _numbers("number", x.astype(np.float64), missing, x.dtype)
    if kind in "mM":
        some = x[~np.isnat(x)]
        micro = some.astype(f"{x.dtype.char}8[us]").astype(np.int64)
        scaled = micro / (86400e6 if kind == "M" else 1e6)
        name = "date" if kind == "M" else "duration"
        return _numbers(name, scaled, missing + len(x) - len(some), x.dtype)
    if kind in "bU":
        counts = zip(*(part.tolist() for part in np.unique(x, return_counts=True)), strict=True)
        return _counted("boolean" if kind == "b" else "category", dict(counts), missing, x.dtype)
    if kind in "OT":
        objects = x.tolist()
        some = [value for value in objects if not is_missing(value)]
        return _of_objects(name, some, missing + len(objects) - len(some))
    return Column("other", missing, dtype=str(x.dtype))


def _of_objects(name: str, values: list[Any], missing: int) -> Column:
    """Return a column of Python objects, none of them missing, that are of one kind."""
    kinds = Counter(map(_kind_of, set(map(type, values))))
    if len(kinds) > 1:
        types = sorted({type(value).__name__ for value in values})
        raise TypeError(
            f"column {name!r} mixes {', '.join(types)}; make it of one kind, for example by "
            "astype(str), or leave it out of columns=."
        )
    kind = next(iter(kinds), "empty")
    if kind == "number":
        return _numbers(kind, np.array(values, np.float64), missing, "object")
    if kind in ("date", "duration"):
        values = [
            value.astimezone(UTC).replace(tzinfo=None) if getattr(value, "tzinfo", None) else value
            for value in values
        ]
        found = _of_array(name, np.array(values, f"{'M' if kind == 'date' else 'm'}8[us]"))
        return replace(found, missing=missing)
    if kind == "other":
        return Column(kind, missing, dtype=f"objects of type {type(values[0]).__name__}")
    return _counted(kind, Counter(values), missing, "object")


def _kind_of(cls: type) -> str:
    if issubclass(cls, bool | np.bool_):
        return "boolean"
    if issubclass(cls, str):
        return "category"
    if issubclass(cls, timedelta | np.timedelta64):
        return "duration"
    if issubclass(cls, date | datetime | np.datetime64):
        return "date"
    return "number" if issubclass(cls, Number) and not issubclass(cls, complex) else "other"


def _numbers(kind: str, x: Array, missing: int, dtype: Any) -> Column:
    """Return a column of numbers, of which NaN is a missing one."""
    some = x[~np.isnan(x)]
    missing += len(x) - len(some)
    return Column(kind if len(some) else "empty", missing, some, dtype=str(dtype))


def _counted(kind: str, counts: Mapping[Any, int], missing: int, dtype: Any) -> Column:
    return Column(kind if counts else "empty", missing, counts=counts, dtype=str(dtype))
