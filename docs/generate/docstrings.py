"""Docstrings are written for those who read them as text, where |x| is an absolute value."""

from __future__ import annotations

import re

# What is set literally: an example up to a blank line, a directive with all that is indented under
# it, and code and formulas within a line.
LITERAL = re.compile(
    r"^ *>>> .*?(?=^\s*$|\Z)"
    r"|^(?P<indent> *)\.\. .*?(?=^(?P=indent)\S|\Z)"
    r"|``.*?``"
    r"|:\w+:`.*?`",
    re.DOTALL | re.MULTILINE,
)


def escape_bars(*event: list[str]) -> None:
    """Escape the bars in the prose of a docstring, which would be markup."""
    lines = event[-1]
    text, escaped, done = "\n".join(lines), "", 0
    for literal in LITERAL.finditer(text):
        escaped += text[done : literal.start()].replace("|", r"\|") + literal.group()
        done = literal.end()
    lines[:] = (escaped + text[done:].replace("|", r"\|")).split("\n")
