"""Finite distributions: plain probabilities, `Weights`, `LogProbs` and `Logits`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from divergences.measures import array_likes, axes, checks
from divergences.measures.pytrees import Wrapper
from divergences.measures.shards import whole
from divergences.numerics.differentiable import differentiates
from divergences.numerics.floats.normalised_pair import log_shares
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    are_wide,
    detached,
    is_array,
    is_floating,
    is_small_float,
    is_traced,
    namespace,
    rescale_weights,
    result_dtype,
    working_dtype,
)
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Weights(Wrapper):
    """Non-negative masses of any total, proportional to the probabilities.

    Parameters
    ----------
    values
        Masses; outcomes lie along the ``axis`` given to the function that takes them.

    Notes
    -----
    The value of a function of ``Weights(w)`` is exactly that of w / sum(w) for the floats given.
    The division is never carried out, so it costs no accuracy, and totals may be as large or small
    as the dtype allows. Weights whose range exceeds that of one float are compared by their
    logarithms. Under ``jax.jit`` and ``jax.grad``, where values are not known, a weight is zero if
    its share of the largest is beneath the normal numbers (1e-38 in single precision): pass
    ``Logits`` of the logarithms instead.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.entropy(dv.Weights([1, 1, 2]), base=2))
    1.5
    """

    values: Any


@dataclass(frozen=True, eq=False)
class LogProbs(Wrapper):
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
class Logits(Wrapper):
    """Unnormalised log-probabilities, as a softmax takes them; -inf is probability zero.

    Parameters
    ----------
    values
        Logits; outcomes lie along the ``axis`` given to the function that takes them.
    temperature
        A positive number, by which they are divided: above 1 the distribution is flatter. It may
        be a scalar of JAX, traced or not, and gradients by it are right.

    axis_name
        Inside `jax.shard_map`: the axis of the mesh along which the outcomes lie in shards, of
        which `values` are one. f-divergences and entropies are then those of all outcomes, the same
        on every device, and so are their gradients; other quantities are refused. All sides have
        the same axis, and outcomes along the last axis of arrays.

    Raises
    ------
    TypeError
        If the temperature is not a real number, or `axis_name` no string.
    ValueError
        If the temperature is not positive and finite.

    Notes
    -----
    ``Logits(z, temperature=t)`` is exactly ``Logits(z / t)``: no value or gradient is multiplied
    by t^2, as losses of distillation sometimes are (Hinton, Vinyals & Dean 2015). Under JAX the
    quotient is not rounded; elsewhere it is, once, in the precision of the computation.

    Results of 16-bit arrays are in single precision, as a loss should be; gradients under JAX keep
    the dtype of the array. That holds for all measures and for plain probabilities. NumPy arrays
    of bfloat16, and of the other dtypes of ml_dtypes, are taken too.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.kl_divergence(dv.Logits([3.0, 1.0]), dv.Logits([2.0, 0.0])))
    0.0
    >>> float(dv.kl_divergence(dv.Logits([4.0, 0.0], temperature=2.0), dv.Logits([2.0, 0.0])))
    0.0
    """

    values: Any
    temperature: Any = 1.0
    axis_name: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "temperature", checks.temperature(self.temperature))
        if not isinstance(self.axis_name, str | None):
            raise TypeError(f"axis_name is {self.axis_name!r}; pass the name of an axis of a mesh.")


MEASURES = (Weights, LogProbs, Logits)


def values_of(x: Any) -> Any:
    """Return the array of a measure, or what is passed as one."""
    return x.values if isinstance(x, MEASURES) else x


def is_beside(x: Any, *sides: Any) -> bool:
    """Whether `x` is an array of a library, beside arrays one of which is of that library."""
    values = [values_of(side) for side in sides]
    return is_array(x) and all(map(is_array, values)) and namespace(x) in map(namespace, values)


def kind_of(measure: Weights | LogProbs | Logits) -> Callable[[Array], Any]:
    """Return the function that says of other values what `measure` says of its own."""
    whole(measure)
    temperature = getattr(measure, "temperature", 1.0)
    if is_array(temperature):
        return partial(Logits, temperature=temperature)
    return type(measure) if temperature == 1.0 else _at(temperature)


@cache
def _at(temperature: float) -> Callable[[Array], Logits]:
    return partial(Logits, temperature=temperature)


PROBABILITIES = float(np.finfo(np.float64).eps) ** 0.5  # how far from one a float64 total may be


class MassArray(NamedTuple):
    """A distribution in canonical form: outcomes last, floating dtype, checked.

    `values` are masses, or their logarithms if `is_log`. A plain pmf or `LogProbs` must sum to one
    within `tolerance`; `Weights` (tolerance None) are scaled by a power of two. Logs have yet to be
    divided by a `temperature` that is not None, and may be one of the `shards` along an axis.
    """

    name: str
    values: Array
    is_log: bool
    tolerance: float | None
    temperature: Any = None
    shards: str | None = None

    def check(self, total: Array, least: Array, xp: Any) -> None:
        """Refuse a negative `least` mass or a wrong `total`, as found by whoever summed them."""
        checks.masses(self.name, total, least, self.tolerance, xp)

    def check_sums(self, total: Any, least: float) -> None:
        """Do the same for sums of NumPy, with a cheaper test first."""
        one = type(total) is float
        excess = abs(total - 1.0) if one else max(total.max() - 1.0, 1.0 - total.min())
        if not (excess < 1e-9 and least >= 0.0 and self.tolerance is not None):
            self.check(np.asarray(total), np.asarray(least), np)

    def is_fine(self, least: float, low: float, high: float) -> bool:
        """Whether masses are plainly right by the least of them, and the range of their totals."""
        if self.tolerance is None:
            return least >= 0.0 and low > 0.0 and high < np.inf
        return least >= 0.0 and max(high - 1.0, 1.0 - low) < 1e-9

    def check_range(self, least: float, low: float, high: float) -> None:
        """Check the values themselves if their range is not plainly right."""
        if not self.is_fine(least, low, high):
            self.check_values(np)

    def check_values(self, xp: Any) -> None:
        """Check the values themselves, where no sum has been taken yet."""
        if not self.is_log:
            values = detached(self.values, xp)
            self.check(xp.sum(values, axis=-1), xp.min(values, axis=-1), xp)


def operands(
    named: dict[str, Any],
    axis: Any,
    where: Any = None,
    *others: Any,
    in_blocks: bool = False,
    recorded: bool = False,
) -> tuple[list[MassArray], Any, Any, tuple[int, ...]]:
    """Bring what a user passed as distributions into canonical form.

    `others` are arrays that they will meet. If logs are taken `in_blocks`, those of JAX keep their
    dtype, their rows without mass and their temperature, and those of PyTorch the former two. What
    PyTorch has `recorded` passes if gradients are served. Returns the masses, their namespace, the
    dtype of the result, and the batch shape that ``keepdims`` would give.
    """
    raw = {k: values_of(v) for k, v in named.items()}
    raw, where, carried = array_likes.bare(raw, where)
    xp = namespace(*raw.values(), *others)
    arrays = {k: checks.numeric(k, v, xp, recorded) for k, v in raw.items()}
    dtype = result_dtype(xp, *arrays.values())
    working = working_dtype(xp, dtype)
    mask = None if where is None else checks.mask(where, xp)
    lined, kept = axes.align(arrays, mask, axis, xp, carried)
    mask = lined.pop("where", None)
    masses = []
    for name, x in named.items():
        values = lined[name]
        is_log = isinstance(x, LogProbs | Logits)
        temperature = getattr(x, "temperature", 1.0)
        divided = is_array(temperature) or temperature != 1.0
        as_given = in_blocks and is_log and backend(xp).compiles
        in_rows = in_blocks and is_log and differentiates(xp) and not as_given
        narrow = as_given or (in_rows and not divided)
        narrow = narrow and values.dtype.itemsize == 2 and dtype.itemsize == 4
        if not (as_given and axis == -1 and is_traced(values)):
            whole(x)
        if values.dtype != working and not (narrow and is_floating(xp, values.dtype)):
            values = xp.astype(values, working)
        if divided:
            array_likes.unmasked(f"the temperature of {name}", temperature, recorded)
            if is_array(temperature) and namespace(temperature) is xp:
                temperature = xp.astype(temperature, working)
            else:
                temperature = xp.asarray(temperature, dtype=working)
            values = values if as_given else values / temperature
        else:
            temperature = None
        if mask is not None:
            values = xp.where(mask, values, -xp.inf if is_log else 0.0)
        if isinstance(x, Weights):
            scaled = rescale_weights(values, xp)
            is_log = are_wide(values, scaled, xp)
            values = log_shares(values, xp) if is_log else scaled
        tolerance = None
        if not isinstance(x, Weights | Logits):
            narrow = is_small_float(raw[name])
            tolerance = checks.tolerance(raw[name] if narrow else arrays[name], xp)
        if is_log:
            checks.logs(name, detached(values, xp), tolerance, working, xp)
        if as_given:
            shards = getattr(x, "axis_name", None)
            masses.append(MassArray(name, values, True, tolerance, temperature, shards))
        elif in_rows:
            masses.append(MassArray(name, values, True, tolerance))
        else:
            masses.append(MassArray(name, _marked(values, is_log, xp), is_log, tolerance))
    return masses, xp, dtype, kept


def masses_first(p: MassArray, q: MassArray) -> tuple[MassArray, MassArray]:
    """Return P and Q, exchanged if only P is given by logs: to a symmetric quantity all one."""
    return (q, p) if p.is_log and not q.is_log else (p, q)


def _marked(values: Array, is_log: bool, xp: Any) -> Array:
    """Return `values` with NaN for distributions that cannot be refused.

    These are rows of padding, logits of -inf throughout, and what JAX hides while it traces:
    negative and infinite masses, and masses of zero throughout. NaN is added, so that a cotangent
    of zero stays zero.
    """
    if not (is_log or backend(xp).compiles or is_traced(values)):
        return values
    top = xp.max(values, axis=-1, keepdims=True)
    wrong = top == -xp.inf if is_log else top == 0
    if is_traced(top):
        wrong = wrong | (values == xp.inf) | (False if is_log else values < 0)
    elif not is_log or (backend(xp).native and not wrong.any()):
        return values  # masses are checked when they are summed
    return values + xp.where(wrong, xp.nan, xp.zeros_like(values))
