"""Normal and log-normal distributions, and what is known by two moments against them."""

from __future__ import annotations

from math import log, pi
from typing import Any

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import ratio_gap, space, with_cost
from divergences.measures.families.beta import Beta
from divergences.measures.families.cauchy import Cauchy
from divergences.measures.families.continuous_bernoulli import ContinuousBernoulli
from divergences.measures.families.gamma import GammaPower
from divergences.measures.families.gumbel import Gumbel
from divergences.measures.families.inverse_gaussian import InverseGaussian
from divergences.measures.families.laplace import Laplace
from divergences.measures.families.logistic import Logistic
from divergences.measures.families.lognormal import LogNormal
from divergences.measures.families.normal import Normal
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.student import StudentT
from divergences.measures.families.uniform import Uniform
from divergences.numerics.typing import Array

HALF_LOG_2PI = 0.5 * log(2.0 * pi)


def normal_divergence(shift: Array, s: Array, t: Array, xp: Any) -> Array:
    """Return KL(N(m + shift, s^2) ‖ N(m, t^2)).

    With r = s/t it is (shift/t)^2/2 + (r - 1)^2/2 + (r - 1 - log r).
    """
    return 0.5 * (shift / t) ** 2 + 0.5 * ((s - t) / t) ** 2 + ratio_gap(s, t, xp)


@register("kl", Normal, Normal)
def _(p: Normal, q: Normal) -> Array:
    return normal_divergence(p.loc - q.loc, p.scale, q.scale, space(p, q))


@register("kl", LogNormal, LogNormal)
def _(p: LogNormal, q: LogNormal) -> Array:
    return normal_divergence(p.mu - q.mu, p.sigma, q.sigma, space(p, q))


def _against_normal(p: Any, q: Normal) -> Array:
    """Return KL(P‖Q) from the mean and the variance of P."""
    xp = space(p, q)

    def cost(variance: Array) -> Array:
        mean = xp.where(xp.isinf(variance), 0.0, p.mean)
        square = variance / q.scale / q.scale + ((mean - q.loc) / q.scale) ** 2
        return HALF_LOG_2PI + xp.log(q.scale) + 0.5 * square

    return with_cost(p, p.variance, cost, xp)


def _against_lognormal(p: Any, q: LogNormal) -> Array:
    """Return KL(P‖Q) from the mean and the variance of log X."""
    xp = space(p, q)

    def cost(variance: Array) -> Array:
        z = (p.log_mean - q.mu) / q.sigma
        return (
            HALF_LOG_2PI
            + xp.log(q.sigma)
            + p.log_mean
            + 0.5 * (variance / q.sigma / q.sigma + z * z)
        )

    return with_cost(p, p.log_variance, cost, xp)


for _family in (
    Beta,
    Cauchy,
    ContinuousBernoulli,
    GammaPower,
    Gumbel,
    InverseGaussian,
    Laplace,
    LogNormal,
    Logistic,
    Pareto,
    StudentT,
    Uniform,
):
    register("kl", _family, Normal)(_against_normal)

for _family in (Beta, GammaPower, Pareto, Uniform):
    register("kl", _family, LogNormal)(_against_lognormal)
