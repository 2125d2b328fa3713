"""Formulas of docstrings, written as text that reads well in a terminal, set as TeX.

    A(P‖Q) = (∑_i p_i^a q_i^(1-a) - 1) / (a (a - 1)) ≥ 0

Brackets after ``_``, ``^`` and ``√`` group; so do those around a side of a fraction, which is a
slash between spaces. Three spaces separate formulas.
"""

from __future__ import annotations

import re

# A paragraph that is indented, of a text that is not.
FORMULA = re.compile(r"(?<=\n\n)(?: {4}\S.*(?:\n|\Z))+(?=\n|\Z)")
PROSE = {"", "Notes"}  # sections in which an indented paragraph is a formula
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

BRACKETS = {"(": ")", "[": "]"}
OPENING = re.compile(r"[√_^]?[(\[]")
TOKEN = re.compile(r"(?P<word>[A-Za-z]{2,})|(?P<hat>\w)\u0302|\.\.\.|⁻¹|.")
LIMITS = {"inf", "log", "max", "min", "sup"}
SYMBOLS = {
    "∑": r"\sum ", "∫": r"\int ", "½": r"\tfrac12 ", "‖": r"\|", "≤": r"\le ", "≥": r"\ge ",
    "≈": r"\approx ", "≠": r"\ne ", "∉": r"\notin ", "→": r"\to ", "∞": r"\infty ", "·": r"\cdot ",
    "⊗": r"\otimes ", "²": "^2", "⁻¹": "^{-1}", "Ĥ": r"\hat H", "*": "^*", "~": r"\sim ",
    "#": r"\#", "{": r"\{", "}": r"\}", "...": r"\ldots ",
}  # fmt: skip


def formulas(doc: str) -> list[str]:
    """Return the formulas of a docstring, as text."""
    return [match.group().strip() for match in FORMULA.finditer(doc) if _in_prose(match)]


def set_formulas(*event: list[str]) -> None:
    """Set the formulas of a docstring, before its sections are read."""
    lines = event[-1]
    lines[:] = FORMULA.sub(_directive, "\n".join(lines)).split("\n")


def tex(text: str) -> str:
    """Return a formula as TeX."""
    if "   " in text:
        return r" \qquad ".join(map(tex, text.split("   ")))
    done, rest = [], _runs(text)
    while rest:
        run, *rest = rest
        if rest[:1] == ["/"]:
            below = rest[1].rstrip(",.")
            run = rf"\frac{{{_bare(run)}}}{{{_bare(below)}}}{rest[1][len(below) :]}"
            rest = rest[2:]
        else:
            run = _set(run)
        done.append(run)
    return " ".join(done)


def _in_prose(match: re.Match[str]) -> bool:
    titles = SECTION.findall(match.string[: match.start()])
    return (titles or [""])[-1] in PROSE


def _directive(match: re.Match[str]) -> str:
    text = match.group()
    return f".. math:: {tex(text.strip())}\n" if _in_prose(match) else text


def _runs(text: str) -> list[str]:
    """Split at the spaces outside of brackets."""
    runs, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == " " and not depth:
            runs.append("")
        else:
            runs[-1] += character
    return runs


def _bare(run: str) -> str:
    """Set a side of a fraction, without the brackets around the whole of it."""
    return tex(run[1:-1]) if run[0] == "(" and _end(run, 0) == len(run) - 1 else _set(run)


def _set(run: str) -> str:
    """Set what has no space outside of brackets."""
    opening = OPENING.search(run)
    if not opening:
        return TOKEN.sub(_token, run)
    end = _end(run, opening.end() - 1)
    inner = tex(run[opening.end() : end])
    kind, bracket = opening.group()[:-1], opening.group()[-1]
    if kind:
        body = (r"\sqrt" if kind == "√" else kind) + f"{{{inner}}}"
    elif r"\frac" in inner:
        body = rf"\left{bracket}{inner}\right{BRACKETS[bracket]}"
    else:
        body = bracket + inner + BRACKETS[bracket]
    return TOKEN.sub(_token, run[: opening.start()]) + body + _set(run[end + 1 :])


def _end(text: str, start: int) -> int:
    """Return where the bracket that opens at `start` is closed."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "([") - (text[i] in ")]")
        if not depth:
            return i
    raise ValueError(f"a bracket stays open in {text!r}.")


def _token(match: re.Match[str]) -> str:
    token = match.group()
    if match["word"]:
        name = token if token in LIMITS else f"operatorname{{{token}}}"
        return r"\text{ for }" if token == "for" else rf"\{name} "
    return rf"\hat {match['hat']}" if match["hat"] else SYMBOLS.get(token, token)
