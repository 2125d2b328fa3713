"""Certain bounds for mixtures from closed forms between their components.

With pairwise divergences D between the components of P = sum_i c_i P_i, the entropy of P is

    sum_i c_i H(P_i) - sum_i c_i log sum_j c_j exp(-D(P_i‖P_j))

at most if D is the Kullback-Leibler divergence, and at least if it is that of Bhattacharyya:
Kolchinsky & Tracey, "Estimating mixture entropy with pairwise distances", Entropy 19 (2017),
equations 10 and 11. Where the latter has no closed form, the mean entropy of the components serves.
KL(P‖Q) is the cross-entropy of P and Q less the entropy of P. The cross-entropy is at most, and at
least, if (P_i, Q_j) is the integral of the product of densities,

    - sum_i c_i log sum_j d_j exp(-C(P_i, Q_j))   and   - sum_i c_i log sum_j d_j (P_i, Q_j)

with C the cross-entropy of components: from the variational approximation and the product of
Gaussians of Hershey & Olsen, "Approximating the Kullback Leibler divergence between Gaussian
mixture models", ICASSP (2007), made into bounds by Durrieu, Thiran & Kelly, "Lower and upper bounds
for approximation of the Kullback-Leibler divergence between Gaussian mixture models", ICASSP
(2012). KL is also at most sum_ij c_i d_j KL(P_i‖Q_j), by convexity.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log, pi

import numpy as np

from divergences import closed_forms
from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.families.multivariate_normal import DiagonalNormal, MultivariateNormal
from divergences.measures.families.normal import Normal

Bounds = tuple[float, float]
Parts = list[tuple[float, Distribution]]


def entropy(p: Distribution) -> Bounds | None:
    """Return bounds of the entropy of a mixture."""
    return _entropy(_parts(p)) if isinstance(p, Mixture) else None


def cross_entropy(p: Distribution, q: Distribution) -> Bounds | None:
    """Return bounds of the cross-entropy of P and Q, if one of them is a mixture."""
    if isinstance(p, Mixture) or isinstance(q, Mixture):
        return _cross_entropy(_parts(p), _parts(q))
    return None


def of_mixture(ps: Sequence[Distribution], weights: np.ndarray) -> Bounds | None:
    """Return bounds of the Jensen-Shannon divergence: H(M) less the mean of the entropies."""
    each = [_entropy(_parts(p)) for p in ps]
    parts = [(w * c, part) for w, p in zip(weights, ps, strict=True) for c, part in _parts(p)]
    whole = _entropy(parts)
    if whole is None or any(one is None for one in each):
        return None
    low, high = (
        sum(w * one[side] for w, one in zip(weights, each, strict=True) if one is not None)
        for side in (0, 1)
    )
    most = float(-np.sum(weights * np.log(weights)))
    return max(whole[0] - high, 0.0), min(whole[1] - low, most)


def f_divergence(name: str, p: Distribution, q: Distribution) -> Bounds | None:
    """Return bounds of KL(P‖Q) or of the Jensen-Shannon divergence and its deficit."""
    if name == "kl_divergence" and (isinstance(p, Mixture) or isinstance(q, Mixture)):
        return _divergence(_parts(p), _parts(q))
    if name.startswith("jensen_shannon_"):
        found = of_mixture((p, q), np.full(2, 0.5))
        if found is None or name == "jensen_shannon_divergence":
            return found
        low, high = found
        if name == "jensen_shannon_distance":
            return low**0.5, high**0.5
        return max(log(2.0) - high, 0.0), log(2.0) - low
    return None


def _parts(p: Distribution) -> Parts:
    if not isinstance(p, Mixture):
        return [(1.0, p)]
    return [
        (float(w) * c, part)
        for w, component in zip(p.weights, p.components, strict=True)
        for c, part in _parts(component)
    ]


def _entropy(parts: Parts) -> Bounds | None:
    own = [_pair("entropy", p, p) for _, p in parts]
    if any(h is None for h in own):
        return None
    base = sum(c * h for (c, _), h in zip(parts, own, strict=True) if h is not None)
    above, below = _overlap("kl", 1.0, parts), _overlap("order_divergence", 0.25, parts)
    return None if above is None else (base + (below or 0.0), base + above)


def _divergence(ps: Parts, qs: Parts) -> Bounds | None:
    """Return bounds of KL(P‖Q)."""
    pairs = [(c * d, _pair("kl", p, q)) for c, p in ps for d, q in qs]
    own, both = _entropy(ps), _cross_entropy(ps, qs)
    if own is None or both is None or any(kl is None for _, kl in pairs):
        return None
    convex = sum(w * kl for w, kl in pairs if kl is not None)
    return max(both[0] - own[1], 0.0), min(both[1] - own[0], convex)


def _cross_entropy(ps: Parts, qs: Parts) -> Bounds | None:
    """Return bounds of the mean of -log q under P."""
    codes = [[_pair("cross_entropy", p, q) for _, q in qs] for _, p in ps]
    if any(None in row for row in codes):
        return None
    shares, logs = np.array([c for c, _ in ps]), np.log([d for d, _ in qs])
    most = -shares @ np.logaddexp.reduce(logs - np.array(codes, dtype=float), axis=1)
    products = [[_log_product(p, q) for _, q in qs] for _, p in ps]
    if any(None in row for row in products):
        return -inf, float(most)
    least = -shares @ np.logaddexp.reduce(logs + np.array(products, dtype=float), axis=1)
    return float(least), float(most)


def _log_product(p: Distribution, q: Distribution) -> float | None:
    """Return the log of the integral of the product of two densities, for normals."""
    moments = [_moments(x) for x in (p, q)]
    if None in moments:
        return None
    (m, v), (n, w) = moments  # type: ignore[misc]
    whole, root = v + w, np.linalg.cholesky(v + w)
    z = np.linalg.solve(root, m - n)
    return float(-0.5 * z @ z - np.sum(np.log(np.diag(root))) - 0.5 * len(whole) * log(2.0 * pi))


def _moments(p: Distribution) -> tuple[np.ndarray, np.ndarray] | None:
    """Return mean and covariance of a normal."""
    if isinstance(p, Normal):
        return np.reshape(p.loc, 1), np.reshape(p.scale, (1, 1)) ** 2.0
    if isinstance(p, DiagonalNormal):
        p = p.full
    return (np.asarray(p.mean), np.asarray(p.cov)) if isinstance(p, MultivariateNormal) else None


def _overlap(kind: str, scale: float, parts: Parts) -> float | None:
    """Return -sum_i c_i log sum_j c_j exp(-scale D(P_i‖P_j)); R(1/2) / 4 is Bhattacharyya's."""
    total = 0.0
    for c, p in parts:
        distances = [_pair(kind, p, q) for _, q in parts]
        if any(d is None for d in distances):
            return None
        shares = (
            d * np.exp(-scale * x)
            for (d, _), x in zip(parts, distances, strict=True)
            if x is not None
        )
        total -= c * log(sum(shares))
    return total


def _pair(kind: str, p: Distribution, q: Distribution) -> float | None:
    found = closed_forms.find(kind, p, q)
    if found is None:
        return None
    value = float(found(0.5) if kind == "order_divergence" else found())
    return None if value != value or value == -inf else value
