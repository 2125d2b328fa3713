"""Integrals over the line with a bound: scan, cut, and split panels until they fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, fsum, inf, log
from typing import NamedTuple

import numpy as np

from divergences.methods.density.quadrature import tails
from divergences.methods.density.quadrature.double_exponential import EPS, Map, Nodes
from divergences.methods.density.quadrature.integrands import Integrand, rounding
from divergences.methods.density.quadrature.legendre import LINE
from divergences.methods.density.quadrature.panels import Panels, jumps, secants, steepest

SHARE = 0.7  # of the tolerance, for panels; the rest is for rounding
NEGLIGIBLE = 42.0  # e-folds below the largest value: 6e-19
UNSEEN = -600.0  # log of a mass that is none, as where the log-density has overflowed to -inf
STUCK = 0.5  # coefficients that shrink less than this, when their panel is halved, are noise
LARGEST_LOG = 600.0
QUIET = 1e-6  # relative size that noise may have
PROBES = np.array([0.25, 0.5, 0.75])  # of the way between two edges, where to look as well


class Piece(NamedTuple):
    """A part of the line between ends of supports.

    `logs` gives the log-densities at nodes, and the error of t that the rounding of each argument
    amounts to; `edges` are the values of t, in order, between which the first panels lie; `spent`
    is how many nodes it took to find them; `fixed` are those edges at which densities may jump,
    `probes` points where some density has mass, and `wrong` absolute errors of the densities.
    """

    map: Map
    logs: Callable[[Nodes], tuple[np.ndarray, np.ndarray]]
    edges: np.ndarray
    spent: int = 0
    fixed: np.ndarray = np.zeros(0)
    probes: np.ndarray = np.zeros(0)
    wrong: np.ndarray = np.zeros(0)


class Integral(NamedTuple):
    """An integral, a bound of its error, how many nodes it took, and whether it meets `rtol`."""

    value: float
    error: float
    evaluations: int
    reached: bool
    scale: float = 0.0  # log of the largest value of the integrand, if it is known


class Integrator:
    """An integral in the making: the integrand, its scale and the count of evaluations."""

    def __init__(self, integrand: Integrand, pieces: Sequence[Piece]) -> None:
        self.integrand, self.pieces = integrand, pieces
        self.fixed = [piece.fixed for piece in pieces]
        self.evaluations = sum(piece.spent for piece in pieces)
        self.scale = -inf

    def sampled(self, piece: int, t: np.ndarray, noisy: bool = False) -> np.ndarray:
        """Return the integrand at t of shape (panels, nodes): units, logs of scale, and noise.

        With `noisy` the noise includes what the rounding of points does, from the slopes of the
        log-densities along each panel.
        """
        nodes = self.pieces[piece].map.at(t.ravel())
        logs, jitter = self.pieces[piece].logs(nodes)
        self.evaluations += t.size
        errors = rounding(logs)
        wrong = self.pieces[piece].wrong
        if wrong.any():
            errors = errors + wrong[:, None] * np.exp(np.minimum(-logs, LARGEST_LOG))
        if noisy:
            finite = np.where(np.isfinite(logs), logs, 0.0).reshape(len(logs), *t.shape)
            errors = errors + secants(finite, t).reshape(logs.shape) * jitter
        unit, log_scale, noise = self.integrand(logs, errors)
        log_scale = np.where(np.isinf(log_scale), -inf, log_scale + nodes.log_slope)
        # An infinite value of next to no mass is that of a log-density that has overflowed.
        log_scale = np.where(np.isinf(unit) & (log_scale < UNSEEN), -inf, log_scale)
        noise = np.where(np.isfinite(noise), noise, 0.0)
        return np.stack([unit, log_scale, noise]).reshape(3, *t.shape)

    def values(self, piece: int, t: np.ndarray) -> np.ndarray:
        """Return the integrand at t, in units of exp(scale)."""
        unit, log_scale, _ = self.sampled(piece, t)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weight = np.exp(log_scale - self.scale)
            return np.where((unit == 0.0) | (weight == 0.0), 0.0, unit * weight)

    def resolution(self, piece: int, t: np.ndarray) -> np.ndarray:
        """Return within how much of t a point of the line is known."""
        return 4.0 * (self.pieces[piece].map.at(t).jitter + EPS * (1.0 + np.abs(t)))

    def log_integrand(self, piece: int, t: np.ndarray) -> np.ndarray:
        """Return the log of the size of the integrand."""
        unit, log_scale, _ = self.sampled(piece, t)
        with np.errstate(divide="ignore", invalid="ignore"):
            return log_scale + np.log(np.abs(unit))  # NaN where a log-density has overflowed

    def measured(
        self,
        piece: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        parent: np.ndarray,
        stuck: np.ndarray,
    ) -> Panels:
        """Integrate over new panels.

        `parent` is how rough those were that they are parts of, and `stuck` whether they were no
        smoother than those before.
        """
        half = 0.5 * (high - low)
        inner = 0.5 * (high + low)[:, None] + half[:, None] * LINE.nodes
        ends, blur = np.stack([low, high], axis=-1), np.empty((len(piece), 2))
        for i in np.unique(piece):
            mine = piece == i
            fixed = np.isin(ends[mine], self.fixed[i])
            blur[mine] = np.where(fixed, self.resolution(int(i), ends[mine]), 0.0)
        # Values at the ends, and next to them where densities may jump, on this side of the jump.
        ends = ends + np.minimum(blur, 0.5 * half[:, None]) * [1.0, -1.0]
        t = np.concatenate([ends[:, :1], inner, ends[:, 1:]], axis=1)
        sampled = np.empty((3, *t.shape))
        for i in np.unique(piece):
            mine = piece == i
            sampled[:, mine] = self.sampled(int(i), t[mine], True)
        unit, log_scale, noise = sampled
        top = float(np.max(log_scale, where=unit != 0.0, initial=-inf))
        if top > self.scale + 300.0:
            self.scale = top
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weight = np.exp(log_scale - self.scale)
            whole = np.where((unit == 0.0) | (weight == 0.0), 0.0, unit * weight)
            values = whole[:, 1:-1]
            found = LINE.decay(values)
            size = np.abs(values) @ LINE.weights * half
            largest = np.max(np.abs(values), axis=-1)
            # What lies between the last nodes and the ends shows in the values there alone.
            step = np.abs(whole[:, [0, -1]] - LINE.at_ends(values))
            unseen = LINE.margin * half * np.sum(step, axis=-1)
            blurred = np.sum(blur * np.abs(whole[:, [0, -1]]), axis=-1)
            rough = np.maximum(found.top, np.max(step, axis=-1))
            rough = rough / np.where(largest > 0.0, largest, 1.0)
        before, after = steepest(t, whole)
        still = (rough > STUCK * parent) & (rough < QUIET)
        return Panels(
            piece,
            low,
            high,
            values @ LINE.weights * half,
            size,
            2.0 * half * found.bound + unseen,
            (noise * weight)[:, 1:-1] @ LINE.weights * half + EPS * size + blurred,
            rough,
            still,
            still & stuck,
            before,
            after,
        )

    def cuts(self, panels: Panels, split: np.ndarray) -> np.ndarray:
        """Return where to cut the panels to split: where they jump, or else in the middle."""
        middle = 0.5 * (panels.low + panels.high)
        for i in np.unique(panels.piece[split & ~np.isnan(panels.before)]):
            mine = np.nonzero(split & (panels.piece == i) & ~np.isnan(panels.before))[0]
            found = jumps(
                lambda t, i=int(i): self.values(i, t), panels.before[mine], panels.after[mine]
            )
            inside = (found > panels.low[mine]) & (found < panels.high[mine])
            middle[mine[inside]] = found[inside]
            self.fixed[i] = np.append(self.fixed[i], found[inside])
        return middle[split]


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
            rest, error = tails.remainder(
                lambda t, i=piece: work.log_integrand(i, t), end, work.scale
            )
            sign = float(np.sign(work.sampled(piece, np.array([[end]]))[0, 0, 0]))
            beyond, slack = beyond + sign * _exp(rest), slack + _exp(error)
        else:  # falling at least as fast as over the last interval
            slack += _exp(left)
    none = np.zeros(first[0].shape, bool)
    panels = work.measured(*first, np.full(none.shape, inf), none)
    while np.all(np.isfinite(panels.value)) and abs(beyond) < inf:
        size = float(np.sum(panels.size)) + abs(beyond) * exp(-max(work.scale, -700.0))
        split = _worst(panels, SHARE * rtol * size)
        halves = 2 * (LINE.n + 2) * int(split.sum())
        if not halves or work.evaluations + halves > limit:
            break
        scale, middle = work.scale, work.cuts(panels, split)
        halves = work.measured(
            np.tile(panels.piece[split], 2),
            np.concatenate([panels.low[split], middle]),
            np.concatenate([middle, panels.high[split]]),
            np.tile(panels.rough[split], 2),
            np.tile(panels.stuck[split], 2),
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


def _worst(panels: Panels, goal: float) -> np.ndarray:
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
    looked = [_looked_at(piece) for piece in work.pieces]
    found = [work.log_integrand(i, t) for i, t in enumerate(looked)]
    tops = [float(np.nanmax(logs, initial=-inf)) for logs in found]
    if inf in tops:
        return None, []
    work.scale = max(tops, default=-inf)
    chosen, ends = [], []
    for i, (piece, t, logs) in enumerate(zip(work.pieces, looked, found, strict=True)):
        alive = np.nonzero(logs > work.scale - NEGLIGIBLE)[0]
        if not alive.size:
            continue
        # Where densities cross |p - q| vanishes, and what lies beyond need not be negligible.
        kept = np.union1d(alive, np.nonzero(np.isin(t, piece.fixed))[0])
        edges = np.searchsorted(t, piece.edges)
        first = max(np.searchsorted(edges, kept[0]) - 1, 0)
        final = min(np.searchsorted(edges, kept[-1], side="right"), len(edges) - 1)
        # Nothing is known past the last node at which the log-densities have not overflowed.
        first, final = first + np.isnan(logs[edges[first]]), final - np.isnan(logs[edges[final]])
        chosen += [(i, piece.edges[k], piece.edges[k + 1]) for k in range(first, final)]
        for here, inner in ((edges[first], alive[0]), (edges[final], alive[-1])):
            if logs[here] > work.scale - NEGLIGIBLE:
                ends.append((i, float(t[here]), inf))
            else:
                rate = max(float(logs[inner] - logs[here]) / abs(t[here] - t[inner]), 1.0)
                ends.append((i, float(t[here]), float(logs[here]) - log(rate)))
    columns = zip(*chosen, strict=True) if chosen else ((), (), ())
    piece, low, high = (np.array(column) for column in columns)
    return (piece.astype(int), low.astype(float), high.astype(float)), ends


def _looked_at(piece: Piece) -> np.ndarray:
    """Return the edges, and points between them, at which to look for the mass."""
    low, high = piece.edges[:-1, None], piece.edges[1:, None]
    between = low + (high - low) * PROBES
    return np.unique(np.concatenate([piece.edges, between.ravel(), piece.probes]))
