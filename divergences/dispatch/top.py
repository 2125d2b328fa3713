"""Distributions known by K outcomes and a rest: all sides are coarsened alike, then summed."""

from __future__ import annotations

from typing import Any

from divergences.core import Array
from divergences.dispatch import finite
from divergences.dispatch.call import Call, Families
from divergences.measures import array_likes, axes, checks
from divergences.measures.discrete import Logits, LogProbs, Weights, values_of
from divergences.measures.shards import whole
from divergences.measures.top_log_probs import TopLogProbs
from divergences.methods.finite.logits import coarse
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    cast,
    is_array,
    is_floating,
    is_staged,
    namespace,
    result_dtype,
    working_dtype,
)


@finite.quietly
def evaluate(call: Call) -> Array:
    """Return a quantity of the coarsened distributions, in the dtype that theirs call for."""
    _, axis, _, where, _ = call.options
    if where is not None:
        raise ValueError(
            "where leaves outcomes out, and TopLogProbs does not know the probabilities of all: "
            "leave out of the K what is not wanted, or mask the logits before their log_softmax."
        )
    arrays, xp = _arrays(call.measures)
    axis = _one_axis(axis, max(x.ndim for x in arrays.values()))
    orders = (call.alpha,) if is_array(call.alpha) else ()
    dtype = result_dtype(xp, *arrays.values(), *orders)
    coarsened = _coarsened(call.measures, arrays, axis, xp, working_dtype(xp, dtype))
    value = finite.FAMILIES[call.family](call._replace(measures=coarsened))
    return cast(value, dtype, xp)


FAMILIES: Families = dict.fromkeys(
    (
        "f_divergence",
        "order_divergence",
        "order_entropy",
        "cross_entropy",
        "perplexity",
        "information_radius",
    ),
    evaluate,
)


def _arrays(named: dict[str, Any]) -> tuple[dict[str, Array], Any]:
    """Return the arrays of measures, and their namespace."""
    raw = {}
    for name, x in named.items():
        whole(x)
        raw[name] = x.values if _is_top(x) else values_of(x)
        array_likes.unmasked(name, raw[name], recorded=True)
        array_likes.unlabelled(name, raw[name])
    xp = namespace(*raw.values(), *(x.indices for x in named.values() if _is_top(x)))
    return {name: checks.numeric(name, x, xp, recorded=True) for name, x in raw.items()}, xp


def _is_top(x: Any) -> bool:
    return isinstance(x, TopLogProbs)


def _one_axis(axis: Any, ndim: int) -> int:
    """Return the one axis of outcomes, counted from the right."""
    first, *others = axes.normalised_axes(axis, ndim)
    if others:
        raise ValueError(f"axis is {axis!r}; indices of TopLogProbs count along one axis.")
    return first - ndim


def _coarsened(
    named: dict[str, Any], arrays: dict[str, Array], axis: int, xp: Any, working: Any
) -> dict[str, Any]:
    """Return what is known of each side about the K outcomes and the rest, on the same axis."""
    ndim = max(x.ndim for x in arrays.values())

    def lifted(x: Array) -> Array:
        return xp.moveaxis(x[(None,) * (ndim - x.ndim) + (...,)], axis, -1)

    tops = {k: lifted(xp.asarray(x.indices)) for k, x in named.items() if _is_top(x)}
    name, indices = next(iter(tops.items()))
    lengths = {k: lifted(x).shape[-1] for k, x in arrays.items() if k not in tops}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{lengths} are different numbers of outcomes; give all sides the same.")
    outcomes = next(iter(lengths.values()), None)
    _check_indices(name, indices, outcomes, xp)
    for other, its in tops.items():
        _check_same(name, indices, other, its, xp)
    whole = outcomes == indices.shape[-1]
    result = {}
    for k, x in named.items():
        values = lifted(arrays[k])
        unit = checks.tolerance(arrays[k], xp)
        is_log = isinstance(x, LogProbs | Logits)
        narrow = backend(xp).compiles and is_log and values.dtype.itemsize == 2  # blocks widen it
        if values.dtype != working and not (narrow and is_floating(xp, values.dtype)):
            values = xp.astype(values, working)
        if k in tops:
            _check_total(k, values, unit, xp)
            values = values if whole else coarse.with_rest(values, xp)
            values = values + _nan_if_other(indices, tops[k], xp)
            result[k] = LogProbs(xp.moveaxis(values, -1, axis))
            continue
        if is_log:
            checks.logs(k, values, unit if isinstance(x, LogProbs) else None, working, xp)
        else:
            tolerance = None if isinstance(x, Weights) else unit
            checks.masses(k, xp.sum(values, axis=-1), xp.min(values, axis=-1), tolerance, xp)
        temperature = getattr(x, "temperature", 1.0)
        temperature = None if _is_one(temperature) else xp.asarray(temperature, dtype=working)
        values = coarse.coarsened(values, indices, is_log, temperature, xp)
        kind = Logits if is_log else Weights if isinstance(x, Weights) else _itself
        result[k] = kind(xp.moveaxis(values, -1, axis))
    return result


def _is_one(temperature: Any) -> bool:
    return not is_array(temperature) and temperature == 1.0


def _itself(x: Array) -> Array:
    return x


def check(name: str, indices: Array, values: Array, outcomes: int, unit: float, xp: Any) -> None:
    """Refuse indices that are wrong, and K probabilities of more than all mass."""
    _check_indices(name, indices, outcomes, xp)
    _check_total(name, values, unit, xp)


def _check_indices(name: str, indices: Array, outcomes: int | None, xp: Any) -> None:
    """Refuse indices that are negative, out of range or repeated."""
    if outcomes is not None and indices.shape[-1] > outcomes:
        raise ValueError(
            f"{name} has {indices.shape[-1]} indices, of {outcomes} outcomes; each counts once."
        )
    if is_staged(indices) or not indices.size:
        return
    ordered = xp.sort(indices, axis=-1)
    least, most = int(xp.min(ordered)), int(xp.max(ordered))
    if least < 0 or (outcomes is not None and most >= outcomes):
        wrong = least if least < 0 else most
        raise ValueError(
            f"{name} has the index {wrong}; pass positions from 0 to "
            f"{'the number of outcomes' if outcomes is None else outcomes} less one."
        )
    if bool(xp.any(ordered[..., 1:] == ordered[..., :-1])):
        raise ValueError(f"{name} has an index twice in one row; pass each outcome once.")


def _check_same(name: str, indices: Array, other: str, its: Array, xp: Any) -> None:
    """Refuse sides that know different outcomes."""
    same = indices.shape[-1] == its.shape[-1]
    if same and indices is not its and not (is_staged(indices) or is_staged(its)):
        same = bool(xp.all(indices == its))
    if not same:
        raise ValueError(
            f"{name} and {other} know the probabilities of different outcomes; give both the same "
            "indices in the same order, or pass one of them whole, as Logits or LogProbs."
        )


def _nan_if_other(indices: Array, its: Array, xp: Any) -> Any:
    """Return NaN for rows whose indices differ, which cannot be refused while JAX traces."""
    if its is indices or not (is_staged(indices) or is_staged(its)):
        return 0.0
    return xp.where(xp.any(indices != its, axis=-1, keepdims=True), xp.nan, 0.0)


def _check_total(name: str, values: Array, unit: float, xp: Any) -> None:
    """Refuse K probabilities of more than all mass."""
    total = xp.sum(xp.exp(values), axis=-1)
    if is_staged(total) or not bool(xp.any(total > 1.0 + unit)):
        return
    raise ValueError(
        f"{name} has {values.shape[-1]} outcomes with a total of {float(xp.max(total))!r}; it is "
        "at most 1. Take their logs from log_softmax of all logits."
    )
