"""Bayesian estimates under one Dirichlet prior: posterior means with posterior deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import zeta

from divergences.core import Array, Estimate, FDivergence
from divergences.measures.counts import CountTable
from divergences.methods.counts.estimator import (
    EntropyEstimator,
    estimate,
    excess_only,
    positive,
)
from divergences.methods.counts.posterior import Posterior, entropy_moments
from divergences.methods.counts.stirling_series import digamma_difference, scaled_trigamma_minus_one
from divergences.methods.counts.table import Table

PRIORS = ("jeffreys", "laplace", "perks", "minimax")


@dataclass(frozen=True)
class Dirichlet(EntropyEstimator):
    """Posterior mean and standard deviation under a Dirichlet prior, which adds b to each count.

    Entropy, cross-entropy and KL of P and Q, for which the prior is the same and independent. The
    means are exact, not those of the mean probabilities plugged in. The prior says much about the
    entropy before there are data: where counts are few, see `NSB`.

    Parameters
    ----------
    prior
        The pseudocount b, or its name, for N observations of S outcomes: ``"jeffreys"`` (1/2),
        ``"laplace"`` (1), ``"perks"`` (1/S) or ``"minimax"`` (sqrt(N)/S). Zeros among the counts
        count for S.

    Raises
    ------
    ValueError
        If the prior is neither named here nor a positive number.

    Notes
    -----
    With w_i = (n_i + b)/(N + S b) and v_i = (m_i + b)/(M + S b) the mean of the cross-entropy is
    ∑_i w_i [ψ(M + S b) - ψ(m_i + b)]. The standard error is the posterior deviation.

    References
    ----------
    Wolpert & Wolf, "Estimating functions of probability distributions from a finite set of
    samples", Phys. Rev. E 52 (1995), theorems 8-10.

    Examples
    --------
    >>> import divergences as dv
    >>> counts = dv.Counts([4, 2, 1, 0])
    >>> estimate = dv.entropy(counts, method=dv.methods.Dirichlet("jeffreys"))
    >>> round(float(estimate), 6), round(float(estimate.standard_error), 6)
    (1.020554, 0.173898)
    """

    prior: str | float = "jeffreys"

    def __post_init__(self) -> None:
        """Check the prior."""
        if isinstance(self.prior, str):
            if self.prior not in PRIORS:
                raise ValueError(
                    f"prior is {self.prior!r}; pass one of {', '.join(map(repr, PRIORS))}, or a "
                    "positive number to add to every count."
                )
        else:
            positive("prior", self.prior)

    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the posterior mean and standard deviation."""
        b = self.pseudocount(table.total, table.alphabet)
        mean, variance = entropy_moments(
            Posterior(
                table.count,
                table.total,
                b,
                b * table.alphabet,
                b * (table.alphabet - table.distinct),
                table.sum,
                lambda x: x[table.row],
            )
        )
        return mean, np.sqrt(variance), {}

    def cross_entropy(self, p: CountTable, q: CountTable | None) -> Estimate:
        """Return the entropy of P, or the cross-entropy of P and Q."""
        if q is None:
            return super().cross_entropy(p, None)
        mean, variance, _ = self._lengths(p, q)
        return estimate(self, p, mean, np.sqrt(variance))

    def f_divergence(self, member: FDivergence, p: CountTable, q: CountTable) -> Estimate:
        """Return the divergence KL(P‖Q), and no other."""
        excess_only(self, member)
        mean, variance, covariance = self._lengths(p, q)
        own_mean, own_variance, _ = self._entropy_parts(p)
        variance = variance + own_variance - 2.0 * covariance
        return estimate(self, p, mean - own_mean, np.sqrt(np.maximum(variance, 0.0)))

    def pseudocount(self, total: Array, alphabet: Array) -> Array:
        """Return what the prior adds to each count."""
        if self.prior == "perks":
            return 1.0 / alphabet
        if self.prior == "minimax":
            return np.sqrt(total) / alphabet
        fixed = {"jeffreys": 0.5, "laplace": 1.0}
        number: Any = fixed[self.prior] if isinstance(self.prior, str) else self.prior
        return np.full_like(total, number)

    def _entropy_parts(self, p: CountTable) -> tuple[Array, Array, dict[str, Array]]:
        value, error, info = self._entropy(p)
        return value, error**2, info

    def _masses(self, side: CountTable) -> tuple[Array, Array]:
        """Return the parameters of the posterior, zero for what is not kept, and their sum."""
        b = self.pseudocount(side.total, side.alphabet)
        mass = side.counts + b[..., None]
        if side.kept is not None:
            mass = np.where(side.kept, mass, 0.0)
        return mass, side.total + b * side.alphabet

    def _lengths(self, p: CountTable, q: CountTable) -> tuple[Array, Array, Array]:
        """Return mean and variance of the cross-entropy, and its covariance with the entropy.

        Given Q the cross-entropy is linear in P, with mean surprisals l_i = psi(B) - psi(b_i);
        with w = a/A the means of P its variance is

            [Var_w(l) + sum w_i (a_i + 1) psi'(b_i)] / (A + 1) - psi'(B)

        and its covariance with the entropy Cov_w(l, h) / (A + 1), h_i = psi(A + 1) - psi(a_i + 1).
        """
        (a, whole_a), (b, whole_b) = self._masses(p), self._masses(q)
        weight = a / whole_a[..., None]
        b = np.where(b > 0.0, b, 1.0)
        length = digamma_difference(b, whole_b[..., None] - b)
        h = digamma_difference(a + 1.0, whole_a[..., None] - a)
        mean = (weight * length).sum(axis=-1)
        centred = length - mean[..., None]
        own = (weight * h).sum(axis=-1, keepdims=True)
        # psi'(x) = (1 + excess)/x
        doubt = (weight * (a + 1.0) * zeta(2.0, b)).sum(axis=-1)
        variance = ((weight * centred**2).sum(axis=-1) + doubt) / (whole_a + 1.0)
        variance = variance - (1.0 + scaled_trigamma_minus_one(whole_b)) / whole_b
        covariance = (weight * centred * (h - own)).sum(axis=-1) / (whole_a + 1.0)
        return mean, np.maximum(variance, 0.0), covariance
