"""Files of an experiment: nothing is lost by another run, and no report is mixed with another's."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gan.output import Output, OutputError, RunReport

FIGURES = ("one.png", "two.png")


@dataclass(frozen=True)
class Found(RunReport):
    number: int
    experiment: str = field(default="tried", kw_only=True)


def report(number: int, *, complete: bool) -> Found:
    return Found(
        number, records=[], complete=complete, seed=0, config=None, device="none", versions={}
    )


def draw(*names: str, text: str = ""):
    def write(folder: Path) -> None:
        for name in names:
            (folder / name).write_text(text)

    return write


def contents(folder: Path) -> dict[str, object]:
    """Return figures by their text, and reports by their number."""
    return {
        str(path.relative_to(folder)): json.loads(path.read_text())["number"]
        if path.suffix == ".json"
        else path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def finished(tmp_path) -> Path:
    folder = tmp_path / "some" / "where"
    output = Output(folder, "tried", FIGURES)
    assert output.finish(report(1, complete=True), draw(*FIGURES, text="first")) == folder
    return folder


FIRST = {"report.json": 1, "one.png": "first", "two.png": "first"}


def test_another_run_leaves_the_earlier_files_until_it_ends(finished):
    output = Output(finished, "tried", FIGURES)
    assert contents(finished) == FIRST
    output.save(report(2, complete=False))
    assert contents(finished) == FIRST | {"partial/report.json": 2}
    output.finish(report(2, complete=True), draw("two.png", text="second"))
    # A figure that belongs to the earlier report alone would be taken for one of the new.
    assert contents(finished) == {"report.json": 2, "two.png": "second"}


def test_an_interrupted_run_does_not_replace_a_report(finished):
    output = Output(finished, "tried", FIGURES)
    partial = output.finish(report(2, complete=False), draw("one.png", text="second"))
    assert partial == finished / "partial"
    beside = {"partial/report.json": 2, "partial/one.png": "second"}
    assert contents(finished) == FIRST | beside
    output.finish(report(3, complete=True), draw("one.png", text="third"))
    assert contents(finished) == {"report.json": 3, "one.png": "third"}


def test_an_interrupted_run_in_a_new_folder_leaves_its_report_there(tmp_path):
    output = Output(tmp_path, "tried", FIGURES)
    assert not output.has_report
    assert output.finish(report(1, complete=False), draw("one.png")) == tmp_path
    assert contents(tmp_path) == {"report.json": 1, "one.png": ""}


def test_a_run_that_dies_while_it_draws_leaves_the_earlier_files(finished):
    def fail(folder: Path) -> None:
        (folder / "one.png").write_text("half")
        raise MemoryError

    with pytest.raises(MemoryError):
        Output(finished, "tried", FIGURES).finish(report(2, complete=True), fail)
    assert {name: text for name, text in contents(finished).items() if "/" not in name} == FIRST


def test_files_of_others_are_left_alone(finished):
    (finished / "notes.txt").write_text("mine")
    (finished / "partial").mkdir()
    (finished / "partial" / "notes.txt").write_text("mine too")
    Output(finished, "tried", FIGURES).finish(report(2, complete=True), draw())
    assert contents(finished) == {
        "report.json": 2, "notes.txt": "mine", "partial/notes.txt": "mine too",
    }  # fmt: skip


def test_report_of_another_experiment_is_not_replaced(finished):
    with pytest.raises(OutputError, match=r"is a report of `tried`, which `other` does not"):
        Output(finished, "other", ())
    assert contents(finished) == FIRST


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pairs": []}'])
def test_report_that_names_no_experiment_is_replaced(tmp_path, text):
    (tmp_path / "report.json").write_text(text)
    Output(tmp_path, "tried", FIGURES).finish(report(2, complete=True), draw())
    assert contents(tmp_path) == {"report.json": 2}


def test_folder_that_cannot_be_written_to_is_refused_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match=f"cannot write to {folder}: "):
            Output(folder, "tried", ())
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OutputError, match=r"report\.json is a folder"):
        Output(tmp_path, "tried", ())
