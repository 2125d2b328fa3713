"""Observations drawn from a distribution: numbers, vectors or symbols."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from divergences.measures import array_likes
from divergences.measures.observations import in_order_of, observations, weights_of
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Sample:
    """Independent observations of a distribution that is not known otherwise.

    Floating-point observations are points of a continuous distribution. Integers, booleans, strings
    and other objects are symbols of a discrete one; a 2-D array of them holds one symbol a row. For
    continuous data that happen to be stored as integers, pass ``x.astype(float)``. Columns of
    integers beside columns of floats are coordinates of points.

    Parameters
    ----------
    values : array_like
        Floats of shape (n,), or (n, d) for n points in d dimensions; or symbols.
    weights : array_like, optional
        One non-negative weight for each observation, of any positive total. Default: equal.

    Attributes
    ----------
    points : numpy.ndarray of float64, shape (n, d)
        The observations, if they are continuous.
    is_symbols : bool
        Whether the observations are symbols.
    split : int or None
        How many of the leading columns are the first variable of a pair; see `joint`.
    classes : numpy.ndarray or None
        Beside points, the symbol that was observed with each; see `joint`.
    columns : tuple or None
        The labels of the columns of a table that has some. Samples are compared column by column
        in the order of the first.

    Raises
    ------
    ValueError
        If there are no observations, one is missing (NaN, None, NaT, NA), masked or infinite, the
        array has more than two dimensions, or the weights do not fit.
    TypeError
        If observations are complex, or floats are held as objects, for example beside text.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.Sample([0.5, 1.5, -1.0])
    Sample of 3 points in 1 dimension
    >>> dv.Sample(["a", "b", "a"])
    Sample of 3 symbols
    """

    values: Any
    weights: Any = None
    split: int | None = field(default=None, kw_only=True)
    classes: Any = field(default=None, kw_only=True)
    is_symbols: bool = field(init=False)
    columns: tuple[Any, ...] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Check the observations and keep them as arrays."""
        labels = array_likes.labels("values", self.values)
        values = observations(self.values)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "is_symbols", values.dtype.kind != "f")
        if labels is not None and len(labels) == 2 and labels[1] is not None:
            object.__setattr__(self, "columns", tuple(labels[1]))
        if self.weights is not None:
            weights = weights_of(self.weights, len(values), ("values", labels))
            object.__setattr__(self, "weights", weights)
        columns = 1 if values.ndim == 1 else values.shape[1]
        if self.split is not None and not 0 < self.split < columns:
            raise ValueError(
                f"split is {self.split} for {columns} column(s); both variables need one. "
                "Sample.joint(x, y) does it for you."
            )

    @classmethod
    def joint(cls, x: Any, y: Any, weights: Any = None) -> Sample:
        """Return the sample of pairs (x_i, y_i) of two variables observed together.

        Parameters
        ----------
        x, y : array_like
            Observations of either variable, of shape (n,) or (n, d), of points or of symbols.
            Where both have labels, such as an index of pandas, pairs have equal ones.
        weights : array_like, optional
            As for `Sample`.

        Examples
        --------
        >>> import divergences as dv
        >>> pairs = dv.Sample.joint([0.0, 1.0, 2.0], [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        >>> pairs, pairs.split
        (Sample of 3 points in 3 dimensions, 1)
        >>> dv.Sample.joint(["a", "b", "a"], [0.5, 2.0, 1.0])
        Sample of 3 points in 1 dimension, each with a symbol
        """
        first, second = observations(x, "x"), observations(y, "y")
        labels = array_likes.labels("x", x)
        second = in_order_of(("x", labels), ("y", y), second)
        if len(first) != len(second):
            raise ValueError(
                f"x has {len(first)} observations and y has {len(second)}; pairs are observed "
                "together."
            )
        if weights is not None:
            labels = array_likes.labels("y", y) if labels is None else labels
            weights = weights_of(weights, len(first), ("x", labels))
        kinds = first.dtype.kind == "f", second.dtype.kind == "f"
        if any(kinds) and not all(kinds):
            points, symbols = (first, second) if kinds[0] else (second, first)
            return cls(points, weights, classes=symbols)
        first, second = (v[:, None] if v.ndim == 1 else v for v in (first, second))
        if first.dtype != second.dtype:  # 1 and "1" are different symbols, also side by side
            first, second = first.astype(object), second.astype(object)
        return cls(np.hstack([first, second]), weights, split=first.shape[1])

    def by_class(self) -> list[Sample]:
        """Return the points of each symbol that was observed with them."""
        codes = np.asarray(_codes(self.classes, {}))
        if self.weights is not None:
            raise ValueError(
                "pairs of a symbol and a point have no weights here; leave them out, or keep each "
                "pair with a probability in proportion to its weight."
            )
        return [Sample(self.values[codes == i]) for i in range(codes.max() + 1)]

    def paired(self) -> Sample:
        """Return the sample as one of pairs: made by `Sample.joint`, or of two columns."""
        if self.classes is not None:
            raise _of_two_kinds(self)
        if self.split is not None:
            return self
        if self.values.ndim == 2 and self.values.shape[1] == 2:
            return Sample(self.values, self.weights, split=1)
        raise ValueError(
            f"{self!r} does not say which columns are X and which are Y; pass Sample.joint(x, y), "
            "or two columns."
        )

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        weighted = "" if self.weights is None else "weighted "
        if self.is_symbols:
            return f"Sample of {len(self)} {weighted}symbols"
        d = 1 if self.values.ndim == 1 else self.values.shape[1]
        more = "" if self.classes is None else ", each with a symbol"
        return f"Sample of {len(self)} {weighted}points in {d} dimension{'s' * (d > 1)}{more}"

    @property
    def points(self) -> Array:
        """Observations as float64 of shape (n, d)."""
        if self.is_symbols:
            raise TypeError(
                f"{self!r} has no coordinates; pass floats (x.astype(float)) if they are points."
            )
        if self.classes is not None:
            raise _of_two_kinds(self)
        return self.values[:, None] if self.values.ndim == 1 else self.values


def _of_two_kinds(sample: Sample) -> TypeError:
    return TypeError(
        f"{sample!r} is of two kinds, which have mutual_information alone. Pass both as "
        "symbols or both as floats for other quantities, or the points of one symbol."
    )


def tabulate(*samples: Sample) -> tuple[list[Any], list[Array]]:
    """Return the alphabet that samples of symbols share, and the counts of each sample over it.

    Symbols are hashable: rows are tuples.
    """
    alphabet: dict[Any, int] = {}
    codes = [_codes(sample.values, alphabet) for sample in samples]
    return list(alphabet), [np.bincount(code, minlength=len(alphabet)) for code in codes]


def cross_tabulate(pairs: Sample) -> Array:
    """Return the counts of pairs of symbols: a row for each symbol of X, a column for each of Y."""
    rows: dict[Any, int] = {}
    columns: dict[Any, int] = {}
    x = _codes(pairs.values[:, : pairs.split], rows)
    y = _codes(pairs.values[:, pairs.split :], columns)
    shape = (len(rows), len(columns))
    flat = np.ravel_multi_index((x, y), shape)
    return np.bincount(flat, minlength=len(rows) * len(columns)).reshape(shape)


def _codes(symbols: Array, alphabet: dict[Any, int]) -> list[int]:
    """Return the number of each symbol in an alphabet, to which new symbols are added."""
    keys = symbols.tolist() if symbols.ndim == 1 else map(tuple, symbols.tolist())
    return [alphabet.setdefault(key, len(alphabet)) for key in keys]


def in_one_order(*samples: Sample) -> list[Sample]:
    """Return samples with labelled columns in the order of the first that has labels."""
    first: tuple[str, Any] | None = None
    result = []
    for i, sample in enumerate(samples):
        if sample.columns is not None:
            own = ("p", "q")[i] if i < 2 else f"more[{i - 2}]", sample.columns
            spots = None if first is None else array_likes.order(first, own, 1)
            first = first or own
            if spots is not None:
                sample = Sample(sample.values[:, spots], sample.weights, split=sample.split)
        result.append(sample)
    return result
