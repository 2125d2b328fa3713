"""The one command for all benchmarks: what it knows, and what a small run leaves alone."""

import ast
from pathlib import Path

import pytest

from benchmarks import harness
from benchmarks.__main__ import main

FOLDER = Path(harness.__file__).parent
# A part of `logits`, a check of the tests, and what takes the report of a suite of hours.
OTHERS = {"__main__", "logits_torch", "mutants", "identity_suites"}


def _has_main(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def test_the_table_has_every_benchmark():
    found = {path.stem for path in FOLDER.glob("*.py") if _has_main(path)}
    assert {benchmark.name for benchmark in harness.BENCHMARKS} == found - OTHERS


def test_without_names_benchmarks_are_listed(capsys):
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [b.name for b in harness.BENCHMARKS]


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["sped"])
    assert "there is no benchmark 'sped'" in capsys.readouterr().err


def test_a_small_run_leaves_committed_results_alone(capsys):
    committed = FOLDER / "results" / "ring.json"
    before = committed.read_bytes()
    assert main(["ring", "--quick"]) == 0
    assert "ring" in capsys.readouterr().out
    assert committed.read_bytes() == before


def test_a_whole_run_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(harness, "RESULTS", tmp_path)
    (tmp_path / "ring.json").write_text("not a report")
    monkeypatch.setattr("benchmarks.ring.CONFIGS", {})
    harness.run(*harness.chosen(["ring"]), tmp_path, tmp_path, quick=False)
    assert not (tmp_path / "ring.json").exists()
