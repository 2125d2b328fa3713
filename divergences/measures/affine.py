"""The distribution of loc + scale Z, Z of any distribution of scalars that is smooth on the line.

What has an end, or a singularity, at zero is known next to it to the last bit of the distance. A
shift would round that away, so the shifted distribution is known by its distance from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np

from divergences.measures.distribution import Distribution, Support
from divergences.measures.randomness import Source
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False, repr=False)
class Affine(Distribution):
    """The distribution of loc + scale Z.

    Parameters
    ----------
    base
        The distribution of Z: a scalar, continuous, and no batch.
    loc
        The shift.
    scale
        The stretch; negative where the distribution is mirrored.
    inverse
        Its quantile function. Of a mirrored one those of Z, at levels next to one, do not tell it.
    """

    base: Any
    loc: float
    scale: float
    inverse: Callable[[Array], Array] | None = None

    def __post_init__(self) -> None:
        """Take a distribution and numbers, which the caller has checked."""

    def __repr__(self) -> str:
        return f"{self.loc:.6g} + {self.scale:.6g} * {self.base!r}"

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """A single distribution."""
        return ()

    @property
    def support(self) -> Support:
        """The support of Z, stretched and shifted."""
        low, high = sorted(self.loc + self.scale * end for end in self._ends)
        return Support(low, high)

    @property
    def _ends(self) -> tuple[float, float]:
        return float(self.base.support.low), float(self.base.support.high)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against trusting the density."""
        return self.base.doubts

    @property
    def density_error(self) -> float:
        """How wrong the density may be everywhere."""
        return self.base.density_error / abs(self.scale)

    def missing_tail(self) -> float | None:
        """Return a point from which on the distribution function is known to be wrong, or None."""
        point = self.base.missing_tail()
        return None if point is None else self.loc + self.scale * point

    @property
    def closed_quantile(self) -> bool:
        """Whether quantiles take no search."""
        return self.base.closed_quantile

    @property
    def kinks(self) -> tuple[float, ...]:
        """Points inside the support where the log-density has no derivative."""
        return tuple(self.loc + self.scale * float(k) for k in getattr(self.base, "kinks", ()))

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x`, -inf off the support."""
        x = np.asarray(x, dtype=float)
        log_density = self.base.log_prob((x - self.loc) / self.scale) - log(abs(self.scale))
        return np.where(self.support.contains(x, np), log_density, -inf)

    @property
    def log_prob_above(self) -> Callable[[Array], Array] | None:
        """The log-density at low + gap as a function of gap, if it is better known so."""
        return self._next_to(self.scale < 0.0)

    @property
    def log_prob_below(self) -> Callable[[Array], Array] | None:
        """The log-density at high - gap as a function of gap, if it is better known so."""
        return self._next_to(self.scale > 0.0)

    def _next_to(self, upper: bool) -> Callable[[Array], Array] | None:
        """Return the log-density as a function of the distance from an end of Z."""
        near = getattr(self.base, "log_prob_below", None) if upper else None
        if near is None and self._ends[upper] == 0.0:
            sign = -1.0 if upper else 1.0
            near = lambda gap: self.base.log_prob(sign * gap)  # noqa: E731
        size = abs(self.scale)
        return None if near is None else lambda gap: near(gap / size) - log(size)

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        return self._mass(x, self.scale < 0.0)

    def sf(self, x: Array) -> Array:
        """Return the probability of outcomes above `x`."""
        return self._mass(x, self.scale > 0.0)

    def _mass(self, x: Array, above: bool) -> Array:
        """Return the probability that Z is above, or not, what `x` is made of."""
        z = (np.asarray(x, dtype=float) - self.loc) / self.scale
        if not above:
            return self.base.cdf(z)
        return self.base.sf(z) if hasattr(self.base, "sf") else 1.0 - self.base.cdf(z)

    def quantile(self, u: Array) -> Array:
        """Return the quantiles."""
        if self.inverse is not None:
            return np.asarray(self.inverse(u), dtype=float)
        return self.loc + self.scale * self.base.quantile(u if self.scale > 0.0 else 1.0 - u)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples."""
        return self.loc + self.scale * np.asarray(self.base.draw(source, shape))
