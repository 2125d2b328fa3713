"""Special functions of the array library in use: those of SciPy, or of JAX."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import scipy.special

from divergences.numerics.runtime.namespace import is_jax


def special(xp: Any) -> Any:
    """Return the module of special functions that goes with the namespace `xp`."""
    return import_module("jax.scipy.special") if is_jax(xp) else scipy.special
