"""An elliptical distribution fitted to points, and how unevenly it fills a ball.

A multivariate Student distribution, whose limit is the normal one, catches what is common to many
samples: a centre, a covariance, tails. In coordinates that make it spherical, the share of its mass
in a ball over density times volume is an average over two numbers only, the distance from the
ball's centre and the angle to the ray from the distribution's.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, roots_gegenbauer, roots_jacobi

from divergences.numerics.runtime.parallel import map_blocks
from divergences.numerics.typing import Array

DEGREES = (np.inf, 30.0, 10.0, 5.0, 3.0, 2.0, 1.0)  # of freedom, from light tails to heavy ones
ROUNDS = 12  # of expectation and maximisation
ENOUGH = 10_000  # points to fit to: what it is for needs no more
NODES = 10


class Elliptical(NamedTuple):
    """A Student distribution: density g(|z|^2) / |det L| with x = centre + L z."""

    degrees: float
    centre: Array
    root: Array

    def whiten(self, x: Array) -> Array:
        """Return z, in whose coordinates the distribution is spherical."""
        return np.linalg.solve(self.root, (x - self.centre).T).T

    @property
    def log_volume(self) -> float:
        """Return log |det L|: how much larger volumes are in the coordinates of x."""
        return float(np.sum(np.log(np.diag(self.root))))

    def marginal(self, coordinates: slice) -> Elliptical:
        """Return the distribution of some coordinates."""
        root = self.root[coordinates]
        return Elliptical(self.degrees, self.centre[coordinates], np.linalg.cholesky(root @ root.T))

    def log_profile(self, square: Array) -> Array:
        """Return log g(|z|^2), less a constant."""
        if self.degrees == np.inf:
            return -0.5 * square
        return -0.5 * (self.degrees + len(self.centre)) * np.log1p(square / self.degrees)

    def _log_profile_change(self, square: Array, change: Array) -> Array:
        """Return log g(square + change) - log g(square), in the memory of `change`."""
        if self.degrees == np.inf:
            return np.multiply(change, -0.5, out=change)
        change /= self.degrees + square
        change = np.log1p(change, out=change)
        change *= -0.5 * (self.degrees + len(self.centre))
        return change

    def log_density(self, x: Array) -> Array:
        """Return the log density at x."""
        d = len(self.centre)
        z = self.whiten(x)
        return (
            self.log_profile(np.einsum("ij,ij->i", z, z))
            + _log_constant(self.degrees, d)
            - self.log_volume
        )

    def log_nonuniformity(self, z: Array, radius: Array) -> Array:
        """Return log of the mass in balls around z over density at z times volume.

        `z` has shape (n, d) and `radius` (n, k), both in the spherical coordinates.
        """
        fraction, cosine, weight = _ball_rule(z.shape[1])
        distance = np.sqrt(np.einsum("ij,ij->i", z, z))

        def block(distance: Array, radius: Array) -> Array:
            step = radius[:, :, None] * fraction
            change = 2.0 * distance[:, None, None] * cosine + step
            change *= step
            ratio = self._log_profile_change(distance[:, None, None] ** 2, change)
            # exp of 700 is finite: in the far tail of a normal distribution that has to do.
            np.minimum(ratio, 700.0, out=ratio)
            return np.log(np.exp(ratio, out=ratio) @ weight)

        columns = radius.shape[1] * len(weight)
        parts = map_blocks(block, max(1, (1 << 16) // columns), distance, radius)
        return np.concatenate(parts)


def fit(x: Array) -> Elliptical | None:
    """Return the likeliest elliptical distribution of points, or None if they lie in a hyperplane.

    For each number of degrees of freedom by expectation-maximisation: Kent, Tyler & Vardi, "A
    curious likelihood identity for the multivariate t-distribution", Commun. Stat. Simul. 23
    (1994).
    """
    x = x[:: -(-len(x) // ENOUGH)]
    n, d = x.shape
    if n <= d + 1:
        return None
    shift = np.median(x, axis=0)
    scale = np.median(np.abs(x - shift), axis=0)
    scale = np.where(scale > 0.0, scale, np.max(np.abs(x - shift), axis=0))
    if not np.all(scale > 0.0):
        return None
    y = (x - shift) / scale
    best, highest = None, -np.inf
    weight = np.ones(n)
    for degrees in DEGREES:
        found, square = None, np.zeros(n)
        for _ in range(1 if degrees == np.inf else ROUNDS):
            centre = weight @ y / np.sum(weight)
            z = y - centre
            root = _cholesky((z * weight[:, None]).T @ z / np.sum(weight))
            if root is None:
                found = None
                break
            square = np.sum(np.linalg.solve(root, z.T) ** 2, axis=0)
            following = DEGREES[1] if degrees == np.inf else degrees
            weight = (following + d) / (following + square)
            found = Elliptical(degrees, shift + scale * centre, scale[:, None] * root)
        if found is None:
            continue
        score = float(np.mean(found.log_profile(square)))
        score += _log_constant(degrees, d) - found.log_volume
        if score > highest:
            best, highest = found, score
    return best


def _cholesky(covariance: Array) -> Array | None:
    """Return the lower root, or None where it is singular to rounding."""
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return None
    spread = np.sqrt(np.diag(covariance))
    return root if np.all(np.diag(root) > 1e-7 * spread) else None


def _log_constant(degrees: float, d: int) -> float:
    if degrees == np.inf:
        return -0.5 * d * np.log(2.0 * np.pi)
    return float(
        gammaln(0.5 * (degrees + d)) - gammaln(0.5 * degrees) - 0.5 * d * np.log(degrees * np.pi)
    )


@cache
def _ball_rule(d: int) -> tuple[Array, Array, Array]:
    """Return nodes (distance, cosine) and weights of the mean over a unit ball in d dimensions."""
    along, first = roots_jacobi(NODES, 0.0, d - 1.0)[:2]
    if d == 1:
        cosine, second = np.array([-1.0, 1.0]), np.ones(2)
    elif d == 2:
        cosine, second = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES), np.ones(NODES)
    else:
        cosine, second = roots_gegenbauer(NODES, 0.5 * d - 1.0)[:2]
    weight = np.outer(first / np.sum(first), second / np.sum(second)).ravel()
    distance, cosine = np.meshgrid(0.5 * (along + 1.0), cosine, indexing="ij")
    return distance.ravel(), cosine.ravel(), weight


def log_ball(radius: Array, d: int) -> Array:
    """Return the log volume of balls in d dimensions."""
    with np.errstate(divide="ignore"):
        return d * np.log(radius) + 0.5 * d * np.log(np.pi) - gammaln(0.5 * d + 1.0)
