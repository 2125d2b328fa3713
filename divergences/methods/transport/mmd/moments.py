"""What estimates of a kernel distance are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

from divergences.core import Array


def interaction(
    masses: tuple[Array, Array], k2: Array, row: Array, column: Array, xp: Any
) -> Array:
    """Return what k(X, Y) varies by beyond the sum of a function of X and one of Y.

    From the mean of k^2 and the means of k given either point; each time 2 over the sample sizes.
    """
    a, b = masses
    mean = xp.sum(a * row)
    additive = xp.sum(a * row**2) + xp.sum(b * column**2) - mean**2
    return 2.0 * xp.sum(a**2) * xp.sum(b**2) * (k2 - additive)


class Side(NamedTuple):
    """Sums over one sample: masses a, its own mean of k, and of each point what moves the square.

    `own` is sum a_i a_j k(x_i, x_j), `diagonal` the part with i = j, `influence` half the
    derivative of the square by the mass at each point.
    """

    masses: Array
    own: Array
    diagonal: Array
    influence: Array

    def excess(self, xp: Any) -> Array:
        """Return by how much the mean over i ≠ j exceeds that over all i, j."""
        repeated = xp.sum(self.masses**2)
        return (repeated * self.own - self.diagonal) / (1.0 - repeated)

    def variance(self, xp: Any) -> Array:
        """Return the part of the variance of the square that is due to this sample."""
        centred = self.influence - xp.sum(self.masses * self.influence)
        square = xp.sum((self.masses * centred) ** 2)
        rest = 1.0 - xp.sum(self.masses**2)
        return xp.where(rest > 0, 4.0 * square / xp.where(rest > 0, rest, 1.0), xp.inf)


class Moments(NamedTuple):
    """The squared distance of the empirical distributions, and the sums over either.

    `second` is the variance of the square at P = Q, where the influence of every point vanishes.
    """

    square: Array
    p: Side
    q: Side
    second: Array

    def unbiased(self, xp: Any) -> Array:
        """Return the U-statistic."""
        return self.square + self.p.excess(xp) + self.q.excess(xp)

    def variance(self, xp: Any) -> Array:
        """Return the variance of the square: to first order in 1/n, or at least that at P = Q.

        Else an estimate that is low by chance would also seem certain.
        """
        return xp.maximum(self.p.variance(xp) + self.q.variance(xp), self.second)
