"""The Gumbel distribution, and against it whatever has a mean of exp(t X)."""

from __future__ import annotations

from typing import Any

from divergences.closed_forms.gamma_power import log_growth, shape_divergence
from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import space, with_cost
from divergences.measures.families.gamma import Exponential, Gamma
from divergences.measures.families.gumbel import Gumbel
from divergences.measures.families.laplace import Laplace
from divergences.measures.families.logistic import Logistic
from divergences.measures.families.normal import Normal
from divergences.measures.families.uniform import Uniform
from divergences.numerics.floats.elementary import exp_excess
from divergences.numerics.typing import Array


@register("kl", Gumbel, Gumbel)
def _(p: Gumbel, q: Gumbel) -> Array:
    """Return that of the Weibull variables exp(-X): powers 1/scale of exponential ones."""
    xp = space(p, q)
    shift, scale, other = xp.broadcast_arrays(*map(xp.asarray, (q.loc - p.loc, p.scale, q.scale)))
    r, dr, one = scale / other, (scale - other) / other, xp.ones_like(other)
    drift = shift / other + log_growth(one, r, dr, xp)
    return exp_excess(drift, xp) + shape_divergence(one, one, r, dr, xp)


def _against_gumbel(p: Any, q: Gumbel) -> Array:
    """Return KL(P‖Q) from the means of X and of exp(-X/scale)."""
    xp = space(p, q)

    def cost(mean: Array) -> Array:
        growth = p.exp_mean(-1.0 / q.scale) * xp.exp(q.loc / q.scale)
        return xp.log(q.scale) + (mean - q.loc) / q.scale + growth

    return with_cost(p, p.mean, cost, xp)


for _family in (Exponential, Gamma, Laplace, Logistic, Normal, Uniform):
    register("kl", _family, Gumbel)(_against_gumbel)
