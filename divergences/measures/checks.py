"""Checks of what users pass. Each message names the argument, what is wrong and what to do."""

from __future__ import annotations

from math import log, prod
from typing import Any

import numpy as np

from divergences.numerics.namespace import is_floating, is_jax, is_traced, namespace

Array = Any


def numeric(name: str, x: Any, xp: Any) -> Array:
    """Return `x` as an array of real numbers."""
    if xp is np and not isinstance(x, np.ndarray):
        try:
            x = np.asarray(x)
        except ValueError as error:
            raise ValueError(f"{name} is not a rectangular array of numbers: {error}") from None
    else:
        x = xp.asarray(x)
    if (xp is np and x.dtype.kind not in "biuf") or (xp is not np and _is_complex(x, xp)):
        raise TypeError(
            f"{name} has dtype {x.dtype}; probabilities are real numbers. "
            "Pass an array of a floating dtype."
        )
    if xp is np and x.dtype.itemsize > 8:
        raise TypeError(f"{name} has dtype {x.dtype}; convert it to float64, the widest supported.")
    if x.ndim == 0:
        raise ValueError(f"{name} is a scalar; pass an array with at least one axis of outcomes.")
    return x


def _is_complex(x: Array, xp: Any) -> bool:
    if is_jax(xp):
        return bool(xp.issubdtype(x.dtype, xp.complexfloating))
    return bool(xp.isdtype(x.dtype, "complex floating"))


def mask(where: Any, xp: Any) -> Array:
    """Return `where` as an array of booleans."""
    where = np.asarray(where) if xp is np else xp.asarray(where)
    if where.dtype != (np.bool_ if xp is np else xp.bool):
        raise TypeError(f"where has dtype {where.dtype}; pass booleans, True for outcomes to keep.")
    return where


def align(
    arrays: dict[str, Array], where: Array | None, axis: Any, xp: Any
) -> tuple[dict[str, Array], tuple[int, ...]]:
    """Broadcast `arrays` against each other and move the outcomes to one last axis."""
    ndim = max(x.ndim for x in arrays.values())
    axes = normalised_axes(axis, ndim)
    lifted = {k: _lift(x, ndim) for k, x in arrays.items()}
    if where is not None:
        lifted["where"] = _lift(where, ndim)
    for i in axes:
        sizes = {k: x.shape[i] for k, x in lifted.items() if k != "where"}
        if len(set(sizes.values())) > 1:
            raise ValueError(
                f"{_listed(sizes)} have different numbers of outcomes along axis {i}. "
                "Distributions are compared outcome by outcome: give them equal lengths."
            )
    try:
        shape = np.broadcast_shapes(*(x.shape for x in lifted.values()))
    except ValueError:
        shapes = {k: tuple(x.shape) for k, x in lifted.items()}
        raise ValueError(f"shapes do not broadcast: {_listed(shapes)}.") from None
    if prod(shape[i] for i in axes) == 0:
        raise ValueError(
            f"{' and '.join(arrays)} have no outcomes along axis {axis}; a distribution needs one."
        )
    batch = tuple(i for i in range(ndim) if i not in axes)
    order = batch + axes
    kept = tuple(1 if i in axes else shape[i] for i in range(ndim))
    lined = {}
    for k, x in lifted.items():
        x = xp.permute_dims(x, order)
        full = tuple(shape[i] for i in axes)
        if x.shape[len(batch) :] != full:  # only `where` can be short here
            x = xp.broadcast_to(x, x.shape[: len(batch)] + full)
        lined[k] = xp.reshape(x, (*x.shape[: len(batch)], prod(full)))
    return lined, kept


def normalised_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return `axis` (an int, a tuple of them, or None for all) as non-negative ints."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    for a in axes:
        if isinstance(a, bool) or not isinstance(a, int | np.integer):
            raise TypeError(
                f"axis is {axis!r}; pass an int, a tuple of ints, or None for all axes."
            )
        if not -ndim <= a < ndim:
            raise ValueError(f"axis {a} is out of range for arrays of {ndim} dimension(s).")
    normal = tuple(int(a) % ndim for a in axes)
    if len(set(normal)) < len(normal):
        raise ValueError(f"axis {axis!r} names an axis twice.")
    return normal


def _lift(x: Array, ndim: int) -> Array:
    return x[(None,) * (ndim - x.ndim) + (...,)]


def _listed(values: dict[str, Any]) -> str:
    return " and ".join(f"{k} ({v})" for k, v in values.items())


def tolerance(x: Array, xp: Any) -> float:
    """Return how far from one a total may be: the root of the dtype's epsilon."""
    return float(xp.finfo(x.dtype if is_floating(xp, x.dtype) else float).eps) ** 0.5


def masses(name: str, total: Array, least: Array, unit: float | None, xp: Any) -> None:
    """Refuse negative masses and wrong totals; NaN is let through, to come out as NaN."""
    if is_traced(total):
        return
    if bool(xp.any(least < 0)):
        # Weights have been scaled by then: theirs would not be recognised.
        which = "" if unit is None else f" ({float(xp.min(least))!r})"
        raise ValueError(
            f"{name} has a negative entry{which}; probabilities and weights are non-negative."
        )
    if unit is None:
        if bool(xp.any(total == 0)):
            raise ValueError(
                f"{name} has total mass zero; a distribution needs some positive mass."
            )
        if bool(xp.any(xp.isinf(total))):
            raise ValueError(f"{name} has an infinite entry; weights are finite.")
        return
    _unit_total(name, total, unit, "probabilities", "Weights", xp)


def _unit_total(name: str, total: Array, unit: float, what: str, instead: str, xp: Any) -> None:
    excess = xp.abs(total - 1.0)
    if bool(xp.any(excess > unit)):
        worst = xp.reshape(total, (-1,))[int(xp.argmax(xp.reshape(excess, (-1,))))]
        raise ValueError(
            f"{name} sums to {float(worst)!r}, not 1; {what} must sum to 1 along the axis. "
            f"If any total is meant, pass {instead}({name})."
        )


def logs(name: str, values: Array, unit: float | None, xp: Any) -> None:
    """Refuse +inf and empty distributions, and log-probabilities of a total other than one."""
    if is_traced(values):
        return
    top = xp.max(values, axis=-1)
    if bool(xp.any(top == xp.inf)):
        raise ValueError(f"{name} contains +inf; log-probabilities and logits are below it.")
    if bool(xp.any(top == -xp.inf)):
        raise ValueError(f"{name} is -inf throughout; a distribution needs some positive mass.")
    if unit is not None:
        total = xp.sum(xp.exp(values), axis=-1)
        _unit_total(name, total, unit, "exp of log-probabilities", "Logits", xp)


def unit_of(base: Any) -> float:
    """Return log(base): how many nats make one unit."""
    if base is None:
        return 1.0
    if isinstance(base, bool) or not isinstance(base, int | float | np.integer | np.floating):
        raise TypeError(f"base is {base!r}; pass a positive number (2 for bits), or None for nats.")
    if not (base > 0 and base != 1 and np.isfinite(base)):
        raise ValueError(f"base is {base!r}; it must be positive, finite and not 1.")
    return log(base)


def shares(weights: Any, k: int) -> Any:
    """Return mixture weights of `k` distributions: non-negative, one each; equal for None."""
    if weights is None:
        return np.ones(k)
    xp = namespace(weights)
    weights = numeric("weights", weights, xp) if xp is np else weights
    if tuple(weights.shape) != (k,):
        raise ValueError(
            f"weights has shape {tuple(weights.shape)}; pass one weight for each of {k}."
        )
    masses("weights", xp.sum(weights), xp.min(weights), tolerance(weights, xp), xp)
    return weights


def order_of(alpha: Any, xp: Any, dtype: Any, batch: tuple[int, ...] = ()) -> Array:
    """Return the order or orders of a quantity: real numbers, infinite ones included."""
    if xp is np and not isinstance(alpha, np.ndarray):
        alpha = np.asarray(alpha)
    x = xp.asarray(alpha)
    kind = x.dtype.kind if xp is np else ""
    if kind not in "iuf" or (xp is not np and (_is_complex(x, xp) or x.dtype == xp.bool)):
        raise TypeError(f"alpha has dtype {x.dtype}; an order is a real number, such as 0.5 or 2.")
    try:
        np.broadcast_shapes(tuple(x.shape), batch)
    except ValueError:
        raise ValueError(
            f"alpha has shape {tuple(x.shape)}, which does not broadcast with the batch of "
            f"distributions, {batch}."
        ) from None
    return xp.astype(x, dtype)


def weight(b: Any) -> Any:
    """Return a weight between 0 and 1: a float, or an array of them."""
    xp = namespace(b)
    if xp is np:
        b = np.asarray(b)
        if b.dtype.kind not in "iuf":
            raise TypeError(f"weight has dtype {b.dtype}; pass a real number from 0 to 1.")
        b = b.astype(np.float64)
    if not is_traced(b) and not bool(xp.all((b >= 0.0) & (b <= 1.0))):
        raise ValueError(f"weight is {b}; it is the share of P in the mixture, from 0 to 1.")
    return float(b) if xp is np and not b.ndim else b
