"""All pairs of powers of gamma variables, and what is known by moments against them.

Let P be that of a1 Y^(1/c1), Y gamma with shape s, and Q have (a2, s2, c2); r = c2/c1, and
E = E_P (X/a2)^c2 = s2 exp(M). Then, with h(x) = log Gamma(x) - x log x + x,

    KL(P‖Q) = s2 (exp(M) - 1 - M) + K,
    K = h(s2) - h(s) + h'(s) (s - s2 r) - log|r| + s2 (log(Gamma(s + r)/Gamma(s)) - r log s),

two non-negative parts: E is as Q would have it in the first case, and K is what remains when the
scale of Q is the best one. Nothing in them grows with large shapes. K vanishes to second order at
r = 1, s2 = s, and near there it is the integral of its second derivative along the straight line

    K'' = h'' ds^2 + 2 (psi(s + r) - psi(s)) ds dr + (1/r^2 + s2 psi'(s + r)) dr^2.

The textbook formula is that of Bauckhage, arXiv:1401.6853.
"""

from __future__ import annotations

from typing import Any

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import comparable, product_difference, space, with_cost
from divergences.measures.families.beta import Beta
from divergences.measures.families.continuous_bernoulli import ContinuousBernoulli
from divergences.measures.families.gamma import ChiSquared, Exponential, Gamma, GammaPower
from divergences.measures.families.inverse_gamma import InverseGamma
from divergences.measures.families.inverse_gaussian import InverseGaussian
from divergences.measures.families.lognormal import LogNormal
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.uniform import Uniform
from divergences.measures.families.weibull import Chi, HalfNormal, Maxwell, Rayleigh
from divergences.numerics.floats.elementary import exp_excess, log1p
from divergences.numerics.special.stirling import (
    NODES,
    WEIGHTS,
    digamma_minus_log,
    log_gamma_remainder,
    log_pochhammer_ratio,
    trigamma,
    trigamma_minus_inverse,
)
from divergences.numerics.special.terms import log_quotient_near
from divergences.numerics.typing import Array


def shape_divergence(s: Array, s2: Array, r: Array, dr: Array, xp: Any) -> Array:
    """Return K, for r = 1 + dr and s + r > 0."""
    ds = s2 - s
    near = comparable(s, s2) & (xp.abs(dr) < 0.5)
    x, d, e = xp.where(near, s, 1.0), xp.where(near, ds, 0.0), xp.where(near, dr, 0.0)
    t = xp.asarray(NODES, dtype=x.dtype)
    w = xp.asarray(WEIGHTS, dtype=x.dtype) * (1.0 - t)
    x, d, e = x[..., None], d[..., None], e[..., None]
    st, rt = x + t * d, 1.0 + t * e
    rise = log1p(rt / x, xp) + (digamma_minus_log(x + rt, xp) - digamma_minus_log(x, xp))
    bend = 1.0 / rt / rt + st * trigamma(x + rt, xp)
    curve = trigamma_minus_inverse(st, xp) * d * d + (2.0 * rise * d + bend * e) * e
    close = xp.sum(w * curve, axis=-1)
    grown = xp.where(
        dr == 0.0, 0.0, log_pochhammer_ratio(s, r, xp)
    )  # the ratio is 1 for dr = 0; rounding would leave a few units
    linear = digamma_minus_log(s, xp) * (s - s2 * r)
    apart = (
        log_gamma_remainder(s2, xp)
        - log_gamma_remainder(s, xp)
        + linear
        - xp.log(xp.abs(r))
        + s2 * grown
    )
    return xp.where(near, close, apart)


def log_growth(s: Array, r: Array, dr: Array, xp: Any) -> Array:
    """Return log(Gamma(s + r) / Gamma(s + 1)) for r = 1 + dr and s + r > 0."""
    near = xp.abs(dr) < 0.5
    e = xp.where(near, dr, 0.0)[..., None]
    z = s[..., None] + 1.0 + xp.asarray(NODES, dtype=s.dtype) * e
    slopes = xp.log(z) + digamma_minus_log(z, xp)
    close = xp.sum(xp.asarray(WEIGHTS, dtype=s.dtype) * slopes * e, axis=-1)
    return xp.where(near, close, log_pochhammer_ratio(s, r, xp) + (r - 1.0) * xp.log(s))


@register("kl", GammaPower, GammaPower)
def _(p: GammaPower, q: GammaPower) -> Array:
    xp = space(p, q)
    (a1, s, c1), (a2, s2, c2) = (xp.broadcast_arrays(*map(xp.asarray, d.triple)) for d in (p, q))
    r, dr = c2 / c1, (c2 - c1) / c1
    finite = s + r > 0
    r, dr = xp.where(finite, r, 1.0), xp.where(finite, dr, 0.0)
    (u1, k1), (u2, k2) = p.squared_scale, q.squared_scale
    if k1 == k2:
        log_scale = c2 * log_quotient_near(u1, u2, u1 - u2, xp)
    else:  # a1 - a2 would carry the rounding of a square root
        square = product_difference(k1 * u1, u1, k2 * u2, u2, xp)
        log_scale = 0.5 * c2 * log_quotient_near(k1 * u1 * u1, k2 * u2 * u2, square, xp)
    log_shape = log_quotient_near(s, s2, s - s2, xp)
    # Of c = 1 or -1 the logarithm of (a1/a2)^c s/s2 is that of a quotient of two products.
    top, bottom = xp.where(c2 > 0, a1, a2), xp.where(c2 > 0, a2, a1)
    exact = log_quotient_near(top * s, bottom * s2, product_difference(top, s, bottom, s2, xp), xp)
    drift = xp.where(xp.abs(c2) == 1.0, exact, log_scale + log_shape)
    drift = drift + log_growth(s, r, dr, xp)
    return xp.where(finite, s2 * exp_excess(drift, xp) + shape_divergence(s, s2, r, dr, xp), xp.inf)


def _against_gamma_power(p: Any, q: GammaPower) -> Array:
    """Return KL(P‖Q) from the means of log X and of X^c."""
    xp = space(p, q)
    a, s, c = q.triple

    def cost(mean: Array) -> Array:
        norm = log_gamma_remainder(s, xp) + s * (xp.log(s) - 1.0) + xp.log(a / xp.abs(c))
        return norm - (s * c - 1.0) * (p.log_mean - xp.log(a)) + mean / a**c

    return with_cost(p, p.power_mean(c), cost, xp)


for _family in (Beta, LogNormal, Pareto, Uniform):
    register("kl", _family, GammaPower)(_against_gamma_power)

# The inverse Gaussian has elementary means of X^c for c = -1, 1, 2 only.
for _target in (Chi, ChiSquared, Exponential, Gamma, HalfNormal, InverseGamma, Maxwell, Rayleigh):
    register("kl", InverseGaussian, _target)(_against_gamma_power)


@register("kl", ContinuousBernoulli, Exponential)
def _(p: ContinuousBernoulli, q: Exponential) -> Array:
    return space(p, q).log(q.scale) + p.mean / q.scale - p.entropy()
