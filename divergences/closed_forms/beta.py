"""Beta and Dirichlet distributions.

KL is the Bregman divergence of log B, split by Stirling's formula: the part of x log x - x is a
divergence of two probability vectors, times the total, and the rest is smooth and small.
"""

from __future__ import annotations

from typing import Any

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import space
from divergences.measures.families.beta import Beta
from divergences.measures.families.dirichlet import Dirichlet
from divergences.numerics.floats.error_free import two_product
from divergences.numerics.floats.sums import pairwise_sum
from divergences.numerics.special.stirling import bregman_log_gamma_remainder
from divergences.numerics.special.terms import kl_term
from divergences.numerics.typing import Array


def dirichlet_divergence(a: Array, b: Array, xp: Any) -> Array:
    """Return KL of Dirichlet distributions with concentrations `a` and `b` along the last axis."""
    total_a, total_b = xp.sum(a, axis=-1, keepdims=True), xp.sum(b, axis=-1, keepdims=True)
    # For any r, sum B(b, r a) - B(sum b, r sum a) is the same, B(x, y) = x log(x/y) - x + y; with
    # r = total_b / total_a but for a rounding the second part is next to nothing.
    r = total_b / total_a + 0.0 * a
    high, low = two_product(r, a, xp)
    d = (b - high) - low
    rest = pairwise_sum(d, xp)
    whole = (r * total_a)[..., 0]
    shares = pairwise_sum(kl_term(b, high, d, None, xp), xp)
    shares = shares - kl_term(whole + rest, whole, rest, None, xp)
    step = b - a
    smooth = pairwise_sum(bregman_log_gamma_remainder(b, a, step, xp), xp)
    sums = (total_b[..., 0], total_a[..., 0], pairwise_sum(step, xp))
    return shares + (smooth - bregman_log_gamma_remainder(*sums, xp))


@register("kl", Dirichlet, Dirichlet)
def _(p: Dirichlet, q: Dirichlet) -> Array:
    xp = space(p, q)
    a, b = xp.broadcast_arrays(xp.asarray(p.concentration), xp.asarray(q.concentration))
    return dirichlet_divergence(a, b, xp)


@register("kl", Beta, Beta)
def beta_divergence(p: Beta, q: Beta) -> Array:
    """Return KL(P‖Q)."""
    xp = space(p, q)
    a1, b1, a2, b2 = xp.broadcast_arrays(*map(xp.asarray, (p.a, p.b, q.a, q.b)))
    return dirichlet_divergence(xp.stack([a1, b1], axis=-1), xp.stack([a2, b2], axis=-1), xp)
