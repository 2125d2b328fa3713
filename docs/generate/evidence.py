"""What was measured: tables from the results that the benchmarks have committed."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from benchmarks import accuracy
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from generate.text import table, title
from generate.text import write as write_text

SPACE = "\N{NO-BREAK SPACE}"
CALL = r"{}\((p, q|q, p|p)(?:, (-?[\d.]+))?(, base=2)?\)"
SYMBOLS = {
    " ** 2": "²",
    " ** 0.5": " to the power ½",
    "2 * log(2)": "2 log 2",
    " * ": " ",
    "-D": "−D",
}
RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def results(name: str) -> dict[str, Any]:
    """Return the committed results of a benchmark."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def accuracy_table(rows: list[dict[str, Any]], by: str) -> str:
    """Return the worst errors of all contenders, by quantity or by region."""
    lines = []
    for key in dict.fromkeys(row[by] for row in rows):
        page = key.partition(" ")[0]  # of any order
        name = quantity_link(key, page) if by == "quantity" else words(key)
        lines.append((name, *(worst(rows, by, key, c) for c in accuracy.CONTENDERS)))
    present = [any(line[1 + k] for line in lines) for k in range(len(accuracy.CONTENDERS))]
    heads = [c for c, some in zip(accuracy.CONTENDERS, present, strict=True) if some]
    kept = [
        (line[0], *(x for x, some in zip(line[1:], present, strict=True) if some)) for line in lines
    ]
    return table((by, *heads), kept, right=len(heads))


def quantity_link(name: str, page: str) -> str:
    """Return a link to the page of a quantity."""
    return f"{{doc}}`{title(name)} </reference/quantities/{page}>`"


def worst(rows: list[dict[str, Any]], by: str, key: str, contender: str) -> str:
    """Return the greatest error of a contender, as text."""
    errors = [row["worst"] for row in rows if row[by] == key and row["by"] == contender]
    return accuracy.shown(max(errors, default=None))


def speed_table() -> str:
    """Return the times of the peers over ours, a line for each task of the benchmark."""
    tasks: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in results("speed")["rows"]:
        shape = "×".join(f"{n:,}" for n in row["shape"])
        tasks.setdefault((row["quantity"], shape, row["pair"]), {})[row["backend"]] = row
    lines = []
    for what, rows in tasks.items():
        ratios = [
            f"{rows[backend]['over_of_processor'][peer]:.2g}"
            if peer in rows[backend]["over_of_processor"]
            else ""
            for backend in ("compiled", "NumPy")
            for peer in ("SciPy", "formula")
        ]
        lines.append((*what, seconds(rows["compiled"]["processor_seconds"]), *ratios))
    heads = ("quantity", "shape", "pair", "compiled", "SciPy / compiled", "formula / compiled")
    return table((*heads, "SciPy / NumPy", "formula / NumPy"), lines, right=5)


def scale_table() -> str:
    """Return of each task its processor time over its basis, by size, and what it takes at most."""
    rows = results("scale")["rows"]
    sizes = sorted({row["n"] for row in rows})
    tasks: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows:
        tasks.setdefault(row["task"], {})[row["n"]] = row
    lines = []
    for task, by_size in tasks.items():
        ratios = [f"{by_size[n]['over_basis']:.2g}" if n in by_size else "" for n in sizes]
        last = by_size[max(by_size)]
        each = f"{1e9 * last['processor_seconds'] / last['n']:.0f}{SPACE}ns"
        state = f"{last['state_bytes']:,}{SPACE}B" if last["state_bytes"] else ""
        clock = f"{last['clock_over_basis']:.2g}"
        memory = f"{last['peak_bytes'] / 1e6:.0f}{SPACE}MB"
        lines.append((task, *ratios, clock, each, memory, state))
    heads = (
        *(f"n = 10{_exponent(n)}" for n in sizes),
        "by the clock",
        "an entry",
        "memory",
        "state",
    )
    return table(("task", *heads), lines, right=len(heads))


def _exponent(n: int) -> str:
    """Return the power of ten that n is, as a superscript."""
    return str(len(str(n)) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def neighbours_tables() -> str:
    """Return the times of searches beside those of a tree, and of whole estimates."""
    report = results("neighbours")
    searches = [
        (
            f"{row['n']:,}",
            str(row["d"]),
            str(row["k"]),
            seconds(row["processor_seconds"]),
            f"{row['tree_over_ours_of_processor']:.2g}",
            f"{row['tree_over_ours']:.2g}",
        )
        for row in report["searches"]
    ]
    heads = ("n = m", "d", "k", "ours, of processor", "tree / ours", "by the clock")
    estimates = [
        (
            quantity_link(row["quantity"], row["quantity"]),
            f"{row['n']:,}",
            str(row["d"]),
            seconds(row["processor_seconds"]),
            seconds(row["seconds"]),
            f"{row['peak_bytes'] / 1e6:.0f}{SPACE}MB",
        )
        for row in report["estimates"]
    ]
    titles = ("estimate", "n = m", "d", "of processor", "by the clock", "peak memory")
    return table(heads, searches, right=6) + "\n" + table(titles, estimates, right=5)


def machine(name: str) -> str:
    """Return on what a benchmark was run."""
    about = results(name)["machine"]
    versions = ", ".join(f"{k} {v}" for k, v in about["versions"].items() if v)
    vectors = " ".join(about["vectors"])
    python = f"Python {about['python']}, {versions}"
    return f"{about['cores']} cores of {about['machine']} ({vectors}), {python}."


def seconds(x: float) -> str:
    """Return a time in its unit."""
    if x >= 1.0:
        return f"{x:.1f}{SPACE}s"
    return f"{x * 1e6:.1f}{SPACE}µs" if x < 1e-3 else f"{x * 1e3:.1f}{SPACE}ms"


def words(region: str) -> str:
    """Return the name of a region as one would write it."""
    return region.replace("_", " ")


def accuracy_of(name: str) -> list[str]:
    """Return the section on the accuracy of a quantity, if it was measured."""
    report = results("accuracy")
    rows = [row for row in report["rows"] if row["quantity"].partition(" ")[0] == name]
    if not rows:
        return []
    text = "Worst errors in units in the last place, as {doc}`/background/accuracy` explains:"
    return [f"## Accuracy\n\n{text}\n\n{accuracy_table(rows, 'region')}"]


def conventions_tables() -> str:
    """Return a table for each quantity of what others mean by its name."""
    rows = results("conventions")["rows"]
    parts = []
    for like in dict.fromkeys(row["like"].partition("(")[0] for row in rows):
        lines: list[tuple[str, ...]] = []
        shown = None
        for row in (r for r in rows if r["like"].partition("(")[0] == like):
            agrees = row["outside"] in ("", row["outside_by_relation"])
            outside = row["outside"].replace("inf", "∞").replace("nan", "NaN")
            outside = outside if agrees else f"**{outside}**"
            lines.append(
                (
                    "" if row["library"] == shown else row["library"],
                    f"`{row['call']}`",
                    meaning(row, like),
                    outside,
                    row["totals"],
                )
            )
            shown = row["library"]
        heads = ("library", "their call", "in our terms", "q = 0 < p", "other totals")
        parts.append(f"## {title(like)}\n\n{table(heads, lines)}")
    return "\n".join(parts)


def meaning(row: dict[str, Any], like: str) -> str:
    """Return a relation in the symbols of a page on which D is the quantity meant."""
    if row["relation"] == row["like"]:
        return "the same"
    if row["relation"] is None:
        return "no simple relation"
    call = re.search(CALL.format(like), row["relation"])
    if call is None:
        return f"`{row['relation']}`"
    sides, order, base = call.groups()
    text = row["relation"].replace(call.group(), f"D({sides.upper()})")
    for code, symbol in SYMBOLS.items():
        text = text.replace(code, symbol)
    unit = " in bits" if base else ""
    return text.replace(" ", SPACE) + unit + (f" of order {order}" if order else "")


def versions() -> str:
    """Return the versions of the libraries that were run."""
    rows = results("conventions")["rows"]
    found = {row["library"]: row["version"] for row in rows}
    return ", ".join(f"{library} {version}" for library, version in found.items()) + "."


def write(docs: Path) -> None:
    """Write the fragments that the pages on conventions and accuracy include."""
    rows = results("accuracy")["rows"]
    fragments = docs / "_generated"
    found = f"{accuracy.claim(rows)}\n\n{accuracy_table(rows, 'quantity')}"
    write_text(fragments / "accuracy.md", found)
    regions = {**REGIONS, **JOINT_REGIONS}
    described = [(words(name), inspect.getdoc(region)) for name, region in regions.items()]
    write_text(fragments / "regions.md", table(("region", "its distributions"), described))
    write_text(fragments / "conventions.md", conventions_tables())
    write_text(fragments / "speed.md", speed_table())
    write_text(fragments / "speed_machine.md", machine("speed") + "\n")
    write_text(fragments / "scale.md", scale_table())
    write_text(fragments / "scale_machine.md", machine("scale") + "\n")
    write_text(fragments / "neighbours.md", neighbours_tables())
    write_text(fragments / "versions.md", versions() + "\n")
