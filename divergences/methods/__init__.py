"""Algorithms: they know families and measures, never a member functional."""

from typing import Any

from divergences.numerics.runtime.lazy import attach

# Where each public name is; `__init__.pyi` says it to type checkers.
_PLACES = {
    "bootstrap": "Bootstrap",
    "counts.coverage": "ChaoShen ChaoWangJost",
    "counts.dirichlet": "Dirichlet",
    "counts.histogram": "Histogram",
    "counts.jackknife": "Jackknife",
    "counts.nsb": "NSB",
    "counts.permutation": "Permutation",
    "counts.plug_in": "PlugIn Shrinkage",
    "counts.series": "Grassberger MillerMadow Schurmann",
    "counts.zhang": "Zhang",
    "density.closed_form": "ClosedForm",
    "density.quadrature": "DistributionFunctions LatticeSum MonteCarlo Quadrature",
    "sampled_log_ratio": "SampledLogRatio",
    "samples.density_ratio.classifier": "Classifier",
    "samples.density_ratio.cross_fitting": "CrossFitted Split",
    "samples.density_ratio.kernel_density": "KernelDensity",
    "samples.neighbours": "NearestNeighbours",
    "samples.spacings": "Spacings",
    "transport.mmd": "LinearUStatistic UStatistic VStatistic",
    "transport.quantiles": "Quantiles",
    "transport.sinkhorn": "Sinkhorn",
}
_get, _names, __all__ = attach("divergences.methods", _PLACES)


def __getattr__(name: str) -> Any:
    """Import what is public when it is used."""
    return _get(name)


def __dir__() -> list[str]:
    """Return the public names."""
    return _names()
