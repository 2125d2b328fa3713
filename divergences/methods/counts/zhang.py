"""Zhang's estimates in Turing's perspective: entropy, cross-entropy and KL, without smoothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import zeta

from divergences.core import Array, Estimate, FDivergence
from divergences.measures.counts import CountTable
from divergences.methods.counts.coverage import unseen_entropy
from divergences.methods.counts.estimator import estimate, excess_only
from divergences.methods.counts.second_order import another, common_share, scored, with_new
from divergences.methods.counts.stirling_series import digamma_difference
from divergences.methods.counts.sums import Size, SumEstimator


@dataclass(frozen=True)
class Zhang(SumEstimator):
    """Zhang's estimates of entropy, cross-entropy and KL, whose bias decays exponentially.

        H(P) = ∑_i n_i / N [ψ(N) - ψ(n_i)]

        H(P, Q) = ∑_i n_i / N [ψ(M + 1) - ψ(m_i + 1)]

    for counts n of P and m of Q; KL(P‖Q) is their difference. It is finite also where Q's sample
    lacks an outcome of P's, without any smoothing; how much of P's sample that is stands in
    ``info["unmatched"]``. Confidence intervals have no upper end then: Q may never have that
    outcome. Standard error: the jackknife's, of both samples, to second order.

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

    def cross_entropy(self, p: CountTable, q: CountTable | None) -> Estimate:
        """Return the entropy of P, or the cross-entropy of P and Q."""
        return super().cross_entropy(p, q) if q is None else self._excess(p, q, 0.0, "")

    def f_divergence(self, member: FDivergence, p: CountTable, q: CountTable) -> Estimate:
        """Return the divergence KL(P‖Q), and no other."""
        excess_only(self, member)
        return self._excess(p, q, 1.0, "unprojected")

    def _excess(self, p: CountTable, q: CountTable, own: float, raw: str) -> Estimate:
        """Return the cross-entropy less `own` times the entropy, projected if `raw` has a name."""
        n, m = (x.counts.astype(np.float64) for x in (p, q))
        total_n, total_m = p.total[..., None], q.total[..., None]
        length = digamma_difference(m + 1.0, total_m - m)
        seen = np.maximum(n, 1.0)
        value = _sum(n, m, own)
        # One observation of P fewer: n (psi(N) - psi(n)) falls to (n - 1) (psi(N-1) - psi(n-1)).
        fewer_n = np.maximum(total_n - 1.0, 1.0)
        before = np.maximum(n - 1.0, 1.0)
        now = seen * digamma_difference(seen, np.maximum(fewer_n - seen, 0.0))
        then = np.where(n > 1.0, before * digamma_difference(before, fewer_n - before), 0.0)
        change_p = -length + own * (now - then)
        # One of Q fewer: psi(m + 1) falls by 1/m, which lengthens the code of P's outcomes.
        change_q = np.broadcast_to(n / total_n / np.maximum(m, 1.0), change_p.shape)
        first = _variance(n, change_p, total_n) * (p.total - 1.0) / fewer_n[..., 0] ** 2
        of_q = _variance(m, change_q, total_m) * (q.total - 1.0)
        # Lengths are the posterior means of -log q under a uniform prior: where Q's sample lacks
        # an outcome, their posterior variance is all that is known.
        share = n / total_n
        spread = zeta(2.0, m + 1.0) - zeta(2.0, total_m + 1.0)
        lacking = np.where(m == 0.0, share**2 * spread, 0.0).sum(-1)
        ratio = share / (m + 1.0)
        bias = 0.5 * np.sqrt((own / total_n + ratio) ** 2 + (1.0 - own) * 2.0 * ratio / total_n)
        bias = np.where(n > 0.0, bias, 0.0)
        n_more, likely = with_new(n, m, m / total_m)
        m_more, _ = with_new(m, n, n / total_n)
        floor = another(lambda z: _sum(z, m_more, own), n_more, likely)
        unmatched = np.where(m == 0.0, share, 0.0).sum(-1)
        tiny = (p.total <= 1.0) | (q.total <= 1.0)
        first = np.where(tiny, np.inf, first + of_q + lacking)
        both = common_share(share, m / total_m, p.total, q.total)
        score = scored(np.maximum(value, 0.0), first, bias, both, floor, unmatched > 0.0)
        # Both parts are too short by what was not seen, and their difference by that of it.
        lacks = own * unseen_entropy(p.counts) - unseen_entropy(q.counts)
        score = score._replace(error=np.hypot(score.error, lacks))
        info = {"unmatched": unmatched}
        largest = float(np.max(np.where(np.logical_or(p.missing, q.missing), 0.0, unmatched)))
        warning = (
            f"Q's sample lacks outcomes that make up {100.0 * largest:.3g} % of P's; if Q never "
            "has them, the quantity is infinite."
        )
        warnings = (warning,) if largest > 0.0 else ()
        if raw:
            info[raw] = value
            value = np.maximum(value, 0.0)
        return estimate(
            self, p, value, score.error, info=info, others=(q,), score=score, warnings=warnings
        )


def _sum(n: Array, m: Array, own: float) -> Array:
    """Return the cross-entropy of counts n of P and m of Q, less `own` times the entropy of P."""
    total_n, total_m = n.sum(-1, keepdims=True), m.sum(-1, keepdims=True)
    seen = np.maximum(n, 1.0)
    length = digamma_difference(m + 1.0, total_m - m)
    return (n / total_n * (length - own * digamma_difference(seen, total_n - seen))).sum(-1)


def _variance(counts: Array, x: Array, total: Array) -> Array:
    """Return the variance of x over the observations."""
    share = counts / total
    mean = (share * x).sum(-1, keepdims=True)
    return (share * (x - mean) ** 2).sum(-1)
