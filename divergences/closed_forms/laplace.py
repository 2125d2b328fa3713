"""The Laplace distribution, and against it whatever has a mean distance from a point."""

from __future__ import annotations

from math import log
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
from divergences.numerics.floats.elementary import exp_excess
from divergences.numerics.typing import Array


@register("kl", Laplace, Laplace)
def _(p: Laplace, q: Laplace) -> Array:
    xp = space(p, q)
    x = xp.abs(p.loc - q.loc) / p.scale
    return ratio_gap(p.scale, q.scale, xp) + p.scale / q.scale * exp_excess(-x, xp)


def _against_laplace(p: Any, q: Laplace) -> Array:
    """Return KL(P‖Q) from E|X - m| = E X - m + 2 E max(m - X, 0), m the location of Q."""
    xp = space(p, q)

    def cost(mean: Array) -> Array:
        shortfall = p.shortfall(q.loc + 0.0 * xp.asarray(p.entropy()))
        finite = xp.isfinite(mean)
        distance = xp.where(finite, (mean - q.loc) + 2.0 * shortfall, mean + 0.0 * q.loc)
        return log(2.0) + xp.log(q.scale) + distance / q.scale

    return with_cost(p, p.mean, cost, xp)


for _family in (
    Beta,
    Cauchy,
    ContinuousBernoulli,
    GammaPower,
    Gumbel,
    InverseGaussian,
    LogNormal,
    Logistic,
    Normal,
    Pareto,
    StudentT,
    Uniform,
):
    register("kl", _family, Laplace)(_against_laplace)
