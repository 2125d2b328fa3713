"""What the check of other libraries' functions has found, from the committed results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generate.text import table
from generate.text import write as write_text

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "conformance.json"
NO_DIGIT = 4.5e15  # ulp: the error is as large as the number itself
OF_ESTIMATORS = (
    "By {doc}`check_estimator </howto/verify_your_own>`, from samples of easy distributions whose "
    "truth is known: a law is broken by more than estimates err."
)
GROUPS = ("simple", "ordinary", "zeros", "near equality", "all sizes")
GOOD = ("pass", "not claimed")


def write(fragments: Path) -> None:
    """Write the fragment that the page on conformance includes."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    heads = ("library", "call", "in the convention", "laws that do not hold", *GROUPS)
    every = found["rows"] + found["estimators"]
    measured = sorted({f"{r['library']} {r['version']}" for r in every}, key=str.lower)
    parts = [
        table(heads, _lines(found["rows"]), right=len(GROUPS)),
        "## The simplest counterexamples",
        "Of the worst finding about each function; the results hold them as scripts.",
        table(("call", "law", "for", "gives"), _examples(found["rows"])),
        "## Estimators",
        OF_ESTIMATORS,
        table(
            ("library", "call", "takes", "in the convention", "laws that do not hold", "simplest"),
            _estimators(found["estimators"]),
        ),
        "## Versions",
        f"{', '.join(measured)}; Python {found['python']}, on {found['date']}.",
        *(f"Not run: {name} ({why})." for name, why in found["missing"].items()),
    ]
    write_text(fragments / "conformance.md", "\n\n".join(parts) + "\n")


def _lines(rows: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    shown = None
    for row in rows:
        library = row["library"] + (" in single precision" if row["dtype"] == "float32" else "")
        errors = [row["ulp"].get(group) for group in GROUPS]
        yield (
            "" if library == shown else library,
            f"`{row['call']}`",
            (row["convention"] or "none fits").partition(", takes")[0],
            _broken(row["statuses"]),
            *(
                "" if e is None else _error(e["worst"]) + "<br>" + _error(e["median"])
                for e in errors
            ),
        )
        shown = library


def _estimators(rows: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    shown = None
    for row in rows:
        library, example = row["library"], row["counterexample"]
        yield (
            "" if library == shown else library,
            f"`{row['call']}`",
            row["takes"],
            (row["convention"] or "none fits").partition(", takes")[0],
            _broken(row["statuses"]),
            f"{example['law'].partition(':')[0]}: {example['says']}" if example else "",
        )
        shown = library


def _broken(statuses: dict[str, str]) -> str:
    """Return the laws by status; how many, where nearly none holds."""
    parts = []
    for status in ("fail", "error", "accuracy", "rounding"):
        laws = [law for law, found in statuses.items() if found == status]
        checked = sum(found != "not claimed" for found in statuses.values())
        if status == "accuracy" and laws:
            parts.append("accuracy")
        elif laws:
            few = len(laws) < checked - 2
            parts.append(f"{status}: {', '.join(laws) if few else f'{len(laws)} of {checked}'}")
    return "; ".join(parts) or "none"


def _error(error: float | str) -> str:
    error = float(error)
    if error >= NO_DIGIT:
        return "no digit" if error < float("inf") else "wrong"
    return f"{error:.1f}" if error < 1000 else f"{error:.0e}"


def _examples(rows: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        example = row["counterexample"]
        if example:
            masses = re.sub(r"np\.array\((\[.*?\])\)", r"\1", example["calls"])
            masses = masses.replace("function", "")
            yield f"`{row['call']}`", example["law"], f"`{masses}`", example["says"]
