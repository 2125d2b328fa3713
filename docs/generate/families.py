"""Who computes what: families of functionals, kinds of measures and methods, found by looking."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

from divergences import dispatch, methods
from divergences.core import Method
from divergences.dispatch import finite, handlers

FINITE = "probabilities, `LogProbs`, `Logits`, `Weights`"


def families() -> dict[str, str]:
    """Return the families that measures and methods meet in, each with what it says of itself."""
    return {
        name: (inspect.getdoc(function) or "").split("\n\n")[0]
        for name, function in vars(dispatch).items()
        if inspect.isfunction(function)
        and function.__module__ == dispatch.__name__
        and not name.startswith("_")
    }


def families_of(function: Callable[..., Any]) -> list[str]:
    """Return the families that a public function asks `dispatch` for."""
    plain = inspect.unwrap(getattr(function, "func", function))  # of a partial with its order
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == "dispatch"
    }
    return [family for family in families() if family in asked]


def handlers_of() -> dict[str, ModuleType]:
    """Return what may be known of a distribution and the module that computes from it."""
    found = {FINITE: finite}
    for kind, handler in handlers.HANDLERS:
        found[f"`{kind.__name__}`"] = handler
    return found


def kinds_for(wanted: list[str]) -> list[str]:
    """Return the kinds of measures from which one of the families can be computed."""
    return [
        kind for kind, handler in handlers_of().items() if handler.FAMILIES.keys() & set(wanted)
    ]


def public_methods() -> dict[str, type[Method]]:
    """Return the methods that users can name."""
    for info in pkgutil.walk_packages(methods.__path__, f"{methods.__name__}."):
        if not info.name.endswith("differentiable"):
            importlib.import_module(info.name)
    return {
        name: thing
        for name, thing in inspect.getmembers(methods)
        if isinstance(thing, type) and issubclass(thing, Method) and thing is not Method
    }


def methods_for(wanted: list[str]) -> list[str]:
    """Return the names of the methods that serve one of the families."""
    return [n for n, method in public_methods().items() if any(hasattr(method, f) for f in wanted)]
