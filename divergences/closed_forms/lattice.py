"""Distributions of whole numbers."""

from __future__ import annotations

from typing import Any

from divergences.closed_forms.registry import register
from divergences.closed_forms.support import known
from divergences.closed_forms.terms import bregman, comparable, mass_gap, space, two_outcomes
from divergences.measures.families.binomial import Bernoulli, Binomial
from divergences.measures.families.geometric import Geometric, NegativeBinomial
from divergences.measures.families.poisson import Poisson
from divergences.measures.families.zeta import Zeta
from divergences.numerics.floats.elementary import log1p
from divergences.numerics.special.zeta import log_zeta
from divergences.numerics.typing import Array


@register("kl", Poisson, Poisson)
def _(p: Poisson, q: Poisson) -> Array:
    return mass_gap(p.rate, q.rate, p.rate - q.rate, space(p, q))


@register("kl", Bernoulli, Bernoulli)
def _(p: Bernoulli, q: Bernoulli) -> Array:
    return two_outcomes(p.p, q.p, space(p, q))


@register("kl", Binomial, Binomial, lambda p, q: known(p.n >= q.n))
def _(p: Binomial, q: Binomial) -> Array:
    """Return n times that of one trial, for equal numbers of trials."""
    xp = space(p, q)
    return xp.where(p.n < q.n, xp.nan, p.n * two_outcomes(p.p, q.p, xp))


@register("kl", Geometric, Geometric)
def _(p: Geometric, q: Geometric) -> Array:
    return two_outcomes(p.p, q.p, space(p, q)) / p.p


@register(
    "kl",
    NegativeBinomial,
    NegativeBinomial,
    lambda p, q: known(p.n == q.n),
)
def _(p: NegativeBinomial, q: NegativeBinomial) -> Array:
    """Return that of one trial times the mean number of trials, for equal numbers of successes."""
    xp = space(p, q)
    return xp.where(p.n == q.n, p.n / p.p * two_outcomes(p.p, q.p, xp), xp.nan)


@register("kl", Zeta, Zeta)
def _(p: Zeta, q: Zeta) -> Array:
    """Return the Bregman divergence of log zeta."""
    xp = space(p, q)
    x, y = xp.broadcast_arrays(xp.asarray(p.s), xp.asarray(q.s))
    return bregman(
        lambda z: log_zeta(z, xp)[0],
        lambda z: -log_zeta(z, xp)[1],
        lambda z: log_zeta(z, xp)[2],
        y,
        x,
        y - x,
        comparable(x - 1.0, y - 1.0),
        xp,
    )


@register("kl", Zeta, Geometric)
def _(p: Zeta, q: Geometric) -> Array:
    xp = space(p, q)
    return (1.0 - p.mean) * log1p(-q.p, xp) - xp.log(q.p) - p.entropy()


def _from_bernoulli(p: Bernoulli, q: Any) -> Array:
    """Return KL(P‖Q) from the probabilities that Q gives to 0 and 1."""
    xp = space(p, q)
    ones = xp.where(p.p > 0, p.p * q.log_prob(1.0), 0.0)
    zeros = xp.where(p.p < 1, (1.0 - p.p) * q.log_prob(0.0), 0.0)
    return -p.entropy() - ones - zeros


for _family in (Binomial, NegativeBinomial, Poisson):
    register("kl", Bernoulli, _family)(_from_bernoulli)
