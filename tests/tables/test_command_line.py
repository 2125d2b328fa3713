"""``python -m divergences compare``: files in, a table out, and an exit status for scripts."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import divergences as dv
from divergences.__main__ import main
from divergences.tables import files

TABLES = {
    name: pd.DataFrame(
        {
            "age": np.random.default_rng(seed).normal(mean, 9.0, 300),
            "plan": np.random.default_rng(seed + 5).choice(list("abc"), 300),
            "day": np.datetime64("2024-02-01") + np.random.default_rng(seed).integers(0, 50, 300),
        }
    )
    for name, seed, mean in (("a", 0, 40.0), ("b", 1, 50.0))
}


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, table in TABLES.items():
        table.loc[0, "age"] = np.nan
        table.to_csv(f"{name}.csv", index=False, na_rep="NA")
    return ["compare", "a.csv", "b.csv", "--permutations", "199"]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_files_are_compared_as_their_tables_are(paths, capsys, monkeypatch, library):
    pytest.importorskip(library)
    monkeypatch.setattr(files, "find_spec", lambda name: name == library)
    expected = dv.compare(TABLES["a"], TABLES["b"], permutations=199)
    assert main([*paths, "--json", "found.json"]) == 0
    assert capsys.readouterr().out == f"{expected}\n"
    with open("found.json", encoding="utf-8") as file:
        assert json.load(file) == expected.to_dict()


@pytest.mark.parametrize("option", [["--json"], ["--json", "-"], ["--json=-"]])
def test_json_alone_is_all_that_is_printed(paths, capsys, option):
    assert main([*paths, *option]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == dv.compare(TABLES["a"], TABLES["b"], permutations=199).to_dict()
    assert not err


def test_beside_json_the_differences_go_to_standard_error(paths, capsys):
    assert main([*paths, "--json", "--fail-at", "0.05"]) == 1
    out, err = capsys.readouterr()
    rows = json.loads(out)["rows"]
    assert {row["column"] for row in rows if (row["q"] or 1.0) <= 0.05} == {"age"}
    assert err == "q <= 0.05: age\n"


def test_json_writes_over_no_table(paths, capsys):
    with pytest.raises(SystemExit) as left:
        main(["compare", "--json", "a.csv", "b.csv"])
    assert left.value.code == 2
    assert "a.csv is a table, not where to write; put --json at the end" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_parquet_is_read_as_it_was_written(paths, capsys, monkeypatch, library):
    pytest.importorskip("pyarrow", reason="pandas writes Parquet through pyarrow")
    pytest.importorskip(library)
    for name, table in TABLES.items():
        table.astype({"plan": "category"}).to_parquet(f"{name}.parquet")
    monkeypatch.setattr(files, "find_spec", lambda name: name == library)
    expected = dv.compare(TABLES["a"], TABLES["b"], permutations=199)
    assert main(["compare", "a.parquet", "b.parquet", "--permutations", "199"]) == 0
    assert capsys.readouterr().out == f"{expected}\n"


def test_a_difference_fails_only_if_asked(paths, capsys):
    assert main([*paths, "--fail-at", "0.05"]) == 1
    assert capsys.readouterr().out.endswith("q <= 0.05: age\n")
    assert main([*paths, "--fail-at", "0.05", "--columns", "plan"]) == 0


def test_options_reach_the_comparison(paths, capsys):
    options = ["--quantities", "JS,PSI", "--bins", "5", "--level", "0.9", "--base", "2"]
    assert main([*paths, *options, "--seed", "3", "--columns", "plan, age"]) == 0
    expected = dv.compare(
        TABLES["a"],
        TABLES["b"],
        columns=["plan", "age"],
        quantities=("JS", "PSI"),
        bins=5,
        level=0.9,
        base=2,
        permutations=199,
        rng=3,
    )
    assert capsys.readouterr().out == f"{expected}\n"


def test_figure_is_written(paths):
    assert main([*paths, "--figure", "found.svg"]) == 0
    with open("found.svg", encoding="utf-8") as file:
        assert "age (missing)" in file.read()


def test_without_matplotlib_a_figure_is_refused_before_the_work(paths, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main([*paths, "--figure", "found.svg"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "--figure needs matplotlib: pip install matplotlib" in err


def test_version_is_printed(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert not left.value.code
    assert capsys.readouterr().out == f"divergences {dv.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "a.csv", "no.csv"], "there is no file no.csv"),
        (["compare", "a.csv", "a.txt"], "a.txt ends with none of .csv, .parquet"),
        (["compare", "a.csv", "b.csv", "--columns", "x"], "columns names 'x'; there are 'age'"),
        (["compare", "a.csv", "empty.csv"], "empty.csv could not be read by"),
        (["compare", "a.csv", "text.csv"], "'age' is number in reference"),
    ],
)
def test_wrong_use_has_status_two(paths, capsys, arguments, words):
    for name, text in (("empty.csv", ""), ("text.csv", "age\nold\nyoung\n")):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("divergences: ")
    assert words in err


@pytest.mark.parametrize("arguments", [[], ["compare", "a.csv"], ["compare", "--fail-at", "2"]])
def test_usage_errors_have_status_two(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


@pytest.mark.parametrize("text", ["2", "0", "half"])
def test_a_level_that_is_none_is_named(text, capsys):
    with pytest.raises(SystemExit):
        main(["compare", "a.csv", "b.csv", "--fail-at", text])
    assert f"'{text}' is no number between 0 and 1" in capsys.readouterr().err


def test_without_a_reader_words_say_what_to_install(paths, capsys, monkeypatch):
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    assert main(paths) == 2
    assert "needs polars or pandas" in capsys.readouterr().err


def test_types_that_change_far_down_are_read(paths):
    pytest.importorskip("polars")
    with open("late.csv", "w", encoding="utf-8") as file:
        file.write("n\n" + "1\n" * (files.INFERRED + 5) + "1.5\n")
    assert files.read_table("late.csv")["n"].sum() == files.INFERRED + 6.5


def test_module_is_a_command(paths):
    run = subprocess.run(
        [sys.executable, "-m", "divergences", *paths], capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("300 rows of reference, 300 of current\ncolumn")
