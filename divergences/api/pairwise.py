"""Matrices of a quantity over all pairs of distributions, in blocks that fit in cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from divergences.api.members import member_of
from divergences.api.pairs_under_jax import with_jax
from divergences.core import (
    Array,
    Estimate,
    FDivergence,
    Functional,
    Laws,
    Located,
    warnings_of,
)
from divergences.measures import array_likes, checks
from divergences.measures.discrete import MEASURES, Logits, LogProbs, kind_of, values_of
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import namespace
from divergences.numerics.runtime.parallel import BLOCK, on_all_cores, tiles

Function = Callable[..., Any]
STRIP = 256  # rows of a symmetric matrix at a time: what lies below its diagonal is done twice


def pairwise(quantity: Function | str, P: Any, Q: Any = None, **options: Any) -> Any:
    """Matrix of a quantity of all pairs of distributions: entry (i, j) is that of P_i and Q_j.

    Parameters
    ----------
    quantity : callable or str
        A public function of two distributions, such as ``dv.kl_divergence``, or its name; or any
        function of two arrays that works along their last axis and broadcasts the others.
    P, Q : array_like of shape (n, k), Weights, LogProbs or Logits of one, or list
        Distributions, one a row: n of P and m of Q. Default for Q: P. Labels of columns (of pandas)
        are aligned. What is not an array (`Normal`, `Sample`, ...), and samples for quantities that
        compare positions, come in lists.
    **options
        Further arguments of the quantity: ``base=2``, ``order=2``, ...

    Returns
    -------
    array of shape (n, m), or Estimate
        Array library and dtype are those of a single call. Of lists of what is not an array, an
        `Estimate` whose value and errors are such matrices. Without Q, a symmetric quantity is
        computed once for each pair: the matrix is symmetric bit for bit, and its diagonal is
        exactly what the quantity is of equal distributions.

    Raises
    ------
    ValueError
        If P or Q is not a matrix, or is masked, or they have different numbers or labels of
        outcomes, or a row of them is not a distribution.
    TypeError
        If the quantity is not one of two distributions, or the options name an axis.

    Notes
    -----
    Beside the result memory is taken only for blocks of pairs, which NumPy works on with all cores.
    JAX arrays may be traced; the matrix is differentiable if the quantity is.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> P = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    >>> dv.pairwise(dv.total_variation_distance, P)
    array([[0. , 0.5, 1. ],
           [0.5, 0. , 0.5],
           [1. , 0.5, 0. ]])
    """
    function, member = _resolved(quantity)
    laws = None if member is None else member.laws
    for name in ("axis", "keepdims"):
        if name in options:
            raise TypeError(f"{name} has no place in a matrix of pairs: outcomes come last.")
    for name, side in (("P", P), ("Q", Q)):
        if not _is_matrix_or_list(side):
            raise TypeError(f"{name} is one {type(side).__name__}; pass a list of them.")
    call = partial(function, **options)
    symmetric = Q is None and laws is not None and laws.symmetric
    if isinstance(member, Located) or any(map(_is_list_of_measures, (P, Q))):
        return _looped(call, laws, _entries(P), None if Q is None else _entries(Q), symmetric)
    x, x_kind = _matrix("P", P)
    y, y_kind = (x, x_kind) if Q is None else _matrix("Q", Q)
    if Q is not None:
        y = _in_the_order_of(P, x, Q, y)
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"P ({x.shape[1]}) and Q ({y.shape[1]}) have different numbers of outcomes; "
            "distributions are compared outcome by outcome."
        )
    xp = namespace(x, y)
    if backend(xp).compiles:
        key = (function, tuple(options.items()))
        return with_jax(key, call, xp.asarray(x), xp.asarray(y), (x_kind, y_kind), symmetric)
    tile = partial(_tile, call, x, y, (x_kind, y_kind), xp)
    shape = x.shape[0], y.shape[0]
    logs = any(isinstance(side, LogProbs | Logits) for side in (P, Q))
    if isinstance(member, FDivergence) and not logs:
        return _summed(tile, shape, symmetric, xp)
    threads = member is not None and backend(xp).native
    return _tiled(tile, shape, x.shape[1], symmetric, threads, xp)


def _resolved(quantity: Any) -> tuple[Function, Functional | None]:
    """Return the function, and the member that it computes if it is ours."""
    member = member_of(quantity)
    if member is None:
        return quantity, None
    if isinstance(quantity, str):
        quantity = member.function
    names = list(signature(quantity).parameters)
    if len(names) < 2 or names[1].lower() not in ("q", "y"):
        raise TypeError(f"{member.name} is not a quantity of two distributions.")
    return quantity, member


def _is_matrix_or_list(x: Any) -> bool:
    return x is None or isinstance(x, (list, tuple, *MEASURES)) or hasattr(x, "shape")


def _is_list_of_measures(x: Any) -> bool:
    """Whether `x` is a list of what is not an array of numbers."""
    if not isinstance(x, list | tuple) or not x:
        return False
    return any(
        not (np.isscalar(e) or isinstance(e, list | tuple) or hasattr(e, "dtype")) for e in x
    )


def _matrix(name: str, x: Any) -> tuple[Array, Callable[[Array], Any]]:
    """Return an array of one distribution a row, and what wraps its rows."""
    values, kind = (x.values, kind_of(x)) if isinstance(x, MEASURES) else (x, _itself)
    array_likes.unmasked(name, values)
    values = array_likes.parts(name, values).values
    values = checks.numeric(name, values, namespace(values))
    if values.ndim != 2:
        raise ValueError(
            f"{name} has shape {tuple(values.shape)}; pass a matrix, one distribution a row."
        )
    return values, kind


def _itself(x: Array) -> Array:
    return x


def _in_the_order_of(P: Any, x: Array, Q: Any, y: Array) -> Array:
    """Return the array `y` of Q with its outcomes in the order of those of P, if both are labelled.

    Rows are not compared: each meets each.
    """
    outcomes = {}
    for name, side in (("P", P), ("Q", Q)):
        labels = array_likes.labels(name, values_of(side))
        outcomes[name] = (labels or (None,))[-1:]
    return array_likes.reordered({"P": x, "Q": y}, outcomes, [-1], namespace(y))["Q"]


def _tile(
    call: Function,
    x: Array,
    y: Array,
    kinds: tuple[Any, Any],
    xp: Any,
    rows: slice,
    columns: slice,
) -> Array:
    """Return the block of the matrix that `rows` and `columns` say."""
    p, q = xp.expand_dims(x[rows, :], axis=1), xp.expand_dims(y[columns, :], axis=0)
    return call(kinds[0](p), kinds[1](q))


def _summed(
    tile: Callable[[slice, slice], Array], shape: tuple[int, int], symmetric: bool, xp: Any
) -> Array:
    """Return the matrix of exact sums, which take all pairs at once: of a symmetric one, by strips.

    A strip begins at the diagonal.
    """
    if not symmetric or not shape[0]:
        return tile(slice(None), slice(None))
    matrix: Array = None
    for i in range(0, shape[0], STRIP):
        rows = slice(i, min(i + STRIP, shape[0]))
        values = tile(rows, slice(i, None))
        matrix = _empty_like(values, shape, xp) if matrix is None else matrix
        matrix[rows, i:] = values
        matrix[i:, rows] = values.T
    return matrix


def _tiled(
    tile: Callable[[slice, slice], Array],
    shape: tuple[int, int],
    k: int,
    symmetric: bool,
    threads: bool,
    xp: Any,
) -> Array:
    """Return the matrix from its tiles: of a symmetric one, those on and above the diagonal."""
    spots = tiles(shape, max(1, BLOCK // max(k, 1)))
    if symmetric:
        spots = [(rows, columns) for rows, columns in spots if columns.stop > rows.start]
    if threads and k <= BLOCK // 4:  # longer ones take all cores for each pair
        parts = on_all_cores(lambda spot: tile(*spot), spots)
    else:
        parts = [tile(*spot) for spot in spots]
    matrix = _empty_like(parts[0] if parts else tile(slice(0), slice(0)), shape, xp)
    for (rows, columns), values in zip(spots, parts, strict=True):
        matrix[rows, columns] = values
        if symmetric:
            matrix[columns, rows] = values.T
    return matrix


def _empty_like(x: Array, shape: tuple[int, int], xp: Any) -> Array:
    """Return an array of the dtype and device of `x`, to be filled."""
    return xp.empty(shape, dtype=x.dtype, device=x.device)


def _entries(x: Any) -> list[Any]:
    """Return the entries of a list, or the rows of an array, labelled if it is."""
    values, kind = (x.values, kind_of(x)) if isinstance(x, MEASURES) else (x, _itself)
    if isinstance(values, list | tuple):
        return [kind(value) for value in values]
    if hasattr(values, "iloc"):
        return [kind(values.iloc[i]) for i in range(len(values))]
    return [kind(values[i, ...]) for i in range(values.shape[0])]


def _looped(
    call: Function, laws: Laws | None, P: list[Any], Q: list[Any] | None, symmetric: bool
) -> Any:
    """Return the matrix for lists of measures, one pair after the other."""
    columns = P if Q is None else Q
    equal = laws.at_equal if Q is None and laws is not None else None
    found: dict[tuple[int, int], Any] = {}
    for i, p in enumerate(P):
        for j, q in enumerate(columns):
            if symmetric and j < i:
                found[i, j] = found[j, i]
            elif i == j and equal is not None:  # the same: nothing to compute, no error
                found[i, j] = equal
            else:
                found[i, j] = call(p, q)
    shape = len(P), len(columns)
    estimates = [e for e in found.values() if isinstance(e, Estimate)]
    if not estimates:
        return _stacked(list(found.values()), shape)
    values = np.reshape([float(e) for e in found.values()], shape)

    def stacked(name: str) -> Array | None:
        if any(getattr(e, name) is None for e in estimates):
            return None
        return np.reshape([float(getattr(e, name, 0.0)) for e in found.values()], shape)

    methods = sorted({e.method for e in estimates})
    return Estimate(
        values,
        ", ".join(methods),
        stacked("standard_error"),
        stacked("error_bound"),
        estimates[0].bounds,
        warnings=warnings_of(estimates),
        unit=estimates[0].unit,
    )


def _stacked(scalars: list[Any], shape: tuple[int, int]) -> Array:
    """Return a matrix of scalars, in the library and the dtype of those that are arrays."""
    arrays = [x for x in scalars if hasattr(x, "dtype")]
    if not arrays:
        return np.reshape(np.asarray(scalars, dtype=float), shape)
    xp = namespace(*arrays)
    dtype = xp.result_type(*arrays)
    return xp.reshape(xp.stack([xp.asarray(x, dtype=dtype) for x in scalars]), shape)
