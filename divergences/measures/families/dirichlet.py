"""The Dirichlet distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from divergences.measures.distribution import Distribution, Domain, Support
from divergences.measures.randomness import Source
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.runtime.namespace import as_scalar, namespace
from divergences.numerics.special.functions import special
from divergences.numerics.special.stirling import digamma_minus_log, log_gamma_remainder
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False)
class Dirichlet(Distribution, concentration=Domain.POSITIVE):
    """Dirichlet distribution of probability vectors: density prod x_i^(a_i - 1) / B(a).

    The density is with respect to the first d - 1 coordinates.

    Parameters
    ----------
    concentration
        The exponents a, shape (..., d), positive.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.Dirichlet([2.0, 3.0]), dv.Beta(2.0, 3.0)
    >>> abs(float(p.entropy() - q.entropy())) < 1e-15
    True
    """

    concentration: Any

    def check(self) -> None:
        """Check that there are at least two coordinates."""
        if self.concentration.ndim < 1 or self.concentration.shape[-1] < 2:
            raise ValueError(
                f"concentration of Dirichlet has shape {self.concentration.shape}; pass at least "
                "two along the last axis."
            )

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.concentration.shape[-1]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch."""
        return self.concentration.shape[:-1]

    @property
    def support(self) -> Support:
        """The unit interval for each coordinate; together they sum to one."""
        return Support(0.0, 1.0)

    @property
    def mean(self) -> Array:
        """The concentration over its sum."""
        return self.concentration / self.xp.sum(self.concentration, axis=-1, keepdims=True)

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x` of shape (..., d), -inf unless it sums to one."""
        xp = namespace(x, self.concentration)
        x, a, gammaln = xp.asarray(x), self.concentration, special(xp).gammaln
        if x.ndim < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"x has shape {x.shape}; its last axis is that of {self.dim} shares.")
        total = xp.sum(x, axis=-1)
        inside = xp.all(x >= 0, axis=-1) & (xp.abs(total - 1.0) < xp.finfo(x.dtype).eps ** 0.5)
        norm = xp.sum(gammaln(a), axis=-1) - gammaln(xp.sum(a, axis=-1))
        value = xp.sum(special(xp).xlogy(a - 1.0, xp.maximum(x, 0.0 * x)), axis=-1) - norm
        return as_scalar(xp.where(inside, value, xp.where(xp.isnan(total), xp.nan, -inf)), xp)

    def draw(self, source: Source, shape: tuple[int, ...]) -> Array:
        """Return samples: shares of gamma variables in their sum."""
        gammas = source.gamma(self.concentration, (*shape, self.dim))
        return gammas / source.xp.sum(gammas, axis=-1, keepdims=True)

    def entropy(self) -> Array:
        """Return the entropy; nothing in it grows with the concentration but its own value."""
        xp, a = self.xp, self.concentration
        total = xp.sum(a, axis=-1, keepdims=True)

        def part(x: Array) -> Array:
            return log_gamma_remainder(x, xp) - x * digamma_minus_log(x, xp)

        means = digamma_minus_log(a, xp) - digamma_minus_log(total, xp) - log1p((total - a) / a, xp)
        return xp.sum(part(a) + means, axis=-1) - part(total)[..., 0]
