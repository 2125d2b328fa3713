"""The uniform distribution on an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.distribution import Support, remade
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.runtime.namespace import is_traced
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Uniform(Univariate):
    """Uniform distribution on the interval from `low` to `high`.

    Parameters
    ----------
    low, high
        Its ends, low < high.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.Uniform(1.0, 2.0).entropy())
    0.0
    """

    low: Any = 0.0
    high: Any = 1.0

    def check(self) -> None:
        """Check that low < high."""
        super().check()
        wrong = self.low >= self.high
        if not is_traced(wrong) and bool(self.xp.any(wrong)):
            raise ValueError(
                f"low is {self.low} and high is {self.high}; Uniform needs low < high."
            )

    @property
    def width(self) -> Array:
        """The length of the interval."""
        return self.high - self.low

    @property
    def mirrored(self) -> Uniform:
        """The distribution of 1 - X."""
        return remade(Uniform, [1.0 - self.high, 1.0 - self.low])

    @property
    def support(self) -> Support:
        """The interval."""
        return Support(self.low, self.high)

    @property
    def mean(self) -> Array:
        """The middle."""
        return 0.5 * (self.low + self.high)

    @property
    def variance(self) -> Array:
        """A twelfth of the square of the length."""
        return self.width**2 / 12.0

    @property
    def log_mean(self) -> Array:
        """The mean of log X, for low >= 0."""
        return self.xp.log(self.high) + self._log_moment(1)

    @property
    def log_variance(self) -> Array:
        """The variance of log X, for low >= 0."""
        return self._log_moment(2) - self._log_moment(1) ** 2

    def _log_moment(self, k: int) -> Array:
        """Return the mean of log(X/high)^k, k = 1 or 2."""
        xp, r = self.xp, self.low / self.high
        positive = r > 0
        a = xp.where(positive, r, 0.5)
        drop = xp.where(positive, a / (1.0 - a) * xp.log(a), 0.0)  # the edge term, 0 at low = 0
        if k == 1:
            return -1.0 - drop
        return 2.0 + 2.0 * drop - xp.where(positive, drop * xp.log(a), 0.0)

    def power_mean(self, k: Array) -> Array:
        """Return the mean of X^k for low >= 0, infinite for low = 0 and k <= -1."""
        xp, r = self.xp, self.low / self.high
        positive, flat = r > 0, k == -1.0
        log_r = xp.log(xp.where(positive, r, 0.5))
        n = xp.where(flat, 1.0, k + 1.0)
        inside = xp.where(flat, -log_r, -expm1(n * log_r, xp) / n) / (1.0 - r)
        edge = xp.where(k > -1.0, 1.0 / n, xp.inf)
        return self.high**k * xp.where(positive, inside, edge)

    def exp_mean(self, t: Array) -> Array:
        """Return the mean of exp(t X)."""
        xp, s = self.xp, t * self.width
        some = xp.where(s == 0, 1.0, s)
        return xp.exp(t * self.low) * xp.where(s == 0, 1.0, expm1(some, xp) / some)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp = self.xp
        inside = xp.clip(m, self.low, self.high) - self.low
        beyond = xp.maximum(m - self.high, 0.0 * (m - self.high))
        return 0.5 * inside**2 / self.width + beyond

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return -log(high - low)."""
        return -xp.log(self.width) + 0.0 * x

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return (x - low) / (high - low)."""
        return (x - self.low) / self.width

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return low + (high - low) u."""
        return self.low + self.width * u

    def entropy(self) -> Array:
        """Return log(high - low)."""
        return self.xp.log(self.width)
