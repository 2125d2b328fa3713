"""What array libraries do differently: one record each, read where it matters.

This folder alone knows which library is in use. Formulas and methods ask for a property of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import array_api_compat as compat
import numpy as np


class Backend(NamedTuple):
    """The properties of an array library on which formulas and methods depend."""

    # Compiled loops and SciPy take its arrays, and to look at a value costs next to nothing.
    native: bool = False
    # Functions are compiled whole. They are traced before that, and values are unknown then.
    compiles: bool = False
    # Results below the smallest normal number are zero.
    flushes_subnormals: bool = False
    # log1p and expm1 err by no more than a unit in the last place or two.
    accurate_log1p: bool = True
    # Exponents are split off and put back exactly, by frexp and ldexp.
    frexp: bool = False
    # The module of its special functions, which distributions need.
    special: str = ""
    # The module that says how its functions are differentiated by rule.
    derivatives: str = ""


NUMPY = Backend(native=True, frexp=True, special="scipy.special")
JAX = Backend(
    compiles=True,
    flushes_subnormals=True,
    accurate_log1p=False,
    frexp=True,
    special="jax.scipy.special",
    derivatives="divergences.numerics.differentiable.jax",
)
TORCH = Backend(derivatives="divergences.numerics.differentiable.torch")
STANDARD = Backend()  # what the array API standard says, and no more


def backend(xp: Any) -> Backend:
    """Return the record of the library whose namespace is `xp`."""
    if xp is np:
        return NUMPY
    if compat.is_jax_namespace(xp):
        return JAX
    return TORCH if compat.is_torch_namespace(xp) else STANDARD
