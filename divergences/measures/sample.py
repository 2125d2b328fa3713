"""Observations drawn from a distribution: numbers, vectors or symbols."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True, eq=False)
class Sample:
    """Independent observations of a distribution that is not known otherwise.

    Floating-point observations are points of a continuous distribution. Integers, booleans, strings
    and other objects are symbols of a discrete one; a 2-D array of them holds one symbol a row. For
    continuous data that happen to be stored as integers, pass ``x.astype(float)``.

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

    Raises
    ------
    ValueError
        If there are no observations, one is NaN or infinite, the array has more than two
        dimensions, or the weights do not fit.
    TypeError
        If observations are complex.

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
    is_symbols: bool = field(init=False)

    def __post_init__(self) -> None:
        """Check the observations and keep them as arrays."""
        values = _observations(self.values)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "is_symbols", values.dtype.kind != "f")
        if self.weights is not None:
            object.__setattr__(self, "weights", _weights(self.weights, len(values)))
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
            Observations of either variable, of shape (n,) or (n, d); both continuous or both
            symbols.
        weights : array_like, optional
            As for `Sample`.

        Examples
        --------
        >>> import divergences as dv
        >>> pairs = dv.Sample.joint([0.0, 1.0, 2.0], [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        >>> pairs, pairs.split
        (Sample of 3 points in 3 dimensions, 1)
        """
        first, second = _observations(x, "x"), _observations(y, "y")
        if len(first) != len(second):
            raise ValueError(
                f"x has {len(first)} observations and y has {len(second)}; pairs are observed "
                "together."
            )
        if (first.dtype.kind == "f") != (second.dtype.kind == "f"):
            raise ValueError(
                "one variable is continuous and the other symbols; pairs of one kind only."
            )
        first, second = (v[:, None] if v.ndim == 1 else v for v in (first, second))
        if first.dtype != second.dtype:  # 1 and "1" are different symbols, also side by side
            first, second = first.astype(object), second.astype(object)
        return cls(np.hstack([first, second]), weights, split=first.shape[1])

    def paired(self) -> Sample:
        """Return the sample as one of pairs: made by `Sample.joint`, or of two columns."""
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
        d = self.points.shape[1]
        return f"Sample of {len(self)} {weighted}points in {d} dimension{'s' if d > 1 else ''}"

    @property
    def points(self) -> Array:
        """Observations as float64 of shape (n, d)."""
        if self.is_symbols:
            raise TypeError(
                f"{self!r} has no coordinates; pass floats (x.astype(float)) if they are points."
            )
        return self.values[:, None] if self.values.ndim == 1 else self.values


def tabulate(*samples: Sample) -> tuple[list[Any], list[Array]]:
    """Return the alphabet that samples of symbols share, and the counts of each sample over it.

    Weights are added up instead of ones. Symbols are hashable: rows are tuples.
    """
    alphabet: dict[Any, int] = {}
    counts = [(_codes(sample.values, alphabet), sample.weights) for sample in samples]
    return list(alphabet), [np.bincount(code, w, len(alphabet)) for code, w in counts]


def cross_tabulate(pairs: Sample) -> Array:
    """Return the counts of pairs of symbols: a row for each symbol of X, a column for each of Y."""
    rows: dict[Any, int] = {}
    columns: dict[Any, int] = {}
    x = _codes(pairs.values[:, : pairs.split], rows)
    y = _codes(pairs.values[:, pairs.split :], columns)
    shape = (len(rows), len(columns))
    flat = np.ravel_multi_index((x, y), shape)
    return np.bincount(flat, pairs.weights, len(rows) * len(columns)).reshape(shape)


def _codes(symbols: Array, alphabet: dict[Any, int]) -> list[int]:
    """Return the number of each symbol in an alphabet, to which new symbols are added."""
    keys = symbols.tolist() if symbols.ndim == 1 else map(tuple, symbols.tolist())
    return [alphabet.setdefault(key, len(alphabet)) for key in keys]


def _observations(values: Any, name: str = "values") -> Array:
    """Return observations as an array, float64 if they are continuous."""
    try:
        x = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of observations: {error}") from None
    if x.dtype.kind == "c":
        raise TypeError(f"{name} are complex; pass real and imaginary parts as two columns.")
    if x.ndim not in (1, 2):
        raise ValueError(
            f"{name} has shape {x.shape}; pass (n,) observations, or (n, d) for n points in d "
            "dimensions."
        )
    if x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; a sample needs at least one observation.")
    if x.dtype.kind != "f" and x.dtype.name != "bfloat16":
        return x
    x = x.astype(np.float64)  # a copy: later changes of the user's array are none of ours
    bad = np.count_nonzero(~np.isfinite(x).reshape(len(x), -1).all(axis=1))
    if bad:
        raise ValueError(
            f"{name} has {bad} observation(s) that are NaN or infinite; drop them, or impute, "
            "before estimating."
        )
    x.flags.writeable = False
    return x


def _weights(weights: Any, n: int) -> Array:
    """Return weights as an array of float64."""
    w = np.asarray(weights)
    if w.dtype.kind not in "biuf":
        raise TypeError(f"weights have dtype {w.dtype}; pass real numbers.")
    w = w.astype(np.float64)
    if w.shape != (n,):
        raise ValueError(f"weights has shape {w.shape}; pass one for each of {n} observations.")
    if not np.all(np.isfinite(w)) or np.any(w < 0.0) or not np.any(w > 0.0):
        raise ValueError("weights must be finite and non-negative, and some of them positive.")
    w.flags.writeable = False
    return w
