"""Public names that are imported when they are used (Scientific Python's SPEC 1)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from divergences.numerics.runtime.names import closest


def attach(
    package: str, places: Mapping[str, str], modules: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package.

    `places` maps modules below the package to the names that each holds, separated by blanks;
    `modules` are public ones. The stub of the package, for type checkers, states the same.
    """
    homes = {name: home for home, names in places.items() for name in names.split()}
    public = sorted([*homes, *modules])

    def get(name: str) -> Any:
        if name in homes:
            value = getattr(import_module(f"{package}.{homes[name]}"), name)
        elif name in modules:
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(_missing(package, name, public), name=name)
        setattr(sys.modules[package], name, value)  # the next look-up finds it at once
        return value

    return get, lambda: list(public), public


def _missing(package: str, name: str, public: list[str]) -> str:
    text = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):  # asked for by machines
        return text
    return f"{text}; close to it: {closest(name, public)}"
