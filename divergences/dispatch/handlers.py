"""Which module computes from what is known of the distributions: one function, one refusal."""

from __future__ import annotations

from types import ModuleType
from typing import Any

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
from divergences.dispatch.call import Call
from divergences.measures.counts import Counts
from divergences.measures.discrete import values_of
from divergences.measures.distribution import Distribution
from divergences.measures.libraries import is_lazy
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.sample import Sample
from divergences.measures.sampled_log_probs import SampledLogProbs
from divergences.measures.scipy_adapter import SciPyDistribution
from divergences.measures.top_log_probs import TopLogProbs
from divergences.methods.bootstrap import Bootstrap

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
# Handlers that take measures of others beside their own.
WIDER = ((chunked, {finite}), (top, {finite}), (linear, {finite, top}))


def evaluate(call: Call) -> Any:
    """Return what a call asks for: by the handler of its measures, bootstrapped if asked for."""
    measures = call.measures.values()
    function = _handler_of(call.family, *measures).FAMILIES.get(call.family)
    if function is None:
        raise TypeError(
            f"{type(next(iter(measures))).__name__} does not say enough for this quantity "
            f"({call.family.replace('_', ' ')}); pass a finite distribution."
        )
    if isinstance(call.options.method, Bootstrap):
        return bootstrap.estimate(function, call)
    return function(call)


def _handler_of(family: str, *measures: Any) -> ModuleType:
    """Return the module that computes a family from measures, which must be of one kind."""
    handlers = {_handler_of_one(measure): measure for measure in measures}
    for handler, others in WIDER:
        if handler in handlers and handlers.keys() <= {handler, *others}:
            return handler
    if {samples, symbols} <= handlers.keys():
        raise TypeError(
            "one sample holds symbols (integers, strings) and the other points (floats); convert "
            "one, e.g. x.astype(float)."
        )
    if handlers.keys() == {counts, finite} and family in counts.BESIDE_KNOWN:
        return counts
    if list(handlers) == [samples, densities] and family in law.FAMILIES:
        return law
    if len(handlers) > 1:
        kinds = " and ".join(type(measure).__name__ for measure in measures)
        raise TypeError(
            f"{kinds} are known in different ways, and this quantity ({family.replace('_', ' ')}) "
            "has no method for both. Pass measures of one kind (arrays, distributions, samples): "
            "Sample(x) if the array x holds observations, Sample(q.sample(n)) for a distribution, "
            "Weights(counts) for the observed frequencies, with no allowance for chance."
        )
    return next(iter(handlers))


def _handler_of_one(measure: Any) -> ModuleType:
    if isinstance(measure, Sample) and measure.is_symbols:
        return symbols
    if is_lazy(values_of(measure)):
        return chunked
    return next((handler for kind, handler in HANDLERS if isinstance(measure, kind)), finite)
