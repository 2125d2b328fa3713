"""Monte Carlo: means over random samples, with their standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature import component_bounds
from divergences.methods.density.quadrature.integrands import (
    Integrand,
    OfFDivergence,
    OfMixture,
)
from divergences.methods.density.quadrature.orders import (
    OfAlphaTerm,
    OfMissing,
    OfPowers,
    OfTsallis,
    of_one,
    of_two,
    range_of,
)

AT_ONCE = 1 << 16  # points at which densities are evaluated in one call


@dataclass(frozen=True)
class MonteCarlo(Method):
    """Average over random samples, in any number of dimensions.

    Parameters
    ----------
    n
        Number of samples, shared among the distributions.
    rng
        An int, a NumPy Generator or a JAX key. Default: fresh entropy.

    Notes
    -----
    Divergences are averaged over samples of the equal mixture M of all distributions, as means of
    T(p, q) / m, which is never negative, and bounded where the divergence is. Each distribution
    gives its share of the samples. The standard error says nothing of regions that no sample has
    reached. For mixtures of normals ``.bounds`` hold with certainty: of entropies and
    Jensen-Shannon divergences those of Kolchinsky and Tracey, of cross-entropies and KL those of
    Hershey and Olsen. Value and confidence interval keep within them.

    References
    ----------
    Kolchinsky & Tracey, "Estimating mixture entropy with pairwise distances", Entropy 19 (2017);
    Hershey & Olsen, "Approximating the Kullback Leibler divergence between Gaussian mixture
    models", ICASSP (2007).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = dv.DiagonalNormal(np.zeros(5), np.ones(5)), dv.DiagonalNormal(np.ones(5), np.ones(5))
    >>> kl = dv.kl_divergence(p, q, method=dv.methods.MonteCarlo(10_000, rng=0))
    >>> abs(kl.value - 2.5) < 4 * kl.standard_error
    True
    """

    n: int
    rng: Any = None

    def __post_init__(self) -> None:
        if isinstance(self.n, bool) or not isinstance(self.n, int | np.integer) or self.n < 4:
            raise ValueError(f"n is {self.n!r}; pass a number of samples, 4 or more.")

    def __repr__(self) -> str:
        return f"MonteCarlo({self.n})"

    def f_divergence(self, member: FDivergence, p: Distribution, q: Distribution) -> Estimate:
        """Return the mean of T(p, q) / m."""
        mean, error = self._over_mixture(OfFDivergence(member), (p, q), np.full(2, 0.5))
        value, slope = (
            float(member.transform(mean, np)),
            float(member.transform_derivative(mean, np)),
        )
        certain = component_bounds.f_divergence(member.name, p, q)
        return self._estimate(value, abs(slope) * error, member.laws.bounds, certain)

    def information_radius(self, member: FDivergence, shares: Array, *ps: Distribution) -> Estimate:
        """Return the mean of sum_j w_j T(p_j, m) / m."""
        weights = np.asarray(shares, dtype=float) / np.sum(shares)
        kept = weights > 0.0
        weights, ps = weights[kept], tuple(p for p, k in zip(ps, kept, strict=True) if k)
        most = float(-np.sum(weights * np.log(weights)))
        mean, error = self._over_mixture(OfMixture(member, weights), ps, weights)
        certain = component_bounds.of_mixture(ps, weights)
        return self._estimate(min(float(mean), most), error, (0.0, most), certain)

    def cross_entropy(self, p: Distribution, q: Distribution | None = None) -> Estimate:
        """Return the mean of -log q under P."""
        ps = (p,) if q is None else (p, q)
        mean, error = self._mean((p,), ps, np.ones(1), lambda logs: -logs[-1])
        certain = component_bounds.entropy(p) if q is None else component_bounds.cross_entropy(p, q)
        return self._estimate(float(mean), error, (-inf, inf), certain)

    def perplexity(self, p: Distribution) -> Estimate:
        """Return exp of the mean of -log p."""
        found = self.cross_entropy(p)
        value, (low, high) = float(np.exp(found.value)), np.exp(found.bounds)
        return self._estimate(value, value * found.standard_error, (float(low), float(high)), None)

    def order_divergence(
        self, member: OrderDivergence, order: float, p: Distribution, q: Distribution
    ) -> Estimate:
        """Return a quantity of one order, from means of p^a q^(1-a) / m."""

        def mean(integrand: Integrand) -> tuple[float, float]:
            value, error = self._over_mixture(integrand, (p, q), np.full(2, 0.5))
            return float(value), error

        gap = mean(OfAlphaTerm(order))
        missing = mean(OfMissing()) if order == 0.0 else (0.0, 0.0)
        value, error = of_two(member, order, gap, missing, (nan, 0.0))
        if np.isnan(value):
            overlap = _log(mean(OfPowers((order, 1.0 - order))), order - 1.0)
            value, error = of_two(member, order, gap, missing, overlap)
        return self._estimate(value, error, range_of(member, order), None)

    def order_entropy(self, member: OrderEntropy, order: float, p: Distribution) -> Estimate:
        """Return an entropy of one order, from means of p^(a-1) under P."""

        def mean(integrand: Integrand) -> tuple[float, float]:
            value, error = self._over_mixture(integrand, (p,), np.ones(1))
            return float(value), error

        tsallis = mean(OfTsallis(order))
        value, error = of_one(member, order, tsallis, (nan, 0.0))
        if np.isnan(value):
            log_sum = _log(mean(OfPowers((order,))), 1.0 - order)
            value, error = of_one(member, order, tsallis, log_sum)
        return self._estimate(value, error, (0.0 if p.support.lattice else -inf, inf), None)

    def _estimate(
        self,
        value: float,
        error: float,
        bounds: tuple[float, float],
        certain: tuple[float, float] | None,
    ) -> Estimate:
        low, high = bounds
        if certain is not None:
            low, high = max(low, certain[0]), min(high, certain[1])
        value, info = float(np.clip(value, low, high)), {"evaluations": int(self.n)}
        return Estimate(value, repr(self), standard_error=error, bounds=(low, high), info=info)

    def _over_mixture(
        self, integrand: Integrand, ps: Sequence[Distribution], weights: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """Return the integral as the mean of the integrand over the mixture's density."""

        def ratio(logs: np.ndarray) -> np.ndarray:
            unit, log_scale, _ = integrand(logs, np.zeros_like(logs))
            mixture = np.logaddexp.reduce(logs + np.log(weights)[:, None], axis=0)
            return unit * np.exp(log_scale - mixture)

        return self._mean(ps, ps, weights, ratio)

    def _mean(
        self,
        sampled: Sequence[Distribution],
        ps: Sequence[Distribution],
        weights: np.ndarray,
        function: Callable[[np.ndarray], np.ndarray],
    ) -> tuple[np.ndarray, float]:
        """Return the mean of a function of log-densities over a mixture, and its standard error."""
        rngs = _streams(self.rng, len(sampled))
        counts = np.maximum(2, np.round(self.n * weights).astype(int))
        mean, variance = np.zeros(()), 0.0
        for p, rng, count, weight in zip(sampled, rngs, counts, weights, strict=True):
            x = np.asarray(p.sample(rng, int(count)), dtype=float)
            values = np.concatenate(
                [
                    function(np.stack([np.asarray(q.log_prob(part), dtype=float) for q in ps]))
                    for part in np.array_split(x, -(-int(count) // AT_ONCE))
                ]
            )
            mean = mean + weight * np.mean(values)
            with np.errstate(invalid="ignore"):
                variance += weight**2 * float(np.var(values, ddof=1)) / int(count)
        return mean, float(variance**0.5)


def _log(mean: tuple[float, float], divisor: float) -> tuple[float, float]:
    """Return the log of a mean over `divisor`, and its standard error."""
    value, error = mean
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log(value)) / divisor, float(np.divide(error, value)) / abs(divisor)


def _streams(rng: Any, n: int) -> list[Any]:
    """Return independent sources of random numbers."""
    if rng is None or isinstance(rng, int | np.integer | np.random.Generator):
        return list(np.random.default_rng(rng).spawn(n))
    import jax

    return list(jax.random.split(rng, n))
