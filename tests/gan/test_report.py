"""The report, the table, the figures and the command line."""

import dataclasses
import io
import json
import subprocess
import sys

import pytest
from rich.console import Console

import gan
from gan import __main__ as command_line
from gan.figures import draw
from gan.records import PairRecord
from gan.report import Report, table

TINY = gan.Config(width=8, depth=1, batch=55, steps=20, chunks=2, replicates=4, held_out=144)
KEYS = {
    "name", "dim", "v_star", "v_hat", "gap", "standard_error",
    "js_true", "js_hat", "js_interval", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def results():
    pairs = [gan.targets[name] for name in ("normal-mu-0", "parallel-lines")]
    return list(gan.run_identity(pairs, TINY, seed=0))


def read_records(path) -> list[PairRecord]:
    records = json.loads(path.read_text())["pairs"]
    for record in records:
        record["js_interval"] = tuple(record["js_interval"])
        record["v_seeds"] = tuple(record["v_seeds"])
    return [PairRecord(**record) for record in records]


def test_report_survives_the_round_trip(results, tmp_path):
    records = [result.record for result in results]
    Report(records, complete=True, seed=7, config=TINY).write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert read_records(tmp_path / "report.json") == records
    report = json.loads((tmp_path / "report.json").read_text())
    assert set(report) == {"pairs", "complete", "device", "versions", "seed", "config"}
    assert all(set(pair) >= KEYS for pair in report["pairs"])
    assert report["seed"] == 7
    assert gan.Config(**report["config"]) == TINY
    assert {"jax", "equinox", "optax", "numpy"} <= set(report["versions"])


def test_table_has_a_row_per_pair_and_no_negative_zeros(results):
    console = Console(width=160, record=True, file=io.StringIO())
    records = [dataclasses.replace(result.record, verified=True) for result in results]
    console.print(table(records))
    text = console.export_text()
    assert "normal-mu-0" in text
    assert "saturates" in text
    assert "-0.000000" not in text


@pytest.mark.parametrize(("chosen", "names"), [
    (slice(0, 2), {"identity.png", "convergence.png", "logits.png"}),
    (slice(1, 2), {"identity.png", "convergence.png"}),
    (slice(0, 0), set()),
])  # fmt: skip
def test_figures_are_those_that_there_are_results_for(results, chosen, names, tmp_path):
    draw(results[chosen], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == names
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "gan", *arguments], capture_output=True, text=True, timeout=60
    )


def test_help_lists_options_and_pairs():
    process = run("verify", "--help")
    assert process.returncode == 0
    for word in ("--suite", "--pairs", "--seed", "--out", *gan.targets):
        assert word in process.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "--pairs", "nonsense"], ["nonsense", *gan.targets]),
        (["verify", "--suite", "nonsense"], ["nonsense", "quick"]),
        (["verify", "--suite", "quick", "--pairs", "ring-8"], ["not allowed"]),
        (["verify", "--seed", "-1"], ["between 0 and 2^32 - 1"]),
        ([], ["COMMAND"]),
    ],
)
def test_mistakes_are_explained(arguments, words, capsys):
    with pytest.raises(SystemExit) as exit_:
        command_line.main(arguments)
    assert exit_.value.code == 2
    message = capsys.readouterr().err
    assert all(word in message for word in words)


@pytest.fixture
def fake_experiment(monkeypatch, results):
    """Replace training by ready results, the last of them an interruption if asked for."""

    def install(*, interrupted: bool) -> None:
        def run_identity(pairs, config, seed, progress):
            yield results[0]
            if interrupted:
                raise KeyboardInterrupt
            yield results[1]

        monkeypatch.setattr(command_line, "run_identity", run_identity)

    return install


ARGUMENTS = ["verify", "--pairs", "normal-mu-0", "parallel-lines", "--out"]


def test_interruption_leaves_a_valid_report_of_what_has_finished(
    fake_experiment, results, tmp_path, capsys
):
    fake_experiment(interrupted=True)
    assert command_line.main([*ARGUMENTS, str(tmp_path / "new" / "folder")]) == 130
    path = tmp_path / "new" / "folder" / "report.json"
    assert read_records(path) == [results[0].record]
    assert json.loads(path.read_text())["complete"] is False
    assert "1 of 2 pairs" in capsys.readouterr().out


def test_completed_run_says_so_and_its_status_says_whether_all_is_well(
    fake_experiment, results, tmp_path
):
    fake_experiment(interrupted=False)
    expected = 0 if all(result.record.verified for result in results) else 1
    assert command_line.main([*ARGUMENTS, str(tmp_path)]) == expected
    assert json.loads((tmp_path / "report.json").read_text())["complete"] is True
    assert (tmp_path / "identity.png").exists()


@pytest.mark.parametrize("name", ["jax", "equinox", "optax", "rich", "matplotlib"])
def test_missing_extra_is_named_with_its_remedy(name):
    code = f"import sys; sys.modules[{name!r}] = None; import gan"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert process.returncode == 1
    assert f"ImportError: gan needs {name}:" in process.stderr
    assert 'pip install "divergences[gan]"' in process.stderr
