"""Pareto, inverse Gaussian and von Mises distributions, each against its own kind."""

from __future__ import annotations

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import bregman, comparable, ratio_gap, space
from divergences.measures.families.inverse_gaussian import InverseGaussian
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.vonmises import VonMises
from divergences.numerics.special import bessel
from divergences.numerics.special.terms import log_quotient_near
from divergences.numerics.typing import Array


@register("kl", Pareto, Pareto)
def _(p: Pareto, q: Pareto) -> Array:
    """Return shape2 log(scale1/scale2) + r - 1 - log r, r = shape2/shape1."""
    xp = space(p, q)
    shift = log_quotient_near(p.scale, q.scale, p.scale - q.scale, xp)
    return q.shape * shift + ratio_gap(q.shape, p.shape, xp)


@register("kl", InverseGaussian, InverseGaussian)
def _(p: InverseGaussian, q: InverseGaussian) -> Array:
    xp = space(p, q)
    step = (p.mu - q.mu) / q.mu
    return 0.5 * (q.shape / p.mu * step * step + ratio_gap(q.shape, p.shape, xp))


@register("kl", VonMises, VonMises)
def _(p: VonMises, q: VonMises) -> Array:
    """Return the Bregman divergence of log I0, and what the angle between the modes adds."""
    xp = space(p, q)
    x, y, angle = xp.broadcast_arrays(
        *map(xp.asarray, (p.concentration, q.concentration, p.loc - q.loc))
    )
    gap = bessel.one_minus_bessel_ratio(x, xp)
    # log I0(k) = k + log(exp(-k) I0(k)): the linear part drops out.
    own = bregman(
        lambda z: bessel.log_i0e(z, xp),
        lambda z: -bessel.one_minus_bessel_ratio(z, xp),
        lambda z: bessel.log_i0_second_derivative(z, xp),
        y,
        x,
        y - x,
        comparable(x, y) | ((x < 2.0) & (y < 2.0)),
        xp,
    )
    return own + 2.0 * y * (1.0 - gap) * xp.sin(0.5 * angle) ** 2
