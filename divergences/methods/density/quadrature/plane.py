"""Integrals over the plane: products of panels, split along the direction that needs it more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from math import exp, fsum, inf
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature.adaptive import NEGLIGIBLE, UNSEEN, Integral
from divergences.methods.density.quadrature.breakpoints import Bulk, coordinates
from divergences.methods.density.quadrature.double_exponential import EPS, Map
from divergences.methods.density.quadrature.integrands import Integrand, rounding
from divergences.methods.density.quadrature.legendre import PLANE
from divergences.methods.density.quadrature.line import edges, marks, suited
from divergences.methods.density.quadrature.panels import secants
from divergences.methods.density.quadrature.tails import Unresolved

AT_ONCE = 1 << 18  # points evaluated in one call


class _Region(NamedTuple):
    """A product of two intervals, with its maps and the first edges along both."""

    maps: tuple[Map, Map]
    edges: tuple[np.ndarray, np.ndarray]


class _Boxes(NamedTuple):
    """Boxes in (s, t), with their integrals and the errors made along each direction."""

    region: np.ndarray
    low: np.ndarray
    high: np.ndarray
    value: np.ndarray
    size: np.ndarray
    errors: np.ndarray
    noise: np.ndarray

    def joined(self, other: _Boxes, keep: np.ndarray) -> _Boxes:
        return _Boxes(*(np.concatenate([a[keep], b]) for a, b in zip(self, other, strict=True)))


def over_plane(
    integrand: Integrand, ps: Sequence[Distribution], rtol: float, limit: int
) -> Integral:
    """Return the integral over the plane of a function of the log-densities of `ps`.

    Raises
    ------
    Unresolved
        If the integrand is not negligible 1e150 away.
    """
    work = _Plane(integrand, ps)
    first, slack = work.scan()
    if work.infinite:
        return Integral(inf, 0.0, work.evaluations, True)
    boxes = work.measured(*first)
    while True:
        if np.any(boxes.value == inf):
            return Integral(inf, 0.0, work.evaluations, True)
        goal = 0.75 * rtol * float(np.sum(boxes.size))
        error = np.where(
            np.sum(boxes.errors, axis=1) > boxes.noise, np.sum(boxes.errors, axis=1), 0.0
        )
        order = np.argsort(error)
        split = np.zeros(error.shape, bool)
        split[order] = np.cumsum(error[order]) > goal
        split &= error > 0.0
        if not split.any() or work.evaluations + 2 * (PLANE.n + 2) ** 2 * int(split.sum()) > limit:
            break
        boxes = boxes.joined(work.measured(*_halves(boxes, split)), ~split)
    unit = exp(work.scale)
    value, size = unit * fsum(boxes.value), unit * fsum(boxes.size)
    bound = unit * (fsum(boxes.errors.ravel()) + fsum(boxes.noise)) + slack
    return Integral(value, bound, work.evaluations, bound <= rtol * size)


def _halves(boxes: _Boxes, split: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the halves of boxes along the direction of the greater error."""
    low, high = boxes.low[split], boxes.high[split]
    axis = np.argmax(boxes.errors[split], axis=1)
    rows = np.arange(len(axis))
    middle_high, middle_low = high.copy(), low.copy()
    middle_high[rows, axis] = middle_low[rows, axis] = 0.5 * (low + high)[rows, axis]
    return (
        np.tile(boxes.region[split], 2),
        np.concatenate([low, middle_low]),
        np.concatenate([middle_high, high]),
    )


def _halved(edges: np.ndarray) -> np.ndarray:
    """Return edges and what is in the middle between them."""
    return np.sort(np.concatenate([edges, 0.5 * (edges[1:] + edges[:-1])]))


class _Plane:
    """An integral over the plane in the making."""

    def __init__(self, integrand: Integrand, ps: Sequence[Distribution]) -> None:
        self.integrand, self.ps = integrand, ps
        self.regions = _regions(ps)
        self.evaluations, self.scale, self.infinite = 0, -inf, False

    def sampled(
        self, region: int, t: np.ndarray, noisy: bool = False
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the integrand at points t of shape (..., 2): units, logs of scale, and noise."""
        maps = self.regions[region].maps
        nodes = [chart.at(t[..., i]) for i, chart in enumerate(maps)]
        x = np.stack([n.x for n in nodes], axis=-1)
        logs = np.stack([np.asarray(p.log_prob(x), dtype=float) for p in self.ps])
        self.evaluations += t[..., 0].size
        errors = rounding(logs)
        if noisy:
            finite = np.where(np.isfinite(logs), logs, 0.0)
            turned = (np.swapaxes(y, -1, -2) for y in (finite, t[..., 0]))
            across = np.swapaxes(secants(*turned), -1, -2)
            along = secants(finite, t[..., 1])
            for slopes, node in zip((across, along), nodes, strict=True):
                errors = errors + slopes * node.jitter
        shape = logs.shape
        found = self.integrand(logs.reshape(len(logs), -1), errors.reshape(len(logs), -1))
        unit, log_scale, noise = (part.reshape(shape[1:]) for part in found)
        log_scale = log_scale + nodes[0].log_slope + nodes[1].log_slope
        log_scale = np.where(np.isnan(log_scale), -inf, log_scale)
        unit = np.where(np.isinf(unit) & (log_scale < UNSEEN), 0.0, unit)
        return unit, log_scale, np.where(np.isfinite(noise), noise, 0.0)

    def scan(self) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], float]:
        """Return the first boxes, where the integrand is not negligible, and what is left out."""
        found = []
        for i, region in enumerate(self.regions):
            grid = np.stack(np.meshgrid(*map(_halved, region.edges), indexing="ij"), axis=-1)
            unit, log_scale, _ = self.sampled(i, grid)
            with np.errstate(divide="ignore"):
                found.append(log_scale + np.log(np.abs(unit)))
        if any(np.isnan(logs).any() for logs in found):
            raise ValueError("a log-density is NaN inside its support.")
        self.scale = max((float(np.max(logs)) for logs in found), default=-inf)
        self.infinite = self.scale == inf
        rows, slack = [], 0.0
        for i, (region, logs) in enumerate(zip(self.regions, found, strict=True)):
            alive = logs > self.scale - NEGLIGIBLE
            if alive[[0, -1]].any() or alive[:, [0, -1]].any():
                raise Unresolved
            corner = np.any(sliding_window_view(alive, (3, 3))[::2, ::2], axis=(2, 3))
            wide = np.pad(corner, 1)  # and the neighbours of such
            near = np.any([np.roll(wide, d, (0, 1)) for d in product((-1, 0, 1), repeat=2)], axis=0)
            for j, k in np.argwhere(near[1:-1, 1:-1]):
                box = [e[m : m + 2] for e, m in zip(region.edges, (j, k), strict=True)]
                rows.append((i, *np.transpose(box).ravel()))
            slack += exp(self.scale - NEGLIGIBLE) * float(np.sum(corner.size * alive.any()))
        table = np.array(rows).reshape(-1, 5)
        return (table[:, 0].astype(int), table[:, 1:3], table[:, 3:]), slack

    def measured(self, region: np.ndarray, low: np.ndarray, high: np.ndarray) -> _Boxes:
        """Integrate over boxes, a few at a time."""
        step = max(1, AT_ONCE // PLANE.n**2)
        parts = []
        for i in np.unique(region):
            mine = np.nonzero(region == i)[0]
            for k in range(0, len(mine), step):
                some = mine[k : k + step]
                parts.append(self._some(int(i), low[some], high[some]))
        if not parts:
            none = np.zeros(0)
            return _Boxes(region, low, high, none, none, np.zeros((0, 2)), none)
        return _Boxes(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _some(self, region: int, low: np.ndarray, high: np.ndarray) -> _Boxes:
        half = 0.5 * (high - low)
        middle = (0.5 * (high + low))[:, None, None, :]
        nodes = np.concatenate([[-1.0], PLANE.nodes, [1.0]])  # the ends show jumps next to them
        grid = np.stack(np.meshgrid(nodes, nodes, indexing="ij"), axis=-1)
        unit, log_scale, noise = self.sampled(region, middle + half[:, None, None, :] * grid, True)
        area = half[:, 0] * half[:, 1]
        weights = np.outer(PLANE.weights, PLANE.weights)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weight = np.exp(log_scale - self.scale)
            whole = np.where(unit == 0.0, 0.0, unit * weight)
            values = whole[:, 1:-1, 1:-1]
            size = area * np.sum(np.abs(values) * weights, axis=(1, 2))
            lines = np.swapaxes(whole[:, :, 1:-1], 1, 2), whole[:, 1:-1, :]
            errors = [area * (_bound(line) @ PLANE.weights) for line in lines]
            rounded = area * np.sum((noise * weight)[:, 1:-1, 1:-1] * weights, axis=(1, 2))
            rounded = rounded + EPS * size
        value = area * np.sum(values * weights, axis=(1, 2))
        where = np.full(len(low), region)
        return _Boxes(where, low, high, value, size, np.stack(errors, axis=1), rounded)


def _bound(line: np.ndarray) -> np.ndarray:
    """Bound the error of integrals over lines from -1 to 1, from the nodes and both ends."""
    inner = line[..., 1:-1]
    step = np.abs(line[..., [0, -1]] - PLANE.at_ends(inner))
    return 2.0 * PLANE.decay(inner).bound + PLANE.margin * np.sum(step, axis=-1)


def _regions(ps: Sequence[Distribution]) -> list[_Region]:
    """Return the products of intervals between the ends of supports, along both coordinates."""
    per_axis = []
    for axis in range(2):
        bulks = [bulk for p in ps for bulk in coordinates(p)[axis]]
        ends = sorted(
            {
                float(np.broadcast_to(e, 2)[axis])
                for p in ps
                for e in (p.support.low, p.support.high)
            }
        )
        per_axis.append([_interval(low, high, bulks) for low, high in pairwise(ends)])
    return [_Region((a, b), (s, t)) for (a, s), (b, t) in product(*per_axis)]


def _interval(low: float, high: float, bulks: Sequence[Bulk]) -> tuple[Map, np.ndarray]:
    """Return the map of an interval and the first edges."""
    chart = suited(low, high, bulks, (True, True))
    return chart, edges(chart, np.zeros(0), marks(chart, bulks))
