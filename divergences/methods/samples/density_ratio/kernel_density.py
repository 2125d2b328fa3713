"""Gaussian kernel densities that leave out the observation they are evaluated at."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.measures.sample import Sample
from divergences.methods.samples.density_ratio.variational_estimate import (
    estimate,
    mixture_estimate,
)
from divergences.numerics.runtime.progress import track

TILE = 1 << 21  # distances held at a time
RULES = ("scott", "silverman")


@dataclass(frozen=True)
class KernelDensity(Method):
    """Entropy and divergences from Gaussian kernel densities, leaving one out.

        p̂(x_i) = ∑_(j ≠ i) N(x_i; x_j, H) / (n - 1)

        q̂(x_i) = ∑_j N(x_i; y_j, H) / m

    The entropy is the mean of -log p̂(x_i). A divergence is the variational form

        E_P f'(p̂/q̂) + E_Q[f(p̂/q̂) - (p̂/q̂) f'(p̂/q̂)],

    which errors of the densities enter to second order (Kandasamy et al. 2015); cross-entropy is
    corrected in the same way.

    **A kernel density estimates another distribution**: P with noise of covariance H. At a fixed H
    the log ratio is that of the two noisy distributions, so what is found is another functional
    than the divergence of P and Q, and never more than it: for Jensen-Shannon, log 2 + V/2 at the
    discriminator that is best for the noisy ones. Like the divergence of the noisy distributions
    themselves (Sinn & Rawat 2018), it does not jump to log 2 where supports part, and its gradient
    does not vanish there. The rules let H shrink as the samples grow.

    Parameters
    ----------
    bandwidth : {"scott", "silverman"} or float, default "scott"
        A rule for the factor b of H = b² S, with S the covariance within the samples (the mean of
        the two): n^(-1/(d+4)) and (n (d+2)/4)^(-1/(d+4)) for the smaller sample size n. Or a
        number, the standard deviation of the noise in every direction. Both samples share H.

    Notes
    -----
    Time O((n + m)²), memory O(n + m). The standard error is that of the means, and leaves out the
    bias, which dominates in more than two dimensions. Good for Jensen-Shannon and its bounded
    relatives; KL and cross-entropy have p/q under Q in their variational form, and next to a lone
    observation of Q the density that leaves it out is all but zero. Then ``info["largest_share"]``,
    the share of the variance due to one single observation, is near 1, and the estimate worthless.

    Raises
    ------
    ValueError
        If `bandwidth` is no rule and no positive number, a sample is weighted or has a single
        observation, or a rule meets observations that do not spread in every direction.

    References
    ----------
    Kandasamy et al., "Nonparametric von Mises estimators for entropies, divergences and mutual
    informations" (2015); Sinn & Rawat, "Non-parametric estimation of Jensen-Shannon divergence in
    generative adversarial network training" (2018); Scott, "Multivariate density estimation"
    (1992), section 6.3.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(0, 1, 1000)), dv.Sample(rng.normal(2, 1, 1000))
    >>> js = dv.jensen_shannon_divergence(x, y, method=dv.methods.KernelDensity())  # truth: 0.3368
    >>> round(js.value, 2), round(js.standard_error, 2)
    (0.34, 0.01)
    """

    bandwidth: str | float = "scott"

    def __post_init__(self) -> None:
        """Refuse what is no bandwidth."""
        number = not isinstance(self.bandwidth, str | bool)
        if not (self.bandwidth in RULES or (number and 0.0 < float(self.bandwidth) < np.inf)):
            raise ValueError(
                f"bandwidth is {self.bandwidth!r}; pass one of {', '.join(map(repr, RULES))}, or a "
                "positive number, the standard deviation of the kernel."
            )

    def cross_entropy(self, p: Sample, q: Sample | None) -> Estimate:
        """Estimate the entropy of P, or the cross-entropy of P and Q."""
        if q is None:
            (x,), scale = self._whitened(p)
            length = scale - _log_density(x, x)
            error = float(np.std(length, ddof=1)) / len(x) ** 0.5
            return Estimate(float(np.mean(length)), repr(self), error)
        (x, y), scale = self._whitened(p, q)
        length = scale - _log_density(x, y)
        with np.errstate(over="ignore"):
            ratio = np.exp(_log_density(y, x) - _log_density(y, y))
        variance = np.var(length, ddof=1) / len(x) + np.var(ratio, ddof=1) / len(y)
        value = float(np.mean(length) + 1.0 - np.mean(ratio))
        return Estimate(value, repr(self), float(variance**0.5))

    def f_divergence(self, member: FDivergence, p: Sample, q: Sample) -> Estimate:
        """Estimate an f-divergence by its variational form."""
        return estimate(member, *self._log_ratios(p, q), repr(self), {})

    def information_radius(
        self, member: FDivergence, shares: Array, p: Sample, q: Sample, *more: Sample
    ) -> Estimate:
        """Estimate the mean divergence of two distributions from their weighted mixture."""
        if more:
            raise ValueError(f"KernelDensity compares two samples, not {2 + len(more)}; pass two.")
        return mixture_estimate(member, shares, *self._log_ratios(p, q), repr(self), {})

    def _log_ratios(self, p: Sample, q: Sample) -> tuple[Array, Array]:
        """Return log p/q at the observations of P and of Q."""
        (x, y), _ = self._whitened(p, q)
        return _log_density(x, x) - _log_density(x, y), _log_density(y, x) - _log_density(y, y)

    def _whitened(self, *samples: Sample) -> tuple[list[Array], float]:
        """Return the points in units of the kernel, and the log of its volume."""
        points = [sample.points for sample in samples]
        for sample, x in zip(samples, points, strict=True):
            if sample.weights is not None:
                raise ValueError("KernelDensity takes samples without weights; resample first.")
            if len(x) < 2:
                raise ValueError("KernelDensity leaves one observation out, and needs another one.")
        d, n = points[0].shape[1], min(map(len, points))
        if not isinstance(self.bandwidth, str):
            return [x / self.bandwidth for x in points], d * log(self.bandwidth)
        covariance = sum(np.cov(x, rowvar=False) for x in points) / len(points)
        scott = n ** (-1.0 / (d + 4))
        factor = scott if self.bandwidth == "scott" else scott * (4.0 / (d + 2)) ** (1.0 / (d + 4))
        try:
            root = np.linalg.cholesky(factor**2 * np.reshape(covariance, (d, d)))
        except np.linalg.LinAlgError:
            raise ValueError(
                f"the observations do not spread in every direction, so bandwidth="
                f"{self.bandwidth!r} would be zero in one; pass a number."
            ) from None
        volume = float(np.sum(np.log(np.diagonal(root))))
        return [np.linalg.solve(root, x.T).T for x in points], volume


def _log_density(at: Array, of: Array) -> Array:
    """Return the log density of a sample with standard normal noise; of its others, at its own."""
    from scipy.spatial.distance import cdist

    own = at is of
    n, d = of.shape
    found, step = np.empty(len(at)), max(1, TILE // n)
    starts = range(0, len(at), step)
    for _, start in track(enumerate(starts), len(starts), "kernel densities"):
        exponents = -0.5 * cdist(at[start : start + step], of, "sqeuclidean")
        if own:
            rows = np.arange(len(exponents))
            exponents[rows, start + rows] = -np.inf
        top = np.max(exponents, axis=1)
        total = np.sum(np.exp(exponents - top[:, None]), axis=1)
        found[start : start + step] = top + np.log(total)
    return found - log(n - own) - 0.5 * d * log(2.0 * pi)
