"""Entropy, cross-entropy, Kullback-Leibler, Jensen-Shannon and their relatives, to a few ulps.

What you pass says what you know: a plain array is probabilities; `Weights`, `LogProbs` and `Logits`
say otherwise. The function's name says what you want.

``divergences.testing`` checks implementations, ``python -m divergences`` compares two files.
"""

import sys as _sys
from types import ModuleType as _ModuleType
from typing import Any as _Any

from divergences.numerics.runtime.lazy import attach as _attach

__version__ = "0.1.0.dev0"
_MODULES = ("methods", "plot", "states", "testing")

# Where each public name is; `__init__.pyi` says it to type checkers.
_PLACES = {
    "api.alpha_divergence": "alpha_divergence tsallis_divergence",
    "api.distance": "hellinger_distance total_variation_distance",
    "api.entropy": "cross_entropy entropy entropy_deficit perplexity",
    "api.f_divergence": "f_divergence",
    "api.generalized": "generalized_jensen_shannon_divergence",
    "api.jensen_shannon": (
        "jensen_shannon_deficit jensen_shannon_distance jensen_shannon_divergence"
    ),
    "api.joint": "conditional_entropy joint_entropy mutual_information",
    "api.kernel": "energy_distance maximum_mean_discrepancy",
    "api.kullback_leibler": "jeffreys_divergence kl_divergence",
    "api.order_entropy": "renyi_entropy tsallis_entropy",
    "api.pairwise": "pairwise",
    "api.quadratic": "chi_squared_divergence triangular_discrimination",
    "api.renyi_divergence": "bhattacharyya_distance renyi_divergence",
    "api.transport": "sinkhorn_divergence sliced_wasserstein_distance wasserstein_distance",
    "api.two_sample": "two_sample_test",
    "api.variational": "VariationalForm variational_form",
    "core": "Estimate Method",
    "measures.counts": "Counts",
    "measures.density": "Density Mixture",
    "measures.discrete": "Logits LogProbs Weights",
    "measures.distribution": "Distribution",
    "measures.families.beta": "Beta",
    "measures.families.binomial": "Bernoulli Binomial",
    "measures.families.cauchy": "Cauchy",
    "measures.families.continuous_bernoulli": "ContinuousBernoulli",
    "measures.families.dirichlet": "Dirichlet",
    "measures.families.gamma": "ChiSquared Exponential Gamma GeneralizedGamma",
    "measures.families.geometric": "Geometric NegativeBinomial",
    "measures.families.gumbel": "Gumbel",
    "measures.families.inverse_gamma": "Frechet InverseGamma",
    "measures.families.inverse_gaussian": "InverseGaussian",
    "measures.families.laplace": "Laplace",
    "measures.families.logistic": "Logistic",
    "measures.families.lognormal": "LogNormal",
    "measures.families.multivariate_normal": "DiagonalNormal MultivariateNormal",
    "measures.families.normal": "Normal",
    "measures.families.pareto": "Pareto",
    "measures.families.poisson": "Poisson",
    "measures.families.student": "StudentT",
    "measures.families.uniform": "Uniform",
    "measures.families.vonmises": "VonMises",
    "measures.families.weibull": "Chi HalfNormal Maxwell Rayleigh Weibull",
    "measures.families.zeta": "Zeta",
    "measures.linear_logits": "LinearLogits",
    "measures.sample": "Sample",
    "measures.sampled_log_probs": "SampledLogProbs",
    "measures.top_log_probs": "TopLogProbs",
    "numerics.compiled": "build_info",
    "tables": "Comparison compare",
}
_get, _names, _public = _attach("divergences", _PLACES, _MODULES)
# All but what needs an extra.
__all__ = [name for name in _public if name != "testing"]  # pyright: ignore


def __getattr__(name: str) -> _Any:
    """Import what is public when it is used."""
    return _get(name)


def __dir__() -> list[str]:
    """Return the public names, without the folders of the library."""
    return sorted([*_names(), "__version__"])


class _Face(_ModuleType):
    """The module, of which help() shows all public names, a line each."""

    __doc__ = property(lambda self: _described(self))  # pyright: ignore


def _described(module: _ModuleType) -> str:
    text = vars(module)["__doc__"]
    if not text:
        return text  # of python -OO
    lines = [text, f"Public names, beside the modules {', '.join(_MODULES)}:", ""]
    for name in sorted(set(__all__) - set(_MODULES), key=str.lower):
        first = (getattr(module, name).__doc__ or "").strip().partition("\n")[0]
        lines += [f"    {name}", f"        {first}"]
    return "\n".join([*lines, ""])


_sys.modules[__name__].__class__ = _Face
