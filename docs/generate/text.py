"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, log, sqrt
from pathlib import Path

PEOPLE = {
    "kl": "Kullback-Leibler",
    "jensen shannon": "Jensen-Shannon",
    "renyi": "Rényi",
    "cross entropy": "Cross-entropy",
    "chi squared": "Chi-squared",
    "two sample": "Two-sample",
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


def title(name: str) -> str:
    """Return a quantity's name as one would write it."""
    words = name.replace("_", " ")
    for plain, proper in PEOPLE.items():
        words = words.replace(plain, proper) if words.startswith(plain) else words
    return words[0].upper() + words[1:] if words[0].isascii() else words  # a capital α reads as A


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
