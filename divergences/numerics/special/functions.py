"""Special functions of the array library in use: those of SciPy, or of JAX."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import scipy.special

from divergences.numerics.runtime.backend import backend


def special(xp: Any) -> Any:
    """Return the module of special functions that goes with the namespace `xp`."""
    if backend(xp).native:
        return scipy.special
    return import_module(backend(xp).special or "scipy.special")
