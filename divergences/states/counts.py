"""Counts of the symbols of a stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from divergences.api.members import member_of
from divergences.core import Array, Estimate
from divergences.measures.counts import Counts
from divergences.measures.sample import Sample, tabulate

DENSE = 1 << 16  # so many more integers than a chunk has symbols are counted in a table


@dataclass(frozen=True, eq=False)
class CountState:
    """How often each symbol of a stream was seen: exact, and as large as the alphabet.

        n_s = ∑_t [x_t = s]

    Two streams are two states: `result` takes the other ones, and aligns their symbols. Estimates
    are those of the counts of the whole streams, bit for bit, whatever the chunks and the order of
    merging were.

    Parameters
    ----------
    counts : mapping from symbols to int, optional
        Counts to start from. A symbol that is known to exist has a count of zero: the methods that
        use the number of outcomes count it. Default: none.

    Attributes
    ----------
    counts : mapping
        The number of observations of each symbol.

    Raises
    ------
    ValueError
        If a count is negative.
    TypeError
        If a count is not an int.

    Notes
    -----
    Symbols are integers, booleans, strings or other hashable objects; a row of a 2-D array is one
    symbol. Memory is that of the alphabet and of one chunk.

    Examples
    --------
    >>> import divergences as dv
    >>> first = dv.states.CountState().update(["a", "b", "a"]).update(["c", "a"])
    >>> second = dv.states.CountState().update(["b", "b", "c", "a", "d"])
    >>> first.merge(second).counts["a"]
    4
    >>> round(float(first.result(dv.entropy)), 6)
    1.308023
    >>> first.result(dv.jensen_shannon_divergence, second).method
    "Jackknife(smoothing='none')"
    """

    counts: Mapping[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the counts, and keep a copy that cannot be changed."""
        for symbol, count in self.counts.items():
            if isinstance(count, bool) or not isinstance(count, int):
                raise TypeError(f"the count of {symbol!r} is {count!r}; counts are ints.")
            if count < 0:
                raise ValueError(f"the count of {symbol!r} is {count}; counts are not negative.")
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    @property
    def total(self) -> int:
        """The number of observations."""
        return sum(self.counts.values())

    def update(self, symbols: Any) -> CountState:
        """Return the state after a chunk of symbols more.

        Parameters
        ----------
        symbols : array_like
            Integers, booleans, strings or other objects, as a `Sample` takes them; may be empty.

        Raises
        ------
        TypeError
            If they are floats.
        ValueError
            If one is missing.
        """
        if not np.size(symbols):
            return self
        sample = Sample(symbols)
        if not sample.is_symbols:
            raise TypeError(
                "symbols are floats, which are points of a continuous distribution; count bins of "
                "them, numpy.digitize(x, edges), with the same edges for all chunks."
            )
        return self._with(_counted(sample))

    def merge(self, other: CountState) -> CountState:
        """Return the state of both parts together."""
        if not isinstance(other, CountState):
            raise TypeError(f"other is a {type(other).__name__}; states merge with their like.")
        return self._with(other.counts.items())

    def result(
        self, quantity: Callable[..., Estimate] | str, *others: CountState, **options: Any
    ) -> Estimate:
        """Return the estimate of a quantity of this stream, or of this one and others.

        Parameters
        ----------
        quantity : callable or str
            A public function of the library that takes `Counts`, or its name: ``dv.entropy``,
            ``dv.jensen_shannon_divergence``, ...
        *others : CountState
            The states of other streams: Q, and more where the quantity takes more.
        **options
            Options of the function, such as ``base=2`` and ``method=``.

        Returns
        -------
        Estimate
            With standard error and interval.

        Raises
        ------
        ValueError
            If a stream has no observations.
        TypeError
            If the function or method does not serve counts.
        """
        sides = (self, *others)
        for side in sides:
            if not isinstance(side, CountState):
                raise TypeError(
                    f"others has a {type(side).__name__}; pass states of streams of symbols."
                )
        if isinstance(quantity, str):
            member = member_of(quantity)
            assert member is not None
            quantity = type(member).function
        alphabet = _in_order(set().union(*(side.counts for side in sides)))
        if not alphabet:
            raise ValueError("the states have no observations; nothing can be estimated from none.")
        vectors = [np.array([side.counts.get(s, 0) for s in alphabet]) for side in sides]
        return quantity(*map(Counts, vectors), **options)

    def to_dict(self) -> dict[str, Any]:
        """Return the state as lists, for JSON where symbols are numbers and strings."""
        symbols = _in_order(self.counts)
        rows = [list(s) if isinstance(s, tuple) else s for s in symbols]
        return {"state": "CountState", "symbols": rows, "counts": [self.counts[s] for s in symbols]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> CountState:
        """Return the state that `to_dict` wrote."""
        if record.get("state") != "CountState":
            raise ValueError(f"record is of {record.get('state')!r}, not of a CountState.")
        symbols = (tuple(s) if isinstance(s, list) else s for s in record["symbols"])
        return cls(dict(zip(symbols, record["counts"], strict=True)))

    def _with(self, counted: Iterable[tuple[Any, int]]) -> CountState:
        counts = dict(self.counts)
        for symbol, count in counted:
            counts[symbol] = counts.get(symbol, 0) + count
        state = object.__new__(CountState)  # of counts that have been checked
        object.__setattr__(state, "counts", MappingProxyType(counts))
        return state

    def __repr__(self) -> str:
        return f"CountState of {self.total} observations of {len(self.counts)} symbols"


def _counted(sample: Sample) -> Iterable[tuple[Any, int]]:
    """Return the symbols of a sample and their counts."""
    x = sample.values
    if x.ndim > 1:
        symbols, (counts,) = tabulate(sample)
        return zip(symbols, counts.tolist(), strict=True)
    if x.dtype.kind == "O":
        return Counter(x.tolist()).items()
    if x.dtype.kind in "iu" and int(x.max()) - int(x.min()) < len(x) + DENSE:
        symbols, counts = _integers(x, int(x.min()))
    else:
        symbols, counts = np.unique(x, return_counts=True)
    return zip(symbols.tolist(), counts.tolist(), strict=True)


def _integers(x: Array, least: int) -> tuple[Array, Array]:
    """Return the integers of a narrow range and their counts."""
    wide = x if x.dtype.itemsize == 8 else x.astype(np.int64)  # where differences do not overflow
    table = np.bincount((wide - least).astype(np.int64))
    found = np.flatnonzero(table)
    return np.array([least + k for k in found.tolist()], object), table[found]


def _in_order(symbols: Iterable[Any]) -> list[Any]:
    """Return symbols in an order that does not depend on the history of a state."""
    symbols = list(symbols)
    try:
        return sorted(symbols)
    except TypeError:
        return sorted(symbols, key=lambda s: (type(s).__name__, repr(s)))
