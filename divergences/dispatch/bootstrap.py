"""Estimates with the bootstrap: the same function on samples drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, cast

import numpy as np

from divergences.core import Array, Estimate, Method
from divergences.core.estimate import Interval
from divergences.dispatch.call import Call
from divergences.measures import axes
from divergences.measures.counts import Counts
from divergences.measures.sample import Sample
from divergences.methods.bootstrap import Bootstrap
from divergences.methods.counts.dirichlet import Dirichlet
from divergences.methods.counts.histogram import Histogram
from divergences.methods.counts.jackknife import Jackknife
from divergences.methods.counts.plug_in import PlugIn
from divergences.methods.counts.series import Grassberger, MillerMadow
from divergences.numerics.runtime.progress import track

OF_FREQUENCIES = (PlugIn, Jackknife, MillerMadow, Grassberger, Dirichlet)
NEAR = 2.0  # standard errors from zero, within which a divergence is not nearly normal
BIAS = 0.25  # standard errors: a greater bias is not ignored (Efron & Tibshirani, section 10.3)
DIVERGENCES = (
    "f_divergence",
    "order_divergence",
    "information_radius",
    "mutual_information",
    "entropy_deficit",
)


@dataclass(frozen=True, eq=False, repr=False)
class BootstrapEstimate(Estimate):
    """An estimate with the deviations of those of samples drawn anew, along the first axis."""

    deviations: Any = None

    def _interval(self, level: float) -> Interval:
        ends = np.quantile(self.deviations, [0.5 + 0.5 * level, 0.5 - 0.5 * level], axis=0)
        return Interval(*np.clip(self.value - ends, *self.bounds))

    def expressed(self, nats: float, power: float) -> Estimate:
        """Return a value computed in nats^power in the unit of so many nats, and name the unit."""
        found = cast(BootstrapEstimate, super().expressed(nats, power))
        return replace(found, deviations=self.deviations / nats**power)


def estimate(function: Callable[[Call], Estimate], call: Call) -> Estimate:
    """Return an estimate by the method that is to be bootstrapped."""
    how: Bootstrap = call.options.method
    measures = {id(x): x for x in call.measures.values() if isinstance(x, Counts | Sample)}
    _refuse(measures, how)
    axis = _from_the_end(call.options.axis, measures)

    def found(method: Method, swapped: dict[int, Any]) -> Estimate:
        drawn = {name: swapped.get(id(x), x) for name, x in call.measures.items()}
        return function(call._replace(measures=drawn).with_options(axis=axis, method=method))

    own = found(how.method, {})
    rng = np.random.default_rng(how.rng)
    if all(isinstance(x, Counts) for x in measures.values()):
        times = how.resamples
        many = {key: _recounted(x, rng, axis, times) for key, x in measures.items()}
        values = found(how.method, many).value
    else:
        values = []
        for _, _ in track(enumerate(range(how.resamples)), how.resamples, "resamples"):
            swapped = {key: _redrawn(x, rng, how.block) for key, x in measures.items()}
            values.append(found(how.method, swapped).value)
    truth = found(_plain(how.method), {}).value  # of the frequencies that are drawn from
    if not np.all(np.isfinite(values)) or not np.all(np.isfinite(truth)):
        raise ValueError(
            "samples drawn anew give infinite values, or NaN: where Q's lack an outcome of P's, a "
            "divergence that can be infinite has no bootstrap. Smooth, or take a bounded one."
        )
    deviations = np.asarray(values) - truth
    error, bias = np.std(deviations, axis=0, ddof=1), np.mean(deviations, axis=0)
    if call.family in DIVERGENCES and np.any(own.value <= NEAR * error):
        raise ValueError(
            "the divergence is within two standard errors of zero, where it is not nearly normal "
            f"and the bootstrap is wrong. {how.method!r} has an interval of its own that holds "
            "there; Permutation() and two_sample_test have p-values."
        )
    chance = 2.0 / how.resamples**0.5  # standard errors by which it may be off
    if np.any(np.abs(bias) > (BIAS + chance) * error):
        ratio = float(np.max(np.abs(bias) / error))
        raise ValueError(
            f"the bias of {how.method!r} is {ratio:.2f} standard errors, and the interval would "
            "not cover. Pass a method with less bias, as Jackknife(), or leave the bootstrap."
        )
    kept = {f.name: getattr(own, f.name) for f in fields(Estimate)}
    info = {**own.info, "bias": bias, "resamples": how.resamples}
    kept.update(method=repr(how), standard_error=error, error_bound=None, info=info)
    return BootstrapEstimate(**kept, deviations=deviations)


def _plain(method: Method) -> Method:
    """Return the method that computes the quantity of the observed frequencies."""
    return Histogram(method.bins, PlugIn()) if isinstance(method, Histogram) else PlugIn()


def _refuse(measures: dict[int, Counts | Sample], how: Bootstrap) -> None:
    """Refuse what the bootstrap is known to be wrong for."""
    if not measures:
        raise TypeError("the bootstrap draws observations anew; pass Counts or a Sample.")
    points = any(isinstance(x, Sample) and not x.is_symbols for x in measures.values())
    method = how.method.counts if isinstance(how.method, Histogram) else how.method
    if points != isinstance(how.method, Histogram) or not isinstance(method, OF_FREQUENCIES):
        raise TypeError(
            f"the bootstrap is wrong for {how.method!r} here: it repeats observations, which are "
            "then their own neighbours or are on both sides of a split, and fewer are seen once. "
            "That method has a standard error of its own. Of points pass Histogram(), of counts "
            "and symbols PlugIn(), MillerMadow(), Jackknife(), Grassberger() or Dirichlet()."
        )
    if len({type(x) for x in measures.values()}) > 1:
        raise TypeError("for the bootstrap all are Counts, or all are samples.")
    for x in measures.values():
        if isinstance(x, Counts) and how.block is not None:
            raise ValueError("Counts have no order to take blocks of; pass the series as a Sample.")
        if isinstance(x, Counts) and type(x.values) not in (np.ndarray, list, tuple):
            raise TypeError("for the bootstrap pass counts as a plain array, without labels.")
        if isinstance(x, Sample) and (x.weights is not None or x.classes is not None):
            raise ValueError(
                "the bootstrap draws observations that count alike; leave weights out."
            )
        if isinstance(x, Sample) and how.block is not None and 2 * how.block > len(x):
            raise ValueError(
                f"block is {how.block}, and there are {len(x)} observations; blocks are to be "
                "several times as many as they are long."
            )


def _from_the_end(axis: Any, measures: dict[int, Counts | Sample]) -> Any:
    """Return the axes of counts by negative numbers, to which batches add none."""
    dims = [np.ndim(x.values) for x in measures.values() if isinstance(x, Counts)]
    if not dims:
        return axis
    return tuple(a - max(dims) for a in axes.normalised_axes(axis, max(dims)))


def _recounted(x: Counts | Sample, rng: np.random.Generator, axis: Any, times: int) -> Counts:
    """Return a batch of as many observations drawn from the frequencies of counts."""
    n = np.asarray(x.values)
    if min(axis) < -n.ndim:
        raise ValueError("for the bootstrap counts have the same number of axes.")
    last = tuple(range(n.ndim - len(axis), n.ndim))
    moved = np.moveaxis(n, axis, last)
    flat = moved.reshape(*moved.shape[: n.ndim - len(axis)], -1).astype(np.float64)
    total = flat.sum(axis=-1)
    chances = flat / total[..., None]
    drawn = rng.multinomial(total.astype(np.int64), chances, size=(times, *total.shape))
    full = drawn.reshape(times, *moved.shape)
    return Counts(np.moveaxis(full, tuple(a + 1 for a in last), axis))


def _redrawn(x: Counts | Sample, rng: np.random.Generator, block: int | None) -> Sample:
    """Return as many observations drawn from those of a sample."""
    assert isinstance(x, Sample)
    return Sample(x.values[_indices(len(x.values), rng, block)], split=x.split)


def _indices(n: int, rng: np.random.Generator, block: int | None) -> Array:
    """Return n indices drawn anew: single ones, or runs of consecutive ones on a circle."""
    if block is None:
        return rng.integers(n, size=n)
    starts = rng.integers(n, size=-(-n // block))
    return ((starts[:, None] + np.arange(block)) % n).ravel()[:n]
