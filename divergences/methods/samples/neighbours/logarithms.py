"""Divergences of two samples from the log densities of both at their observations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from divergences.methods.samples.neighbours.density import Densities, Weighting, single
from divergences.methods.samples.neighbours.influence import (
    floor_error,
    standard_error,
    variance,
)
from divergences.methods.samples.neighbours.powers import enough, log_moment
from divergences.numerics.typing import Array

FAR = 0.05  # the share of P beyond the observations of Q from which there is a warning


def divergence(
    coefficients: tuple[float, float],
    densities: tuple[Densities, Densities],
    samples: tuple[Array, Array],
    weighting: Callable[[int, int], Weighting],
    copies: Array | None,
) -> tuple[float, float]:
    """Return a E_P log p/q + b E_Q log p/q and its standard error.

    `weighting(n, d)` has the weights of neighbours where n are available in d dimensions. `copies`
    tells which observations of P are in Q's sample too; each is left out of its own neighbours.
    """
    own, received, alone = ([np.zeros(len(x)) for x in samples] for _ in range(3))
    for i, factor in enumerate(coefficients):
        if factor == 0.0:
            continue
        (n, d), m = samples[i].shape, len(samples[1 - i])
        same = copies if i == 0 or copies is None else invert(copies, n)
        here = densities[i].at(None, weighting(n - 1, d))
        there = densities[1 - i].at(samples[i], weighting(m - (same is not None), d), same)
        sign = factor if i == 0 else -factor
        own[i] += sign * (here.values - there.values)
        alone[i] += sign * here.neighbour_influence(n)
        received[1 - i] -= sign * there.neighbour_influence(m) * m / n
    value = float(np.mean(own[0]) + np.mean(own[1]))
    parts = [a + b for a, b in zip(own, received, strict=True)]
    sides = [(part, part + more) for part, more in zip(parts, alone, strict=True)]
    return value, standard_error(sides, copies)


def of_order(
    order: float, factor: float, densities: tuple[Densities, Densities], x: Array, y: Array, k: int
) -> tuple[float, float, float]:
    """Return factor (sum p^a q^(1-a) - 1) / (a (a - 1)), its error and its largest share.

    Of an order above 1, from the k-th neighbours.
    """
    s, (n, m) = order - 1.0, (len(x), len(y))
    k = enough(order, k)
    here = densities[0].at(None, single(k))
    there = densities[1].at(x, single(k))
    off = log_moment(k, n, -s) + log_moment(k, m + 1, s)
    scale = factor / (order * s)
    with np.errstate(over="ignore", invalid="ignore"):
        own = np.exp(s * (here.values - there.values) - off)
        whole = own + s * here.neighbour_influence(n, own)
        received = -s * there.neighbour_influence(m, own) * m / n
        error = floor_error(variance(own, whole) + variance(received, received), n, m)
        parts = np.concatenate([(v - v.mean()) / len(v) for v in (whole, received)]) ** 2
        share = np.max(parts) / (np.sum(parts) or 1.0)
    if not np.isfinite(error):  # powers of ratios that overflow: one observation decides
        error, share = np.inf, 1.0
    return float(scale * (np.mean(own) - 1.0)), float(scale * error), float(share)


def invert(copies: Array, n: int) -> Array:
    """Return for each of n observations of Q which of P it is, or -1."""
    found = np.full(n, -1)
    shared = np.flatnonzero(copies >= 0)
    found[copies[shared]] = shared
    return found


def share_beyond(x: Array, y: Array) -> float:
    """Return the share of observations outside of the range of Q's, in one coordinate at least."""
    outside = (x < y.min(axis=0)) | (x > y.max(axis=0))
    return float(np.mean(outside.any(axis=1)))


def warn_beyond(share: float) -> list[str]:
    """Return a warning if much of P is beyond the observations of Q."""
    warning = (
        f"{100.0 * share:.0f} % of one sample lie beyond the range of the other, where the density "
        "of the other is extrapolated: the value is infinite if there is none."
    )
    return [warning] if share > FAR else []
