"""The command line: its help, its refusals, its exit statuses, and Ctrl-C."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import gan
from gan.cli import main, verify
from gan.records import Convergence, LogitCurve, PairRecord, PairResult

NAMES = ["normal-mu-0", "parallel-lines"]
FIGURES = {"identity.png", "convergence.png", "logits.png"}


RECORD = PairRecord(
    name=NAMES[0],
    dim=1,
    v_star=-1.386294,
    v_hat=-1.386295,
    gap=1e-6,
    gap_standard_error=1e-7,
    tolerance=1e-5,
    relative_gap=1e-6,
    standard_error=1e-6,
    js_true=0.0,
    js_hat=-5e-7,
    js_interval=(-1e-6, 1e-6),
    saturates=False,
    verified=True,
    v_seeds=(-1.386295,),
    training_spread=None,
    v_monte_carlo=-1.3863,
    v_monte_carlo_standard_error=1e-3,
    seconds=1.0,
)
LINE = np.linspace(-1, 1, 5)
CURVES = Convergence(LINE + 2, LINE - 1), LogitCurve(LINE, LINE[None], LINE, LINE**2, LINE**2)
RESULTS = [
    PairResult(RECORD, *CURVES),
    PairResult(dataclasses.replace(RECORD, name=NAMES[1]), CURVES[0], None),
]


@pytest.fixture
def fake_experiment(monkeypatch):
    """Replace training by ready results, and by Ctrl-C after so many of them."""

    def install(*, interrupt_after: int | None) -> None:
        def run_identity(pairs, config, seed, progress):
            yield from RESULTS[:interrupt_after]
            if interrupt_after is not None:
                for _ in range(3):
                    signal.raise_signal(signal.SIGINT)
                time.sleep(60)

        monkeypatch.setattr(verify, "run_identity", run_identity)

    return install


def run(folder: Path) -> int:
    return main(["verify", "--pairs", *NAMES, "--out", str(folder)])


def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text())


@pytest.mark.parametrize("command", ["verify", "saturate"])
def test_help_lists_options_statuses_and_the_folder(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    text = capsys.readouterr().out
    words = ["--seed", "--out", f"report/{command}", "exit statuses:", "  2 ", "  3 ", "  130 "]
    if command == "verify":
        words += ["--suite", "--pairs", *gan.targets]
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "--pairs", "nonsense"], ["nonsense", *gan.targets]),
        (["verify", "--suite", "nonsense"], ["nonsense", "quick"]),
        (["verify", "--suite", "quick", "--pairs", "ring-8"], ["not allowed"]),
        (["verify", "--seed", "-1"], ["'-1'", "between 0 and 2^32 - 1"]),
        (["saturate", "--seed", "1.5"], ["'1.5'", "between 0 and 2^32 - 1"]),
        (["verify", "--real", "a.npy"], ["--real and --fake", "pass both"]),
        (["verify", "--real", "a.npy", "--fake", "b.npy"], ["--real (x)", "a.npy"]),
        (
            ["verify", "--real", "a.npy", "--fake", "b.npy", "--seeds", "2"],
            ["--seeds", "not allowed"],
        ),
        (["verify", "--config", "nowhere.toml"], ["--config", "nowhere.toml cannot be read"]),
        ([], ["COMMAND"]),
    ],
)
def test_mistakes_are_explained(arguments, words, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    message = capsys.readouterr().err
    assert all(word in message for word in words)


def test_completed_run_says_so_and_its_status_says_whether_all_is_well(
    fake_experiment, monkeypatch, tmp_path, capsys
):
    fake_experiment(interrupt_after=None)
    assert run(tmp_path) == 0
    assert report(tmp_path)["complete"] is True
    assert {path.name for path in tmp_path.iterdir()} == FIGURES | {"report.json"}
    assert "normal-mu-0" in capsys.readouterr().out
    missed = dataclasses.replace(RECORD, verified=False)
    monkeypatch.setattr(verify, "run_identity", lambda *_: [PairResult(missed, *CURVES)] * 2)
    assert run(tmp_path) == 1


def test_interruption_leaves_a_valid_report_of_what_has_finished(fake_experiment, tmp_path, capsys):
    fake_experiment(interrupt_after=1)
    folder = tmp_path / "new" / "folder"
    assert run(folder) == 130
    assert [pair["name"] for pair in report(folder)["records"]] == NAMES[:1]
    assert report(folder)["complete"] is False
    assert {path.name for path in folder.iterdir()} == FIGURES | {"report.json", "pairs.npz"}
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in FIGURES)
    assert "1 of 2 pairs" in capsys.readouterr().out


def test_finished_pairs_are_kept(fake_experiment, monkeypatch, tmp_path, capsys):
    given = []

    def run_identity(pairs, config, seed, progress):
        given.append([pair.name for pair in pairs])
        yield RESULTS[len(RESULTS) - len(pairs)]
        if len(given) == 1:
            raise ZeroDivisionError  # stands for a kill: nothing is written after it
        yield from RESULTS[1:][len(RESULTS) - len(pairs) :]

    monkeypatch.setattr(verify, "run_identity", run_identity)
    arguments = ["verify", "--pairs", *NAMES, "--out", str(tmp_path)]
    with pytest.raises(ZeroDivisionError):
        main(arguments)
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "--resume", "--seed", "1"])
    assert "other settings: seed." in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
    assert given == [NAMES, NAMES[1:]]
    assert [pair["name"] for pair in report(tmp_path)["records"]] == NAMES
    assert {path.name for path in tmp_path.iterdir()} == FIGURES | {"report.json"}


def test_interrupted_rerun_keeps_the_finished_report(fake_experiment, tmp_path, capsys):
    fake_experiment(interrupt_after=None)
    run(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for finished in (1, 0):  # an interruption before the first result leaves all there is
        fake_experiment(interrupt_after=finished)
        assert run(tmp_path) == 130
        files = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        assert files == before
        assert len(report(tmp_path / "partial")["records"]) == 1
    assert f"{tmp_path.name}/partial" in capsys.readouterr().out.replace("\n", "")


def test_folder_that_cannot_be_written_to_has_a_status_of_its_own(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(tmp_path / "file" / "report") == 3
    (tmp_path / "report.json").write_text('{"experiment": "saturate"}')
    assert run(tmp_path) == 3
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("python -m gan: error: cannot write to ")
    assert "is a report of `saturate`" in second


def test_errors_of_the_experiment_are_not_swallowed(monkeypatch, tmp_path):
    def run_identity(*_):
        raise ZeroDivisionError("inside")
        yield

    monkeypatch.setattr(verify, "run_identity", run_identity)
    with pytest.raises(ZeroDivisionError, match="inside"):
        run(tmp_path)


def start(*options: str, arguments: list[str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *options, "-m", "gan", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_importing_the_package_alone_loads_nothing_heavy():
    code = "import gan, sys; print({'jax', 'numpy', 'matplotlib'} & set(sys.modules), dir(gan))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert loaded.startswith("set()")
    assert "run_identity" in loaded


def test_interruption_while_modules_load_prints_no_traceback(tmp_path):
    with start("-X", "importtime", arguments=["verify", "--out", str(tmp_path / "new")]) as process:
        for line in process.stderr:  # NumPy is the first of what takes long
            if "numpy" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in rest
    assert "Interrupted." in rest
    assert not (tmp_path / "new").exists()


def test_interruptions_while_training_end_soon_without_a_traceback(tmp_path):
    folder = tmp_path / "new"
    with start(arguments=["verify", "--pairs", *NAMES, "--out", str(folder)]) as process:
        while not folder.exists():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)  # into the first compilation
        before = processor_seconds(process.pid)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 130
    assert errors == ""
    assert usage.ru_utime + usage.ru_stime - before < 5
    assert report(folder)["records"] == []


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("name", ["jax", "equinox", "optax", "rich", "matplotlib", "sklearn"])
def test_missing_extra_is_named_with_its_remedy(name):
    code = f"import sys; sys.modules[{name!r}] = None; import gan"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert process.returncode == 1
    assert f"ImportError: gan needs {name}:" in process.stderr
    assert 'pip install "divergences[gan]"' in process.stderr
