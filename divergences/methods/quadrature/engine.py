"""Integrals over the line with a bound: scan, cut, and split panels until they fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, fsum, inf, log
from typing import NamedTuple

import numpy as np

from divergences.methods.quadrature import tails
from divergences.methods.quadrature.integrands import Integrand, rounding
from divergences.methods.quadrature.maps import EPS, Map, Nodes
from divergences.methods.quadrature.spectrum import LINE

SHARE = 0.7  # of the tolerance, for panels; the rest is for rounding
NEGLIGIBLE = 42.0  # e-folds below the largest value: 6e-19
UNSEEN = -600.0  # log of a mass that is none, as where the log-density has overflowed to -inf
STUCK = 0.5  # coefficients that shrink less than this, when their panel is halved, are noise
QUIET = 1e-6  # relative size that noise may have


class Piece(NamedTuple):
    """A part of the line between ends of supports.

    `logs` gives the log-densities at nodes, and the error of t that the rounding of each argument
    amounts to; `edges` are the values of t, in order, between which
    the first panels lie; `spent` is how many nodes it took to find them.
    """

    map: Map
    logs: Callable[[Nodes], tuple[np.ndarray, np.ndarray]]
    edges: np.ndarray
    spent: int = 0


class Integral(NamedTuple):
    """An integral, a bound of its error, how many nodes it took, and whether it meets `rtol`.

    `scale` is the log of the largest value of the integrand, if it is known.
    """

    value: float
    error: float
    evaluations: int
    reached: bool
    scale: float = 0.0


@dataclass
class _Panels:
    """Panels with their integrals, in units of exp(scale)."""

    piece: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    low: np.ndarray = field(default_factory=lambda: np.zeros(0))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0))
    value: np.ndarray = field(default_factory=lambda: np.zeros(0))
    size: np.ndarray = field(default_factory=lambda: np.zeros(0))  # integral of |integrand|
    error: np.ndarray = field(default_factory=lambda: np.zeros(0))
    noise: np.ndarray = field(default_factory=lambda: np.zeros(0))
    rough: np.ndarray = field(default_factory=lambda: np.zeros(0))  # last coefficients, relatively
    final: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))  # splitting does not help

    def joined(self, other: _Panels, keep: np.ndarray) -> _Panels:
        """Return the panels kept, and those of another."""
        return _Panels(
            *(
                np.concatenate([mine[keep], theirs])
                for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
            )
        )

    def rescale(self, factor: float) -> None:
        """Change the unit."""
        for name in ("value", "size", "error", "noise"):
            setattr(self, name, getattr(self, name) * factor)


class Integrator:
    """An integral in the making: the integrand, its scale and the count of evaluations."""

    def __init__(self, integrand: Integrand, pieces: Sequence[Piece]) -> None:
        self.integrand, self.pieces = integrand, pieces
        self.evaluations = sum(piece.spent for piece in pieces)
        self.scale = -inf

    def sampled(self, piece: int, t: np.ndarray, half: np.ndarray | None) -> np.ndarray:
        """Return the integrand at t of shape (panels, nodes): units, logs of scale, and noise.

        `half` is half the width of each panel, which tells how fast the log-densities change and so
        what the rounding of points does to them.
        """
        nodes = self.pieces[piece].map.at(t.ravel())
        logs, jitter = self.pieces[piece].logs(nodes)
        self.evaluations += t.size
        errors = rounding(logs)
        if half is not None:
            finite = np.where(np.isfinite(logs), logs, 0.0).reshape(len(logs), *t.shape)
            slopes = np.abs(LINE.slopes(finite)) / half[:, None]
            errors = errors + slopes.reshape(logs.shape) * jitter
        unit, log_scale, noise = self.integrand(logs, errors)
        log_scale = np.where(np.isinf(log_scale), -inf, log_scale + nodes.log_slope)
        # An infinite value of next to no mass is that of a log-density that has overflowed.
        log_scale = np.where(np.isinf(unit) & (log_scale < UNSEEN), -inf, log_scale)
        noise = np.where(np.isfinite(noise), noise, 0.0)
        return np.stack([unit, log_scale, noise]).reshape(3, *t.shape)

    def log_integrand(self, piece: int, t: np.ndarray) -> np.ndarray:
        """Return the log of the size of the integrand."""
        unit, log_scale, _ = self.sampled(piece, t, None)
        with np.errstate(divide="ignore", invalid="ignore"):
            return log_scale + np.log(np.abs(unit))  # NaN where a log-density has overflowed

    def measured(
        self, piece: np.ndarray, low: np.ndarray, high: np.ndarray, parent: np.ndarray
    ) -> _Panels:
        """Integrate over new panels; `parent` is how rough those were that they are parts of."""
        half = 0.5 * (high - low)
        t = 0.5 * (high + low)[:, None] + half[:, None] * LINE.nodes
        sampled = np.empty((3, *t.shape))
        for i in np.unique(piece):
            mine = piece == i
            sampled[:, mine] = self.sampled(int(i), t[mine], half[mine])
        unit, log_scale, noise = sampled
        top = float(np.max(log_scale, where=unit != 0.0, initial=-inf))
        if top > self.scale + 300.0:
            self.scale = top
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weight = np.exp(log_scale - self.scale)
            values = np.where((unit == 0.0) | (weight == 0.0), 0.0, unit * weight)
            found = LINE.decay(values)
            size = np.abs(values) @ LINE.weights * half
            largest = np.max(np.abs(values), axis=-1)
            rough = found.top / np.where(largest > 0.0, largest, 1.0)
        return _Panels(
            piece,
            low,
            high,
            values @ LINE.weights * half,
            size,
            2.0 * half * found.bound,
            (noise * weight) @ LINE.weights * half + EPS * size,
            rough,
            (rough > STUCK * parent) & (rough < QUIET),
        )


def integrate(
    integrand: Integrand,
    pieces: Sequence[Piece],
    rtol: float,
    limit: int,
    known: tuple[float, float] = (0.0, 0.0),
) -> Integral:
    """Integrate over all pieces, to `rtol` of the integral of the size, if `limit` nodes suffice.

    `known` is what other parts of the line contribute, with its error. A divergent integral is
    +inf.

    Raises
    ------
    Unresolved
        If a tail does not show whether the integral converges.
    """
    work = Integrator(integrand, pieces)
    first, ends = _scan(work)
    beyond, slack = known
    if first is None:
        return Integral(inf, 0.0, work.evaluations, True)
    for piece, end, left in ends:
        if left == inf:
            rest, error = tails.remainder(lambda t, i=piece: work.log_integrand(i, t), end)
            sign = float(np.sign(work.sampled(piece, np.array([[end]]), None)[0, 0, 0]))
            beyond, slack = beyond + sign * _exp(rest), slack + _exp(error)
        else:  # falling at least as fast as over the last interval
            slack += _exp(left)
    panels = work.measured(*first, np.full(first[0].shape, inf))
    while np.all(np.isfinite(panels.value)) and abs(beyond) < inf:
        size = float(np.sum(panels.size)) + abs(beyond) * exp(-max(work.scale, -700.0))
        split = _worst(panels, SHARE * rtol * size)
        halves = 2 * LINE.n * int(split.sum())
        if not halves or work.evaluations + halves > limit:
            break
        scale, middle = work.scale, 0.5 * (panels.low + panels.high)[split]
        halves = work.measured(
            np.tile(panels.piece[split], 2),
            np.concatenate([panels.low[split], middle]),
            np.concatenate([middle, panels.high[split]]),
            np.tile(panels.rough[split], 2),
        )
        panels.rescale(exp(scale - work.scale))
        panels = panels.joined(halves, ~split)
    with np.errstate(over="ignore", invalid="ignore"):
        unit, total = np.exp(work.scale), float(np.sum(panels.value))
        total = fsum(panels.value) if abs(total) < inf else total
        if unit == inf:  # the integrand itself overflows
            total = inf if not total < 0.0 else -inf
        value = float(unit * total + beyond) if abs(beyond) < inf else beyond
        if not abs(value) < inf:
            certain = not np.isnan(value)
            return Integral(value, 0.0, work.evaluations, certain, work.scale)
        error = unit * (np.sum(panels.error) + np.sum(panels.noise)) + slack
        size = unit * np.sum(panels.size) + abs(beyond)
    reached = bool(error <= rtol * size)
    return Integral(value, float(error), work.evaluations, reached, work.scale)


def _exp(x: float) -> float:
    """Return exp x, +inf where it overflows."""
    return exp(x) if x < 709.0 else inf


def _worst(panels: _Panels, goal: float) -> np.ndarray:
    """Return which panels to split: the worst ones, until the others are within the goal."""
    able = (panels.error > panels.noise) & ~panels.final
    error = np.where(able, panels.error, 0.0)
    order = np.argsort(error)
    split = np.zeros(error.shape, bool)
    split[order] = np.cumsum(error[order]) > goal
    return split & able


def _scan(
    work: Integrator,
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray] | None, list[tuple[int, float, float]]]:
    """Return the first panels, where the integrand is not negligible, and the ends of that part.

    An end comes with the log of what lies beyond it, at most, if the integrand keeps falling as it
    does; or with +inf, if it is not negligible at the last node.
    """
    found = [work.log_integrand(i, piece.edges) for i, piece in enumerate(work.pieces)]
    tops = [float(np.nanmax(logs, initial=-inf)) for logs in found]
    if inf in tops:
        return None, []
    work.scale = max(tops, default=-inf)
    chosen, ends = [], []
    for i, (piece, logs) in enumerate(zip(work.pieces, found, strict=True)):
        alive = np.nonzero(logs > work.scale - NEGLIGIBLE)[0]
        if not alive.size:
            continue
        t, last = piece.edges, len(piece.edges) - 1
        first, final = max(alive[0] - 1, 0), min(alive[-1] + 1, last)
        # Nothing is known past the last node at which the log-densities have not overflowed.
        first, final = first + np.isnan(logs[first]), final - np.isnan(logs[final])
        chosen += [(i, t[k], t[k + 1]) for k in range(first, final)]
        for here, inner in ((first, alive[0]), (final, alive[-1])):
            if here == inner:
                ends.append((i, float(t[here]), inf))
            else:
                rate = max(float(logs[inner] - logs[here]) / abs(t[here] - t[inner]), 1.0)
                ends.append((i, float(t[here]), float(logs[here]) - log(rate)))
    columns = zip(*chosen, strict=True) if chosen else ((), (), ())
    piece, low, high = (np.array(column) for column in columns)
    return (piece.astype(int), low.astype(float), high.astype(float)), ends
