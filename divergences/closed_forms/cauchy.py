"""Cauchy distributions: the divergences are functions of one maximal invariant, chi.

chi = ((l1 - l2)^2 + (s1 - s2)^2) / (2 s1 s2), for locations l and scales s. Chyzak and Nielsen,
arXiv:1905.10965 (KL); Nielsen and Okamura, arXiv:2101.12459 (Jensen-Shannon).
"""

from __future__ import annotations

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import space
from divergences.measures.families.cauchy import Cauchy
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.typing import Array


def _half_chi(p: Cauchy, q: Cauchy) -> Array:
    shift, stretch = p.loc - q.loc, p.scale - q.scale
    return 0.25 * (shift / p.scale * (shift / q.scale) + stretch / p.scale * (stretch / q.scale))


@register("kl", Cauchy, Cauchy)
def _(p: Cauchy, q: Cauchy) -> Array:
    """Return log(1 + chi/2)."""
    return log1p(_half_chi(p, q), space(p, q))


@register("js", Cauchy, Cauchy)
def _(p: Cauchy, q: Cauchy) -> Array:
    """Return -log((1 + r)/2), r = (1 + chi/2)^(-1/2)."""
    xp = space(p, q)
    return -log1p(0.5 * expm1(-0.5 * log1p(_half_chi(p, q), xp), xp), xp)
