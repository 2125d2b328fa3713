"""Functions of rows that are differentiated by rule: one record for each library that can."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, wraps
from importlib import import_module
from typing import Any, NamedTuple

from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import is_compiling
from divergences.numerics.typing import Array


class Slopes(NamedTuple):
    """The derivative of a function of rows: `outer`, one a row, times what is in `inner`.

    There is an array for each argument, None where it was not needed.
    """

    outer: Array
    inner: list[Array | None]


Rule = Callable[..., Slopes]  # of which arguments' slopes are needed, and the arguments


class WithRule(NamedTuple):
    """A function of rows and the rule of its derivative."""

    value: Callable[..., Array]
    rule: Rule


class Library(NamedTuple):
    """What a library that differentiates has of its own."""

    namespace: Any
    # The function of a value of rows and of its rule, compiled where that is of use.
    differentiable: Callable[[Callable[..., Array], Rule], Callable[..., Array]]
    # What the first function returns if the condition holds, else what the second one returns.
    either: Callable[[Array, Callable[[], Array], Callable[[], Array]], Array]
    # The derivative of a function of each element, at the elements of an array.
    derivative: Callable[[Callable[[Array], Array], Array], Array]
    # The function of rows, which keeps nothing for its gradient, but is computed again.
    recomputed: Callable[[Callable[..., Array]], Callable[..., Array]]


def differentiates(xp: Any) -> bool:
    """Whether functions of arrays of `xp` are differentiated here."""
    return bool(backend(xp).derivatives)


def made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return `make`, which makes a differentiable function, keeping what it has made."""
    kept = cache(make)

    def number(*arguments: Any) -> int:
        return _number(kept(*arguments))

    # When PyTorch compiles it takes the number for a constant, by this mark, which is that of
    # `torch.compiler.assume_constant_result`, and the function of that number for one operation.
    vars(number)["_dynamo_marked_constant"] = True

    @wraps(make)
    def made(*arguments: Any) -> Any:
        if not is_compiling():
            return kept(*arguments)
        found = number(*arguments)
        from divergences.numerics.differentiable.torch import operation

        return partial(operation, found)

    return made


NUMBERED: list[Callable[..., Array]] = []


@cache
def _number(function: Callable[..., Array]) -> int:
    """Return the number of a function."""
    NUMBERED.append(function)
    return len(NUMBERED) - 1


@cache
def library(xp: Any) -> Library:
    """Return what is known of the library of `xp`, one that differentiates."""
    return import_module(backend(xp).derivatives).LIBRARY
