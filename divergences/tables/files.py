"""Tables in files: CSV and Parquet, read by polars or pandas, whichever is installed."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FORMATS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
# What is read as a missing value, by pandas by default too.
MISSING = ["", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A"]

DATE = re.compile(r"\d{4}-\d\d-\d\d")
INFERRED = 10_000  # rows from which polars infers types; of all of them it takes far longer


def read_table(path: str | Path) -> Any:
    """Return the table in a file as a data frame.

    Raises
    ------
    ValueError
        If the file's name has none of the endings, or it cannot be read.
    OSError
        If there is no such file.
    ImportError
        If neither library is installed, or what it needs for Parquet is not.
    """
    path = Path(path)
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise ValueError(f"{path} ends with none of {', '.join(FORMATS)}; convert it first.")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}.")
    for library, read in (("polars", _by_polars), ("pandas", _by_pandas)):
        if find_spec(library):
            try:
                return read(path, form)
            except (ImportError, OSError, MemoryError):
                raise
            except Exception as error:  # of many classes, by the reader
                first = str(error).partition("\n")[0]
                raise ValueError(f"{path} could not be read by {library}: {first}") from error
    raise ImportError("reading a table needs polars or pandas: pip install polars.")


def _by_polars(path: Path, form: str) -> Any:
    pl = import_module("polars")

    if form == "parquet":
        return pl.read_parquet(path)
    try:
        return pl.read_csv(
            path, null_values=MISSING, infer_schema_length=INFERRED, try_parse_dates=True
        )
    except pl.exceptions.ComputeError:  # a type that does not hold further down
        return pl.read_csv(path, null_values=MISSING, infer_schema_length=None)


def _by_pandas(path: Path, form: str) -> Any:
    pd = import_module("pandas")

    if form == "parquet":
        return pd.read_parquet(path)
    table = pd.read_csv(path, na_values=MISSING)
    for name in table.columns:  # dates are text to pandas, and dates to polars
        some = table[name].dropna()
        if len(some) and DATE.match(str(some.iloc[0])):
            with suppress(ValueError):
                table[name] = pd.to_datetime(table[name], format="ISO8601")
    return table
