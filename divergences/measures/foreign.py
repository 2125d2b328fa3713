"""Distributions of `scipy.stats`, frozen and new-style, as they are.

They are recognised by the module of their class, so that nothing is imported for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from divergences.measures import randomness
from divergences.measures.distribution import Distribution, Support
from divergences.measures.scipy_families import family_of

Array = Any


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
    family = family_of(x)
    return Foreign(x) if family is None else family


@dataclass(frozen=True, eq=False, repr=False)
class Foreign(Distribution):
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
        elif not (self.dim or getattr(original, "d", 0) == 1):
            raise TypeError(
                f"{type(original).__name__} of scipy.stats states no support; pass "
                "Density(its.logpdf, support=...)."
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
        generator = getattr(self.original, "dist", None)
        return f"scipy.stats {getattr(generator, 'name', type(self.original).__name__)}"

    @property
    def support(self) -> Support:
        """Its support."""
        if not hasattr(self.original, "support"):
            return Support(-inf, inf)
        low, high = self.original.support()
        kinds = {kind.__name__ for kind in type(self.original).__mro__}
        lattice = bool({"rv_discrete_frozen", "DiscreteDistribution"} & kinds)
        return Support(float(low), float(high), lattice)

    def log_prob(self, x: Array) -> Array:
        """Return its log-density at `x`."""
        with np.errstate(all="ignore"):
            log = self.original.logpmf if self.support.lattice else self.original.logpdf
            return np.asarray(log(np.asarray(x, dtype=float)), dtype=float)

    def cdf(self, x: Array) -> Array:
        """Return its distribution function."""
        return np.asarray(self.original.cdf(x))

    def quantile(self, u: Array) -> Array:
        """Return its quantiles."""
        original = self.original
        if hasattr(original, "dataset"):  # of a kernel density estimate, those of its data
            return np.quantile(original.dataset, u)
        return np.asarray(original.icdf(u) if hasattr(original, "icdf") else original.ppf(u))

    def draw(self, source: randomness.Source, shape: tuple[int, ...]) -> Array:
        """Return samples: by quantiles, or in several dimensions by its own generator."""
        if self.dim:
            rng = np.random.default_rng(int(np.asarray(source.uniform(())) * 2**53))
            draws = self.original.rvs(size=int(np.prod(shape)), random_state=rng)
            return np.reshape(draws, (*shape, self.dim))
        return self.quantile(source.uniform(shape))
