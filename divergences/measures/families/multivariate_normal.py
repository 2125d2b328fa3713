"""Normal distributions of vectors: with any covariance, or with independent coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import e, inf, log, pi
from typing import Any

import numpy as np

from divergences.measures.distribution import Distribution, Domain, Support
from divergences.measures.randomness import Source
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import as_scalar, is_staged, namespace
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class MultivariateNormal(Distribution):
    """Normal distribution of vectors of d coordinates.

    Parameters
    ----------
    mean
        Shape (..., d).
    cov
        Covariance matrix, shape (..., d, d), symmetric and positive definite.

    Raises
    ------
    ValueError
        If the shapes do not fit, or `cov` is not symmetric and positive definite.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.MultivariateNormal([0.0, 1.0], [[2.0, 1.0], [1.0, 2.0]]).dim
    2
    """

    mean: Any
    cov: Any

    def check(self) -> None:
        """Check that the shapes fit and that the covariance is one."""
        mean, cov, xp = self.mean, self.cov, self.xp
        if mean.ndim < 1 or cov.ndim < 2 or cov.shape[-2:] != (mean.shape[-1],) * 2:
            raise ValueError(
                f"mean has shape {mean.shape} and cov {cov.shape}; MultivariateNormal needs shapes "
                "(..., d) and (..., d, d). For independent coordinates, pass DiagonalNormal."
            )
        _broadcast(mean.shape[:-1], cov.shape[:-2], "mean", "cov")
        if is_staged(cov):
            return
        skew = xp.abs(cov - xp.swapaxes(cov, -1, -2))
        if bool(xp.any(skew > 1e-6 * xp.max(xp.abs(cov), axis=(-1, -2), keepdims=True))):
            raise ValueError("cov of MultivariateNormal is not symmetric.")
        try:
            root = xp.linalg.cholesky(cov)
        except np.linalg.LinAlgError:
            root = xp.full_like(cov, np.nan)
        if bool(xp.any(xp.isnan(root) & ~xp.isnan(xp.sum(cov, axis=(-1, -2), keepdims=True)))):
            raise ValueError(
                "cov of MultivariateNormal is not positive definite; a distribution on a subspace "
                "has no density."
            )

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.mean.shape[-1]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch."""
        return np.broadcast_shapes(self.mean.shape[:-1], self.cov.shape[:-2])

    @property
    def support(self) -> Support:
        """All of space."""
        return Support(-inf, inf)

    @property
    def root(self) -> Array:
        """The Cholesky factor L of the covariance L L^T."""
        return self.xp.linalg.cholesky(self.cov)

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x` of shape (..., d)."""
        xp = namespace(x, self.mean, self.cov)
        root = xp.asarray(self.root)
        x = _points(x, self.dim, xp)
        with np.errstate(invalid="ignore"):  # of infinite points
            z = _whitened(root, x - self.mean, xp)
        value = -0.5 * xp.sum(z * z, axis=-1) - log_det_root(root, xp) - 0.5 * self.dim * _LOG_2PI
        return as_scalar(xp.where(xp.any(xp.isinf(x), axis=-1), -inf, value), xp)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        z = source.normal((*shape, self.dim))
        return self.mean + (self.root @ z[..., None])[..., 0]

    def entropy(self) -> Array:
        """Return half of log det(2 pi e cov)."""
        value = log_det_root(self.root, self.xp) + 0.5 * self.dim * log(2.0 * pi * e)
        return value + 0.0 * self.mean[..., 0]


@dataclass(frozen=True, eq=False)
class DiagonalNormal(Distribution, scale=Domain.POSITIVE):
    """Normal distribution of vectors of d independent coordinates.

    Parameters
    ----------
    mean
        Shape (..., d).
    scale
        Standard deviations, shape (..., d), positive.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.DiagonalNormal([0.0, 1.0], [1.0, 2.0]).dim
    2
    """

    mean: Any
    scale: Any

    def check(self) -> None:
        """Check that the shapes fit."""
        if self.mean.ndim < 1 or self.scale.ndim < 1 or self.mean.shape[-1] != self.scale.shape[-1]:
            raise ValueError(
                f"mean has shape {self.mean.shape} and scale {self.scale.shape}; DiagonalNormal "
                "needs shapes (..., d) for both."
            )
        _broadcast(self.mean.shape, self.scale.shape, "mean", "scale")

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.mean.shape[-1]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch."""
        return np.broadcast_shapes(self.mean.shape, self.scale.shape)[:-1]

    @property
    def support(self) -> Support:
        """All of space."""
        return Support(-inf, inf)

    @property
    def full(self) -> MultivariateNormal:
        """The same distribution with its covariance matrix."""
        xp = self.xp
        return MultivariateNormal(self.mean, (self.scale**2)[..., None] * xp.eye(self.dim))

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x` of shape (..., d)."""
        xp = namespace(x, self.mean, self.scale)
        z = (_points(x, self.dim, xp) - self.mean) / self.scale
        return xp.sum(-0.5 * z * z - xp.log(self.scale) - 0.5 * _LOG_2PI, axis=-1)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self.mean + self.scale * source.normal((*shape, self.dim))

    def entropy(self) -> Array:
        """Return the sum of the entropies of the coordinates."""
        xp = self.xp
        return xp.sum(xp.log(self.scale) + 0.5 * log(2.0 * pi * e) + 0.0 * self.mean, axis=-1)


_LOG_2PI = log(2.0 * pi)


def _whitened(root: Array, x: Array, xp: Any) -> Array:
    """Return L^-1 x for points x, by the inverse of the root L and a step of refinement.

    To solve for each point takes one system a point, and with JAX 0.10 on two cores such a batch
    of systems may wait for itself for ever.
    """
    multiply = partial(xp.matmul, precision="highest") if backend(xp).compiles else xp.matmul

    def times(matrix: Array, x: Array) -> Array:
        if matrix.ndim == 2:
            return multiply(x, xp.matrix_transpose(matrix))
        return multiply(matrix, x[..., None])[..., 0]

    inverse = xp.linalg.inv(root)
    z = times(inverse, x)
    residual = x - times(root, z)
    return z + times(inverse, xp.where(xp.isfinite(residual), residual, 0.0))


def log_det_root(root: Array, xp: Any) -> Array:
    """Return half of log det(L L^T) from L."""
    return xp.sum(xp.log(xp.linalg.diagonal(root)), axis=-1)


def _points(x: Array, dim: int, xp: Any) -> Array:
    x = xp.asarray(x)
    if x.ndim < 1 or x.shape[-1] != dim:
        raise ValueError(f"x has shape {x.shape}; its last axis is that of {dim} coordinates.")
    return x


def _broadcast(first: tuple[int, ...], second: tuple[int, ...], *names: str) -> None:
    try:
        np.broadcast_shapes(first, second)
    except ValueError:
        raise ValueError(
            f"{' and '.join(names)} have batches of shapes {first} and {second}, "
            "which do not broadcast."
        ) from None
