"""What the methods that integrate log-densities have in common: from an integral to an estimate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.measures.distribution import Distribution
from divergences.methods.quadrature.engine import Integral
from divergences.methods.quadrature.integrands import (
    Integrand,
    OfCodeLength,
    OfMixture,
    OfPerspective,
)
from divergences.methods.quadrature.tails import Unresolved


class Certified(Method, ABC):
    """An integral, or a sum, of a function of log-densities, with a bound of its error."""

    @abstractmethod
    def total(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        """Return the integral of a function of the log-densities of `ps`."""

    @abstractmethod
    def checked(self, ps: Sequence[Distribution]) -> int:
        """Refuse what is no distribution; return how many evaluations that took."""

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
        try:
            evaluations = self.checked(ps)
            total = self.total(integrand, ps)
        except Unresolved:
            names = " and ".join(map(repr, ps))
            raise ValueError(
                f"the integrand of {names} falls too slowly to tell whether its integral "
                "converges; no finite value is to be trusted."
            ) from None
        value = finish(total.value)
        low, high = (
            max(total.value - total.error, 0.0 if bounds[0] == 0.0 else -inf),
            total.value + total.error,
        )
        error = max(abs(finish(high) - value), abs(value - finish(low))) if total.error else 0.0
        info = {"evaluations": evaluations + total.evaluations, "reached": total.reached}
        return Estimate(value, repr(self), error_bound=error, bounds=bounds, info=info)
