"""The README tells the truth: its example prints what it says, its commands and links exist."""

import contextlib
import io
import json
import re
import subprocess

import pytest

from benchmarks.accuracy import claim

from .source import ROOT, blocks, relative

README = ROOT / "README.md"
DOCS = ROOT / "docs"
WRITTEN = ("_build", "_generated", "quantities")  # by Sphinx
PAGES = [
    README,
    *(p for p in sorted(DOCS.rglob("*.md")) if not set(p.parts) & set(WRITTEN)),
]
# SciPy's line shows rounding error, which depends on its version and on the processor.
ROUNDING_ERROR = "scipy"


COMMANDS = [block.rstrip("\n") for block in blocks(README, "sh")]


def reproducible(output: str) -> list[str]:
    return [line for line in output.splitlines() if not line.startswith(ROUNDING_ERROR)]


@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt:RuntimeWarning")  # SciPy's
def test_example_prints_what_the_readme_says():
    (example,), (expected,) = (
        blocks(README, "python"),
        blocks(README, "text"),
    )
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})
    assert reproducible(output.getvalue()) == reproducible(expected)


def test_accuracy_is_what_was_measured():
    report = json.loads((ROOT / "benchmarks" / "results" / "accuracy.json").read_text("utf-8"))
    assert claim(report["rows"]) in " ".join(README.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(("job", "extra"), [("-m gan verify", "gan"), ("-m pytest", "test")])
def test_each_job_is_one_command_that_also_sets_up(job, extra):
    (command,) = [command for command in COMMANDS if f"python {job}" in command]
    setup, install, run = command.split(" && ")
    assert setup.startswith("python3 -m venv ")
    assert f"-e '.[{extra}]'" in install
    assert run.startswith(f".venv/bin/python {job}")


def test_ci_runs_the_command_of_the_readme():
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", script], check=True)
    lookup = "grep -F -- '-m pytest' README.md"
    assert f"command=$({lookup})\n" in script.read_text(encoding="utf-8")
    found = subprocess.run(["bash", "-c", lookup], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert found.stdout.rstrip("\n") in COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!\w+://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing, f"Missing: {missing}"
