"""Wasserstein distances of orders 1 and 2: shift and stretch on the line, normals in space.

Quantiles of loc + scale Z differ by a shift and a stretch of those of Z, so W_2 is the distance of
(mean, standard deviation), and W_1 a mean absolute deviation. Of normals in space W_2 is that of
the means and, by the best rotation of one root, of the roots of the covariances: Olkin &
Pukelsheim, "The distance between two random vectors with given dispersion matrices", Linear Algebra
Appl. 48 (1982).
"""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np

from divergences.closed_forms.registry import register
from divergences.measures.families.multivariate_normal import DiagonalNormal, MultivariateNormal
from divergences.measures.univariate import LocationScale
from divergences.numerics.runtime.namespace import is_staged, namespace
from divergences.numerics.typing import Array


def _of_one_shape(p: LocationScale, q: LocationScale) -> bool:
    """Whether P and Q differ by location and scale alone."""
    if type(p) is not type(q):
        return False
    others = [k for k in p.parameters if k not in ("loc", "scale")]
    pairs = [(p.parameters[k], q.parameters[k]) for k in others]
    known = not any(is_staged(x) for pair in pairs for x in pair)
    return known and all(bool(np.all(np.asarray(a == b))) for a, b in pairs)


@register("wasserstein", LocationScale, LocationScale, _of_one_shape)
def _(p: LocationScale, q: LocationScale, order: float) -> Array:
    xp = namespace(*p.parameters.values(), *q.parameters.values())
    shift, stretch = p.loc - q.loc, p.scale - q.scale
    if order == 2:
        mean = shift + stretch * xp.where(stretch == 0, 0.0, p.standard_mean)
        spread = xp.where(stretch == 0, 0.0, stretch**2 * p.standard_variance)
        return xp.sqrt(mean**2 + spread)
    if order != 1:
        return xp.full(np.broadcast_shapes(p.batch_shape, q.batch_shape), nan)
    some = xp.where(stretch == 0, 1.0, stretch)
    centre = -shift / some
    away = p.standard_mean - centre + 2.0 * p.standard_shortfall(centre, xp)
    # Far from the mean nothing is on the other side, and the shortfall has no digits to add.
    return xp.where(stretch == 0, xp.abs(shift), xp.abs(some) * xp.maximum(away, 0.0))


@register("wasserstein", MultivariateNormal, MultivariateNormal)
def _(p: MultivariateNormal, q: MultivariateNormal, order: float) -> Array:
    xp = namespace(p.mean, p.cov, q.mean, q.cov)
    a, b = xp.asarray(p.root), xp.asarray(q.root)
    return _of_roots(p.mean - q.mean, a, b, order, xp)


@register("wasserstein", DiagonalNormal, DiagonalNormal)
def _(p: DiagonalNormal, q: DiagonalNormal, order: float) -> Array:
    xp = namespace(p.mean, p.scale, q.mean, q.scale)
    if order != 2:
        return xp.full(np.broadcast_shapes(p.batch_shape, q.batch_shape), nan)
    return xp.sqrt(xp.sum((p.mean - q.mean) ** 2 + (p.scale - q.scale) ** 2, axis=-1))


def _of_roots(shift: Array, a: Array, b: Array, order: float, xp: Any) -> Array:
    """Return the root of |shift|^2 + min |A - B R|^2 over rotations R; nothing cancels."""
    if order != 2:
        return xp.full(np.broadcast_shapes(shift.shape[:-1], a.shape[:-2], b.shape[:-2]), nan)
    u, _, v = xp.linalg.svd(xp.matrix_transpose(b) @ a)
    difference = a - b @ (u @ v)
    return xp.sqrt(xp.sum(shift**2, axis=-1) + xp.sum(difference**2, axis=(-2, -1)))
