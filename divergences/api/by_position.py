"""Refuse arguments by position that a function takes by name, and say what to write instead.

It is for functions of which users of other libraries expect more: the call costs 0.3 µs, so that
those which are called most on short vectors leave the refusal to Python.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

WEIGHTED = "Weights belong to the sample: Sample(x, weights)."  # where SciPy takes them

Function = TypeVar("Function", bound=Callable[..., Any])


def at_most(hint: str = "") -> Callable[[Function], Function]:
    """Return a decorator for functions of few positional parameters.

    Parameters
    ----------
    hint
        What somebody may have wanted who passes more.
    """

    def decorated(function: Function) -> Function:
        parameters = signature(function).parameters.values()
        places = [one.name for one in parameters if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
        names = [one.name for one in parameters if one.kind is Parameter.KEYWORD_ONLY]
        most, name = len(places), getattr(function, "__name__", "")

        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            if len(args) > most:
                raise TypeError(
                    f"{name} takes {most} of its arguments by position ({', '.join(places)}), and "
                    f"{len(args)} were given. Pass others by name: "
                    f"{', '.join(f'{n}=' for n in names)}." + (f" {hint}" if hint else "")
                )
            return function(*args, **options)

        return call  # pyright: ignore

    return decorated
