"""Pairs of continuous distributions in one to five dimensions, to judge estimators on.

Truth is the mean of millions of log densities, with its standard error: estimates from thousands of
observations are too coarse to tell it from the exact value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy.stats

Array = Any
LOG2 = float(np.log(2.0))


class Law(NamedTuple):
    """A distribution: draws of shape (n, d) and their log densities."""

    draw: Callable[[Any, int], Array]
    log_density: Callable[[Array], Array]


class Truth(NamedTuple):
    """A true value and the standard error to which it is known."""

    value: float
    standard_error: float


def product(d: int, distribution: Any) -> Law:
    """Return d independent coordinates with a distribution of scipy.stats."""
    return Law(
        lambda rng, n: distribution.rvs(size=(n, d), random_state=rng),
        lambda x: distribution.logpdf(x).sum(axis=1),
    )


def normal(centre: Any, covariance: Any = 1.0) -> Law:
    """Return a normal distribution; a scalar covariance multiplies the identity."""
    mean: Array = np.atleast_1d(np.asarray(centre, float))
    d = len(mean)
    matrix: Array = np.eye(d) * covariance if isinstance(covariance, float) else covariance
    root = np.linalg.cholesky(matrix)
    constant = -np.log(np.diag(root)).sum() - 0.5 * d * np.log(2.0 * np.pi)

    def log_density(x: Array) -> Array:
        z = np.linalg.solve(root, (x - mean).T)
        return constant - 0.5 * np.sum(z * z, axis=0)

    return Law(lambda rng, n: mean + rng.standard_normal((n, d)) @ root.T, log_density)


def mixture(*laws: Law) -> Law:
    """Return the mixture of laws with equal weights."""

    def draw(rng: Any, n: int) -> Array:
        which = rng.integers(len(laws), size=n)
        return np.choose(which[:, None], [law.draw(rng, n) for law in laws])

    def log_density(x: Array) -> Array:
        logs = [law.log_density(x) for law in laws]
        return np.logaddexp.reduce(logs) - np.log(len(laws))

    return Law(draw, log_density)


def banana() -> Law:
    """Return two normal coordinates, the second bent by half the square of the first."""
    straight = normal([0.0, 0.0])

    def bent(x: Array, sign: float) -> Array:
        return np.stack([x[:, 0], x[:, 1] + sign * 0.5 * (x[:, 0] ** 2 - 1.0)], axis=1)

    return Law(
        lambda rng, n: bent(straight.draw(rng, n), 1.0),
        lambda x: straight.log_density(bent(x, -1.0)),
    )


def _ring() -> Law:
    angles = 0.25 * np.pi * np.arange(8)
    return mixture(*(normal([2.0 * np.cos(a), 2.0 * np.sin(a)], 0.04) for a in angles))


_s = scipy.stats
PAIRS: dict[str, tuple[Law, Law]] = {
    "normal | normal, mean 2": (normal(0.0), normal(2.0)),
    "normal | normal, scale 2": (normal(0.0), normal(0.0, 4.0)),
    "Laplace | normal": (product(1, _s.laplace()), normal(0.0, 2.0)),
    "normal | Student 3": (normal(0.0), product(1, _s.t(3))),
    "Cauchy | Cauchy, moved 1": (product(1, _s.cauchy()), product(1, _s.cauchy(1.0))),
    "two mixtures": (
        mixture(normal(-2.0, 0.25), normal(1.0)),
        mixture(normal(-1.0), normal(2.0, 0.5)),
    ),
    "gamma 3 | exponential": (product(1, _s.gamma(3)), product(1, _s.expon(scale=2.0))),
    "beta | uniform": (product(1, _s.beta(2, 3)), product(1, _s.uniform())),
    "correlated 2-D | normal": (normal([0.0, 0.0], [[1.0, 0.8], [0.8, 1.0]]), normal([0.0, 0.0])),
    "banana 2-D | normal": (banana(), normal([0.0, 0.3], [[1.0, 0.0], [0.0, 2.0]])),
    "equal normals 2-D": (normal([0.0, 0.0]), normal([0.0, 0.0])),
    "mean 1 in 3-D": (normal([0.0] * 3), normal([1.0, 0.0, 0.0])),
    "Laplace | normal 3-D": (product(3, _s.laplace()), normal([0.0] * 3, 2.0)),
    "scale and mean 4-D": (normal([0.0] * 4), normal([0.5] * 4, 2.0)),
    "mean 1 in 5-D": (normal([0.0] * 5), normal([1.0, 0.0, 0.0, 0.0, 0.0])),
    "normal | Student 5, 5-D": (normal([0.0] * 5), product(5, _s.t(5))),
    # Hard ones: fine structure, far apart, several modes and edges in many dimensions.
    "ring of eight | normal 2-D": (_ring(), normal([0.0, 0.0], 2.25)),
    "mean 4 in 2-D": (normal([0.0, 0.0]), normal([4.0, 0.0])),
    "two modes | normal 5-D": (
        mixture(normal([-1.5] + [0.0] * 4), normal([1.5] + [0.0] * 4, 0.5)),
        normal([0.0] * 5, 2.0),
    ),
    "exponential | gamma 2, 3-D": (product(3, _s.expon()), product(3, _s.gamma(2))),
    "uniform | beta 3-D": (product(3, _s.uniform()), product(3, _s.beta(2, 2))),
    "beta | uniform 5-D": (product(5, _s.beta(2, 2)), product(5, _s.uniform())),
}


def dimension(name: str) -> int:
    """Return the number of dimensions of a pair."""
    return PAIRS[name][0].draw(np.random.default_rng(0), 1).shape[1]


def truth(name: str, draws: int = 4_000_000, seed: int = 0) -> dict[str, Truth]:
    """Return entropy of P, KL and JS of a pair."""
    p, q = PAIRS[name]
    rng = np.random.default_rng(seed)
    x, y = p.draw(rng, draws), q.draw(rng, draws)
    log_p = p.log_density(x)
    on_p, on_q = log_p - q.log_density(x), p.log_density(y) - q.log_density(y)
    surprise = np.logaddexp(0.0, -on_p), np.logaddexp(0.0, on_q)
    js = LOG2 - 0.5 * (np.mean(surprise[0]) + np.mean(surprise[1]))
    error = 0.5 * (np.var(surprise[0]) + np.var(surprise[1])) ** 0.5 / draws**0.5

    def mean(values: Array) -> Truth:
        return Truth(float(np.mean(values)), float(np.std(values) / draws**0.5))

    return {"entropy": mean(-log_p), "KL": mean(on_p), "JS": Truth(float(js), float(error))}
