"""Lazy tables come to the same as others: only counts leave the engine."""

import numpy as np
import pytest

import divergences as dv
from tests.architecture.source import ROOT, blocks

# Narwhals serves Dask still, and says that a plugin will.
pytestmark = pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")


def polars(table):
    return pytest.importorskip("polars").DataFrame(table).lazy()


def dask(table):
    pandas = pytest.importorskip("pandas")
    return pytest.importorskip("dask.dataframe").from_pandas(pandas.DataFrame(table), npartitions=3)


def arrays(n, shift, seed):
    draw = np.random.default_rng(seed)
    day = np.datetime64("2024-01-01", "us") + draw.integers(0, 60, n).astype("m8[D]")
    return {
        "n": draw.integers(0, 40, n) + shift,
        "few": draw.integers(0, 9, n) / 7.0,
        "gaps": np.where(draw.random(n) < 0.1, np.nan, draw.integers(0, 99, n)),
        "word": draw.choice(np.array(["a", "b", "c"], object), n),
        "flag": draw.random(n) < 0.3,
        "day": day,
        "span": day - day[0],
    }


LAST, THIS = arrays(300, 0, 1), arrays(200, 3, 2)
QUANTITIES = ("JS", "PSI")


@pytest.fixture(params=[polars, dask])
def lazy(request):
    return request.param


def test_counts_are_those_of_eager_tables(lazy):
    options = {"quantities": QUANTITIES, "permutations": 99, "categories": ["few"]}
    found = dv.compare(lazy(LAST), lazy(THIS), **options)
    expected = dv.compare(LAST, THIS, **options)
    assert found.rows == expected.rows
    assert (found.n_reference, found.n_current) == (300, 200)


def spread(seed):
    """Numbers that no grid of equal width tells apart, atoms, and infinite ones."""
    draw = np.random.default_rng(seed)
    x = np.where(draw.random(900) < 0.2, 0.0, np.exp(8.0 * draw.standard_normal(900)))
    x[:3] = -np.inf, np.inf, 1e300
    return {"x": x}


def test_bins_hold_about_the_same_wherever_values_lie(lazy):
    one, other = lazy(spread(3)), lazy(spread(4))
    js, w1 = dv.compare(one, other, bins=10, permutations=99).rows
    assert w1.value is None
    assert "lazy" in w1.notes[0]
    expected = dv.compare(spread(3), spread(4), bins=10, permutations=99, quantities="JS").rows[0]
    assert js.value == pytest.approx(expected.value, abs=3e-3)
    assert js.kind == "number"


def test_constants_and_columns_without_values(lazy):
    first = {"x": np.full(30, 2.5), "y": np.full(30, np.nan)}
    rows = dv.compare(lazy(first), lazy(first), quantities="JS", permutations=9).rows
    assert (rows[0].value, rows[0].notes) == (0.0, ("constant: 2.5 in both.",))
    assert rows[1].notes[0] == "no values in reference and current."


@pytest.mark.parametrize("ends", [(0.0, 5e-324), (1.0, 1.0 + 2e-16), (-1.7e308, 1.7e308)])
def test_two_values_are_told_apart_however_near_or_far(lazy, ends):
    one, other = ({"x": np.repeat(ends, n)} for n in [(30, 20), (20, 40)])
    (found,) = dv.compare(lazy(one), lazy(other), quantities="JS", permutations=9).rows
    (expected,) = dv.compare(one, other, quantities="JS", permutations=9).rows
    assert found == expected


def test_level_holds_in_bins_of_cells():
    # Cells depend on both together, so p stays exact: P(p <= 0.1) is at most 0.1.
    draw = np.random.default_rng(5)
    low = 0
    for seed in range(40):
        x, y = np.split(draw.standard_normal(70), [30])
        tables = polars({"x": x}), polars({"x": y})
        found = dv.compare(*tables, quantities="JS", permutations=99, rng=seed)
        low += found.rows[0].p <= 0.1
    assert low <= 11  # exceeded with probability 4e-4 at 0.1


def test_what_is_refused(lazy):
    with pytest.raises(TypeError, match="current is not lazy, and the other table is; pass both"):
        dv.compare(lazy(LAST), THIS)
    with pytest.raises(TypeError, match=r"column 'n' is number in reference .* category in"):
        dv.compare(lazy({"n": [1, 2]}), lazy({"n": ["a", "b"]}))
    with pytest.raises(ValueError, match="reference has no rows"):
        dv.compare(lazy({"n": np.empty(0)}), lazy({"n": [1]}))


def test_example_of_the_page_runs(tmp_path, monkeypatch):
    pl = pytest.importorskip("polars")
    page = ROOT / "docs" / "howto" / "larger_than_memory.md"
    (block,) = (b for b in blocks(page, "python") if "polars" in b)
    monkeypatch.chdir(tmp_path)
    for name, table in (("last", LAST), ("this", THIS)):
        (tmp_path / name).mkdir()
        halves = pl.DataFrame({key: table[key] for key in ("n", "word")}).iter_slices(120)
        for i, half in enumerate(halves):
            half.write_parquet(f"{name}/{i}.parquet")
    *lines, last = block.strip().splitlines()
    names = {"dv": dv}
    exec("\n".join(lines), names)
    found = eval(last, names)
    assert (found.n_reference, found.n_current) == (300, 200)
    assert {row.column for row in found.rows} == {"n", "word"}
