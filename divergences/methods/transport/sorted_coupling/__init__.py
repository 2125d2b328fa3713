"""Optimal transport on the line: both sides sorted, mass moved in order, without loops.

The monotone coupling is optimal for every convex cost, so the distance is the norm of the
difference of the quantile functions. Both are constant between the levels at which either jumps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from math import gcd, inf, isinf, prod
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array, Transport
from divergences.measures.points import Atoms
from divergences.methods.transport.sorted_coupling.area import area
from divergences.methods.transport.sorted_coupling.memory import memory
from divergences.numerics.floats.error_free import divide, two_product, two_sum
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.sums import pairwise_sum, pairwise_sum_axis0, prefix_compensated
from divergences.numerics.observations.cdf_difference import cdf_difference, spacings
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import roundoff
from divergences.numerics.runtime.parallel import BLOCK, map_blocks


class Coupling(NamedTuple):
    """Steps of a monotone coupling: `mass` moves over `distance`; None for equal masses."""

    distance: Array
    mass: Array | None


def evaluate(member: Transport, p: Atoms, q: Atoms, xp: Any) -> Array:
    """Return the transport distance of every pair of the batch."""
    shared = p.points is q.points and p.points.ndim == 1
    if backend(xp).compiles:
        return _compiled(member.order, shared)(*p, *q)
    distance = partial(_distance, member.order, shared, xp)
    if backend(xp).native and p.points.ndim == q.points.ndim == 1 and p.masses is q.masses is None:
        with np.errstate(all="ignore"):  # one pair, as most calls have
            return distance(p.points, None, q.points, None)
    if not backend(xp).native:
        return distance(*p, *q)
    if p.masses is q.masses is None and p.points.shape[:-1] == q.points.shape[:-1]:
        return _in_blocks(partial(_of_rows, member.order), [*p, *q], BLOCK)
    if member.order == 1.0 and not shared:
        return _in_blocks(partial(area, distance), [*p, *q], BLOCK)
    return _in_blocks(distance, [*p, *q], 2 * BLOCK)


@cache
def _compiled(order: float, shared: bool) -> Callable[..., Array]:
    import jax
    import jax.numpy as jnp

    return jax.jit(partial(_distance, order, shared, jnp))


def _distance(
    order: float, shared: bool, xp: Any, x: Array, a: Array | None, y: Array, b: Array | None
) -> Array:
    if shared and order == 1.0:
        points, difference = cdf_difference(x, a, b, xp)
        return pairwise_sum(_absolute(difference, xp) * spacings(points, xp), xp)
    return norm(order, couple(Atoms(x, a), Atoms(y, b), xp), xp)


def _of_rows(order: float, x: Array, _a: None, y: Array, _b: None) -> Array:
    """Return the distances of observations of equal masses, in memory that is used again."""
    x, y = memory.sorted("x", x), memory.sorted("y", y)
    ends = [0, -1]
    tame = np.all(np.abs(x[..., ends] - y[..., ends]) < inf)
    if x.shape[-1] == y.shape[-1]:
        return norm(order, Coupling(_distance_in_place(x, y) if tame else _gap(x, y, np), None), np)
    i, j, mass = staircase(x.shape[-1], y.shape[-1])
    x, y = memory.steps("x at steps", x, i), memory.steps("y at steps", y, j)
    if not tame:
        return norm(order, Coupling(_gap(x.T, y.T, np), mass), np)
    distance = _distance_in_place(x, y)
    if order == 1.0:
        distance *= mass[:, None]
        return pairwise_sum_axis0(distance).copy()  # out of memory that is used again
    return norm(order, Coupling(distance.T, mass), np)


def _distance_in_place(x: Array, y: Array) -> Array:
    np.subtract(x, y, out=x)
    return np.abs(x, out=x)


def _in_blocks(function: Callable[..., Array], arrays: list[Array | None], block: int) -> Array:
    """Apply `function` to batches of NumPy arrays, in blocks of so many elements."""
    batch = np.broadcast_shapes(*(x.shape[:-1] for x in arrays if x is not None))
    count = prod(batch)
    step = max(1, block // sum(x.shape[-1] for x in arrays if x is not None))
    if count <= step:
        with np.errstate(all="ignore"):
            return function(*arrays)
    # What the whole batch shares is passed whole.
    rows = {
        i: np.broadcast_to(x, (*batch, x.shape[-1])).reshape(count, -1)
        for i, x in enumerate(arrays)
        if x is not None and x.ndim > 1
    }

    def some_rows(*parts: Array) -> Array:
        part = dict(zip(rows, parts, strict=True))
        with np.errstate(all="ignore"):  # of which each thread has its own
            return function(*(part.get(i, x) for i, x in enumerate(arrays)))

    return np.concatenate(map_blocks(some_rows, step, *rows.values())).reshape(batch)


def permuted_statistics(member: Transport, pooled: Array, labels: Array) -> Array:
    """Return the distances of the groups that each row of labels makes of the pooled points."""
    order = np.argsort(pooled, kind="stable")
    points, labels = pooled[order], labels[:, order]
    # Every row has as many of either group, so their indices make a table.
    x, y = (points[np.nonzero(group)[1].reshape(len(labels), -1)] for group in (labels, ~labels))
    return evaluate(member, Atoms(x), Atoms(y), np)


def couple(p: Atoms, q: Atoms, xp: Any) -> Coupling:
    """Return the monotone coupling of P and Q."""
    if p.masses is None and q.masses is None:
        x, y = xp.sort(p.points, axis=-1), xp.sort(q.points, axis=-1)
        n, m = x.shape[-1], y.shape[-1]
        if n == m:
            return Coupling(_gap(x, y, xp), None)
        i, j, mass = staircase(n, m)
        return Coupling(
            _gap(xp.take(x, xp.asarray(i), axis=-1), xp.take(y, xp.asarray(j), axis=-1), xp),
            xp.asarray(mass, dtype=x.dtype),
        )
    x, *u = _levels(p, xp)
    y, *v = _levels(q, xp)
    i, j, mass = _merge(u, v, xp)
    return Coupling(_gap(_take(x, i, xp), _take(y, j, xp), xp), mass)


@lru_cache(maxsize=16)
def staircase(n: int, m: int) -> tuple[Array, Array, Array]:
    """Return the steps (i, j) of the coupling of n with m equal masses, and the mass of each."""
    step_n, step_m = m // gcd(n, m), n // gcd(n, m)
    levels = [np.arange(1, k + 1, dtype=np.int64) * step for k, step in ((n, step_n), (m, step_m))]
    levels = np.sort(np.concatenate(levels), kind="stable")  # merges two runs
    levels = levels[np.append(True, levels[1:] != levels[:-1])]
    mass = np.diff(levels, prepend=0) / (n * step_n)
    return (levels - 1) // step_n, (levels - 1) // step_m, mass


def norm(order: float, coupling: Coupling, xp: Any) -> Array:
    """Return the mean of that order of the distances; no power overflows or vanishes."""
    distance, mass = coupling
    if isinf(order):
        if mass is not None:  # masses that sum to the same level differ by their roundings
            noise = 2.0 * roundoff(xp, mass.dtype) * mass.shape[-1]
            distance = xp.where(mass <= noise, 0.0 * distance, distance + 0.0 * mass)
        return xp.max(distance, axis=-1)
    if order == 1.0:
        return _mean(distance, mass, xp)
    if mass is not None:  # steps without mass may be long, beside which the others' powers vanish
        distance = xp.where(mass != 0, distance, 0.0 * mass)
    top = stop_gradient(xp.max(distance, axis=-1), xp)
    some = xp.where((top > 0) & xp.isfinite(top), top, 1.0)
    mean = _mean((distance / some[..., None]) ** order, mass, xp)
    # The root has no derivative where all distances vanish; its least subgradient is 0.
    some_root = (mean > 0) & xp.isfinite(mean)
    positive = xp.where(some_root, mean, 1.0)
    # 1 / order is rounded, which a small mean would feel |log(mean)| times.
    power = xp.asarray(order, dtype=mean.dtype)
    product, error = two_product(power, 1.0 / power, xp)
    rest = ((1.0 - product) - error) / power
    root = positive ** (1.0 / power) * (1.0 + rest * xp.log(positive))
    return xp.where(some_root, some * root, some * mean)


def _mean(x: Array, mass: Array | None, xp: Any) -> Array:
    if mass is None:
        # NumPy's sum is faster, and of equal masses nearly as accurate.
        return (np.sum(x, axis=-1) if backend(xp).native else pairwise_sum(x, xp)) / x.shape[-1]
    return pairwise_sum(mass * xp.where(mass != 0, x, 0.0), xp)


def _gap(x: Array, y: Array, xp: Any) -> Array:
    """Return |x - y|, also for equal infinities, of sorted arrays."""
    if backend(xp).native:
        if x.ndim == y.ndim == 1:
            tame = abs(x[0] - y[0]) < inf and abs(x[-1] - y[-1]) < inf
        else:
            tame = bool(np.all(np.abs(x[..., [0, -1]] - y[..., [0, -1]]) < inf))
        if tame:
            gap = x - y
            return np.abs(gap, out=gap)
    infinite = xp.isinf(x) & (x == y)
    return _absolute(xp.where(infinite, 0.0, x) - xp.where(infinite, 0.0, y), xp)


def _absolute(x: Array, xp: Any) -> Array:
    """Return |x|, whose derivative at 0 is the least subgradient, 0."""
    return xp.where(x == 0, 0.0, xp.abs(x)) if backend(xp).compiles else xp.abs(x)


def _levels(side: Atoms, xp: Any) -> tuple[Array, Array, Array]:
    """Return points in ascending order and the share of mass up to each, in two words."""
    points, mass = side
    mass = xp.ones_like(points) if mass is None else mass
    # Which of equal points comes first makes no difference; NumPy is faster where it need not care.
    stable = {} if backend(xp).native else {"stable": True}
    order = xp.argsort(points, axis=-1, **stable)
    total = prefix_compensated(_take(mass, order, xp), xp)
    high, low = divide(total, (total[0][..., -1:], total[1][..., -1:]), xp)
    high, low = two_sum(high, low)  # no low word is beyond half a unit: highs are in order
    return _take(points, order, xp), high, low


def _merge(u: list[Array], v: list[Array], xp: Any) -> tuple[Array, Array, Array]:
    """Return, between neighbouring levels of both sides, the places in either and the mass."""
    n, m = u[0].shape[-1], v[0].shape[-1]
    batch = np.broadcast_shapes(u[0].shape[:-1], v[0].shape[:-1])
    u, v = ([xp.broadcast_to(x, (*batch, x.shape[-1])) for x in side] for side in (u, v))
    high, low = (xp.concat([a, b], axis=-1) for a, b in zip(u, v, strict=True))
    order = xp.argsort(high, axis=-1, stable=True)  # of two sorted runs
    level, below = _take(high, order, xp), _take(low, order, xp)
    late = (level[..., :-1] == level[..., 1:]) & (below[..., :-1] > below[..., 1:])
    if backend(xp).compiles or bool(xp.any(late)):
        # Levels that agree in the high word go by the low one.
        by_low = xp.argsort(low, axis=-1, stable=True)
        order = _take(by_low, xp.argsort(_take(high, by_low, xp), axis=-1, stable=True), xp)
    high, low, mine = _take(high, order, xp), _take(low, order, xp), order < n
    zero = xp.zeros_like(high[..., :1])
    high, low = xp.concat([zero, high], axis=-1), xp.concat([zero, low], axis=-1)
    mass = (high[..., 1:] - high[..., :-1]) + (low[..., 1:] - low[..., :-1])
    counted = xp.astype(mine, order.dtype)
    i = xp.cumulative_sum(counted, axis=-1) - counted
    j = xp.arange(n + m, dtype=order.dtype) - i
    return xp.minimum(i, n - 1), xp.minimum(j, m - 1), xp.maximum(mass, 0.0)


def _take(x: Array, index: Array, xp: Any) -> Array:
    """Return the elements of the last axis at `index`, whose batch broadcasts with that of x."""
    if x.ndim == 1:
        return x[index]
    batch = np.broadcast_shapes(x.shape[:-1], index.shape[:-1])
    x = xp.broadcast_to(x, (*batch, x.shape[-1]))
    index = xp.broadcast_to(index, (*batch, index.shape[-1]))
    return xp.take_along_axis(x, index, axis=-1)
