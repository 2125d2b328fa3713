"""Distributions on an interval: uniform, beta and continuous Bernoulli against each other."""

from __future__ import annotations

from typing import Any

from divergences.closed_forms.beta import beta_divergence
from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import bregman, comparable, space, with_cost
from divergences.measures.distribution import remade
from divergences.measures.families.beta import Beta
from divergences.measures.families.continuous_bernoulli import (
    ContinuousBernoulli,
    log_sinhc,
    log_sinhc_curvature,
    log_sinhc_slope,
)
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.uniform import Uniform
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.special.functions import special
from divergences.numerics.special.terms import log_quotient_near
from divergences.numerics.typing import Array


@register("kl", Uniform, Uniform)
def _(p: Uniform, q: Uniform) -> Array:
    spare = (p.low - q.low) + (q.high - p.high)
    return log1p(spare / p.width, space(p, q))


@register("kl", Beta, Uniform)
def _(p: Beta, q: Uniform) -> Array:
    """Return that from the uniform distribution on (0, 1), a beta distribution, and the rest."""
    xp = space(p, q)
    return beta_divergence(p, remade(Beta, [1.0 + 0.0 * p.a, 1.0 + 0.0 * p.b])) + xp.log(q.width)


@register("kl", ContinuousBernoulli, Uniform)
def _(p: ContinuousBernoulli, q: Uniform) -> Array:
    """Return that from the uniform distribution on (0, 1), its own kind, and the rest."""
    xp = space(p, q)
    return _own_kind(p, remade(ContinuousBernoulli, [0.5 + 0.0 * p.p])) + xp.log(q.width)


@register("kl", Uniform, Beta)
def _(p: Uniform, q: Beta) -> Array:
    xp = space(p, q)
    other = p.mirrored  # 1 - X
    logs = (q.a - 1.0) * p.log_mean + (q.b - 1.0) * other.log_mean
    part = special(xp).betaln(q.a, q.b) - logs - p.entropy()
    whole = beta_divergence(remade(Beta, [1.0 + 0.0 * q.a, 1.0 + 0.0 * q.b]), q)
    return xp.where((p.low == 0.0) & (p.high == 1.0), whole, part)


@register("kl", Uniform, Pareto)
def _(p: Uniform, q: Pareto) -> Array:
    xp = space(p, q)
    cost = (q.shape + 1.0) * (p.log_mean - xp.log(q.scale)) - xp.log(q.shape / q.scale)
    return cost - p.entropy()


def _against_continuous_bernoulli(p: Any, q: ContinuousBernoulli) -> Array:
    xp, t = space(p, q), q.logit
    return with_cost(p, p.mean, lambda mean: log_sinhc(0.5 * t, xp) - t * (mean - 0.5), xp)


for _family in (Beta, Uniform):
    register("kl", _family, ContinuousBernoulli)(_against_continuous_bernoulli)


@register("kl", ContinuousBernoulli, ContinuousBernoulli)
def _own_kind(p: ContinuousBernoulli, q: ContinuousBernoulli) -> Array:
    """Return the Bregman divergence of log(sinh(y)/y) from y = logit(p)/2 to that of Q."""
    xp = space(p, q)
    # logit(q) - logit(p) = log(q/p) + log((1 - p)/(1 - q)), which have the same sign.
    step = q.p - p.p
    up = log_quotient_near(q.p, p.p, step, xp)
    down = log_quotient_near(1.0 - p.p, 1.0 - q.p, step, xp)
    x, d = 0.5 * p.logit, 0.5 * (up + down)
    y = x + d
    same_side = (x * y > 0) & comparable(xp.abs(x), xp.abs(y))
    return bregman(
        lambda z: log_sinhc(z, xp),
        lambda z: log_sinhc_slope(z, xp),
        lambda z: log_sinhc_curvature(z, xp),
        y,
        x,
        d,
        same_side | (xp.abs(d) < 2.0),
        xp,
    )
