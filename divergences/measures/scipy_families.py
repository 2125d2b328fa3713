"""Which distributions of `scipy.stats` are families of this library, parameter by parameter.

A shift that the family does not have leaves a distribution as it is: it is then used through its
own log-density.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

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

# By the name of the generator: with a shift and a scale; with a scale; with neither.
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
    "weibull_min": Weibull,
    "pareto": Pareto,
    "lognorm": lambda s, scale: LogNormal(np.log(scale), s),
    "halfnorm": HalfNormal,
    "rayleigh": Rayleigh,
    "maxwell": Maxwell,
}
STANDARD: dict[str, Maker] = {
    "beta": Beta,
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
    if name not in {*SHIFTED, *SCALED, *STANDARD, "vonmises"}:
        return None
    shapes, loc, scale = _parameters(x)
    if name == "vonmises":  # on the circle, of which SciPy takes any stretch
        return VonMises(loc, *shapes) if np.all(np.asarray(scale) == 1.0) else None
    if name in SHIFTED:
        return SHIFTED[name](*shapes, loc, scale)
    if np.any(np.asarray(loc) != 0.0):
        return None
    if name in SCALED:
        return SCALED[name](*shapes, scale)
    return STANDARD[name](*shapes) if np.all(np.asarray(scale) == 1.0) else None


def _parameters(x: Any) -> tuple[list[Any], Any, Any]:
    """Return shapes, shift and scale of a frozen distribution, however they were given."""
    shapes = x.dist.shapes.replace(",", " ").split() if x.dist.shapes else []
    given = dict(zip([*shapes, "loc", "scale"], x.args, strict=False)) | x.kwds
    return [given[name] for name in shapes], given.get("loc", 0.0), given.get("scale", 1.0)
