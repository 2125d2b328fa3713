"""Loops compiled by Numba from formulas that are written for any array; needs Numba to be imported.

A formula takes its array namespace as an argument, and is compiled with that of single floats. The
functions that it calls are compiled along with it.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterator, Sequence
from dis import get_instructions
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numba

from divergences.numerics import lanes

# What global names stand for in all that is compiled.
KNOWN = {function.__name__: function for function in lanes.INSTEAD} | {"xp": lanes}


def compiled(
    loop: Callable[..., Any], name: str, dimensions: Sequence[int], **named: Any
) -> Callable[..., Any]:
    """Return `loop` compiled for float64 arrays of so many `dimensions`, in the order of C.

    Global names of the loop, and of what its module defines, stand for what is `named`, and `xp`
    for the namespace of single floats. The result is kept on disk, as `name`, for the next process
    that wants the same.
    """
    stamp = hashlib.sha256(Path(lanes.__file__).read_bytes())
    for part in _parts(loop, named):
        stamp.update(part)
    function = _renewed(loop, named, loop.__module__)
    function.__qualname__ = f"{name}_{stamp.hexdigest()[:12]}"
    signature = tuple(
        numba.types.Array(numba.float64, n, "C", readonly=True) if n else numba.float64
        for n in dimensions
    )
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return numba.njit([signature], cache=True, **options)(function)
    except RuntimeError:  # there is no place to keep it
        return numba.njit([signature], **options)(function)


def _used(function: FunctionType, named: dict[str, Any]) -> dict[str, Any]:
    """Return what the global names in a function stand for when it is compiled."""
    everything = function.__globals__ | KNOWN | named
    names = {i.argval for i in get_instructions(function) if i.opname == "LOAD_GLOBAL"}
    return {k: everything[k] for k in sorted(names) if k in everything}


def _renewed(function: Any, named: dict[str, Any], home: str) -> FunctionType:
    """Return a function of the same code, whose names stand for what can be compiled."""
    values = _used(function, named)
    for k, value in values.items():
        if isinstance(value, FunctionType):
            values[k] = _inner(value, named, home) if _feels(value, named) else _common(value, home)
    values = function.__globals__ | values
    return FunctionType(function.__code__, values, function.__name__, function.__defaults__)


def _inner(function: FunctionType, named: dict[str, Any], home: str) -> Any:
    """Return what a loop calls, to be compiled with it.

    What the module `home` defines are sums, with an account of their rounding; all else formulas.
    """
    kind = lanes.strict if function.__module__ == home else lanes.lane
    return kind(_renewed(function, named, home))


@cache
def _common(function: FunctionType, home: str) -> Any:
    """Return what all loops that call it can share."""
    return _inner(function, {}, home)


def _feels(function: FunctionType, named: dict[str, Any]) -> bool:
    """Whether a function depends on what is `named`."""
    return any(
        k in named or (isinstance(value, FunctionType) and _feels(value, named))
        for k, value in _used(function, named).items()
    )


def _parts(function: Any, named: dict[str, Any]) -> Iterator[bytes]:
    """Yield what the compiled code depends on: that of all functions, and constants."""
    yield marshal.dumps(function.__code__, 2)  # of later versions the result depends on references
    for value in _used(function, named).values():
        if isinstance(value, FunctionType):
            yield from _parts(value, named)
        elif isinstance(value, (int, float, tuple)):
            yield repr(value).encode()
