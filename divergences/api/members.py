"""A public function and its member lead to each other: ``function.member``, ``member.function``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from divergences.api.by_position import at_most
from divergences.core import Functional
from divergences.numerics.runtime.names import closest

Function = TypeVar("Function", bound=Callable[..., object])

_MEMBERS: dict[str, Functional] = {}  # of the modules of the face that are imported


def computes(member: Functional, hint: str = "") -> Callable[[Function], Function]:
    """Say of a public function which member it computes.

    All members of a class, of whatever order or weight, lead to the function. It stays the function
    that it is, unless there is a hint for those who pass too many arguments by position.
    """

    def tied(function: Function) -> Function:
        function = at_most(hint)(function) if hint else function
        vars(function)["member"] = member
        type(member).function = staticmethod(function)
        _MEMBERS[member.name] = member
        return function

    return tied


@cache
def registry() -> dict[str, Functional]:
    """Return all members by the names of their functions, which are imported for it."""
    package = __name__.rpartition(".")[0]
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        import_module(module.name)
    return _MEMBERS


def member_of(quantity: Any) -> Functional | None:
    """Return the member of which `quantity` is the public function or its name.

    None for a function of the user's.
    """
    if callable(quantity):
        member = getattr(quantity, "member", None)
        return member if isinstance(member, Functional) else None
    if not isinstance(quantity, str):
        raise TypeError(f"{quantity!r} is neither a function nor the name of a quantity.")
    members = registry()
    if quantity not in members:
        close = closest(quantity, members)
        raise ValueError(f"There is no quantity {quantity!r}; close to it: {close}.")
    return members[quantity]
