"""Normal distributions of vectors.

With E = L^-1 (S1 - S2) L^-T, S2 = L L^T, KL is half of |L^-1 (m1 - m2)|^2 + tr E - log det(1 + E).
Where S1 and S2 are near, the last two, which then cancel, are the integral over t in (0, 1) of
t tr(E (1 + t E)^-1 E): the sum of e - log(1 + e) over the eigenvalues e, smooth in the parameters.
"""

from __future__ import annotations

from divergences.closed_forms.normal import normal_divergence
from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import space
from divergences.measures.families.multivariate_normal import (
    DiagonalNormal,
    MultivariateNormal,
    log_det_root,
)
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.special.stirling import NODES, WEIGHTS
from divergences.numerics.typing import Array


@register("kl", DiagonalNormal, DiagonalNormal)
def _(p: DiagonalNormal, q: DiagonalNormal) -> Array:
    return pairwise_sum(
        normal_divergence(p.mean - q.mean, p.scale, q.scale, space(p, q)), space(p, q)
    )


@register("kl", MultivariateNormal, MultivariateNormal)
def _full(p: MultivariateNormal, q: MultivariateNormal) -> Array:
    xp, root, solve = space(p, q), q.root, space(p, q).linalg.solve
    z = solve(root, (p.mean - q.mean)[..., None])[..., 0]
    half = solve(root, p.cov - q.cov)
    e = solve(root, xp.swapaxes(half, -1, -2))
    size = xp.sum(e * e, axis=(-1, -2))
    near = size < 0.25
    some = xp.where(near[..., None, None], e, 0.0 * e)
    some = some[..., None, :, :]
    t = xp.asarray(NODES, dtype=e.dtype)
    scaled = t[:, None, None] * some
    inner = solve(xp.eye(p.dim, dtype=e.dtype) + scaled, some + 0.0 * scaled)
    weight = xp.asarray(WEIGHTS, dtype=e.dtype) * t
    close = xp.sum(weight * xp.sum(some * inner, axis=(-1, -2)), axis=-1)
    logs = log_det_root(p.root, xp) - log_det_root(root, xp)
    apart = xp.sum(xp.linalg.diagonal(e), axis=-1) - 2.0 * logs
    return 0.5 * (xp.sum(z * z, axis=-1) + xp.where(near, close, apart))


@register("kl", DiagonalNormal, MultivariateNormal)
def _(p: DiagonalNormal, q: MultivariateNormal) -> Array:
    return _full(p.full, q)


@register("kl", MultivariateNormal, DiagonalNormal)
def _(p: MultivariateNormal, q: DiagonalNormal) -> Array:
    return _full(p, q.full)
