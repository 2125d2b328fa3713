"""A sample of points beside a distribution that is known by a formula: how well it fits."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from divergences.core import Array, Estimate
from divergences.dispatch import samples
from divergences.dispatch.call import Call, Families
from divergences.measures.distribution import Distribution
from divergences.measures.sample import Sample
from divergences.measures.scipy_adapter import distribution
from divergences.methods.samples.neighbours import NearestNeighbours


def cross_entropy(call: Call) -> Estimate:
    """Return the mean of -log q over the observations, with its standard error."""
    samples.refuse_axes(call.options)
    p, q = call.measures.values()
    if (method := call.options.method) is not None:
        raise TypeError(
            f"method is {method!r}; the mean length of a code that is known is a mean over the "
            "observations, and there is nothing to choose. Leave method=None."
        )
    length = -_log_density(p, distribution("q", q))(p.points)
    n = len(length)
    weights = np.full(n, 1.0 / n) if p.weights is None else np.asarray(p.weights, float)
    weights = weights / weights.sum()
    value, error = float(np.sum(weights * length)), inf
    effective = 1.0 / np.sum(weights**2)
    if effective > 1.0 and np.isfinite(value):
        squares = np.sum(weights**2 * (length - value) ** 2)
        error = float(np.sqrt(squares * effective / (effective - 1.0)))
    found = Estimate(value, "mean over the observations", error, n=(n,))
    found = replace(found, warnings=tuple(samples.doubts("f_divergence", (p,), None)))
    return found.expressed(call.unit, call.unit_power)


def f_divergence(call: Call) -> Estimate:
    """Estimate the Kullback-Leibler divergence of P from Q, and refuse others."""
    samples.refuse_axes(call.options)
    member, (p, q), method = call.member, call.measures.values(), call.options.method
    chosen = NearestNeighbours() if method is None else method
    if not member.is_relative_entropy or not isinstance(chosen, NearestNeighbours):
        raise TypeError(
            f"of a sample and a distribution that is known there is kl_divergence(sample, q), by "
            f"NearestNeighbours, and not {member.name} by {chosen!r}. Draw as many observations "
            "and more, q.sample(n), and pass two samples."
        )
    found = chosen.beside_law(member, p, _log_density(p, distribution("q", q)))
    warnings = (*found.warnings, *samples.doubts("f_divergence", (p,), chosen))
    found = replace(found, n=(len(p),), warnings=warnings)
    return found.expressed(call.unit, call.unit_power)


FAMILIES: Families = {"f_divergence": f_divergence, "cross_entropy": cross_entropy}


def _log_density(p: Sample, q: Distribution) -> Any:
    """Return the log density of Q as a function of points like those of P."""
    d = p.points.shape[1]
    if q.support.lattice:
        raise TypeError(
            f"p is {p!r}, floats of a distribution with a density, and q is {q!r}, which has none; "
            "count the observations and pass Counts beside the probabilities of q."
        )
    if (q.dim or 1) != d:
        raise ValueError(f"p has points in {d} dimensions, and q has {q.dim or 1}.")
    if q.batch_shape:
        raise ValueError(f"q is a batch of {q.batch_shape} distributions; pass them one by one.")

    def at(x: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(q.log_prob(x if q.dim else x[:, 0]), float)

    return at
