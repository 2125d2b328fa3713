"""Special functions of the array library in use: those of SciPy, or of JAX."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from divergences.numerics.runtime.backend import backend

_module = cache(import_module)


def special(xp: Any) -> Any:
    """Return the module of special functions that goes with the namespace `xp`."""
    return _module(backend(xp).special or "scipy.special")
