"""The estimate of Nemenman, Shafee and Bialek: a prior that is nearly flat in the entropy.

A Dirichlet prior with pseudocount b fixes the entropy almost before any data are seen. The prior
here is a mixture of all of them, weighted so that the expected entropy
xi(b) = psi(A b + 1) - psi(b + 1) of an alphabet of A outcomes is uniform on (0, log A):

    E[H | n] = int rho(n | b) E[H | n, b] xi'(b) db / int rho(n | b) xi'(b) db.

The integral is over s = log(A b), on the whole line. There the integrand is analytic in the strip
|Im s| < pi and decays exponentially, so that the trapezoidal rule converges geometrically; an outer
substitution s = mode + width sinh(t) adapts it to posteriors narrow and wide. It is halved until
two steps agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, inf, log
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.methods.counts.estimator import EntropyEstimator
from divergences.methods.counts.posterior import Posterior, entropy_moments
from divergences.methods.counts.stirling_series import scaled_trigamma_minus_one, stirling_error
from divergences.methods.counts.table import Table
from divergences.numerics.special.terms import kl_term

NEGLIGIBLE = 42.0  # nats below the peak
AGREE = 1e-8  # of two steps, relatively; the finer one is far better still
ROUNDING = 4e-16  # of the mean, below which a deviation says nothing
FINEST = 8  # halvings
WIDEST = 2.0  # a wider peak is a plateau, with edges as sharp as this


@dataclass(frozen=True)
class NSB(EntropyEstimator):
    """The Bayesian estimate of entropy of Nemenman, Shafee and Bialek, the best for few data.

    Value and standard error are the posterior mean and standard deviation of the entropy under a
    mixture of Dirichlet priors that is nearly uniform in the entropy. That of mutual information
    joins the first order of the plug-in with what the posteriors of the entropies have beyond it.

    Parameters
    ----------
    alphabet_size : int or float, optional
        The number of possible outcomes. Default: the number of counts given, zeros included.
        ``math.inf`` (or any unknown number) takes the limit of infinitely many, the Dirichlet
        process of Archer, Park & Pillow; at least one outcome must then have been seen twice, or
        the estimate is infinite.

    Raises
    ------
    ValueError
        If more outcomes were observed than the alphabet has, or the size is not a positive integer
        or infinity.

    Notes
    -----
    Right to 1e-9 for alphabets up to 1e9 and beyond; cost grows with the number of distinct counts.
    ``info["quadrature_error"]`` is the last change of the integral, which overstates its error.

    References
    ----------
    Nemenman, Shafee & Bialek, "Entropy and inference, revisited", NIPS 14 (2001), eq. 6-12; Archer,
    Park & Pillow, "Bayesian entropy estimation for countable discrete distributions", J. Mach.
    Learn. Res. 15 (2014), section 4.

    Examples
    --------
    >>> import math
    >>> import divergences as dv
    >>> counts = dv.Counts([4, 2, 3, 2, 4, 2, 1, 1])
    >>> estimate = dv.entropy(counts, method=dv.methods.NSB(alphabet_size=20))
    >>> round(float(estimate), 6), round(float(estimate.standard_error), 6)
    (2.321213, 0.236356)
    >>> round(float(dv.entropy(counts, method=dv.methods.NSB(math.inf))), 6)
    2.405524
    """

    has_bias = False
    alphabet_size: float | None = None

    def __post_init__(self) -> None:
        """Check the size."""
        size: Any = self.alphabet_size
        if size is None:
            return
        if isinstance(size, bool) or not isinstance(size, int | float | np.number):
            raise ValueError(f"alphabet_size is {size!r}; pass a number of outcomes, or math.inf.")
        if not size >= 1 or (np.isfinite(size) and size != int(size)):
            raise ValueError(
                f"alphabet_size is {size!r}; it is a positive integer, or math.inf if unknown."
            )

    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the posterior mean and standard deviation."""
        if self.alphabet_size is not None and np.any(table.distinct > self.alphabet_size):
            raise ValueError(
                f"alphabet_size is {self.alphabet_size!r}, but {int(table.distinct.max())} "
                "outcomes were observed."
            )
        found = []
        for count, outcomes, total, alphabet in table.rows():
            size = alphabet if self.alphabet_size is None else float(self.alphabet_size)
            found.append(_moments(_Evidence(count, outcomes, total, size)))
        mean, deviation, error = np.array(found).T
        return mean, deviation, {"quadrature_error": error}


class _Evidence:
    """The posterior density of s = log(A b), up to a constant, and the moments given b."""

    def __init__(self, count: Array, outcomes: Array, total: float, alphabet: float) -> None:
        self.count, self.outcomes, self.total, self.alphabet = count, outcomes, total, alphabet
        self.distinct = float(outcomes.sum())

    def log_density(self, s: Array) -> Array:
        """Return the logarithm of evidence, prior and dA b/ds."""
        k = np.exp(s)
        slope = (1.0 + scaled_trigamma_minus_one(k + 1.0)) / (k + 1.0)
        if self.alphabet == inf:
            return self._infinite(k) + s + np.log(slope)
        size = self.alphabet
        b = k / size
        # psi'(k + 1) - psi'(b + 1)/A, with the leading parts of both subtracted by hand
        slope = (size - 1.0) / (k + 1.0) / (k + size) + (
            scaled_trigamma_minus_one(k + 1.0) / (k + 1.0)
            - scaled_trigamma_minus_one(b + 1.0) / (k + size)
        )
        return self._finite(k, b) + s + np.log(slope)

    def _finite(self, k: Array, b: Array) -> Array:
        """Return log of Gamma(k)/Gamma(k + N) prod Gamma(n_i + b)/Gamma(b), plus N log A.

        With Stirling's formula taken out, the leading terms are a sum of Bregman divergences of the
        n_i + b from their mean: none is negative, and for equal counts all vanish.
        """
        mean = self.total / self.alphabet
        column = b[:, None]
        near = column + self.count
        fit = kl_term(near, column + mean, self.count - mean, None, np)
        fit = fit - 0.5 * np.log1p(self.count / column) + stirling_error(near)
        unseen = self.alphabet - self.distinct
        rest = unseen * kl_term(b, b + mean, np.full_like(b, -mean), None, np)
        rest += 0.5 * np.log1p(self.total / k) - self.distinct * stirling_error(b)
        return fit @ self.outcomes + rest - stirling_error(k + self.total) + stirling_error(k)

    def _infinite(self, k: Array) -> Array:
        """Return log of k^K Gamma(k)/Gamma(k + N), plus the constant N log N - N."""
        n = self.total
        leading = self.distinct * np.log(k) - (k - 0.5) * np.log1p(n / k) - n * np.log1p(k / n)
        return leading - stirling_error(k + n) + stirling_error(k)

    def moments(self, s: Array) -> tuple[Array, Array]:
        """Return the mean and the variance of the entropy given b."""
        k = np.exp(s)
        b = k / self.alphabet
        spare = k if self.alphabet == inf else (self.alphabet - self.distinct) * b
        return entropy_moments(
            Posterior(
                self.count,
                np.full_like(k, self.total),
                b,
                k,
                spare,
                lambda terms: terms @ self.outcomes,
                lambda x: x[:, None],
            )
        )


def _moments(posterior: _Evidence) -> tuple[float, float, float]:
    """Return the posterior mean, the standard deviation and the change of the mean at the end."""
    if posterior.alphabet == 1.0:
        return 0.0, 0.0, 0.0
    if posterior.alphabet == inf and posterior.distinct == posterior.total:
        return inf, inf, inf
    mode, width = _peak(posterior)
    step = 0.5
    t = step * np.arange(-(most := int(asinh(200.0 / width) / step) + 1), most + 1)
    height = posterior.log_density(mode + width * np.sinh(t))
    (within,) = np.nonzero(height > height.max() - NEGLIGIBLE)
    low, high = float(t[max(within[0] - 1, 0)]), float(t[min(within[-1] + 1, t.size - 1)])
    inside = (t >= low) & (t <= high)
    rule = _Rule(posterior, mode, width, height.max())
    rule.add(t[inside], height[inside])
    mean, deviation = rule.result()
    change = inf
    for _ in range(FINEST):
        rule.add(np.arange(low + 0.5 * step, high, step))
        step *= 0.5
        before, before_deviation = mean, deviation
        mean, deviation = rule.result()
        change = abs(mean - before)
        slack = AGREE * deviation + ROUNDING * mean
        if change <= AGREE * mean and abs(deviation - before_deviation) <= slack:
            break
    return mean, deviation, change


def _peak(posterior: _Evidence) -> tuple[float, float]:
    """Return the mode of the density of s and the width of its peak."""
    n = posterior.total
    top = 2.0 * log(n) if posterior.alphabet == inf else max(log(posterior.alphabet), 2.0 * log(n))
    low, high = -10.0, top + 5.0
    while True:
        s = np.linspace(low, high, 17)
        height = posterior.log_density(s)
        i = min(max(int(np.argmax(height)), 1), 15)
        left, right = height[i] - height[i - 1], height[i] - height[i + 1]
        step = s[1] - s[0]
        if max(left, right) < 1.0 or step < 1e-9:
            curvature = max(left + right, 1e-300) / step**2
            return float(s[i]), min(curvature**-0.5, WIDEST)
        low, high = s[i - 1], s[i + 1]


class _Rule:
    """The trapezoidal rule in t, whose nodes are added step by step."""

    def __init__(self, posterior: _Evidence, mode: float, width: float, height: float) -> None:
        self.posterior, self.mode, self.width, self.height = posterior, mode, width, height
        self.parts: list[tuple[Array, Array, Array]] = []

    def add(self, t: Array, height: Any = None) -> None:
        """Evaluate the integrand at more nodes."""
        s = self.mode + self.width * np.sinh(t)
        if height is None:
            height = self.posterior.log_density(s)
        weight = np.exp(height - self.height) * np.cosh(t)
        some = weight > 1e-18 * weight.max()
        self.parts.append((weight[some], *self.posterior.moments(s[some])))

    def result(self) -> tuple[float, float]:
        """Return mean and deviation of the entropy: within and between the values of b."""
        weight, mean, variance = (np.concatenate(x) for x in zip(*self.parts, strict=True))
        weight = weight / weight.sum()
        centre = float(weight @ mean)
        return centre, float(weight @ (variance + (mean - centre) ** 2)) ** 0.5
