"""Any kernel in any dimension: rows of the kernel matrix, some at a time, in O(n) memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array, Kernel
from divergences.measures.points import PointCloud
from divergences.methods.transport.mmd.moments import Moments, Side, interaction
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import map_blocks

TILE = 1 << 18  # elements of the kernel matrix at a time


def moments(member: Kernel, p: PointCloud, q: PointCloud, xp: Any) -> Moments:
    """Return the moments of a kernel."""
    x, y = p.points, q.points
    a, b = (_masses(side, xp) for side in (p, q))
    own_p, _, diagonal_p, square_p = _sums(member, x, x, a, a, xp)
    own_q, _, diagonal_q, square_q = _sums(member, y, y, b, b, xp)
    cross_p, cross_q, _, square = _sums(member, x, y, a, b, xp)
    sides = [
        Side(mass, xp.sum(mass * own), xp.sum(mass**2 * diagonal), own - cross)
        for mass, own, diagonal, cross in (
            (a, own_p, diagonal_p, cross_p),
            (b, own_q, diagonal_q, cross_q),
        )
    ]
    second = (
        interaction((a, a), square_p, own_p, own_p, xp)
        + interaction((b, b), square_q, own_q, own_q, xp)
        + 2.0 * interaction((a, b), square, cross_p, cross_q, xp)
    )
    # Each difference of means is small where the distance is.
    distance = xp.sum(a * sides[0].influence) + xp.sum(b * sides[1].influence)
    return Moments(distance, sides[0], sides[1], second)


def _masses(side: PointCloud, xp: Any) -> Array:
    if side.masses is not None:
        return side.masses
    n = side.points.shape[0]
    return xp.full((n,), 1.0 / n, dtype=side.points.dtype)


def _sums(
    member: Kernel, x: Array, y: Array, a: Array, b: Array, xp: Any
) -> tuple[Array, Array, Array, Array]:
    """Return, of the kernel matrix K of x and y, K b, K^T a, the diagonal and the mean of k^2."""
    n, m = x.shape[0], y.shape[0]
    step = min(n, max(1, TILE // m))
    index = xp.arange(n)

    def rows(x: Array, a: Array, index: Array) -> tuple[Array, Array, Array, Array]:
        k = member.gram(x, y, xp)
        diagonal = k[xp.arange(x.shape[0]), xp.minimum(index, xp.asarray(m - 1))]
        return k @ b, a @ k, diagonal, a @ (k**2 @ b)

    if backend(xp).native:
        parts = map_blocks(rows, step, x, a, index, what=f"{member.name} of points")
    elif backend(xp).compiles and n > step:
        return _scanned(rows, step, x, a, index, xp)
    else:
        blocks = [(i, min(i + step, n)) for i in range(0, n, step)]
        parts = [rows(x[i:j, ...], a[i:j], index[i:j]) for i, j in blocks]
    down, across, diagonal, squares = zip(*parts, strict=True)
    return xp.concat(down), sum(across), xp.concat(diagonal), sum(squares)


def _scanned(
    rows: Any, step: int, x: Array, a: Array, index: Array, xp: Any
) -> tuple[Array, Array, Array, Array]:
    """Return the sums under JAX, which keeps no tile, not even for the derivative."""
    import jax

    n = x.shape[0]
    extra = -n % step  # points of mass zero
    x = xp.concat([x, xp.broadcast_to(x[:1], (extra, x.shape[1]))])
    a, index = (xp.concat([v, xp.zeros((extra,), dtype=v.dtype)]) for v in (a, index))
    blocks = x.reshape(-1, step, x.shape[1]), a.reshape(-1, step), index.reshape(-1, step)
    down, across, diagonal, squares = jax.lax.map(
        jax.checkpoint(lambda block: rows(*block)), blocks
    )
    first = down.reshape(-1)[:n], xp.sum(across, axis=0)
    return *first, diagonal.reshape(-1)[:n], xp.sum(squares)


def permuted_statistics(member: Kernel, pooled: Array, labels: Array) -> Array:
    """Return the U-statistics of the groups that each row of labels makes of the points."""
    side = labels.T.astype(np.float64)
    count, groups = side.shape
    n = side[:, 0].sum()
    m = count - n

    def rows(x: Array, label: Array, index: Array) -> Array:
        k = member.gram(x, pooled, np)
        k[np.arange(len(x)), index] = 0.0
        inside, whole = k @ side, k.sum(axis=1, keepdims=True)
        pairs = (label * inside).sum(0), ((1.0 - label) * inside).sum(0), whole.sum()
        return np.stack([pairs[0], pairs[1], np.broadcast_to(pairs[2], groups)])

    step = max(1, TILE // count)
    parts = map_blocks(rows, step, pooled, side, np.arange(count), what="relabellings")
    xx, xy, whole = np.sum(parts, axis=0)
    yy = whole - 2.0 * xy - xx
    return xx / (n * (n - 1.0)) + yy / (m * (m - 1.0)) - 2.0 * xy / (n * m)
