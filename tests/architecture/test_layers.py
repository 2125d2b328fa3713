"""The floors: the contracts of import-linter hold, and each of them can fail."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .source import ROOT

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
VIOLATIONS = {
    "divergences/numerics/runtime/intruder.py": "import divergences.core",
    "divergences/numerics/floats/intruder.py": "import divergences.numerics.special\n"
    "import divergences.numerics.runtime.parallel",
    "divergences/functionals/intruder_a.py": "import divergences.functionals.intruder_b",
    "divergences/functionals/intruder_b.py": "",
    "divergences/methods/intruder_a.py": "import divergences.methods.intruder_b",
    "divergences/methods/intruder_b.py": "import divergences.functionals.intruder_b",
    "divergences/measures/intruder.py": "import gan",
    "gan/intruder_a.py": "import divergences.numerics\nimport gan.intruder_b",
    "gan/intruder_b.py": "import gan.intruder_a",
}


def lint(folder: Path) -> str:
    # A terminal width wide enough that no name of a contract is wrapped.
    run = subprocess.run(
        [sys.executable, "-P", "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
    )
    return run.stdout + run.stderr


def test_contracts_are_kept():
    report = lint(ROOT)
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", report), report


def test_every_contract_breaks_when_it_is_violated(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("divergences", "gan"):
        shutil.copytree(ROOT / package, tmp_path / package)
    for name, text in VIOLATIONS.items():
        (tmp_path / name).write_text(f"{text}\n", encoding="utf-8")
    report = lint(tmp_path)
    assert re.search(r"Contracts: 0 kept, [1-9]\d* broken", report), report
