"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import inf, log, sqrt
from pathlib import Path

NAMES = {
    "kl": "Kullback-Leibler",
    "jensen shannon": "Jensen-Shannon",
    "renyi": "Rényi",
    "cross entropy": "cross-entropy",
    "chi squared": "chi-squared",
    "two sample": "two-sample",
    "f divergence": "f-divergence",
    "alpha divergence": "α-divergence",
    **{name: name.capitalize() for name in ("jeffreys", "hellinger", "bhattacharyya", "tsallis")},
    **{name: name.capitalize() for name in ("wasserstein", "sinkhorn")},
}
NUMBERS = {0.0: "0", 1.0: "1", 2.0: "2", 0.5: "½", inf: "∞", -inf: "−∞", -1.0: "−1"}
NUMBERS |= {
    log(2): "log\N{NO-BREAK SPACE}2",
    sqrt(log(2)): "√log\N{NO-BREAK SPACE}2",
    sqrt(2): "√2",
}
TEX = {
    "½": r"\tfrac12",
    "²": "^2",
    "≤": r"\le",
    "≥": r"\ge",
    "−": "-",
    "χ": r"\chi",
    "Δ": r"\Delta",
    "|": r"\mid ",
    "log(": r"\log(",
    "log ": r"\log ",
    "exp ": r"\exp ",
    "artanh ": r"\operatorname{artanh} ",
    ", for ": r"\text{ for }",
}


def title(name: str) -> str:
    """Return a quantity's name as one would write it."""
    words = name.replace("_", " ")
    for plain, proper in NAMES.items():
        words = re.sub(rf"\b{plain}\b", proper, words)
    return words if words.startswith(("f-", "α")) else words[0].upper() + words[1:]


def tex(formula: str) -> str:
    """Return a relation between quantities, written in Unicode, in the language of TeX."""
    for symbol, command in TEX.items():
        formula = formula.replace(symbol, command)
    formula = re.sub(r"√\((.*?)\)|√(\w+)", r"\\sqrt{\1\2}", formula)
    return re.sub(r"(?<![\\a-z])[A-Z]{2,}", r"\\mathrm{\g<0>}", formula)


def number(x: float) -> str:
    """Return a number as one would write it."""
    return NUMBERS.get(x, f"{x:g}")


def table(header: Sequence[str], rows: Iterable[Sequence[object]], right: int = 0) -> str:
    """Return a table, its last `right` columns aligned to the right."""
    left = len(header) - right
    lines = [header, ["---"] * left + ["--:"] * right, *rows]
    return (
        "\n".join(
            "| " + " | ".join(str(x).replace("|", "\\|") for x in line) + " |" for line in lines
        )
        + "\n"
    )


def first_sentence(doc: str | None) -> str:
    """Return the first paragraph of a docstring, in one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def write(path: Path, text: str) -> None:
    """Write a file unless it says so already, so that Sphinx reads again only what has changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
