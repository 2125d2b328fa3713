"""The continuous Bernoulli distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.distribution import Domain, Support
from divergences.measures.univariate import Univariate
from divergences.numerics.floats.elementary import exp_excess, expm1, horner, log1p
from divergences.numerics.typing import Array

# log(sinh(y)/y) = sum over k of 2^2k B_2k y^2k / (2k (2k)!), to 2^-53 for |y| <= 1/2.
_SERIES = (
    1 / 6,
    -1 / 180,
    1 / 2835,
    -1 / 37800,
    1 / 467775,
    -691 / 3831077250,
    2 / 127702575,
    -3617 / 2605132530000,
    43867 / 350813659321125,
    -174611 / 15313294652906250,
)
_VALUE = _SERIES[::-1]
_SLOPE = tuple(2 * (k + 1) * c for k, c in enumerate(_SERIES))[::-1]
_CURVATURE = tuple(2 * (k + 1) * (2 * k + 1) * c for k, c in enumerate(_SERIES))[::-1]
NEAR = 0.5


def log_sinhc(y: Array, xp: Any) -> Array:
    """Return log(sinh(y)/y)."""
    size = xp.abs(y)
    near = size < NEAR
    w = xp.where(near, y, 0.0) ** 2
    far = xp.where(near, 1.0, size)
    usual = far + log1p(-xp.exp(-2.0 * far), xp) - xp.log(2.0 * far)
    return xp.where(near, w * horner(_VALUE, w), usual)


def log_sinhc_slope(y: Array, xp: Any) -> Array:
    """Return coth(y) - 1/y, the derivative of log(sinh(y)/y)."""
    near = xp.abs(y) < NEAR
    z = xp.where(near, y, 0.0)
    far = xp.where(near, 1.0, y)
    return xp.where(near, z * horner(_SLOPE, z * z), 1.0 / xp.tanh(far) - 1.0 / far)


def log_sinhc_curvature(y: Array, xp: Any) -> Array:
    """Return 1/y^2 - 1/sinh(y)^2, the second derivative of log(sinh(y)/y)."""
    near = xp.abs(y) < NEAR
    w = xp.where(near, y, 0.0) ** 2
    far = xp.where(near, 1.0, xp.abs(y))
    tail = 2.0 * xp.exp(-far) / -expm1(-2.0 * far, xp)
    return xp.where(near, horner(_CURVATURE, w), (1.0 / far - tail) * (1.0 / far + tail))


@dataclass(frozen=True, eq=False)
class ContinuousBernoulli(Univariate, p=Domain.INSIDE_UNIT):
    """Continuous Bernoulli distribution with density proportional to p^x (1 - p)^(1 - x) on (0, 1).

    Parameters
    ----------
    p
        Shape, strictly between 0 and 1; 1/2 gives the uniform distribution.

    Examples
    --------
    >>> import divergences as dv
    >>> float(dv.ContinuousBernoulli(0.5).entropy())
    0.0
    """

    p: Any

    @property
    def logit(self) -> Array:
        """log(p / (1 - p)): the density is proportional to exp(logit x)."""
        near = self.xp.abs(self.p - 0.5) < 0.25
        safe = self.xp.where(near, self.p, 0.5)
        small = log1p((2.0 * safe - 1.0) / (1.0 - safe), self.xp)
        other = self.xp.where(near, 0.5, self.p)
        return self.xp.where(near, small, self.xp.log(other) - log1p(-other, self.xp))

    @property
    def support(self) -> Support:
        """The unit interval."""
        return Support(0.0, 1.0)

    @property
    def mean(self) -> Array:
        """Half of 1 + coth(y) - 1/y, y = logit/2."""
        return 0.5 + 0.5 * log_sinhc_slope(0.5 * self.logit, self.xp)

    @property
    def variance(self) -> Array:
        """A quarter of 1/y^2 - 1/sinh(y)^2, y = logit/2."""
        return 0.25 * log_sinhc_curvature(0.5 * self.logit, self.xp)

    def shortfall(self, m: Array) -> Array:
        """Return the mean of max(m - X, 0)."""
        xp, t = self.xp, self.logit
        x = xp.clip(m + 0.0 * t, 0.0, 1.0)
        flat = xp.abs(t) < 1e-9
        s = xp.where(flat, 1.0, t)
        inside = xp.where(flat, 0.5 * x * x, exp_excess(s * x, xp) / (s * expm1(s, xp)))
        return inside + xp.maximum(m - 1.0, 0.0 * m)

    def log_density(self, x: Array, xp: Any) -> Array:
        """Return logit (x - 1/2) - log(sinh(y)/y), y = logit/2."""
        t = self.logit
        return t * (x - 0.5) - log_sinhc(0.5 * t, xp)

    def cumulative(self, x: Array, xp: Any) -> Array:
        """Return expm1(logit x) / expm1(logit)."""
        t = self.logit
        flat = xp.abs(t) < 1e-17
        s = -xp.abs(xp.where(flat, 1.0, t))
        y = xp.where(t > 0, 1.0 - x, x)  # counted from the end where the density is high
        part = expm1(s * y, xp) / expm1(s, xp)
        return xp.where(flat, x, xp.where(t > 0, 1.0 - part, part))

    def inverse(self, u: Array, xp: Any) -> Array:
        """Return the inverse of the distribution function."""
        t = self.logit
        flat = xp.abs(t) < 1e-17
        s = -xp.abs(xp.where(flat, 1.0, t))
        y = log1p(xp.where(t > 0, 1.0 - u, u) * expm1(s, xp), xp) / s
        return xp.where(flat, u, xp.where(t > 0, 1.0 - y, y))

    def entropy(self) -> Array:
        """Return log(sinh(y)/y) - y (coth(y) - 1/y), y = logit/2."""
        y = 0.5 * self.logit
        return log_sinhc(y, self.xp) - y * log_sinhc_slope(y, self.xp)
