"""The one command for all benchmarks: what it knows, and what a small run leaves alone."""

import ast
import sys
from pathlib import Path

import pytest

from benchmarks import harness
from benchmarks.__main__ import main

FOLDER = Path(harness.__file__).parent
# A part of `logits`, and what takes the report of a suite of hours.
OTHERS = {"__main__", "logits_torch", "identity_suites"}


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


@pytest.mark.parametrize("status", [0, 1])
def test_a_whole_run_replaces_results_only_when_it_is_done(tmp_path, monkeypatch, status):
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(harness, "FIGURES", tmp_path / "figures")
    for folder, name in (("results", "ring.json"), ("figures", "ring.png")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("old")

    def writes():
        for option in ("--json", "--figure"):
            path = Path(sys.argv[sys.argv.index(option) + 1])
            assert not path.exists()
            path.write_text("new")
        return status

    monkeypatch.setattr("benchmarks.ring.main", writes)
    if status:
        with pytest.raises(RuntimeError, match="ended with the status 1"):
            main(["ring"])
    else:
        assert main(["ring"]) == 0
    expected = "old" if status else "new"
    assert (tmp_path / "results" / "ring.json").read_text() == expected
    assert (tmp_path / "figures" / "ring.png").read_text() == expected
