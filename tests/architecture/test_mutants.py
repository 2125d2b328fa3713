"""The list of faults is of lines that are there, and every survivor says why."""

import json
from pathlib import Path

import pytest

from benchmarks import mutants
from tests.architecture.source import ROOT

RESULTS = json.loads((ROOT / "benchmarks/results/mutants.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", mutants.faults(), ids=lambda fault: fault["fault"])
def test_a_fault_is_of_a_line_that_is_there_once(fault):
    source = (ROOT / fault["file"]).read_text(encoding="utf-8")
    faulty = mutants.mutated(source, fault)
    assert mutants.in_c(fault) or compile(faulty, fault["file"], "exec")
    for file in fault["tests"].partition(" -k ")[0].split():
        assert (ROOT / file).is_file()


def test_faults_are_many_and_in_all_rooms():
    every = mutants.faults()
    assert len(every) >= 100
    assert len({(f["file"], f["line"], f["fault"]) for f in every}) == len(every)
    rooms = {f["file"].split("/")[1] for f in every if f["file"].startswith("divergences/")}
    assert rooms >= {
        *("api", "closed_forms", "core", "dispatch", "functionals", "measures", "methods"),
        *("numerics", "states", "tables", "testing"),
    }
    assert any(f["file"].startswith("gan/") for f in every)
    written = {path.name for path in (ROOT / mutants.EXTENSION).glob("*.[ch]")} - {"terms.h"}
    assert {Path(f["file"]).name for f in every if mutants.in_c(f)} == written


def test_every_survivor_is_explained():
    assert RESULTS["rows"]
    for row in RESULTS["rows"]:
        assert row["verdict"] == "killed" or row.get("reason"), row


def test_a_line_that_is_not_there_is_refused():
    fault = {"file": "f.py", "line": "x", "fault": "y", "tests": ""}
    assert mutants.mutated("x", fault) == "y"
    with pytest.raises(ValueError, match="has not once the line"):
        mutants.mutated("x x", fault)
