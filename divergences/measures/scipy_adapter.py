"""Distributions of `scipy.stats`, frozen and new-style, as they are.

They are recognised by the module of their class, so that nothing is imported for it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from divergences.measures import randomness
from divergences.measures.distribution import Distribution, Support
from divergences.measures.kernel_estimate import KernelEstimate
from divergences.measures.scipy_families import family_of, moved, parameters
from divergences.measures.scipy_lattices import log_pmf
from divergences.numerics.typing import Array

TAIL = 1e-11  # mass that a distribution function may lack
# What SciPy integrates numerically, and the error of the standard density: of studentized_range
# beside that of Student's t, which it is for two groups; of levy_stable it is next to none.
NUMERICAL = {"studentized_range": 1e-12, "levy_stable": 0.0}
# What is no density of scalars or vectors, and where its outcomes are.
ELSEWHERE = {
    "wishart": "matrices",
    "invwishart": "matrices",
    "matrix_normal": "matrices",
    "matrix_t": "matrices",
    "random_table": "tables of counts",
    "multinomial": "vectors of counts",
    "multivariate_hypergeom": "vectors of counts",
    "dirichlet_multinomial": "vectors of counts",
    "vonmises_fisher": "directions",
    "uniform_direction": "directions",
    "normal_inverse_gamma": "pairs",
}


class _OfSciPy(type):
    """The class of `SciPyDistribution`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        """Whether the class of `instance` is one of `scipy.stats`, or derived from one."""
        bases = type(instance).__mro__
        return any(base.__module__.startswith("scipy.stats.") for base in bases)


class SciPyDistribution(metaclass=_OfSciPy):
    """What `isinstance` recognises as a distribution of `scipy.stats`."""


def distribution(name: str, x: Any) -> Distribution:
    """Return `x` as a distribution.

    Raises
    ------
    TypeError
        If it is none.
    """
    if isinstance(x, Distribution):
        return x
    if isinstance(x, SciPyDistribution):
        return adapted(name, x)
    raise TypeError(
        f"{name} is {type(x).__name__}; pass a distribution: a family such as Normal, a Density, "
        "a Mixture, or a distribution of scipy.stats."
    )


def adapted(name: str, x: Any) -> Distribution:
    """Return a distribution of `scipy.stats` as a family, or else by its own log-density."""
    if type(x).__name__ in ("rv_histogram", "rv_sample"):  # which have no parameters
        x = x()
    if hasattr(x, "freeze") or not (hasattr(x, "logpdf") or hasattr(x, "logpmf")):
        raise TypeError(
            f"{name} is scipy.stats {type(x).__name__}, not a frozen distribution with a "
            "logpdf or logpmf; pass one such as scipy.stats.norm(0, 1)."
        )
    if hasattr(x, "dataset"):
        return KernelEstimate(x)
    return family_of(x) or _shifted(x) or SciPyAdapter(x)


def _shifted(x: Any) -> Distribution | None:
    """Return a distribution that ends at its shift as one that ends at zero, shifted."""
    if type(x).__name__ != "rv_continuous_frozen" or x.dist.shapes is None:
        return None
    shapes, loc, scale = parameters(x)
    if np.ndim(loc) or np.ndim(scale) or not loc or any(np.ndim(shape) for shape in shapes):
        return None
    standard = x.dist(*shapes)
    return moved(SciPyAdapter(standard), loc, scale) if 0.0 in standard.support() else None


@dataclass(frozen=True, eq=False, repr=False)
class SciPyAdapter(Distribution):
    """A distribution of `scipy.stats`, through its `logpdf` or `logpmf` and its support."""

    original: Any

    def __post_init__(self) -> None:
        original = self.original
        if hasattr(original, "support"):
            if any(np.ndim(end) for end in original.support()):
                raise ValueError(
                    f"{self!r} is a batch of distributions; pass them one by one, or as a "
                    "family of divergences, whose parameters may be arrays."
                )
            return
        kind = type(original).__name__.removesuffix("_frozen")
        if kind in ELSEWHERE:
            raise TypeError(
                f"scipy.stats {kind} is a distribution of {ELSEWHERE[kind]}, and quantities of "
                "densities are for scalars and vectors. Its own entropy() knows the entropy, where "
                "SciPy has it; for the rest draw samples and pass Sample(x)."
            )
        if not self.dim:
            raise TypeError(
                f"scipy.stats {kind} states no support; pass Density(its.logpdf, support=...)."
            )

    @property
    def dim(self) -> int:
        """Number of coordinates, 0 for scalars."""
        return int(getattr(self.original, "dim", 0) or 0)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """A single distribution."""
        return ()

    def __repr__(self) -> str:
        original = self.original
        generator = getattr(original, "dist", None)
        if generator is None:
            text = repr(original)
            return f"scipy.stats {text if '(' in text[:30] else type(original).__name__}"
        given = [*original.args, *original.kwds.values()]
        if type(generator).__name__ == "rv_histogram" or any(np.ndim(x) for x in given):
            return f"scipy.stats {type(generator).__name__.removesuffix('_gen')}"
        listed = [f"{x:.6g}" for x in original.args]
        listed += [f"{name}={x:.6g}" for name, x in original.kwds.items()]
        return f"scipy.stats {generator.name}({', '.join(listed)})"

    @property
    def kinks(self) -> tuple[float, ...]:
        """Points where a density is known to jump: the edges of a histogram."""
        original = self.original
        edges = getattr(getattr(original, "dist", None), "_hbins", None)
        if edges is None:
            return ()
        _, loc, scale = parameters(original)
        return tuple(loc + scale * np.asarray(edges, dtype=float))

    @property
    def support(self) -> Support:
        """Its support."""
        if not hasattr(self.original, "support"):
            return Support(-inf, inf)
        low, high = self.original.support()
        kinds = {kind.__name__ for kind in type(self.original).__mro__}
        lattice = bool({"rv_discrete_frozen", "DiscreteDistribution"} & kinds)
        return Support(float(low), float(high), lattice)

    @property
    def atoms(self) -> np.ndarray | None:
        """Its outcomes, if they are listed."""
        places = getattr(getattr(self.original, "dist", None), "xk", None)
        if places is None:
            return None
        return np.ravel(np.asarray(places, dtype=float)) + parameters(self.original)[1]

    @property
    def moments(self) -> tuple[float, float]:
        """Its mean and standard deviation, infinite or NaN where they do not exist."""
        original = self.original
        deviation = getattr(original, "standard_deviation", None) or original.std
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            return float(original.mean()), float(deviation())

    def log_prob(self, x: Array) -> Array:
        """Return its log-density at `x`."""
        x, support = np.asarray(x, dtype=float), self.support
        with np.errstate(all="ignore"):
            better = log_pmf(self.original) if support.lattice else None
            if better is not None:
                k = x - parameters(self.original)[1]
                inside = (x >= support.low) & (x <= support.high) & (np.floor(k) == k)
                return np.where(inside, better(k), -inf)
            log = self.original.logpmf if support.lattice else self.original.logpdf
            return np.asarray(log(x), dtype=float)

    def cdf(self, x: Array) -> Array:
        """Return its distribution function."""
        return np.asarray(self.original.cdf(x))

    def sf(self, x: Array) -> Array:
        """Return the probability of outcomes above `x`."""
        original = self.original
        return np.asarray(original.ccdf(x) if hasattr(original, "ccdf") else original.sf(x))

    @property
    def closed_quantile(self) -> bool:
        """Whether SciPy has a formula for its quantiles, or searches for them."""
        return self._states("_ppf") is not False

    @property
    def doubts(self) -> tuple[str, ...]:
        """Say so where SciPy integrates or differentiates numerically."""
        name = getattr(getattr(self.original, "dist", None), "name", "")
        if name not in NUMERICAL and self._states("_pdf", "_logpdf") is not False:
            return ()
        return (
            f"SciPy computes {self!r} numerically, to fewer digits than the error bound counts on.",
        )

    @property
    def density_error(self) -> float:
        """How wrong a density may be that SciPy computes numerically."""
        error = NUMERICAL.get(getattr(getattr(self.original, "dist", None), "name", ""), 0.0)
        return error / float(parameters(self.original)[2]) if error else 0.0

    def missing_tail(self) -> float | None:
        """Return a point beyond which a distribution function forgets what the density has."""
        if getattr(getattr(self.original, "dist", None), "name", "") not in NUMERICAL:
            return None
        left, middle, right = self.quantile(np.array([0.25, 0.5, 0.75]))
        for side, beyond in ((right - middle, self.sf), (left - middle, self.cdf)):
            x = middle + side * 2.0 ** np.arange(1.0, 24.0)
            mass, density = beyond(x), np.exp(self.log_prob(x))
            least = 0.5 * np.abs(np.diff(x)) * np.minimum(density[1:], density[:-1])
            wrong = np.nonzero(mass[:-1] - mass[1:] < least - TAIL)[0]
            if wrong.size:
                return float(x[wrong[0]])
        return None

    def _states(self, *names: str) -> bool | None:
        """Whether a continuous distribution of SciPy has a formula of its own; None for others."""
        kinds = type(getattr(self.original, "dist", self.original)).__mro__
        classes = [kind.__name__ for kind in kinds]
        if "rv_continuous" not in classes:
            return None
        own = kinds[: classes.index("rv_continuous")]
        return any(name in vars(kind) for kind in own for name in names)

    def quantile(self, u: Array) -> Array:
        """Return its quantiles."""
        original = self.original
        return np.asarray(original.icdf(u) if hasattr(original, "icdf") else original.ppf(u))

    def draw(self, source: randomness.Source, shape: tuple[int, ...]) -> Array:
        """Return samples: by quantiles, or in several dimensions by its own generator."""
        if self.dim:
            rng = np.random.default_rng(int(np.asarray(source.uniform(())) * 2**53))
            draws = self.original.rvs(size=int(np.prod(shape)), random_state=rng)
            return np.reshape(draws, (*shape, self.dim))
        return self.quantile(source.uniform(shape))
