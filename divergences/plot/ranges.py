"""Where two distributions are worth drawing: their middle, not the ends of their tails."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from divergences.measures.distribution import Distribution
from divergences.numerics.typing import Array

LEVELS = (np.arange(600) + 0.5) / 600
LOW = 0.01  # of the height of a density, beneath which it is not drawn
POINTS = 1200
REACH = np.sinh(np.linspace(-20.0, 20.0, 40_001))  # where a density without quantiles is sought


class Curve(NamedTuple):
    """Points, the densities of both there, and the height of what is to be seen."""

    x: Array
    p: Array
    q: Array
    top: float


def together(p: Distribution, q: Distribution, x: Any = None) -> Curve:
    """Return the densities of both where either of them is high.

    The height of a density is its greatest value, or 1.5 times what it is above for a tenth of the
    mass if that is less, so that poles are cut.
    """
    for name, one in (("p", p), ("q", q)):
        if one.dim or one.batch_shape:
            raise ValueError(f"{name} is {one!r}; only single distributions of scalars are drawn.")
    if x is None:
        typical = [_typical(name, one) for name, one in (("p", p), ("q", q))]
        tops = [
            float(min(density.max(), 1.5 * np.quantile(density, 0.9))) for _, density in typical
        ]
        kept = np.concatenate(
            [
                places[density >= LOW * top]
                for (places, density), top in zip(typical, tops, strict=True)
            ]
        )
        low, high = float(kept.min()), float(kept.max())
        margin = 0.06 * (high - low)
        ends = np.array([end for one in (p, q) for end in (one.support.low, one.support.high)])
        ends = ends[np.isfinite(ends)].astype(float)
        jumps = np.concatenate([np.nextafter(ends, -np.inf), ends, np.nextafter(ends, np.inf)])
        x = np.concatenate([np.linspace(low - margin, high + margin, POINTS), kept, jumps])
        x = np.unique(x[(x >= low - margin) & (x <= high + margin)])
        top = max(tops)
    else:
        x = np.unique(np.asarray(x, dtype=float))
        top = 0.0
    with np.errstate(all="ignore"):
        a, b = (np.exp(np.asarray(one.log_prob(x), dtype=float)) for one in (p, q))
    if not top:
        top = float(max(density[np.isfinite(density)].max() for density in (a, b)))
    cap = 4.0 * top
    return Curve(x, np.minimum(a, cap), np.minimum(b, cap), top)


def at_outcomes(p: Distribution, q: Distribution) -> tuple[Array, Array, Array]:
    """Return outcomes of two distributions on a lattice, with the probabilities of both."""
    lows, highs = [], []
    for name, one in (("p", p), ("q", q)):
        places, density = _typical(name, one)
        kept = places[density >= LOW * density.max()]
        lows.append(kept.min())
        highs.append(kept.max())
    low, high = min(lows) - 1.0, max(highs) + 1.0
    low = max(low, min(float(one.support.low) for one in (p, q)))
    high = min(high, max(float(one.support.high) for one in (p, q)))
    x = low + np.arange(min(high - low, 5000.0) + 1.0)
    a, b = (np.exp(np.asarray(one.log_prob(x), dtype=float)) for one in (p, q))
    return x, a, b


def _typical(name: str, one: Distribution) -> tuple[Array, Array]:
    """Return quantiles at even levels, and the density there."""
    quantile = getattr(one, "quantile", None)
    with np.errstate(all="ignore"):
        if quantile is not None:
            try:
                places = np.asarray(quantile(LEVELS), dtype=float)
            except TypeError:  # a mixture with a component that has none
                places = _sought(name, one)
        else:
            places = _sought(name, one)
        density = np.exp(np.asarray(one.log_prob(places), dtype=float))
    return places, np.where(np.isfinite(density), density, 0.0)


def _sought(name: str, one: Distribution) -> Array:
    """Return quantiles of a density by adding up its mass."""
    low, high = float(one.support.low), float(one.support.high)
    if np.isfinite(low) and np.isfinite(high):
        x = np.linspace(low, high, 20_001)
    else:
        start = low if np.isfinite(low) else high if np.isfinite(high) else 0.0
        x = start + REACH
        x = x[(x >= low) & (x <= high)]
    density = np.exp(np.asarray(one.log_prob(x), dtype=float))
    density = np.where(np.isfinite(density), density, 0.0)
    mass = np.append(0.0, np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(x)))
    if not 0.9 < mass[-1] < 1.1:
        raise ValueError(f"it is not known where {name} has its mass; pass x=, where to draw.")
    return np.interp(LEVELS, mass / mass[-1], x)
