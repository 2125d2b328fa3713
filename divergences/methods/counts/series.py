"""Estimates of entropy that correct the bias of each term: Miller-Madow, Grassberger, Schürmann."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np
from scipy.special import hyp2f1

from divergences.core import Array, Estimate, FDivergence
from divergences.measures.counts import CountTable
from divergences.methods.counts.estimator import estimate, excess_only, positive
from divergences.methods.counts.radius import radius_score
from divergences.methods.counts.stirling_series import (
    digamma_difference,
    digamma_minus_log,
    surprisal,
)
from divergences.methods.counts.sums import Size, SumEstimator


@dataclass(frozen=True)
class MillerMadow(SumEstimator):
    """The plug-in entropy and its bias to first order, (K - 1) / 2N for K observed outcomes.

    Standard error: the jackknife's. The Jensen-Shannon divergence of any number of samples, with
    weights w, is corrected to the same order by

        -∑_j [w_j (K_j - 1) - w_j² ∑_i p̂_(j,i) (1 - p̂_(j,i)) / m̂_i] / (2 N_j)

    with the standard error of the plug-in, to second order; below zero it is set there, and what it
    was stands in ``info["unprojected"]``.

    References
    ----------
    Miller, "Note on the bias of information estimates", in Information Theory in Psychology (1955).

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.MillerMadow())), 6)
    1.745177
    """

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N log(N/n) + 1/2N."""
        return n / size.total * surprisal(n, size.total) + 0.5 / size.total

    def constant(self, size: Size) -> Array:
        """Return -1/2N."""
        return -0.5 / size.total

    def information_radius(
        self, member: FDivergence, ps: tuple[CountTable, ...], shares: Array
    ) -> Estimate:
        """Return the mean divergence from the weighted mixture, less its bias to first order."""
        excess_only(self, member)
        weights = np.asarray(shares) / np.sum(shares)
        score = radius_score(member, weights, [p.counts / p.total[..., None] for p in ps], ps)
        largest = -float(np.sum(weights[weights > 0] * np.log(weights[weights > 0])))
        value = np.clip(score.value, 0.0, largest)
        return estimate(
            self,
            ps[0],
            value,
            score.error,
            (0.0, largest),
            {"unprojected": score.value},
            others=ps[1:],
            score=score._replace(value=value),
        )


@dataclass(frozen=True)
class Grassberger(SumEstimator):
    """Grassberger's estimates of entropy, which replace log n by a function of the integer n.

        H = log N - ∑_i n_i / N G(n_i)

    with G(n) = ψ(n) + (-1)^n / (n + 1) in 1988 and G(n) = ψ(n) + ½ (-1)^n [ψ((n + 1)/2) - ψ(n/2)]
    in 2003. Standard error: the jackknife's without the alternating part, which changes sign
    whenever an observation is left out.

    Parameters
    ----------
    version
        1988 or 2003, the less biased one.

    References
    ----------
    Grassberger, "Finite sample corrections to entropy and dimension estimates", Phys. Lett. A 128
    (1988), eq. 13; "Entropy estimates from insufficient samplings", arXiv:physics/0307138 (2003),
    eq. 27-35.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.Grassberger())), 6)
    1.912032
    """

    version: Literal[1988, 2003] = 2003

    def __post_init__(self) -> None:
        """Check the version."""
        if self.version not in (1988, 2003):
            raise ValueError(f"version is {self.version!r}; Grassberger's are 1988 and 2003.")

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N (log N - G(n))."""
        if self.version == 1988:
            turn = 1.0 / (n + 1.0)
        else:
            turn = 0.5 * digamma_difference(0.5 * n, np.full_like(n, 0.5))
        return self.smooth_term(n, size) - n / size.total * np.where(n % 2.0 == 0.0, turn, -turn)

    def smooth_term(self, n: Array, size: Size) -> Array:
        """Return n/N (log N - digamma(n))."""
        return n / size.total * (surprisal(n, size.total) - digamma_minus_log(n))


@dataclass(frozen=True)
class Schurmann(SumEstimator):
    """Schürmann's family of estimates of entropy, between small bias and small variance.

        H = ψ(N) - ∑_i n_i / N [ψ(n_i) + (-1)^(n_i) I(n_i)]

        I(n) = ∫_0^(1/ξ - 1) t^(n - 1) / (1 + t) dt

    Standard error: the jackknife's without the alternating part.

    Parameters
    ----------
    xi
        Between 1/2 and 1. At 1 the integral vanishes, at 1/2 it is Grassberger's of 2003; the
        default exp(-1/2) is the author's choice.

    References
    ----------
    Schürmann, "Bias analysis in entropy estimation", J. Phys. A 37 (2004), eq. 14-25.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.Schurmann())), 6)
    1.838992
    """

    xi: float = exp(-0.5)

    def __post_init__(self) -> None:
        """Check the parameter."""
        positive("xi", self.xi)
        if not 0.5 <= self.xi <= 1.0:
            raise ValueError(f"xi is {self.xi!r}; it lies between 1/2 and 1.")

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N (digamma(N) - digamma(n) - the integral with its sign)."""
        end = 1.0 / self.xi - 1.0
        # The integral is end^n / n F(1, n; n + 1; -end), here by Pfaff's transformation: a series
        # of positive terms.
        z = end / (1.0 + end)
        turn = end**n / (n * (1.0 + end)) * hyp2f1(1.0, 1.0, n + 1.0, z)
        return self.smooth_term(n, size) - n / size.total * np.where(n % 2.0 == 0.0, turn, -turn)

    def smooth_term(self, n: Array, size: Size) -> Array:
        """Return n/N (digamma(N) - digamma(n))."""
        return n / size.total * digamma_difference(n, size.total - n)
