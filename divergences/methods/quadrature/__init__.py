"""Certified quadrature: integrals of log-densities with an error bound, in one and two dimensions.

The line is cut at the ends of all supports. Each part is mapped to the whole line by the double
exponential map that suits it (`maps`): sinh-sinh, exp-sinh or tanh-sinh, so that tails and
singular ends, of any exponent, decay at once. There it is scanned, and what is not negligible is
covered by panels, cut at kinks (`engine`). The error of each is read off the decay of its Legendre
coefficients (`spectrum`); panels split until their sum is within the tolerance. What lies beyond
the last node is extrapolated, or found to diverge (`tails`). Rounding of log-densities and of nodes
is part of the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from weakref import WeakSet

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.measures.density import Density, Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.foreign import Foreign
from divergences.methods.quadrature.engine import Integral
from divergences.methods.quadrature.integrands import (
    Integrand,
    OfCodeLength,
    OfMass,
    OfMixture,
    OfPerspective,
)
from divergences.methods.quadrature.line import over_line
from divergences.methods.quadrature.plane import over_plane
from divergences.methods.quadrature.tails import Unresolved

UNIT = 2.0**-26  # how far from one a density may integrate to, as for a pmf
_normalised: WeakSet[Distribution] = WeakSet()


@dataclass(frozen=True)
class Quadrature(Method):
    """Integrate numerically, with an error bound that holds; in one and two dimensions.

    Parameters
    ----------
    rtol
        Relative error to reach.
    max_evaluations
        Points at which to evaluate the densities, at most. Default: 100,000 on the line, 4,000,000
        in the plane.

    Notes
    -----
    The bound rests on the densities being analytic between the ends of their supports and the
    `points` or kinks that they state, and right to a few units in the last place. Where the
    tolerance is not reached, ``info["reached"]`` is False and the bound says how far one came.
    Divergent integrals are +inf.

    References
    ----------
    Takahasi & Mori, "Double exponential formulas for numerical integration", Publ. RIMS 9 (1974);
    Trefethen, "Is Gauss quadrature better than Clenshaw-Curtis?", SIAM Review 50 (2008).

    Examples
    --------
    >>> import divergences as dv
    >>> js = dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(2, 1))
    >>> round(js.value, 12), js.error_bound < 1e-12
    (0.33683082034..., True)
    """

    rtol: float = 1e-12
    max_evaluations: int | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not 1e-14 <= self.rtol < 1.0:
            raise ValueError(f"rtol is {self.rtol!r}; pass a relative error from 1e-14 to 1.")
        if self.max_evaluations is not None and self.max_evaluations < 1:
            raise ValueError(
                f"max_evaluations is {self.max_evaluations!r}; pass a positive number."
            )

    def perspective(self, member: Perspective, p: Distribution, q: Distribution) -> Estimate:
        """Return the integral of T(p, q)."""
        return self._estimate(
            OfPerspective(member),
            (p, q),
            lambda x: float(member.finish(np.asarray(x), np)),
            member.laws.bounds,
        )

    def mean_code_length(self, p: Distribution, q: Distribution | None = None) -> Estimate:
        """Return the integral of -p log q, or of -p log p."""
        ps = (p,) if q is None else (p, q)
        return self._estimate(OfCodeLength(), ps, float, (-inf, inf))

    def perplexity(self, p: Distribution) -> Estimate:
        """Return exp of the integral of -p log p."""
        return self._estimate(OfCodeLength(), (p,), lambda x: float(np.exp(x)), (0.0, inf))

    def mixture_divergence(self, member: Perspective, shares: Array, *ps: Distribution) -> Estimate:
        """Return the integral of the mean T(p_j, m), m the mixture with weights `shares`."""
        weights = np.asarray(shares, dtype=float) / np.sum(shares)
        kept = weights > 0.0
        weights, ps = weights[kept], tuple(p for p, k in zip(ps, kept, strict=True) if k)
        most = float(-np.sum(weights * np.log(weights)))
        return self._estimate(OfMixture(member, weights), ps, lambda x: min(x, most), (0.0, most))

    def _estimate(
        self,
        integrand: Integrand,
        ps: Sequence[Distribution],
        finish: Callable[[float], float],
        bounds: tuple[float, float],
    ) -> Estimate:
        """Integrate, and carry the error bound through `finish`."""
        evaluations = sum(self._check(p) for p in ps)
        total = self._integral(integrand, ps)
        value = finish(total.value)
        low, high = (
            max(total.value - total.error, 0.0 if bounds[0] == 0.0 else -inf),
            total.value + total.error,
        )
        error = max(abs(finish(high) - value), abs(value - finish(low))) if total.error else 0.0
        info = {"evaluations": evaluations + total.evaluations, "reached": total.reached}
        return Estimate(value, repr(self), error_bound=error, bounds=bounds, info=info)

    def _integral(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        dim = ps[0].dim
        if dim > 2:
            raise TypeError(
                f"Quadrature is for one and two dimensions, and {ps[0]!r} has {dim}; pass "
                "method=MonteCarlo(n, rng)."
            )
        over, limit = (over_plane, 4_000_000) if dim == 2 else (over_line, 100_000)
        try:
            return over(integrand, ps, self.rtol, self.max_evaluations or limit)
        except Unresolved:
            names = " and ".join(map(repr, ps))
            raise ValueError(
                f"the integrand of {names} falls too slowly to tell whether its integral "
                "converges; no finite value is to be trusted."
            ) from None

    def _check(self, p: Distribution) -> int:
        """Refuse a density that does not integrate to one; return the evaluations it took."""
        if isinstance(p, Mixture):
            return sum(self._check(c) for c in p.components)
        if not isinstance(p, Density | Foreign) or p in _normalised:
            return 0
        found = Quadrature(1e-9, self.max_evaluations)._integral(OfMass(), (p,))  # noqa: SLF001
        if not abs(found.value - 1.0) <= UNIT + found.error:
            raise ValueError(
                f"{p!r} integrates to {found.value:.9g}, not 1. Normalise it; or if it is "
                "normalised, say where its mass is by points=, near its narrow parts."
            )
        if found.error > 1e-3:
            raise ValueError(
                f"{p!r} cannot be integrated: its mass is known to {found.error:.1g} only. "
                "Say where its kinks, jumps and narrow parts are by points=."
            )
        _normalised.add(p)
        return found.evaluations
