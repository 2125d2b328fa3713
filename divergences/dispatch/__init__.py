"""From what a user passes to the method that computes it, and back: no silent fallback.

Each kind of measure has a module here, with one function for each family of functionals that can be
computed from it. Plain arrays and their wrappers are finite distributions; whatever else is known
about a distribution says so by its class.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from divergences.dispatch import counts, densities, finite, samples, symbols
from divergences.interface import Array, Perspective
from divergences.interface.order import Power, PowerEntropy
from divergences.measures.counts import Counts
from divergences.measures.distribution import Distribution
from divergences.measures.foreign import SciPyDistribution
from divergences.measures.sample import Sample

# Classes of measures that are not arrays, and the module that computes from them.
ROOMS: tuple[tuple[type, ModuleType], ...] = (
    (Counts, counts),
    (Sample, samples),
    (Distribution, densities),
    (SciPyDistribution, densities),
)


def perspective(member: Perspective, p: Any, q: Any, *how: Any) -> Array:
    """Return a perspective of two distributions."""
    if type(p) is type(q) is np.ndarray:  # what nine calls in ten pass
        return finite.perspective(member, p, q, *how)
    return _function("perspective", p, q)(member, p, q, *how)


def power(member: Power, p: Any, q: Any, *how: Any) -> Array:
    """Return a quantity of the power family, of one order or several."""
    return _function("power", p, q)(member, p, q, *how)


def power_entropy(member: PowerEntropy, p: Any, *how: Any) -> Array:
    """Return an entropy of one order, or several."""
    return _function("power_entropy", p)(member, p, *how)


def mean_code_length(p: Any, q: Any, *how: Any) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    if q is None and type(p) is np.ndarray:
        return finite.mean_code_length(p, q, *how)
    return _function("mean_code_length", p, p if q is None else q)(p, q, *how)


def perplexity(p: Any, *how: Any) -> Array:
    """Return exp of the mean code length of P in its own code."""
    return _function("perplexity", p)(p, *how)


def from_uniform(member: Perspective, p: Any, *how: Any) -> Array:
    """Return a perspective of P and the uniform distribution on the outcomes kept."""
    return _function("from_uniform", p)(member, p, *how)


def mixture_divergence(member: Perspective, ps: tuple[Any, ...], *how: Any) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    return _function("mixture_divergence", *ps)(member, ps, *how)


def conditional_code_length(p: Any, *how: Any) -> Array:
    """Return the mean code length of the second variable when the first is known."""
    return _function("conditional_code_length", p)(p, *how)


def dependence(member: Perspective, p: Any, *how: Any) -> Array:
    """Return a perspective of a joint distribution and the product of its marginals."""
    return _function("dependence", p)(member, p, *how)


def _function(family: str, *measures: Any) -> Any:
    """Return the function that computes a family from measures, which must be of one kind."""
    rooms = [_room(measure) for measure in measures]
    if {samples, symbols} <= set(rooms):
        raise TypeError(
            "one sample holds symbols (integers, strings) and the other points (floats); convert "
            "one, e.g. x.astype(float)."
        )
    if any(room is not rooms[0] for room in rooms):
        kinds = " and ".join(type(measure).__name__ for measure in measures)
        raise TypeError(
            f"{kinds} are known in different ways; pass measures of one kind (arrays, "
            "distributions, or samples)."
        )
    function = getattr(rooms[0], family, None)
    if function is None:
        raise TypeError(
            f"{type(measures[0]).__name__} does not say enough for this quantity "
            f"({family.replace('_', ' ')}); pass a finite distribution."
        )
    return function


def _room(measure: Any) -> ModuleType:
    if isinstance(measure, Sample) and measure.is_symbols:
        return symbols
    return next((room for kind, room in ROOMS if isinstance(measure, kind)), finite)
