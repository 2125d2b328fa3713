"""Sums by the compiled loops, of arrays of any shape, on all cores."""

from __future__ import annotations

from functools import partial
from math import fsum, prod
from typing import Any, NamedTuple

import numpy as np

from divergences.numerics.compiled import MEMBERS, library
from divergences.numerics.floats.error_free import two_product
from divergences.numerics.floats.sums import sum_to_double_word
from divergences.numerics.runtime.parallel import BLOCK, on_all_cores
from divergences.numerics.typing import Array

SECOND_ORDER, SURPRISALS = 1, 2  # kinds of terms, as in `kernels.h`
WIDE = 16  # sums side by side
PARTS = 16  # of the work on a matrix, for all cores
# As in `sums.c`.
TINY = 1e-290
MIN_SECOND_ORDER, MIN_FIRST_ORDER = 2.0**-90, 2.0**-45
MAX_SUM = 1e250


class Range(NamedTuple):
    """What was met of one side: the least mass, and the least and the greatest total."""

    least: float = np.inf
    low: float = np.inf
    high: float = -np.inf


def total(number: int, x: Array, y: Array) -> tuple[Array, Range, Range]:
    """Return the sums over x and y normalised, NaN where they are not certified, and the ranges."""
    same = x is y
    x = _readable(x)
    y = x if same else _readable(y)
    shape = np.broadcast_shapes(x.shape, y.shape)
    out = np.empty(shape[:-1])
    if shape[-1] <= BLOCK // 4 and MEMBERS[number][2] != SURPRISALS and _are_rows_and_columns(x, y):
        step = max(WIDE, min(len(x) // PARTS, BLOCK // (4 * shape[-1])))
        loop = partial(library.pairs, number, x[:, 0], y[0], out)
        parts = on_all_cores(lambda i: loop(i, min(i + step, len(x))), range(0, len(x), step))
    elif shape[-1] > BLOCK:
        x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
        parts = []
        for row in np.ndindex(shape[:-1]):
            out[row], found = _long(number, x[row], y[row])
            parts.append(found)
    else:
        count, step = prod(shape[:-1]), max(1, BLOCK // shape[-1])
        loop = partial(library.rows, number, x, y, out)
        parts = on_all_cores(lambda i: loop(i, min(i + step, count)), range(0, count, step))
    return out, *_ranges(parts)


def of_logs(number: int, x: Array, y: Array) -> Array:
    """Return the sums for distributions with unnormalised logs x and y, NaN if not certified."""
    same = x is y
    x = _readable(x)
    y = x if same else _readable(y)
    shape = np.broadcast_shapes(x.shape, y.shape)
    out, step = np.empty(shape[:-1]), max(1, BLOCK // shape[-1])
    loop = partial(library.logs, number, x, y, out)
    on_all_cores(lambda i: loop(i, min(i + step, out.size)), range(0, out.size, step))
    return out


def of_tables(number: int, x: Array, weights: Array | None = None) -> tuple[Array, Range]:
    """Return the sums for tables x and the products of their marginals, NaN if not certified.

    With `weights`, one double word for each row, the mean sums for the rows and their mixtures.
    """
    batch, size = x.shape[:-2], prod(x.shape[-2:])
    x = np.ascontiguousarray(x, np.float64).reshape(-1, *x.shape[-2:])
    out, step = np.empty(len(x)), max(1, BLOCK // size)
    loop = partial(library.tables, number, x, weights, out)
    parts = on_all_cores(lambda i: loop(i, min(i + step, len(x))), range(0, len(x), step))
    found = np.array(parts).reshape(-1, 6)[:, :3]
    least, high = found.min(axis=0, initial=np.inf), found[:, 2].max(initial=-np.inf)
    return out.reshape(batch), Range(float(least[0]), float(least[1]), float(high))


def of_orders(x: Array, y: Any, order: Array) -> tuple[tuple[Array, ...], Range, Range]:
    """Return the sums of powers of x and y normalised, or of x alone, and the ranges of both.

    They are the terms of the alpha divergence, or Tsallis entropy, NaN where not certified; the
    powers, if the order is within [0, 1] or there is only x; and the shares that only x and only y
    have, in any order for order 1/2.
    """
    own = y is None
    x, y, out = _prepared(x, y, order)
    n = x.shape[-1]
    if n > BLOCK:
        shape = out.shape[:-1]
        x, y = np.broadcast_to(x, (*shape, n)), np.broadcast_to(y, (*shape, n))
        parts = [_long_powers(out[row], x[row], y[row], own) for row in np.ndindex(shape)]
    else:
        loop = partial(library.powers, int(own), x[..., None, :], y[..., None, :], out)
        step = 4 * max(1, BLOCK // n)
        parts = on_all_cores(lambda i: loop(i, min(i + step, out.size)), range(0, out.size, step))
    return _unordered(out, order), *_ranges(parts)


def of_orders_of_logs(x: Array, y: Any, order: Array) -> tuple[Array, ...]:
    """Return the same sums as `of_orders` for distributions with unnormalised logs x and y."""
    own = y is None
    x, y, out = _prepared(x, y, order)
    loop = partial(library.powers, 2 + own, x[..., None, :], y[..., None, :], out)
    step = 4 * max(1, BLOCK // x.shape[-1])
    on_all_cores(lambda i: loop(i, min(i + step, out.size)), range(0, out.size, step))
    return _unordered(out, order)


def _prepared(x: Array, y: Any, order: Array) -> tuple[Array, Array, Array]:
    """Return both sides (one stands for two), and four places a row, of which one has the order."""
    x = _readable(x)
    y = x if y is None else _readable(y)
    out = np.empty((*np.broadcast_shapes(x.shape[:-1], y.shape[:-1], order.shape), 4))
    out[..., 0] = order
    return x, y, out


def _unordered(out: Array, order: Array) -> tuple[Array, ...]:
    """Return four sums, of order 1/2 the shares that only one has with the larger one first."""
    terms, powers, only_p, only_q = np.moveaxis(out, -1, 0)
    half = order == 0.5
    only = np.where(half, np.maximum(only_p, only_q), only_p)
    other = np.where(half, np.minimum(only_p, only_q), only_q)
    return terms, powers, only, other


def part(
    number: int, x: Array, y: Array, ratios: Array | None
) -> tuple[Array | None, float, float]:
    """Return the totals of parts of two vectors and the sums of T(x, r y), and the least masses.

    They are double words, in rows (high, low) of columns total of x, total of y, a sum for each of
    the `ratios` r; of surprisals, r is the total that they are for. Without ratios there are the
    sum of T(x, y), of the Jensen-Shannon divergence, and that of what its halves differ by. None if
    some masses are too small beside the others.
    """
    *words, least_x, least_y, positive_x, positive_y = library.masses(x, y)
    top = max(words[0], words[2])
    if not (min(positive_x, positive_y) >= TINY * top and TINY < top < 1.0 / TINY):
        return None, least_x, least_y
    _, symmetric, kind = MEMBERS[number]
    zeros = not (least_x > 0.0 and least_y > 0.0)
    if ratios is None:
        words += library.halves(x, y)
    for high, low in () if ratios is None else ratios.T.tolist():
        scale = (1.0, 0.0, high, low) if kind == SURPRISALS else (high, low, 1.0, 0.0)
        found = library.terms(number, x, y, *scale, zeros)
        if symmetric and high < 1.0:  # then x is scaled, by 1/r
            found = _times(high, low, *found)
        words += found
    table = np.array(words).reshape(-1, 2).T
    return (None if np.isnan(table).any() else table), least_x, least_y


def _times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return the product of two double words."""
    with np.errstate(all="ignore"):
        high, low = two_product(np.float64(a), np.float64(b), np)
        return float(high), float(low + (a * b_low + a_low * b))


def _ranges(parts: list[Any]) -> tuple[Range, Range]:
    """Return what was met of both sides, in any part."""
    if not parts:
        return Range(), Range()
    found = np.array(parts)
    (a, b, _, c, d, _), (_, _, e, _, _, f) = found.min(axis=0).tolist(), found.max(axis=0).tolist()
    return Range(a, b, e), Range(c, d, f)


def _are_rows_and_columns(x: Array, y: Array) -> bool:
    """Whether every distribution of `x` meets every one of `y`, and each several."""
    return x.ndim == y.ndim == 3 and x.shape[1] == y.shape[0] == 1 < min(x.shape[0], y.shape[1])


def _readable(x: Array) -> Array:
    """Return `x` as an array that the loops can read: aligned, of native floats."""
    steps = all(step % x.itemsize == 0 for step in x.strides)
    if steps and x.flags.aligned and x.dtype.char in "df" and x.dtype.isnative:
        return x
    return np.array(x, np.float64)


def _long(number: int, x: Array, y: Array) -> tuple[float, tuple[float, ...]]:
    """Return the sum for one pair of long vectors, in blocks of their outcomes."""
    x, y, spots, how, found = _measured(x, y)
    p, q = how[0], how[2]
    _, symmetric, kind = MEMBERS[number]
    terms = partial(library.terms, number)
    if np.isnan(p):
        return np.nan, found
    sums = on_all_cores(lambda i: terms(x[i], y[i], *how), spots)
    value = fsum(word for words in sums for word in words) / (max(p, q) if symmetric else p)
    certified = value >= (MIN_SECOND_ORDER if kind == SECOND_ORDER else MIN_FIRST_ORDER)
    return value if certified or (value == 0.0 and np.array_equal(x, y)) else np.nan, found


def _long_powers(out: Array, x: Array, y: Array, own: bool) -> tuple[float, ...]:
    """Replace an order in `out` by the sums for one pair of long vectors; return their ranges."""
    order = float(out[0])
    x, y, spots, how, found = _measured(x, x if own else y)
    terms = partial(library.power_terms, int(own), order)
    if np.isnan(how[0]) or (own and order < 0.0 and how[-1]):
        out[0] = np.nan
        return found
    parts = on_all_cores(lambda i: terms(x[i], y[i], *how), spots)
    out[:] = [fsum(part) for part in zip(*parts, strict=True)]
    least = MIN_FIRST_ORDER if own else MIN_SECOND_ORDER
    fine = least <= out[0] < MAX_SUM and out[1] < MAX_SUM and (not own or out[1] > 1.0 / MAX_SUM)
    if not (fine or (out[0] == 0.0 and np.array_equal(x, y))):
        out[0] = np.nan
    return found


def _measured(x: Array, y: Array) -> tuple[Any, ...]:
    """Return both vectors and their blocks, their totals and whether masses are zero, and ranges.

    The totals are NaN if there are masses that are too small beside them.
    """
    own = x is y
    x = np.ascontiguousarray(x, np.float64)
    y = x if own else np.ascontiguousarray(y, np.float64)
    spots = [slice(i, i + BLOCK) for i in range(0, len(x), BLOCK)]
    parts = np.array(on_all_cores(lambda i: library.masses(x[i], y[i]), spots))
    totals = [sum_to_double_word(parts[:, k], parts[:, k + 1]) for k in (0, 2)]
    p, q = (high for high, _ in totals)
    least_p, least_q, positive_p, positive_q = parts[:, 4:].min(axis=0).tolist()
    found = least_p, p, p, least_q, q, q
    if not (positive_p >= TINY * p and positive_q >= TINY * q):
        totals = [(np.nan, np.nan)] * 2
    return x, y, spots, (*totals[0], *totals[1], not (least_p > 0.0 and least_q > 0.0)), found
