"""R(a) of exponential families, from KL and the geometric mixture M, proportional to p^a q^(1-a).

For every a, where M is in the family,

    R(a) = log(integral p^a q^(1-a)) / (a (a - 1)) = KL(M‖Q)/a + KL(M‖P)/(1 - a),

and M is the distribution at which the right-hand side is extremal, so that the rounding of its
parameters enters squared. Nothing cancels for 0 < a < 1; beyond, a factor of |2a - 1|. The limits
at a = 1 and 0 are KL(P‖Q) and KL(Q‖P). Where p^a q^(1-a) has no integral, R(a) is infinite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from divergences.closed_forms import (
    beta,
    bounded,
    gamma_power,
    gumbel,
    lattice,
    multivariate,
    normal,
    tails,
)
from divergences.closed_forms.registry import lookup, register
from divergences.closed_forms.support import known
from divergences.closed_forms.terms import space
from divergences.measures.distribution import Distribution, remade
from divergences.measures.families.beta import Beta
from divergences.measures.families.binomial import Bernoulli, Binomial
from divergences.measures.families.continuous_bernoulli import ContinuousBernoulli
from divergences.measures.families.dirichlet import Dirichlet
from divergences.measures.families.gamma import GammaPower
from divergences.measures.families.geometric import Geometric, NegativeBinomial
from divergences.measures.families.gumbel import Gumbel
from divergences.measures.families.inverse_gaussian import InverseGaussian
from divergences.measures.families.lognormal import LogNormal
from divergences.measures.families.multivariate_normal import DiagonalNormal, MultivariateNormal
from divergences.measures.families.normal import Normal
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.poisson import Poisson
from divergences.measures.families.vonmises import VonMises
from divergences.measures.families.zeta import Zeta
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.special.terms import log_quotient_near
from divergences.numerics.typing import Array

# Importing these makes the entries of KL that are used here.
_ENTRIES = (beta, bounded, gamma_power, gumbel, lattice, multivariate, normal, tails)
Blend = Callable[[Any, Any, float, Any], tuple[Any, Distribution]]


def _family(
    kind: type[Distribution], holds: Callable[..., bool] | None = None
) -> Callable[[Blend], Blend]:
    """Register R(a) of a family from its geometric mixtures: whether they exist, and which."""

    def enter(blend: Blend) -> Blend:
        @register("order_divergence", kind, kind, holds)
        def _(p: Any, q: Any, a: float) -> Array:
            if a in (0.0, 1.0):
                return _kl(p, q) if a else _kl(q, p)
            xp = space(p, q)
            exists, middle = blend(p, q, a, xp)
            value = _kl(middle, q) / a + _kl(middle, p) / (1.0 - a)
            return xp.where(exists, value, xp.inf)

        return blend

    return enter


def _kl(p: Any, q: Any) -> Array:
    entry = lookup("kl", type(p), type(q))
    assert entry is not None
    return entry.function(p, q)


def _mean(x: Array, y: Array, a: float) -> Array:
    """Return a x + (1 - a) y."""
    return y + a * (x - y)


def _valid(xp: Any, *values: Array) -> tuple[Any, list[Array]]:
    """Return whether all values are positive, and values that are."""
    positive = values[0] > 0
    for value in values[1:]:
        positive = positive & (value > 0)
    return positive, [xp.where(positive, value, 1.0) for value in values]


def _normal(loc: tuple, scale: tuple, a: float, xp: Any) -> tuple[Any, Array, Array]:
    """Return whether precisions blend to a positive one, and the mean and scale they give."""
    (m1, m2), (s1, s2) = loc, scale
    ratio = (s2 / s1) ** 2
    positive, (whole,) = _valid(xp, 1.0 + a * (ratio - 1.0))
    return positive, m2 + a * ratio / whole * (m1 - m2), s2 / xp.sqrt(whole)


@_family(Normal)
def _(p: Normal, q: Normal, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, loc, scale = _normal((p.loc, q.loc), (p.scale, q.scale), a, xp)
    return exists, remade(Normal, [loc, scale])


@_family(LogNormal)
def _(p: LogNormal, q: LogNormal, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, mu, sigma = _normal((p.mu, q.mu), (p.sigma, q.sigma), a, xp)
    return exists, remade(LogNormal, [mu, sigma])


@_family(DiagonalNormal)
def _(p: DiagonalNormal, q: DiagonalNormal, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, mean, scale = _normal((p.mean, q.mean), (p.scale, q.scale), a, xp)
    return xp.all(exists, axis=-1), remade(DiagonalNormal, [mean, scale])


@_family(MultivariateNormal)
def _(p: MultivariateNormal, q: MultivariateNormal, a: float, xp: Any) -> tuple[Any, Distribution]:
    inverse = xp.linalg.inv
    first, second = inverse(p.cov), inverse(q.cov)
    precision = _mean(first, second, a)
    precision = 0.5 * (precision + xp.swapaxes(precision, -1, -2))
    exists = xp.min(xp.linalg.eigvalsh(precision), axis=-1) > 0
    cov = inverse(xp.where(exists[..., None, None], precision, xp.eye(p.dim)))
    pull = a * (cov @ (first @ (p.mean - q.mean)[..., None]))[..., 0]
    symmetric = 0.5 * (cov + xp.swapaxes(cov, -1, -2))
    return exists, remade(MultivariateNormal, [q.mean + pull, symmetric])


@dataclass(frozen=True, eq=False)
class _Blended(GammaPower):
    """The distribution of unit (factor Y)^(1/power), Y gamma with the shape."""

    unit: Any
    shape: Any
    power: Any
    factor: Any

    @property
    def triple(self) -> tuple[Array, Array, Array]:
        """The scale, shape and power."""
        return self.unit * self.factor ** (1.0 / self.power), self.shape, self.power

    @property
    def squared_scale(self) -> tuple[Array, float]:
        """The unit and the factor."""
        return self.unit, self.factor


@_family(GammaPower, lambda p, q: known(p.triple[2] == q.triple[2]))
def _(p: GammaPower, q: GammaPower, a: float, xp: Any) -> tuple[Any, Distribution]:
    """Shapes blend, and so do scale^-power; the powers are equal."""
    (a1, s1, c), (a2, s2, other) = p.triple, q.triple
    (u1, k1), (u2, k2) = p.squared_scale, q.squared_scale
    if k1 != k2:
        u1, u2, k2 = a1, a2, 1.0
    rate = 1.0 + a * expm1(c * log_quotient_near(u2, u1, u2 - u1, xp), xp)
    exists, (shape, rate) = _valid(xp, _mean(s1, s2, a), rate)
    unit = xp.where(c == other, u2 * rate ** (-1.0 / c), xp.nan)
    return exists, remade(_Blended, [unit, shape, c + 0.0 * shape, k2])


@_family(Gumbel, lambda p, q: known(p.scale == q.scale))
def _(p: Gumbel, q: Gumbel, a: float, xp: Any) -> tuple[Any, Distribution]:
    """exp(loc/scale) blends; the scales are equal."""
    rise = a * expm1((p.loc - q.loc) / q.scale, xp)
    exists = rise > -1.0
    loc = q.loc + q.scale * log1p(xp.where(exists, rise, 0.0), xp)
    scale = xp.where(p.scale == q.scale, q.scale, xp.nan)
    return exists, remade(Gumbel, [loc, scale])


@_family(Beta)
def _(p: Beta, q: Beta, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, parameters = _valid(xp, _mean(p.a, q.a, a), _mean(p.b, q.b, a))
    return exists, remade(Beta, parameters)


@_family(Dirichlet)
def _(p: Dirichlet, q: Dirichlet, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, parameters = _valid(xp, _mean(p.concentration, q.concentration, a))
    return xp.all(exists, axis=-1), remade(Dirichlet, parameters)


@_family(ContinuousBernoulli)
def _(
    p: ContinuousBernoulli, q: ContinuousBernoulli, a: float, xp: Any
) -> tuple[Any, Distribution]:
    t = _mean(p.logit, q.logit, a)
    return True, remade(ContinuousBernoulli, [1.0 / (1.0 + xp.exp(-t))])


@_family(Pareto, lambda p, q: known(p.scale == q.scale))
def _(p: Pareto, q: Pareto, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, (shape,) = _valid(xp, _mean(p.shape, q.shape, a))
    return exists, remade(Pareto, [shape, xp.where(p.scale == q.scale, q.scale, xp.nan)])


@_family(InverseGaussian)
def _(p: InverseGaussian, q: InverseGaussian, a: float, xp: Any) -> tuple[Any, Distribution]:
    """The shape blends, and so does shape/mu^2."""
    shape = _mean(p.shape, q.shape, a)
    pull = _mean(p.shape * (q.mu / p.mu) ** 2, q.shape, a)
    exists, (shape, pull) = _valid(xp, shape, pull)
    return exists, remade(InverseGaussian, [q.mu * xp.sqrt(shape / pull), shape])


@_family(VonMises)
def _(p: VonMises, q: VonMises, a: float, xp: Any) -> tuple[Any, Distribution]:
    """The vectors of length `concentration` in the direction `loc` blend."""
    turn = p.loc - q.loc
    along = _mean(p.concentration * xp.cos(turn), q.concentration, a)
    across = a * p.concentration * xp.sin(turn)
    return True, remade(VonMises, [q.loc + xp.atan2(across, along), xp.hypot(along, across)])


@_family(Poisson)
def _(p: Poisson, q: Poisson, a: float, xp: Any) -> tuple[Any, Distribution]:
    return True, remade(Poisson, [q.rate * (p.rate / q.rate) ** a])


def _odds(p: Array, q: Array, a: float, xp: Any) -> tuple[Any, Array]:
    """Return whether two-outcome distributions blend, and the probability they give."""
    inside = (p > 0) & (p < 1) & (q > 0) & (q < 1)
    x, y = xp.where(inside, p, 0.5), xp.where(inside, q, 0.5)
    t = xp.log(x / y) - (log1p(-x, xp) - log1p(-y, xp))
    one, none = y * xp.exp(a * t), 1.0 - y
    # With a certain outcome on one side, 0 < a < 1 leaves only what both have.
    common = xp.where((p == 1) | (q == 1), 1.0, 0.0)
    shared = (xp.maximum(p, q) > 0) & (xp.minimum(p, q) < 1) & ~((p + q == 1) & (p * q == 0))
    dominated = (p == q) | ((p == 0) | (p == 1)) if a > 1 else (p == q) | ((q == 0) | (q == 1))
    meets = (p == q) | (shared if 0 < a < 1 else shared & dominated)
    return inside | meets, xp.where(inside, one / (one + none), common)


@_family(Bernoulli)
def _(p: Bernoulli, q: Bernoulli, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, middle = _odds(p.p, q.p, a, xp)
    return exists, remade(Bernoulli, [middle])


@_family(Binomial, lambda p, q: known(p.n == q.n))
def _(p: Binomial, q: Binomial, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, middle = _odds(p.p, q.p, a, xp)
    return exists, remade(Binomial, [xp.where(p.n == q.n, p.n, xp.nan), middle])


def _misses(p: Array, q: Array, a: float, xp: Any) -> tuple[Any, Array]:
    """Return whether (1 - p)^a (1 - q)^(1 - a) is below one, and one less it."""
    log_miss = a * log1p(-p, xp) + (1.0 - a) * log1p(-q, xp)
    exists = log_miss < 0
    return exists, -expm1(xp.where(exists, log_miss, -1.0), xp)


@_family(Geometric)
def _(p: Geometric, q: Geometric, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, middle = _misses(p.p, q.p, a, xp)
    return exists, remade(Geometric, [middle])


@_family(NegativeBinomial, lambda p, q: known(p.n == q.n))
def _(p: NegativeBinomial, q: NegativeBinomial, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, middle = _misses(p.p, q.p, a, xp)
    return exists, remade(NegativeBinomial, [xp.where(p.n == q.n, p.n, xp.nan), middle])


@_family(Zeta)
def _(p: Zeta, q: Zeta, a: float, xp: Any) -> tuple[Any, Distribution]:
    exists, (less,) = _valid(xp, _mean(p.s, q.s, a) - 1.0)
    return exists, remade(Zeta, [1.0 + less])
