"""Tables of every library come to the same comparison."""

import sys
from datetime import date, time, timedelta

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

import divergences as dv


def rng():
    return np.random.default_rng(0)


def columns(n, shift):
    draw = rng()
    return {
        "x": [None if u < 0.05 else 10.0 * u + shift for u in draw.random(n).tolist()],
        "n": draw.integers(0, 40, n).tolist(),
        "word": [None if i % 7 == 0 else "abc"[i % 3] for i in draw.integers(0, 99, n).tolist()],
        "flag": [None if i == 1 else i % 2 == 0 for i in draw.integers(0, 20, n).tolist()],
        "day": [date(2024, 1, 1) + timedelta(i) for i in draw.integers(0, 60, n).tolist()],
        "long": [timedelta(minutes=i) for i in draw.integers(0, 60, n).tolist()],
    }


LAST, THIS = columns(120, 0.0), columns(90, 1.0)
EXPECTED = dv.compare(LAST, THIS, permutations=99).rows


def nullable(table):
    types = {"x": "Float64", "n": "Int64", "word": "category", "flag": "boolean"}
    return pd.DataFrame(table).astype({**types, "day": "datetime64[s]"})


def structured(table):
    x = np.array(table["x"], float)
    types = [("x", float), ("n", int), ("word", object), ("flag", object), ("day", "M8[D]")]
    types += [("long", "m8[s]")]
    return np.array(list(zip(x, *list(table.values())[1:], strict=True)), types)


def polars(table):
    return pytest.importorskip("polars").DataFrame(table)


def arrow(table):
    return pytest.importorskip("pyarrow").table(table)


@pytest.mark.parametrize("make", [pd.DataFrame, nullable, structured, polars, arrow])
def test_every_table_comes_to_the_same(make):
    for found, expected in zip(
        dv.compare(make(LAST), make(THIS), permutations=99).rows, EXPECTED, strict=True
    ):
        assert found[:3] == expected[:3]
        numbers, others = (np.array(row[3:7], float) for row in (found, expected))
        assert numbers == pytest.approx(others, rel=1e-12, nan_ok=True)
        assert found.notes == expected.notes


def test_tables_of_two_libraries_can_be_compared():
    assert dv.compare(pd.DataFrame(LAST), THIS, permutations=99).rows == EXPECTED
    series = {name: pd.Series(values) for name, values in LAST.items()}
    assert dv.compare(series, THIS, permutations=99).rows == EXPECTED


def test_columns_may_be_of_any_array_and_names_of_any_kind():
    frame = pd.DataFrame(np.arange(6.0).reshape(3, 2), columns=[0, ("a", "b")])
    assert [row.column for row in dv.compare(frame, frame, permutations=9).rows[::2]] == [
        "0",
        "('a', 'b')",
    ]
    expected = dv.compare({"a": [0, 1, 2]}, {"a": [1, 2, 3]}, permutations=9).rows
    arrays = {"a": jnp.arange(3)}, {"a": range(1, 4)}
    assert dv.compare(*arrays, permutations=9).rows == expected
    periods = pd.DataFrame({"a": pd.period_range("2024-01", periods=2, freq="M")})
    assert dv.compare(periods, periods).rows[0].notes == ("not compared: period[M].",)
    with pytest.raises(TypeError, match="column 'a' is a int; pass an array, a list or a Series"):
        dv.compare({"a": 3}, {"a": 3})


def test_frames_that_are_no_tables_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ValueError, match="'a'"):
        dv.compare(frame, frame)
    mixed = pd.DataFrame({"a": [1, "x", None]})
    with pytest.raises(TypeError, match="column 'a' mixes int, str"):
        dv.compare(mixed, mixed)
    with pytest.raises(ValueError, match="reference has no rows"):
        dv.compare(pd.DataFrame({"a": []}), mixed)


def test_other_types_of_polars_are_not_compared():
    pl = pytest.importorskip("polars")
    table = pl.DataFrame(
        {"a": [[1], [2]], "b": [time(1), time(2)], "c": [1, 2], "count": ["x", "y"]}
    )
    found = {row.column: row for row in dv.compare(table, table, permutations=9).rows}
    assert found["a"].notes == ("not compared: List(Int64).",)
    assert found["b"].kind == "other"
    assert found["count"].value == 0.0


def test_without_narwhals_a_mapping_will_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    assert dv.compare(LAST, THIS, permutations=99).rows == EXPECTED
    with pytest.raises(ImportError, match=r"DataFrame needs Narwhals: pip install narwhals"):
        dv.compare(pd.DataFrame(LAST), THIS)
