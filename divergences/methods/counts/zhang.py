"""Zhang's estimates in Turing's perspective: entropy, cross-entropy and KL, without smoothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from divergences.interface import Array, Estimate, Perspective
from divergences.measures.counts import Tallies
from divergences.methods.counts.estimator import estimate, excess_only
from divergences.methods.counts.sums import Size, SumEstimator
from divergences.numerics.excess import digamma_difference


@dataclass(frozen=True)
class Zhang(SumEstimator):
    r"""Zhang's estimates of entropy, cross-entropy and KL, whose bias decays exponentially.

    .. math::
        H(P) = \sum_i \frac{n_i}{N} [\psi(N) - \psi(n_i)], \qquad
        H(P, Q) = \sum_i \frac{n_i}{N} [\psi(M + 1) - \psi(m_i + 1)]

    for counts n of P and m of Q; KL(P‖Q) is their difference. It is finite also where Q's sample
    lacks an outcome of P's, without any smoothing; how much of P's sample that is stands in
    ``info["unmatched"]``. Standard error: the jackknife's, of both samples.

    References
    ----------
    Zhang, "Entropy estimation in Turing's perspective", Neural Comput. 24 (2012), eq. 3; Zhang &
    Grabchak, "Nonparametric estimation of Kullback-Leibler divergence", Neural Comput. 26 (2014),
    eq. 2.3. With digamma: Chao, Wang & Jost (2013), eq. 6.

    Examples
    --------
    >>> import divergences as dv
    >>> round(float(dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=dv.methods.Zhang())), 6)
    1.773413
    >>> p, q = dv.Counts([30, 15, 5]), dv.Counts([20, 20, 10])
    >>> round(float(dv.kl_divergence(p, q, method=dv.methods.Zhang())), 6)
    0.049932
    """

    def term(self, n: Array, size: Size) -> Array:
        """Return n/N (digamma(N) - digamma(n))."""
        return n / size.total * digamma_difference(n, size.total - n)

    def mean_code_length(self, p: Tallies, q: Tallies | None) -> Estimate:
        """Return the entropy of P, or the cross-entropy of P and Q."""
        return super().mean_code_length(p, q) if q is None else self._excess(p, q, 0.0, "")

    def perspective(self, member: Perspective, p: Tallies, q: Tallies) -> Estimate:
        """Return the divergence KL(P‖Q), and no other."""
        excess_only(self, member)
        return self._excess(p, q, 1.0, "unprojected")

    def _excess(self, p: Tallies, q: Tallies, own: float, raw: str) -> Estimate:
        """Return the cross-entropy less `own` times the entropy, projected if `raw` has a name."""
        n, m = (x.counts.astype(np.float64) for x in (p, q))
        total_n, total_m = p.total[..., None], q.total[..., None]
        length = digamma_difference(m + 1.0, total_m - m)
        seen = np.maximum(n, 1.0)
        value = (n / total_n * (length - own * digamma_difference(seen, total_n - seen))).sum(-1)
        # One observation of P fewer: n (psi(N) - psi(n)) falls to (n - 1) (psi(N-1) - psi(n-1)).
        fewer_n = np.maximum(total_n - 1.0, 1.0)
        before = np.maximum(n - 1.0, 1.0)
        now = seen * digamma_difference(seen, np.maximum(fewer_n - seen, 0.0))
        then = np.where(n > 1.0, before * digamma_difference(before, fewer_n - before), 0.0)
        change_p = -length + own * (now - then)
        # One of Q fewer: psi(m + 1) falls by 1/m, which lengthens the code of P's outcomes.
        change_q = np.broadcast_to(n / total_n / np.maximum(m, 1.0), change_p.shape)
        variance = sum(
            _variance(counts, change, total) * (total[..., 0] - 1.0) / (scale[..., 0]) ** 2
            for counts, change, total, scale in (
                (n, change_p, total_n, fewer_n),
                (m, change_q, total_m, np.ones_like(total_m)),
            )
        )
        error = np.where((total_n > 1.0) & (total_m > 1.0), np.sqrt(variance)[..., None], np.nan)
        info = {"unmatched": np.where(m == 0.0, n / total_n, 0.0).sum(-1)}
        if raw:
            info[raw] = value
            value = np.maximum(value, 0.0)
        return estimate(self, p, value, error[..., 0], info=info)


def _variance(counts: Array, x: Array, total: Array) -> Array:
    """Return the variance of x over the observations."""
    share = counts / total
    mean = (share * x).sum(-1, keepdims=True)
    return (share * (x - mean) ** 2).sum(-1)
