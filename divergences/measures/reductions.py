"""Exact reductions to fewer dimensions, which leave every f-divergence as it is.

A bijection of the outcomes changes no f-divergence, and a coordinate that is independent of the
others and has one distribution under all of P, Q, ... may be left out. So normals, and mixtures of
normals, that share one covariance live on the span of the differences of their means; and two
normals of any covariances on the directions in which they differ.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.families.multivariate_normal import DiagonalNormal, MultivariateNormal
from divergences.measures.families.normal import Normal

EQUAL = 1e-13  # relative difference of covariances, and of variances, that counts as none


def reduced(ps: Sequence[Distribution]) -> tuple[Distribution, ...] | None:
    """Return distributions of at most two dimensions with the same f-divergences, or None."""
    if not ps[0].dim:
        return None
    parts = [_normals(p) for p in ps]
    if any(part is None for part in parts):
        return None
    normals = [normal for part in parts for normal in part or ()]
    means = np.array([mean for mean, _ in normals])
    covs = np.array([cov for _, cov in normals])
    root = np.linalg.cholesky(covs[0])
    centred = np.linalg.solve(root, (means - means[0]).T).T
    inverse = np.linalg.inv(root)
    whitened = inverse @ covs @ inverse.T
    identity = np.eye(len(root))
    if np.all(np.abs(whitened - identity) < EQUAL * len(root)):
        kept = _span(centred)
        scales = np.broadcast_to(identity, whitened.shape)
    elif len(normals) == 2:
        variances, axes = np.linalg.eigh(whitened[1])
        shifts = axes.T @ centred[1]
        differ = (np.abs(variances - 1.0) > EQUAL * len(root)) | (shifts != 0.0)
        kept, scales = axes[:, differ], whitened
    else:
        return None
    if kept.shape[1] > 2 or kept.shape[1] == ps[0].dim > 1:
        return None
    return _on(kept, centred, scales, ps, [len(part or ()) for part in parts])


def _normals(p: Distribution) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Return means and covariances of the normals that p is made of, or None if it is not."""
    if isinstance(p, Mixture):
        parts = [_normals(c) for c in p.components]
        return (
            None
            if any(part is None for part in parts)
            else [n for part in parts for n in part or ()]
        )
    if isinstance(p, DiagonalNormal):
        p = p.full
    if isinstance(p, MultivariateNormal) and not p.batch_shape:
        return [(np.asarray(p.mean), np.asarray(p.cov))]
    return None


def _span(points: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis, in columns, of the span of vectors in rows; one at least."""
    _, sizes, rows = np.linalg.svd(points)
    rank = int(np.sum(sizes > 1e-13 * max(float(sizes[0]), 1e-300)))
    return rows[: max(rank, 1)].T


def _on(
    basis: np.ndarray,
    means: np.ndarray,
    covs: np.ndarray,
    ps: Sequence[Distribution],
    counts: Sequence[int],
) -> tuple[Distribution, ...]:
    """Return the distributions of the coordinates along a basis."""
    means, covs = means @ basis, basis.T @ covs @ basis
    normals: list[Distribution] = [
        Normal(m[0], np.sqrt(c[0, 0])) if len(m) == 1 else MultivariateNormal(m, c)
        for m, c in zip(means, covs, strict=True)
    ]
    found, first = [], 0
    for p, count in zip(ps, counts, strict=True):
        own = normals[first : first + count]
        found.append(Mixture(own, _weights(p)) if isinstance(p, Mixture) else own[0])
        first += count
    return tuple(found)


def _weights(p: Distribution) -> np.ndarray:
    """Return the weight of each normal in a mixture, of mixtures too."""
    if not isinstance(p, Mixture):
        return np.ones(1)
    return np.concatenate([w * _weights(c) for w, c in zip(p.weights, p.components, strict=True)])
