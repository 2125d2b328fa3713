"""Log-probabilities of discrete distributions of `scipy.stats` where SciPy's own lose digits.

SciPy takes the logarithm of a probability for some of them, which is -inf where that has
underflowed; those of shifted families are less accurate than the families'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import xlogy

from divergences.measures.scipy_families import STANDARD, parameters
from divergences.measures.univariate import Lattice
from divergences.numerics.typing import Array


def _planck(k: Array, rate: float) -> Array:
    return np.log(-np.expm1(-rate)) - rate * k


def _boltzmann(k: Array, rate: float, n: float) -> Array:
    return np.log(np.expm1(-rate) / np.expm1(-rate * n)) - rate * k


def _dlaplace(k: Array, rate: float) -> Array:
    return np.log(np.tanh(0.5 * rate)) - rate * np.abs(k)


def _logser(k: Array, p: float) -> Array:
    return xlogy(k, p) - np.log(k) - np.log(-np.log1p(-p))


def _randint(k: Array, low: float, high: float) -> Array:
    return -np.log(float(high) - float(low)) + 0.0 * k


FORMULAS: dict[str, Callable[..., Array]] = {
    "planck": _planck,
    "boltzmann": _boltzmann,
    "dlaplace": _dlaplace,
    "logser": _logser,
    "randint": _randint,
}


def log_pmf(x: Any) -> Callable[[Array], Array] | None:
    """Return the log-probability of a frozen distribution; None where SciPy's own is to be used.

    It takes whole numbers of the support, less the shift.
    """
    name = getattr(getattr(x, "dist", None), "name", None)
    if name not in FORMULAS and name not in STANDARD:
        return None
    shapes, _, _ = parameters(x)
    if name in FORMULAS:
        return lambda k: FORMULAS[name](k, *shapes)
    family = STANDARD[name](*shapes)
    return family.log_prob if isinstance(family, Lattice) else None
