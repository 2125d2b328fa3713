"""Matrices of a quantity over all pairs of distributions, in blocks that fit in cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from inspect import signature
from typing import Any

import numpy as np

from divergences.api.shared import member_named
from divergences.interface import Array, Estimate, Functional, Laws, Located, Perspective
from divergences.measures import checks
from divergences.measures.discrete import MEASURES, Logits, LogProbs
from divergences.numerics.namespace import is_jax, namespace
from divergences.numerics.parallel import BLOCK, on_all_cores, tiles

Function = Callable[..., Any]
STRIP = 256  # rows of a symmetric matrix at a time: what lies below its diagonal is done twice
JAX_BLOCK = 1 << 22  # elements at a time: enough to fill a device


def pairwise(quantity: Function | str, P: Any, Q: Any = None, **options: Any) -> Any:
    r"""Matrix of a quantity of all pairs of distributions: entry (i, j) is that of P_i and Q_j.

    Parameters
    ----------
    quantity : callable or str
        A public function of two distributions, such as ``dv.kl_divergence``, or its name; or any
        function of two arrays that works along their last axis and broadcasts the others.
    P, Q : array_like of shape (n, k), Weights, LogProbs or Logits of one, or list
        Distributions, one a row: n of P and m of Q. Default for Q: P. What is not an array
        (`Normal`, `Sample`, ...), and samples for quantities that compare positions, come in lists.
    **options
        Further arguments of the quantity: ``base=2``, ``order=2``, ...

    Returns
    -------
    array of shape (n, m), or Estimate
        Of lists of what is not an array, an `Estimate` whose value and errors are such matrices.
        Without Q, a symmetric quantity is computed once for each pair: the matrix is symmetric bit
        for bit, and its diagonal is exactly what the quantity is of equal distributions.

    Raises
    ------
    ValueError
        If P or Q is not a matrix, or they have different numbers of outcomes, or a row of them is
        not a distribution.
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
        return _looped(call, laws, P, Q, symmetric)
    x, x_kind = _matrix("P", P)
    y, y_kind = (x, x_kind) if Q is None else _matrix("Q", Q)
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"P ({x.shape[1]}) and Q ({y.shape[1]}) have different numbers of outcomes; "
            "distributions are compared outcome by outcome."
        )
    xp = namespace(x, y)
    if is_jax(xp):
        key = (function, tuple(options.items()))
        return _with_jax(key, call, xp.asarray(x), xp.asarray(y), (x_kind, y_kind), symmetric)
    tile = partial(_tile, call, x, y, (x_kind, y_kind))
    shape = x.shape[0], y.shape[0]
    if isinstance(member, Perspective) and not {x_kind, y_kind} & {LogProbs, Logits}:
        return _summed(tile, shape, symmetric)
    return _tiled(tile, shape, x.shape[1], symmetric, threads=member is not None)


def _resolved(quantity: Any) -> tuple[Function, Functional | None]:
    """Return the function, and the member that it computes if it is ours."""
    member = member_named(quantity)
    if member is None:
        return quantity, None
    if isinstance(quantity, str):
        import divergences

        quantity = getattr(divergences, quantity)
    names = list(signature(quantity).parameters)
    if len(names) < 2 or names[1].lower() not in ("q", "y"):
        raise TypeError(f"{member.name} is not a quantity of two distributions.")
    return quantity, member


def _is_matrix_or_list(x: Any) -> bool:
    return x is None or isinstance(x, (list, tuple, *MEASURES)) or hasattr(x, "dtype")


def _is_list_of_measures(x: Any) -> bool:
    """Whether `x` is a list of what is not an array of numbers."""
    if not isinstance(x, list | tuple) or not x:
        return False
    return any(
        not (np.isscalar(e) or isinstance(e, list | tuple) or hasattr(e, "dtype")) for e in x
    )


def _matrix(name: str, x: Any) -> tuple[Array, Callable[[Array], Any]]:
    """Return an array of one distribution a row, and what wraps its rows."""
    values, kind = (x.values, type(x)) if isinstance(x, MEASURES) else (x, _itself)
    values = checks.numeric(name, values, namespace(values))
    if values.ndim != 2:
        raise ValueError(
            f"{name} has shape {tuple(values.shape)}; pass a matrix, one distribution a row."
        )
    return values, kind


def _itself(x: Array) -> Array:
    return x


def _tile(
    call: Function, x: Array, y: Array, kinds: tuple[Any, Any], rows: slice, columns: slice
) -> Array:
    """Return the block of the matrix that `rows` and `columns` say."""
    return call(kinds[0](x[rows, None]), kinds[1](y[None, columns]))


def _summed(
    tile: Callable[[slice, slice], Array], shape: tuple[int, int], symmetric: bool
) -> Array:
    """Return the matrix of exact sums, which take all pairs at once: of a symmetric one, by strips.

    A strip begins at the diagonal.
    """
    if not symmetric:
        return tile(slice(None), slice(None))
    matrix = np.empty(shape)
    for i in range(0, shape[0], STRIP):
        rows = slice(i, i + STRIP)
        matrix[rows, i:] = values = tile(rows, slice(i, None))
        matrix[i:, rows] = values.T
    return matrix


def _tiled(
    tile: Callable[[slice, slice], Array],
    shape: tuple[int, int],
    k: int,
    symmetric: bool,
    threads: bool,
) -> Array:
    """Return the matrix from its tiles: of a symmetric one, those on and above the diagonal."""
    spots = tiles(shape, max(1, BLOCK // max(k, 1)))
    if symmetric:
        spots = [(rows, columns) for rows, columns in spots if columns.stop > rows.start]
    if threads and k <= BLOCK // 4:  # longer ones take all cores for each pair
        parts = on_all_cores(lambda spot: tile(*spot), spots)
    else:
        parts = [tile(*spot) for spot in spots]
    matrix = np.empty(shape, parts[0].dtype if parts else np.float64)
    for (rows, columns), values in zip(spots, parts, strict=True):
        matrix[rows, columns] = values
        if symmetric:
            matrix[columns, rows] = values.T
    return matrix


def _with_jax(
    key: Any, call: Function, x: Array, y: Array, kinds: tuple[Any, Any], symmetric: bool
) -> Array:
    """Return the matrix of JAX arrays."""
    diagonal = call(kinds[0](x), kinds[0](x))  # which also checks that P holds distributions
    if y is not x:
        call(kinds[1](y), kinds[1](y))
    try:
        compute = _compiled(key, kinds, symmetric)
    except TypeError:  # options that have no hash, such as arrays
        compute = _rows_of(call, kinds, symmetric)
    return compute(x, diagonal if symmetric else y)


@cache
def _compiled(key: Any, kinds: tuple[Any, Any], symmetric: bool) -> Function:
    import jax

    function, options = key
    return jax.jit(_rows_of(partial(function, **dict(options)), kinds, symmetric))


def _rows_of(call: Function, kinds: tuple[Any, Any], symmetric: bool) -> Function:
    """Return the function of both arrays that maps over rows, or over pairs if it is symmetric."""
    import jax.numpy as jnp
    from jax import lax

    def rows(x: Array, y: Array) -> Array:
        batch = max(1, JAX_BLOCK // max(1, y.size))
        return lax.map(lambda p: call(kinds[0](p[None]), kinds[1](y)), x, batch_size=batch)

    def pairs(x: Array, diagonal: Array) -> Array:
        n, k = x.shape
        i, j = np.triu_indices(n, 1)
        if not i.size:
            return jnp.diag(diagonal)
        batch = max(1, min(i.size, JAX_BLOCK // max(1, k)))
        upper = lax.map(
            lambda spot: call(kinds[0](x[spot[0]]), kinds[1](x[spot[1]])),
            (jnp.asarray(i), jnp.asarray(j)),
            batch_size=batch,
        )
        return jnp.diag(diagonal).at[i, j].set(upper).at[j, i].set(upper)

    return pairs if symmetric else rows


def _looped(call: Function, laws: Laws | None, P: Any, Q: Any, symmetric: bool) -> Any:
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
    values = np.reshape([float(e) for e in found.values()], shape)
    if not estimates:
        return values

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
    )
