"""Functions of rows that are differentiated by rule: one record for each library that can."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from divergences.numerics.namespace import is_jax, is_torch

Array = Any


class Slopes(NamedTuple):
    """The derivative of a function of rows: `outer`, one a row, times what is in `inner`.

    There is an array for each argument, None where it was not needed.
    """

    outer: Array
    inner: list[Array | None]


Rule = Callable[..., Slopes]  # of which arguments' slopes are needed, and the arguments


class Library(NamedTuple):
    """What a library that differentiates has of its own."""

    namespace: Any
    # The function of a value of rows and of its rule, compiled where that is of use.
    differentiable: Callable[[Callable[..., Array], Rule], Callable[..., Array]]
    # What the first function returns if the condition holds, else what the second one returns.
    either: Callable[[Array, Callable[[], Array], Callable[[], Array]], Array]


def differentiates(xp: Any) -> bool:
    """Whether functions of arrays of `xp` are differentiated here."""
    return is_jax(xp) or is_torch(xp)


@cache
def library(xp: Any) -> Library:
    """Return what is known of the library of `xp`, one that differentiates."""
    return import_module(f"{__name__}.{'jax' if is_jax(xp) else 'torch'}").LIBRARY
