"""Counts of observed outcomes: data about a distribution, not the distribution itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from divergences.measures import array_likes, axes, checks
from divergences.measures.discrete import MEASURES, kind_of, operands
from divergences.numerics.runtime.namespace import is_traced
from divergences.numerics.typing import Array

ENDLESS = 2.0**1000  # observations, after which nothing about a distribution is left open
LARGEST = 2**53  # counts from here on are not all exact as floats


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each outcome was observed: non-negative integers, with a positive total.

    Weights are proportional to known probabilities; counts are evidence about unknown ones, so
    functions of them are *estimates*, with a standard error.

    Parameters
    ----------
    values : array_like
        Integers (or floats that are integers) of at most 2^53; outcomes lie along the ``axis``
        given to the function that takes them. A `collections.Counter` and ``value_counts()`` of
        pandas will do: counts are compared symbol by symbol. An outcome that is known to exist but
        was not observed has a zero: the methods that use the number of outcomes count it. A table
        of k by l counts is complete, so that its mutual information is at most log min(k, l); one
        of a `Sample` of symbols may lack some.

    Notes
    -----
    A function refuses counts that are negative, not integers or all zero (ValueError). A NaN is a
    missing count and makes the results that depend on it NaN; a masked one is left out.

    Examples
    --------
    >>> import divergences as dv
    >>> estimate = dv.entropy(dv.Counts([4, 2, 1, 1]), method=dv.methods.PlugIn(), base=2)
    >>> float(estimate)
    1.75
    """

    values: Any


class CountTable(NamedTuple):
    """Counts in canonical form: int64, outcomes last, checked, batch axes ready to broadcast.

    `kept` says which outcomes ``where`` keeps (None: all); the others have count zero. `missing`
    says which rows have a NaN; their counts stand in for it. Of a distribution that is `known`
    counts are its probabilities times a number of observations beyond all others.
    """

    counts: Array
    kept: Array | None
    missing: Array
    known: bool = False

    @property
    def alphabet(self) -> Array:
        """Number of outcomes, observed or not, as floats of the batch shape."""
        if self.kept is None:
            return np.full(self.counts.shape[:-1], float(self.counts.shape[-1]))
        return np.broadcast_to(self.kept, self.counts.shape).sum(axis=-1).astype(np.float64)

    @property
    def total(self) -> Array:
        """Number of observations."""
        return self.counts.sum(axis=-1, dtype=np.float64)


def observed(*sides: CountTable) -> list[CountTable]:
    """Return the counts of what any side has seen; of a histogram in space that is little.

    Batches stay as they are: what one row has not seen another may have.
    """
    if any(side.counts.ndim > 1 or side.known for side in sides):
        return list(sides)
    some = np.logical_or.reduce([side.counts > 0 for side in sides])
    return [CountTable(side.counts[some], None, side.missing) for side in sides]


def count_tables(
    named: dict[str, Any], axis: Any, where: Any = None
) -> tuple[list[CountTable], tuple[int, ...]]:
    """Bring `Counts` into canonical form; also return the shape that ``keepdims`` would give.

    What is no `Counts` is a distribution that is known.
    """
    raw = {k: x.values if isinstance(x, (Counts, *MEASURES)) else x for k, x in named.items()}
    raw, where, carried = array_likes.bare(raw, where)
    arrays = {
        name: _integers(name, values) if isinstance(named[name], Counts) else _masses(name, values)
        for name, values in raw.items()
    }
    mask = None if where is None else checks.mask(where, np)
    lined, kept_shape = axes.align(arrays, mask, axis, np, carried)
    kept = lined.pop("where", None)
    if kept is not None and not kept.any(axis=-1).all():
        raise ValueError("where keeps no outcome of some counts; a distribution needs one.")
    sides = []
    for name, values in lined.items():
        if not isinstance(named[name], Counts):
            sides.append(_known(name, named[name], values, kept))
            continue
        if kept is not None:
            values = np.where(kept, values, 0)
        missing = np.asarray(np.isnan(values).any(axis=-1))
        counts = np.where(missing[..., None], 1, values).astype(np.int64)
        empty = ~counts.any(axis=-1)
        if empty.any():
            raise ValueError(
                f"{name} has no observations{_at(empty)}; nothing can be estimated from none."
            )
        sides.append(CountTable(counts, kept, missing))
    return sides, kept_shape


def _integers(name: str, values: Any) -> Array:
    """Return counts as an array, of floats if any are NaN."""
    if is_traced(values):
        raise TypeError(
            f"{name} is being traced by JAX; estimates from counts are computed outside jit."
        )
    values = checks.numeric(name, values, np)
    if values.dtype.kind == "f":
        odd = np.isfinite(values) & (values != np.floor(values))
        if odd.any():
            raise ValueError(
                f"{name} has a count of {float(values[odd][0])!r}; counts are integers. "
                f"For masses, pass Weights({name})."
            )
    if (values < 0).any():
        raise ValueError(f"{name} has a negative count ({values[values < 0][0]}).")
    if (values > LARGEST).any():
        raise ValueError(f"{name} has a count above 2^53 ({values[values > LARGEST][0]}).")
    return values


def _masses(name: str, values: Any) -> Array:
    """Return what is known about a distribution as a NumPy array, whatever library has it."""
    if is_traced(values):
        raise TypeError(
            f"{name} is being traced by JAX; estimates from counts are computed outside jit."
        )
    return checks.numeric(name, np.asarray(values), np)


def _known(name: str, measure: Any, values: Array, kept: Array | None) -> CountTable:
    """Return a known distribution, with outcomes last, as counts without end."""
    kind = kind_of(measure) if isinstance(measure, MEASURES) else np.asarray
    (found,), *_ = operands({name: kind(values)}, -1, kept)
    x = np.asarray(found.values, dtype=np.float64)
    missing = np.asarray(np.isnan(x).any(axis=-1))
    if not found.is_log:
        checks.masses(name, x.sum(axis=-1), x.min(axis=-1), found.tolerance, np)
    mass = np.exp(x - x.max(axis=-1, keepdims=True)) if found.is_log else x
    x = np.where(missing[..., None], 1.0, mass)
    return CountTable(x / x.sum(axis=-1, keepdims=True) * ENDLESS, kept, missing, known=True)


def _at(bad: Array) -> str:
    return f" at {tuple(int(i) for i in np.argwhere(bad)[0])}" if bad.ndim else ""
