"""Entropies of one order where p^a is a stretched p: log(integral of p^a) / (1 - a).

With h the entropy, it is h + k (log(a) / (a - 1) - 1): k is half of the dimension for normals, one
for exponential tails, none for uniform densities. Of order 0 and below the integral over an
unbounded support is infinite.
"""

from __future__ import annotations

from divergences.closed_forms.registry import register
from divergences.closed_forms.terms import space
from divergences.measures.distribution import Distribution
from divergences.measures.families.gamma import Exponential
from divergences.measures.families.laplace import Laplace
from divergences.measures.families.multivariate_normal import DiagonalNormal, MultivariateNormal
from divergences.measures.families.normal import Normal
from divergences.measures.families.uniform import Uniform
from divergences.numerics.special.order_sums import log1p_over
from divergences.numerics.typing import Array


def _stretched(p: Distribution, a: float, k: float) -> Array:
    xp, entropy = space(p), p.entropy()
    if a <= 0.0:
        return xp.full_like(entropy, xp.inf)
    return entropy + k * (log1p_over(xp.full_like(entropy, a - 1.0), xp) - 1.0)


@register("order_entropy", Normal, Normal)
def _normal(p: Normal, _: Normal, a: float) -> Array:
    return _stretched(p, a, 0.5)


@register("order_entropy", MultivariateNormal, MultivariateNormal)
def _correlated(p: MultivariateNormal, _: MultivariateNormal, a: float) -> Array:
    return _stretched(p, a, 0.5 * p.dim)


@register("order_entropy", DiagonalNormal, DiagonalNormal)
def _diagonal(p: DiagonalNormal, _: DiagonalNormal, a: float) -> Array:
    return _stretched(p, a, 0.5 * p.dim)


@register("order_entropy", Laplace, Laplace)
def _laplace(p: Laplace, _: Laplace, a: float) -> Array:
    return _stretched(p, a, 1.0)


@register("order_entropy", Exponential, Exponential)
def _exponential(p: Exponential, _: Exponential, a: float) -> Array:
    return _stretched(p, a, 1.0)


@register("order_entropy", Uniform, Uniform)
def _uniform(p: Uniform, _: Uniform, a: float) -> Array:
    return p.entropy()
