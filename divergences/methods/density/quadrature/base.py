"""What the methods that integrate log-densities have in common: from an integral to an estimate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import inf, log, nan
from typing import TypeVar

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature.adaptive import Integral
from divergences.methods.density.quadrature.integrands import (
    Integrand,
    OfCrossEntropy,
    OfFDivergence,
    OfMixture,
)
from divergences.methods.density.quadrature.orders import (
    Carried,
    OfAlphaTerm,
    OfMissing,
    OfPowers,
    OfTsallis,
    of_one,
    of_two,
    range_of,
)
from divergences.methods.density.quadrature.tails import Unresolved

Result = TypeVar("Result")
IN_RANGE = 600.0  # logs of integrands that neither overflow nor underflow when they are summed


class Certified(Method, ABC):
    """An integral, or a sum, of a function of log-densities, with a bound of its error."""

    @abstractmethod
    def total(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        """Return the integral of a function of the log-densities of `ps`."""

    @abstractmethod
    def checked(self, ps: Sequence[Distribution]) -> int:
        """Refuse what is no distribution; return how many evaluations that took."""

    def f_divergence(self, member: FDivergence, p: Distribution, q: Distribution) -> Estimate:
        """Return the integral of T(p, q)."""
        return self._estimate(
            OfFDivergence(member),
            (p, q),
            lambda x: float(member.transform(np.asarray(x), np)),
            member.laws.bounds,
        )

    def cross_entropy(self, p: Distribution, q: Distribution | None = None) -> Estimate:
        """Return the integral of -p log q, or of -p log p."""
        ps = (p,) if q is None else (p, q)
        return self._estimate(OfCrossEntropy(), ps, float, (-inf, inf))

    def perplexity(self, p: Distribution) -> Estimate:
        """Return exp of the integral of -p log p."""
        return self._estimate(OfCrossEntropy(), (p,), lambda x: float(np.exp(x)), (0.0, inf))

    def information_radius(self, member: FDivergence, shares: Array, *ps: Distribution) -> Estimate:
        """Return the integral of the mean T(p_j, m), m the mixture with weights `shares`."""
        weights = np.asarray(shares, dtype=float) / np.sum(shares)
        kept = weights > 0.0
        weights, ps = weights[kept], tuple(p for p, k in zip(ps, kept, strict=True) if k)
        most = float(-np.sum(weights * np.log(weights)))
        return self._estimate(OfMixture(member, weights), ps, lambda x: min(x, most), (0.0, most))

    def order_divergence(
        self, member: OrderDivergence, order: float, p: Distribution, q: Distribution
    ) -> Estimate:
        """Return a quantity of one order, from integrals of p^a q^(1-a)."""
        ps = (p, q)
        spent = self._checked(ps)
        alpha_term = self._total(OfAlphaTerm(order), ps)
        missing = self._total(OfMissing(), ps) if order == 0.0 else Integral(0.0, 0.0, 0, True)
        found = of_two(member, order, alpha_term[:2], missing[:2], (nan, 0.0))
        parts = [alpha_term, missing]
        if np.isnan(found.value):  # the sum of powers is far from one: its logarithm is wanted
            overlap, total = self._overlap(order, alpha_term, ps)
            found, parts = (
                of_two(member, order, alpha_term[:2], missing[:2], overlap),
                [total, missing],
            )
        bounds = range_of(member, order)
        return self._of_order(ps, found, bounds, spent, [alpha_term, *parts[1:]], parts)

    def order_entropy(self, member: OrderEntropy, order: float, p: Distribution) -> Estimate:
        """Return an entropy of one order, from integrals of p^a."""
        spent = self._checked((p,))
        tsallis = self._total(OfTsallis(order), (p,))
        found, parts = of_one(member, order, tsallis[:2], (nan, 0.0)), [tsallis]
        if np.isnan(found.value):
            log_sum, total = self._log(1.0 - order, (order,), (p,))
            found, parts = of_one(member, order, tsallis[:2], log_sum), [total]
        bounds = (0.0 if p.support.lattice else -inf, inf)
        return self._of_order((p,), found, bounds, spent, [tsallis], parts)

    def _overlap(
        self, order: float, alpha_term: Integral, ps: Sequence[Distribution]
    ) -> tuple[tuple[float, float], Integral]:
        """Return the log of the integral of p^a q^(1-a) over a - 1, from the integral used."""
        if order == 1.0:  # the limit is the alpha divergence itself, KL
            return (alpha_term.value, alpha_term.error), alpha_term
        if alpha_term.value == inf and order != 0.0 and alpha_term.scale < IN_RANGE:  # it diverges
            return (inf / (order - 1.0), 0.0), alpha_term
        return self._log(order - 1.0, (order, 1.0 - order), ps)

    def _log(
        self, divisor: float, exponents: tuple[float, ...], ps: Sequence[Distribution]
    ) -> tuple[tuple[float, float], Integral]:
        """Return the log of an integral of powers over `divisor`, and its error, from the integral.

        An integral that floats do not reach is taken in units of the integrand's largest value.
        """
        total, shift = self._total(OfPowers(exponents), ps), 0.0
        if IN_RANGE < abs(total.scale) < inf:
            shift = total.scale
            total = self._total(OfPowers(exponents, shift), ps)
        if total.value == 0.0:
            return (-inf / divisor, 0.0), total
        value = (log(total.value) + shift) / divisor
        return (value, total.error / total.value / abs(divisor)), total

    def _of_order(
        self,
        ps: Sequence[Distribution],
        found: Carried,
        bounds: tuple[float, float],
        spent: int,
        computed: Sequence[Integral],
        used: Sequence[Integral],
    ) -> Estimate:
        """Return an estimate from the integrals that were used, among those computed."""
        evaluations = spent + sum(x.evaluations for x in {*computed, *used})
        info = {"evaluations": evaluations, "reached": all(x.reached for x in used)}
        value, error = found
        return Estimate(
            value, repr(self), error_bound=error, bounds=bounds, info=info, warnings=doubts(ps)
        )

    def _estimate(
        self,
        integrand: Integrand,
        ps: Sequence[Distribution],
        transform: Callable[[float], float],
        bounds: tuple[float, float],
    ) -> Estimate:
        """Integrate, and carry the error bound through `transform`."""
        evaluations, total = self._checked(ps), self._total(integrand, ps)
        value = transform(total.value)
        if total.value == inf and bounds[1] < inf:  # what is bounded cannot diverge
            raise _unresolved(ps)
        low, high = (
            max(total.value - total.error, 0.0 if bounds[0] == 0.0 else -inf),
            total.value + total.error,
        )
        known = total.error == 0.0 or abs(value) == inf
        error = 0.0 if known else max(abs(transform(high) - value), abs(value - transform(low)))
        info = {"evaluations": evaluations + total.evaluations, "reached": total.reached}
        return Estimate(
            value, repr(self), error_bound=error, bounds=bounds, info=info, warnings=doubts(ps)
        )

    def _checked(self, ps: Sequence[Distribution]) -> int:
        """Refuse what is no distribution; return how many evaluations that took."""
        return _resolved(ps, lambda: self.checked(ps))

    def _total(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        """Return the integral, or say that it cannot be told whether it converges."""
        return _resolved(ps, lambda: self.total(integrand, ps))


def doubts(ps: Sequence[Distribution]) -> tuple[str, ...]:
    """Return what speaks against trusting the densities, each sentence once."""
    return tuple(dict.fromkeys(doubt for p in ps for doubt in p.doubts))


def _resolved(ps: Sequence[Distribution], function: Callable[[], Result]) -> Result:
    try:
        return function()
    except Unresolved:
        raise _unresolved(ps) from None


def _unresolved(ps: Sequence[Distribution]) -> ValueError:
    names = " and ".join(map(repr, ps))
    return ValueError(
        f"the integrand of {names} falls too slowly to tell whether its integral "
        "converges; no finite value is to be trusted."
    )
