"""One-line faults, and whether the tests notice them.

    python -m benchmarks mutants
    python -m benchmarks.mutants [--only PATTERN] [--seconds N] [--json FILE]

The faults are those of `benchmarks/mutants.toml`: a line, what it is changed to, and the tests that
should fail then. They are made one after the other in a copy of the tracked files, each with its
tests in a process of its own, up to the first that fails; that one must pass without the fault.
What is in FILE already is not run again unless its fault or its tests changed; `--seconds` ends the
run early. A survivor is a gap in the tests, or it says why not.
The extension is built for a fault in C; without a compiler there is none, and it is said.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from rich.console import Console

ROOT = Path(__file__).parents[1]
FAULTS = ROOT / "benchmarks" / "mutants.toml"
EXTENSION = Path("divergences", "numerics", "compiled")
MINUTES = 5  # that the tests of one fault may take
# What tests import anyway: once, before the processes of single faults are split off.
HEAVY = ("pytest", "numpy", "scipy.stats", "mpmath", "jax")
VERDICTS = {0: "survived", 1: "killed"}  # exit statuses of pytest; others run no test


def faults(pattern: str = "") -> list[dict[str, str]]:
    """Return the faults whose file or tests contain the pattern."""
    every = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    return [fault for fault in every if pattern in fault["file"] + " " + fault["tests"]]


def mutated(source: str, fault: dict[str, str]) -> str:
    """Return the source with the fault in it; its line must be there once."""
    if source.count(fault["line"]) != 1:
        raise ValueError(f"{fault['file']} has not once the line {fault['line']!r}.")
    return source.replace(fault["line"], fault["fault"])


def copied(to: Path) -> Path:
    """Copy the tracked files and what is compiled."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    compiled = [str(x.relative_to(ROOT)) for x in (ROOT / EXTENSION).glob("_sums*.so")]
    for name in (*filter(None, listed), *compiled):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    return to


def in_c(fault: dict[str, str]) -> bool:
    """Return whether the extension has to be built with the fault."""
    return fault["file"].endswith((".c", ".h"))


def built(tree: Path) -> bool:
    """Build the extension of the tree; return whether there is one, which needs a C compiler."""
    for old in (tree / EXTENSION).glob("_sums*.so"):
        old.unlink()
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=tree, capture_output=True, check=True)
    return any((tree / EXTENSION).glob("_sums*.so"))


def verdict(tree: Path, fault: dict[str, str]) -> dict[str, Any]:
    """Return what the tests say of the tree with the fault in it."""
    path = tree / fault["file"]
    source = path.read_text(encoding="utf-8")
    extension = {x: x.read_bytes() for x in (tree / EXTENSION).glob("_sums*.so")}
    cached = Path(importlib.util.cache_from_source(str(path)))
    path.write_text(mutated(source, fault), encoding="utf-8")
    cached.unlink(missing_ok=True)  # its time and size may be those of the fault
    begun = time.perf_counter()
    try:
        if in_c(fault) and not built(tree):
            raise ValueError(f"{fault['file']} is not compiled with {fault['fault']!r}.")
        status, failed = _tested(tree, _words(fault["tests"]))
    finally:
        path.write_text(source, encoding="utf-8")
        cached.unlink(missing_ok=True)
        for library, code in extension.items():
            library.write_bytes(code)
    found = VERDICTS.get(status, f"status {status}")
    if failed and _tested(tree, [failed])[0] != 0:
        found = "broken without the fault"
    seconds = round(time.perf_counter() - begun, 1)
    by = failed or ("no end" if found == "killed" else "")
    return {**fault, "verdict": found, "by": by, "seconds": seconds}


def _words(tests: str) -> list[str]:
    """Return files, and what is selected of them, as words of a command line."""
    files, *chosen = tests.split(" -k ")
    return files.split() + [f"-k{words}" for words in chosen]


def _tested(tree: Path, selection: Sequence[str]) -> tuple[int, str]:
    """Return the exit status of pytest in a process of its own, and the first test that failed."""
    output = tree / "mutant.out"
    output.write_text("", encoding="utf-8")
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = _run(tree, selection, output)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    until = time.monotonic() + 60 * MINUTES
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), output.read_text(encoding="utf-8")
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return 1, ""  # a loop without end is noticed


def _run(tree: Path, selection: Sequence[str], output: Path) -> int:
    """Run pytest on the tree up to the first failure, write its name, and return the status."""
    stream = os.open(os.devnull, os.O_WRONLY)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(x for x in sys.path if Path(x or ".").resolve() != ROOT)]
    import pytest

    class Named:
        """Writes the name of what fails."""

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed:
                output.write_text(report.nodeid, encoding="utf-8")

    words = ["-x", "-q", "-n0", "--tb=no", "-p", "no:cacheprovider", *selection]
    return int(pytest.main(words, plugins=[Named()]))


def _key(fault: dict[str, Any]) -> tuple[str, ...]:
    """Return what makes a fault another one."""
    return tuple(fault[name] for name in ("file", "line", "fault", "tests"))


def summary(known: dict[tuple[str, ...], dict[str, Any]], path: Path | None) -> str:
    """Return how many faults there are of each verdict, and write what is known to a file."""
    every = faults()
    rows = [known[_key(fault)] | fault for fault in every if _key(fault) in known]
    if path:
        report = {
            "date": date.today().isoformat(),
            "python": platform.python_version(),
            "faults": len(every),
            "rows": rows,
        }
        path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    counts = Counter(row["verdict"] for row in rows)
    return f"{dict(counts)}; {len(every) - len(rows)} of {len(every)} not run"


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="", help="faults whose file or tests contain this")
    parser.add_argument("--seconds", type=float, default=3600.0, help="begin no fault after these")
    parser.add_argument("--json", type=Path, help="verdicts to keep, and where to write them")
    options = parser.parse_args()
    console = Console()
    known = {}
    if options.json and options.json.exists():
        rows = json.loads(options.json.read_text(encoding="utf-8"))["rows"]
        known = {_key(row): row for row in rows}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        tree = copied(Path(scratch))
        os.environ.setdefault("JAX_PLATFORMS", "cpu")  # JAX reads these when it is imported
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(tree / "compiled"))
        for name in HEAVY:
            with suppress(ImportError):
                importlib.import_module(name)
        compiles = cache(partial(built, tree))
        for fault in faults(options.only):
            key = _key(fault)
            if key in known or time.monotonic() - begun > options.seconds:
                continue
            if in_c(fault) and not compiles():
                console.print(f"skipped, for want of a C compiler: {fault['file']}")
                continue
            found = known[key] = verdict(tree, fault)
            summary(known, options.json)  # what is done is kept if the run is stopped
            console.print(
                f"{found['verdict']:9}{found['seconds']:6} s  {fault['file']}: {fault['fault']}",
                markup=False,
                highlight=False,
            )
    console.print(summary(known, options.json))


if __name__ == "__main__":
    main()
