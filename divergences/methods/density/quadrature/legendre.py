"""Gauss-Legendre panels whose error is read off the decay of their Legendre coefficients.

On a panel the integrand is the polynomial through its values at the nodes, plus a remainder. Of an
analytic function the Legendre coefficients fall geometrically, and the rule of n nodes integrates
the first 2n of them exactly, so that the error is about the square of the smallest coefficient that
can be seen. The bound claims less: that the coefficients go on falling at the slower of the last
two rates seen, for `TRUST` degrees out of the n + 2 that the rule integrates unseen. Trefethen,
"Is Gauss quadrature better than Clenshaw-Curtis?", SIAM Review 50 (2008), theorem 4.5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

TRUST = 3.0
SAFETY = 2.0
GROUP = 4  # neighbouring coefficients are taken together: one may vanish by symmetry


class Decay(NamedTuple):
    """A bound of the error of the mean over a panel, and the size of the last coefficients."""

    bound: np.ndarray
    top: np.ndarray


class Rule:
    """The Gauss-Legendre rule of n nodes on [-1, 1], with what it says about a function there."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.nodes, self.weights = legendre.leggauss(n)
        values = legendre.legvander(self.nodes, n - 1)
        self._coefficients = (values * self.weights[:, None]) * (np.arange(n) + 0.5)
        self._ends = self._coefficients @ legendre.legvander(np.array([-1.0, 1.0]), n - 1).T
        self.margin = float(1.0 - self.nodes[-1])  # between the last node and an end

    def at_ends(self, values: np.ndarray) -> np.ndarray:
        """Return the polynomial through the values at both ends, along the last axis."""
        return values @ self._ends

    def decay(self, values: np.ndarray) -> Decay:
        """Bound the error of the mean of functions known at the nodes, along the last axis."""
        size = np.abs(values @ self._coefficients)
        top, middle, lower = (
            np.max(size[..., self.n - (k + 1) * GROUP : self.n - k * GROUP], axis=-1)
            for k in range(3)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            last = (top / middle) ** (TRUST / GROUP)
            both = (top / lower) ** (TRUST / (2 * GROUP))
        ratio = np.fmin(np.fmax(last, both), 1.0)
        return Decay(SAFETY * top * np.where(np.isnan(ratio), 1.0, ratio), top)


LINE, PLANE = Rule(24), Rule(16)
