"""Finite distributions: plain probabilities, `Weights`, `LogProbs` and `Logits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from divergences.measures import checks
from divergences.numerics.namespace import (
    namespace,
    rescale_weights,
    result_dtype,
    working_dtype,
)

Array = Any


@dataclass(frozen=True, eq=False)
class Weights:
    """Non-negative masses of any total, proportional to the probabilities.

    Parameters
    ----------
    values
        Masses; outcomes lie along the ``axis`` given to the function that takes them.

    Notes
    -----
    The value of a function of ``Weights(w)`` is exactly that of w / sum(w) for the floats given.
    The division is never carried out, so it costs no accuracy, and totals may be as large or small
    as the dtype allows.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.entropy(dv.Weights([1, 1, 2]), base=2))
    1.5
    """

    values: Any


@dataclass(frozen=True, eq=False)
class LogProbs:
    """Natural logarithms of probabilities that sum to one; -inf is probability zero.

    Parameters
    ----------
    values
        Log-probabilities; outcomes lie along the ``axis`` given to the function that takes them.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.LogProbs(np.log([0.5, 0.25, 0.25])), base=2)), 15)
    1.5
    """

    values: Any


@dataclass(frozen=True, eq=False)
class Logits:
    """Unnormalised log-probabilities, as a softmax takes them; -inf is probability zero.

    Parameters
    ----------
    values
        Logits; outcomes lie along the ``axis`` given to the function that takes them.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.kl_divergence(dv.Logits([3.0, 1.0]), dv.Logits([2.0, 0.0])))
    0.0
    """

    values: Any


MEASURES = (Weights, LogProbs, Logits)
PROBABILITIES = float(np.finfo(np.float64).eps) ** 0.5  # how far from one a float64 total may be


class Masses(NamedTuple):
    """A distribution in canonical form: outcomes last, floating dtype, checked.

    `values` are masses, or their logarithms if `is_log`. A plain pmf or `LogProbs` must sum to one
    within `tolerance`; `Weights` (tolerance None) are scaled by a power of two.
    """

    name: str
    values: Array
    is_log: bool
    tolerance: float | None

    def check(self, total: Array, least: Array, xp: Any) -> None:
        """Refuse a negative `least` mass or a wrong `total`, as found by whoever summed them."""
        checks.masses(self.name, total, least, self.tolerance, xp)

    def check_sums(self, total: Any, least: float) -> None:
        """Do so on NumPy, without the cost of a full check where totals are plainly right."""
        one = type(total) is float
        excess = abs(total - 1.0) if one else max(total.max() - 1.0, 1.0 - total.min())
        if not (excess < 1e-9 and least >= 0.0 and self.tolerance is not None):
            self.check(np.asarray(total), np.asarray(least), np)

    def check_values(self, xp: Any) -> None:
        """Check the values themselves, where no sum has been taken yet."""
        if not self.is_log:
            self.check(xp.sum(self.values, axis=-1), xp.min(self.values, axis=-1), xp)


def operands(
    named: dict[str, Any], axis: Any, where: Any = None, *others: Any
) -> tuple[list[Masses], Any, Any, tuple[int, ...]]:
    """Bring what a user passed as distributions into canonical form.

    `others` are arrays that they will meet. Returns the masses, their namespace, the dtype of the
    result, and the batch shape that ``keepdims`` would give.
    """
    raw = {k: v.values if isinstance(v, MEASURES) else v for k, v in named.items()}
    xp = namespace(*raw.values(), *others)
    arrays = {k: checks.numeric(k, v, xp) for k, v in raw.items()}
    dtype = result_dtype(xp, *arrays.values())
    working = working_dtype(xp, dtype)
    mask = None if where is None else checks.mask(where, xp)
    lined, kept = checks.align(arrays, mask, axis, xp)
    mask = lined.pop("where", None)
    masses = []
    for name, x in named.items():
        values = lined[name]
        if values.dtype != working:
            values = xp.astype(values, working)
        is_log = isinstance(x, LogProbs | Logits)
        if mask is not None:
            values = xp.where(mask, values, -xp.inf if is_log else 0.0)
        if isinstance(x, Weights):
            values = rescale_weights(values, xp)
        tolerance = None
        if not isinstance(x, Weights | Logits):
            tolerance = checks.tolerance(arrays[name], xp)
        if is_log:
            checks.logs(name, values, tolerance, xp)
        masses.append(Masses(name, values, is_log, tolerance))
    return masses, xp, dtype, kept
