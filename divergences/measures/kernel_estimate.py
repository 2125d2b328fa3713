"""Kernel density estimates of `scipy.stats`: mixtures of normals around their data."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from scipy.special import ndtr

from divergences.measures.distribution import Distribution, Support
from divergences.measures.randomness import Source
from divergences.numerics.special.inverse_cdf import invert_by_root_finding
from divergences.numerics.typing import Array

FAR = 40.0  # widths of the kernel past which it has no mass
AT_ONCE = 1 << 20  # kernels evaluated in one call


@dataclass(frozen=True, eq=False, repr=False)
class KernelEstimate(Distribution):
    """A `scipy.stats.gaussian_kde`, on the line or in space."""

    original: Any

    @property
    def closed_quantile(self) -> bool:
        """Whether quantiles take no search."""
        return False

    def __post_init__(self) -> None:
        """Take an object of SciPy, which has checked its data."""

    def __repr__(self) -> str:
        return f"scipy.stats gaussian_kde of {self.original.n} points"

    @property
    def dim(self) -> int:
        """Number of coordinates, 0 for scalars."""
        return self.original.d if self.original.d > 1 else 0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """A single distribution."""
        return ()

    @property
    def support(self) -> Support:
        """The line, or space."""
        return Support(-inf, inf)

    @property
    def mean(self) -> Array:
        """The mean of the data."""
        mean = self.original.dataset @ self.original.weights
        return mean if self.dim else mean[0]

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x`."""
        x = np.asarray(x, dtype=float)
        shape = x.shape[:-1] if self.dim else x.shape
        points = x.reshape(-1, self.original.d)
        with np.errstate(all="ignore"):
            return np.reshape(self.original.logpdf(points.T), shape)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        return self._mean_of(ndtr, x)

    def sf(self, x: Array) -> Array:
        """Return the probability of outcomes above `x`."""
        return self._mean_of(lambda z: ndtr(-z), x)

    def _mean_of(self, kernel: Any, x: Array) -> Array:
        x, data = np.asarray(x, dtype=float), self.original.dataset[0]
        step = max(1, AT_ONCE // data.size)
        flat, width = x.ravel(), self._width
        parts = [
            kernel((flat[k : k + step, None] - data) / width) @ self.original.weights
            for k in range(0, flat.size, step)
        ]
        return np.reshape(np.concatenate([*parts, np.zeros(0)]), x.shape)

    @property
    def _width(self) -> float:
        return float(np.sqrt(self.original.covariance[0, 0]))

    def quantile(self, u: Array) -> Array:
        """Return the quantiles."""
        data, far = self.original.dataset[0], FAR * self._width
        return invert_by_root_finding(self.cdf, u, data.min() - far, data.max() + far)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples: observations, moved by a normal variable."""
        rng = np.random.default_rng(int(np.asarray(source.uniform(())) * 2**53))
        draws = self.original.resample(int(np.prod(shape)), seed=rng).T
        return np.reshape(draws, (*shape, self.dim) if self.dim else shape)
