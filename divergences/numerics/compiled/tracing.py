"""An array namespace that writes down what a formula does, as C for one outcome.

A formula that takes its namespace as an argument runs here once, on symbols. Each operation
becomes a line; the same operation on the same arguments becomes one line only. Choices are between
values that are both computed: without branches a compiler can do outcomes side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

float64 = np.float64
finfo = np.finfo


class Symbol:
    """A value of the formula that is traced: its name in C, and the lines that lead to it."""

    __slots__ = ("lines", "name")
    dtype = np.dtype(np.float64)

    def __init__(self, lines: dict[str, str], name: str) -> None:
        self.lines = lines
        self.name = name

    def __neg__(self) -> Symbol:
        return _line(f"-{self.name}", self)

    def __abs__(self) -> Symbol:
        return _call("fabs", self)


def _line(text: str, *arguments: Any, kind: str = "double") -> Symbol:
    """Return the symbol of the expression `text`: that of before if it has been written."""
    lines = next(x.lines for x in arguments if isinstance(x, Symbol))
    if text not in lines:
        lines[text] = f"const {kind} v{len(lines)} = {text};"
    return Symbol(lines, lines[text].split()[2])


def _text(x: Any) -> str:
    """Return an argument in C."""
    return x.name if isinstance(x, Symbol) else repr(float(x))


def _call(function: str, *arguments: Any) -> Symbol:
    return _line(f"{function}({', '.join(map(_text, arguments))})", *arguments)


def _operators(sign: str, kind: str = "double") -> tuple[Callable[..., Symbol], ...]:
    """Return the methods of a binary operator: as it stands, and with its operands exchanged."""

    def operate(self: Symbol, other: Any) -> Symbol:
        return _line(f"{_text(self)} {sign} {_text(other)}", self, other, kind=kind)

    def reflected(self: Symbol, other: Any) -> Symbol:
        return _line(f"{_text(other)} {sign} {_text(self)}", self, other, kind=kind)

    return operate, reflected


for _name, _sign in {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}.items():
    for _prefix, _method in zip(("", "r"), _operators(_sign), strict=True):
        setattr(Symbol, f"__{_prefix}{_name}__", _method)
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&", "or": "|"}.items():
    setattr(Symbol, f"__{_name}__", _operators(_sign, "int")[0])


def where(condition: Symbol, x: Any, y: Any) -> Symbol:
    """Return x if the condition holds, else y."""
    return _line(f"{condition.name} ? {_text(x)} : {_text(y)}", condition)


def minimum(x: Any, y: Any) -> Symbol:
    """Return the lesser."""
    return _call("lesser", x, y)


def maximum(x: Any, y: Any) -> Symbol:
    """Return the greater."""
    return _call("greater", x, y)


def abs(x: Symbol) -> Symbol:  # noqa: A001 - the name that array namespaces give it
    """Return the size of x."""
    return _call("fabs", x)


def sqrt(x: Symbol) -> Symbol:
    """Return the square root."""
    return _call("sqrt", x)


def log(x: Symbol) -> Symbol:
    """Return the logarithm of a positive normal number."""
    return _call("log_of", x)


def log1p(x: Symbol) -> Symbol:
    """Return log(1 + x)."""
    return _call("log1p_of", x)


def traced(function: Callable[..., Symbol], name: str, *arguments: str) -> str:
    """Return `function` of float arguments as a function of C."""
    lines: dict[str, str] = {}
    result = function(*(Symbol(lines, argument) for argument in arguments))
    parameters = ", ".join(f"double {argument}" for argument in arguments)
    read = set(re.findall(r"\w+", " ".join(lines.values())))
    unread = [f"(void){argument};" for argument in arguments if argument not in read]
    body = "\n".join(f"    {line}" for line in [*unread, *lines.values()])
    return f"INLINE double {name}({parameters})\n{{\n{body}\n    return {result.name};\n}}\n"
