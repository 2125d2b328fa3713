"""Which distributions of `scipy.stats` are families of this library, parameter by parameter.

A shift or a stretch that the family does not have is that of an `Affine` distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.measures.affine import Affine
from divergences.measures.distribution import Distribution
from divergences.measures.families.beta import Beta
from divergences.measures.families.binomial import Bernoulli, Binomial
from divergences.measures.families.cauchy import Cauchy
from divergences.measures.families.dirichlet import Dirichlet
from divergences.measures.families.gamma import ChiSquared, Exponential, Gamma, GeneralizedGamma
from divergences.measures.families.geometric import Geometric, NegativeBinomial
from divergences.measures.families.gumbel import Gumbel
from divergences.measures.families.inverse_gamma import Frechet, InverseGamma
from divergences.measures.families.inverse_gaussian import InverseGaussian
from divergences.measures.families.laplace import Laplace
from divergences.measures.families.logistic import Logistic
from divergences.measures.families.lognormal import LogNormal
from divergences.measures.families.multivariate_normal import MultivariateNormal
from divergences.measures.families.normal import Normal
from divergences.measures.families.pareto import Pareto
from divergences.measures.families.poisson import Poisson
from divergences.measures.families.student import StudentT
from divergences.measures.families.uniform import Uniform
from divergences.measures.families.vonmises import VonMises
from divergences.measures.families.weibull import Chi, HalfNormal, Maxwell, Rayleigh, Weibull
from divergences.measures.families.zeta import Zeta

Maker = Callable[..., Distribution]
LEAST_EXTREME = 0.1  # shape of extreme value distributions below which their end is far off

# By the name of the generator: with a shift and a scale; with a scale, as it is or mirrored; with
# neither.
SHIFTED: dict[str, Maker] = {
    "norm": Normal,
    "laplace": Laplace,
    "cauchy": Cauchy,
    "logistic": Logistic,
    "gumbel_r": Gumbel,
    "t": StudentT,
    "uniform": lambda loc, scale: Uniform(loc, loc + scale),
}
SCALED: dict[str, Maker] = {
    "expon": Exponential,
    "gamma": Gamma,
    "gengamma": GeneralizedGamma,
    "invgamma": InverseGamma,
    "invgauss": lambda mu, scale: InverseGaussian(mu * scale, scale),
    "invweibull": Frechet,
    "levy": lambda scale: InverseGamma(0.5, 0.5 * scale),
    "weibull_min": Weibull,
    "pareto": Pareto,
    "lognorm": lambda s, scale: LogNormal(np.log(scale), s),
    "halfnorm": HalfNormal,
    "rayleigh": Rayleigh,
    "maxwell": Maxwell,
}
MIRRORED: dict[str, Maker] = {
    "weibull_max": Weibull,
    "gumbel_l": lambda scale: Gumbel(0.0, scale),
}
STANDARD: dict[str, Maker] = {
    "beta": Beta,
    "arcsine": lambda: Beta(0.5, 0.5),
    "powerlaw": lambda a: Beta(a, 1.0),
    "chi": Chi,
    "chi2": ChiSquared,
    "poisson": Poisson,
    "bernoulli": Bernoulli,
    "binom": Binomial,
    "nbinom": NegativeBinomial,
    "geom": Geometric,
    "zipf": Zeta,
}
NEW: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "Normal": (Normal, ("mu", "sigma")),
    "StandardNormal": (Normal, ()),
    "Uniform": (Uniform, ("a", "b")),
}


def family_of(x: Any) -> Distribution | None:
    """Return the family that a distribution of `scipy.stats` belongs to, or None."""
    kind = type(x).__name__
    if kind == "multivariate_normal_frozen":
        return MultivariateNormal(x.mean, x.cov)
    if kind == "dirichlet_frozen":
        return Dirichlet(x.alpha)
    if kind in NEW:
        maker, names = NEW[kind]
        return maker(*(getattr(x, name) for name in names))
    generator = getattr(x, "dist", None)
    name = getattr(generator, "name", None)
    if name not in {*SHIFTED, *SCALED, *MIRRORED, *STANDARD, "vonmises", "rdist", "genextreme"}:
        return None
    shapes, loc, scale = parameters(x)
    if name in SHIFTED:
        return SHIFTED[name](*shapes, loc, scale)
    if name == "vonmises":  # on the circle, of which SciPy takes any stretch
        if np.all(np.asarray(scale) == 1.0):
            return VonMises(loc, *shapes)
        return moved(VonMises(np.divide(loc, scale), *shapes), 0.0, scale)
    if name == "rdist":
        half = np.divide(shapes[0], 2.0)
        return moved(Beta(half, half), np.subtract(loc, scale), np.multiply(2.0, scale))
    if name == "genextreme":
        return _extreme(shapes[0], loc, scale, x.ppf)
    if name in MIRRORED:
        return moved(MIRRORED[name](*shapes, scale), loc, -1.0, x.ppf)
    if name in SCALED:
        return moved(SCALED[name](*shapes, scale), loc, 1.0)
    return moved(STANDARD[name](*shapes), loc, scale)


def _extreme(c: Any, loc: Any, scale: Any, inverse: Callable[[Any], Any]) -> Distribution | None:
    """Return an extreme value distribution that has an end, by its distance from there."""
    if any(np.ndim(x) for x in (c, loc, scale)) or abs(c) < LEAST_EXTREME:
        return None
    size = scale / abs(c)
    if c < 0.0:
        return moved(Frechet(-1.0 / c, size), loc - size, 1.0)
    return moved(Weibull(1.0 / c, size), loc + size, -1.0, inverse)


def moved(
    base: Distribution, loc: Any, scale: Any, inverse: Callable[[Any], Any] | None = None
) -> Distribution | None:
    """Return the distribution of loc + scale Z; None for batches and discrete ones."""
    loc, scale = np.asarray(loc, dtype=float), np.asarray(scale, dtype=float)
    if np.all(loc == 0.0) and np.all(scale == 1.0):
        return base
    if base.support.lattice or base.batch_shape or loc.ndim or scale.ndim:
        return None
    return Affine(base, float(loc), float(scale), inverse)


def parameters(x: Any) -> tuple[list[Any], Any, Any]:
    """Return shapes, shift and scale of a frozen distribution, however they were given."""
    shapes = x.dist.shapes.replace(",", " ").split() if x.dist.shapes else []
    given = dict(zip([*shapes, "loc", "scale"], x.args, strict=False)) | x.kwds
    return [given[name] for name in shapes], given.get("loc", 0.0), given.get("scale", 1.0)
