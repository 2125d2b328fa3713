"""Certain bounds for mixtures from closed forms between their components.

With pairwise divergences D between the components of P = sum_i c_i P_i, the entropy of P is

    sum_i c_i H(P_i) - sum_i c_i log sum_j c_j exp(-D(P_i‖P_j))

at most if D is the Kullback-Leibler divergence, and at least if it is that of Bhattacharyya:
Kolchinsky & Tracey, "Estimating mixture entropy with pairwise distances", Entropy 19 (2017),
equations 10 and 11. Where the latter has no closed form, the mean entropy of the components serves.
KL(P‖Q) is at most sum_ij c_i d_j KL(P_i‖Q_j), by convexity: Hershey & Olsen, "Approximating the
Kullback Leibler divergence between Gaussian mixture models", ICASSP (2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log

import numpy as np

from divergences import closed_forms
from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution

Bounds = tuple[float, float]
Parts = list[tuple[float, Distribution]]


def entropy(p: Distribution) -> Bounds | None:
    """Return bounds of the entropy of a mixture."""
    return _entropy(_parts(p)) if isinstance(p, Mixture) else None


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


def perspective(name: str, p: Distribution, q: Distribution) -> Bounds | None:
    """Return bounds of KL(P‖Q) or of the Jensen-Shannon divergence and its deficit."""
    if name == "kl_divergence" and (isinstance(p, Mixture) or isinstance(q, Mixture)):
        pairs = [(c * d, _pair("kl", a, b)) for c, a in _parts(p) for d, b in _parts(q)]
        if any(kl is None for _, kl in pairs):
            return None
        return 0.0, sum(w * kl for w, kl in pairs if kl is not None)
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
    above, below = _overlap("kl", 1.0, parts), _overlap("power", 0.25, parts)
    return None if above is None else (base + (below or 0.0), base + above)


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
    value = float(found(0.5) if kind == "power" else found())
    return None if value != value or value == -inf else value
