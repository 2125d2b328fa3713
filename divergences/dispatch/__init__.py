"""From what a user passes to the method that computes it, and back: no silent fallback.

Each kind of measure has a module here, with one function for each family of functionals that can be
computed from it. Plain arrays and their wrappers are finite distributions; whatever else is known
about a distribution says so by its class.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.dispatch import (
    bootstrap,
    chunked,
    counts,
    densities,
    finite,
    law,
    linear,
    sampled,
    samples,
    symbols,
    top,
)
from divergences.measures.counts import Counts
from divergences.measures.discrete import MEASURES
from divergences.measures.distribution import Distribution
from divergences.measures.libraries import is_lazy
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.sample import Sample
from divergences.measures.sampled_log_probs import SampledLogProbs
from divergences.measures.scipy_adapter import SciPyDistribution
from divergences.measures.top_log_probs import TopLogProbs
from divergences.methods.bootstrap import Bootstrap
from divergences.numerics.compiled import NUMBERS, library, number_of

# Classes of measures that are not arrays, and the module that computes from them.
HANDLERS: tuple[tuple[type, ModuleType], ...] = (
    (Counts, counts),
    (Sample, samples),
    (Distribution, densities),
    (SciPyDistribution, densities),
    (TopLogProbs, top),
    (LinearLogits, linear),
    (SampledLogProbs, sampled),
)


def f_divergence(
    member: FDivergence,
    p: Any,
    q: Any,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Array:
    """Return an f-divergence of two distributions."""
    if type(p) is type(q) is np.ndarray:
        number = number_of(type(member))
        if number is not None and _is_plain(base, axis, keepdims, where, method):
            total = library.vector(number, p, q)
            if total is not None:
                return np.float64(member.transform(total, np))
        return finite.f_divergence(member, p, q, base, axis, keepdims, where, method)
    function = _function("f_divergence", p, q)
    return function(member, p, q, base, axis, keepdims, where, method)


def _is_plain(base: Any, axis: Any, keepdims: bool, where: Any, method: Any) -> bool:
    """Whether a call has no options: two vectors are then summed without further ado."""
    return base is where is method is None and axis == -1 and not keepdims


def order_divergence(member: OrderDivergence, p: Any, q: Any, *how: Any) -> Array:
    """Return a quantity of the power family, of one order or several."""
    return _function("order_divergence", p, q)(member, p, q, *how)


def order_entropy(member: OrderEntropy, p: Any, *how: Any) -> Array:
    """Return an entropy of one order, or several."""
    return _function("order_entropy", p)(member, p, *how)


def cross_entropy(
    p: Any, q: Any, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Array:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    code = p if q is None else q
    if type(p) is type(code) is np.ndarray:
        number = NUMBERS.get("cross_entropy")
        if number is not None and _is_plain(base, axis, keepdims, where, method):
            total = library.vector(number, p, code)
            if total is not None:
                return np.float64(total)
        return finite.cross_entropy(p, q, base, axis, keepdims, where, method)
    function = _function("cross_entropy", p, code)
    return function(p, q, base, axis, keepdims, where, method)


def perplexity(p: Any, *how: Any) -> Array:
    """Return exp of the mean code length of P in its own code."""
    return _function("perplexity", p)(p, *how)


def entropy_deficit(member: FDivergence, p: Any, *how: Any) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    return _function("entropy_deficit", p)(member, p, *how)


def information_radius(member: FDivergence, ps: tuple[Any, ...], *how: Any) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    if all(type(p) is np.ndarray for p in ps):
        return finite.information_radius(member, ps, *how)
    return _function("information_radius", *ps)(member, ps, *how)


def conditional_entropy(p: Any, *how: Any) -> Array:
    """Return the mean code length of the second variable when the first is known."""
    return _function("conditional_entropy", p)(p, *how)


def mutual_information(member: FDivergence, p: Any, *how: Any) -> Array:
    """Return an f-divergence of a joint distribution and the product of its marginals."""
    return _function("mutual_information", p)(member, p, *how)


def _function(family: str, *measures: Any) -> Any:
    """Return the function that computes a family from measures, by the bootstrap if asked for."""
    function = _plain_function(family, *measures)

    def called(*arguments: Any) -> Any:
        if isinstance(arguments[-1], Bootstrap):
            return bootstrap.estimate(family, function, *arguments)
        return function(*arguments)

    return called


def _plain_function(family: str, *measures: Any) -> Any:
    """Return the function that computes a family from measures, which must be of one kind."""
    handlers = [_handlers_of(measure) for measure in measures]
    for room, others in ((chunked, {finite}), (top, {finite}), (linear, {finite, top})):
        if room in handlers and set(handlers) <= {room, *others}:
            handlers = [room for _ in handlers]
    if {samples, symbols} <= set(handlers):
        raise TypeError(
            "one sample holds symbols (integers, strings) and the other points (floats); convert "
            "one, e.g. x.astype(float)."
        )
    if set(handlers) == {counts, finite} and family in counts.BESIDE_KNOWN:
        return getattr(counts, family)
    if handlers == [samples, densities] and family in law.FAMILIES:
        return getattr(law, family)
    if any(room is not handlers[0] for room in handlers):
        kinds = " and ".join(type(measure).__name__ for measure in measures)
        raise TypeError(
            f"{kinds} are known in different ways, and this quantity ({family.replace('_', ' ')}) "
            "has no method for both. Pass measures of one kind (arrays, distributions, samples): "
            "Sample(q.sample(n)) stands for a distribution, Weights(counts) for the observed "
            "frequencies, with no allowance for chance."
        )
    function = getattr(handlers[0], family, None)
    if function is None:
        raise TypeError(
            f"{type(measures[0]).__name__} does not say enough for this quantity "
            f"({family.replace('_', ' ')}); pass a finite distribution."
        )
    return function


def _handlers_of(measure: Any) -> ModuleType:
    if isinstance(measure, Sample) and measure.is_symbols:
        return symbols
    if is_lazy(measure.values if isinstance(measure, MEASURES) else measure):
        return chunked
    return next((room for kind, room in HANDLERS if isinstance(measure, kind)), finite)
