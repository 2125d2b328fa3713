"""Sums over runs of consecutive whole numbers: term by term, or from a few terms of a long run.

The terms of a long run are, up to a remainder, a polynomial of degree 23 through 24 of them, those
next to the nodes of the Gauss-Legendre rule. The sum of a polynomial over N whole numbers, with
h = 2/N the step that carries them into [-1, 1], is by the Euler-Maclaurin formula

    sum g = N/2 (integral of g + sum_m B_2m(1/2) / (2m)! h^2m (g^(2m-1)(1) - g^(2m-1)(-1))),

which is finite for polynomials; the terms past m = 4 are below a rounding for N > `SHORT`. The last
Legendre coefficients of the polynomial bound the remainder. Runs are halved until the sum of these
bounds is within the tolerance. A run of at most `SHORT` whole numbers is summed term by term, so
that kinks and jumps cost only that halving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import exp, fsum, inf, nan
from typing import Any

import numpy as np
from numpy.polynomial import legendre
from scipy.special import poch

from divergences.methods.density.quadrature.adaptive import QUIET, SHARE, STUCK, Integral
from divergences.methods.density.quadrature.double_exponential import EPS

Terms = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]

SHORT = 1 << 10  # whole numbers that are summed term by term
WHOLE = 1 << 15  # whole numbers that are, if there are no others
NODES = 24
LAST = 4  # coefficients that bound the remainder: one may vanish by symmetry
SAFETY = 2.0

# B_2m(1/2) / (2m)! for m = 1, ..., 4, and the derivatives of the Legendre polynomials that they
# go with, P_k^(r)(1) = (k - r + 1) ... (k + r) / (2^r r!).
_GAUSS = legendre.leggauss(NODES)[0]
_BERNOULLI = (-1 / 24, 7 / 5760, -31 / 967680, 127 / 154828800)
_ORDERS = np.array([1, 3, 5, 7])
_EVEN = np.arange(NODES)[:, None] % 2 == 0
_DEGREE = np.arange(NODES, dtype=float)[:, None]
_AT_ONE = poch(np.maximum(_DEGREE - _ORDERS + 1.0, 0.0), 2 * _ORDERS) / (
    2.0**_ORDERS * poch(1.0, _ORDERS)
)
_CORRECTIONS = np.where(_EVEN & (_DEGREE >= _ORDERS), _AT_ONE, 0.0) * _BERNOULLI


class Exhausted(ArithmeticError):
    """The terms do not fit polynomials, and are too many to be summed one by one."""


@dataclass
class _Runs:
    """Runs of whole numbers with their sums, in units of exp(scale)."""

    low: np.ndarray
    count: np.ndarray
    value: np.ndarray
    size: np.ndarray  # sum of the sizes of terms
    error: np.ndarray
    noise: np.ndarray
    rough: np.ndarray  # last coefficients, relative to the largest term
    final: np.ndarray  # halving does not help

    def joined(self, other: _Runs, keep: np.ndarray) -> _Runs:
        """Return the runs kept, and those of another."""
        names = [field.name for field in fields(self)]
        return _Runs(*(np.concatenate([getattr(self, n)[keep], getattr(other, n)]) for n in names))

    def rescale(self, factor: float) -> None:
        """Change the unit."""
        for name in ("value", "size", "error", "noise"):
            setattr(self, name, getattr(self, name) * factor)


class _Work:
    """A sum in the making: its terms, the log of their unit, and the count of evaluations."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.scale, self.evaluations = terms, nan, 0

    def evaluated(self, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return terms and their noise."""
        self.evaluations += k.size
        unit, log_scale, noise = self.terms(k)
        top = float(np.max(log_scale, where=unit != 0.0, initial=-inf))
        if np.isnan(self.scale):
            self.scale = top if 300.0 < abs(top) < inf else 0.0
        elif top > self.scale + 300.0:
            self.scale = top
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weight = np.exp(log_scale - self.scale)
            values = np.where((unit == 0.0) | (weight == 0.0), 0.0, unit * weight)
            return values, np.where(weight == 0.0, 0.0, noise * weight)

    def measured(self, low: np.ndarray, count: np.ndarray, short: int, parent: np.ndarray) -> _Runs:
        """Sum over new runs; `parent` is how rough those were that they are halves of."""
        few = count <= short
        index = np.rint(0.5 * (count[~few, None] * (1.0 + _GAUSS) - 1.0))
        each = np.repeat(low[few], count[few].astype(int)) + _counted(count[few].astype(int))
        values, noise = self.evaluated(np.concatenate([each, (low[~few, None] + index).ravel()]))
        parts = (
            _one_by_one(values[: each.size], noise[: each.size], count[few].astype(int)),
            _by_polynomials(
                values[each.size :].reshape(index.shape),
                noise[each.size :].reshape(index.shape),
                index,
                count[~few],
            ),
        )
        value, size, error, noise, rough = (np.empty(low.shape) for _ in range(5))
        for which, part in zip((few, ~few), parts, strict=True):
            for target, source in zip((value, size, error, noise, rough), part, strict=True):
                target[which] = source
        final = few | ((rough > STUCK * parent) & (rough < QUIET))
        return _Runs(low, count, value, size, error, noise + EPS * size, rough, final)


def _counted(count: np.ndarray) -> np.ndarray:
    """Return 0, ..., n - 1 for each n of `count`."""
    ends = np.cumsum(count)
    return np.arange(count.sum()) - np.repeat(ends - count, count)


def _one_by_one(values: np.ndarray, noise: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return value, size, error, noise and roughness of runs whose terms are all given."""
    starts = np.cumsum(count) - count
    value = np.array([_added(values[a : a + n]) for a, n in zip(starts, count, strict=True)])
    zero = np.zeros(count.shape)
    if not count.size:
        return zero, zero, zero, zero, zero
    return (
        value,
        np.add.reduceat(np.abs(values), starts),
        zero,
        np.add.reduceat(noise, starts),
        zero,
    )


def _by_polynomials(
    values: np.ndarray, noise: np.ndarray, index: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the same of runs of `count` whole numbers whose terms at `index` are given."""
    n = count[:, None]
    basis = legendre.legvander((2.0 * index + 1.0 - n) / n, NODES - 1)
    means = (2.0 / n) ** (_ORDERS + 1.0) @ _CORRECTIONS.T
    means[:, 0] += 1.0
    weights = n * np.linalg.solve(basis.swapaxes(1, 2), means[..., None])[..., 0]
    with np.errstate(invalid="ignore"):
        terms = weights * values
        coefficients = np.linalg.solve(basis, values[..., None])[..., 0]
    last = np.max(np.abs(coefficients[:, -LAST:]), axis=-1)
    largest = np.max(np.abs(values), axis=-1)
    return (
        np.sum(terms, axis=-1),
        np.sum(np.abs(terms), axis=-1),
        SAFETY * count * last,
        np.sum(np.abs(weights) * noise, axis=-1),
        last / np.where(largest > 0.0, largest, 1.0),
    )


def total_of(terms: Terms, k: np.ndarray, rtol: float) -> Integral:
    """Return the sum over the outcomes `k`, one by one."""
    work = _Work(terms)
    values, noise = work.evaluated(k)
    count = np.array([k.size])
    value, size, error, noise, rough = _one_by_one(values, noise, count)
    runs = _Runs(k[:1], count, value, size, error, noise + EPS * size, rough, count > 0)
    return _found(work, runs, rtol, (0.0, 0.0))


def add_up(
    terms: Terms, edges: np.ndarray, rtol: float, limit: int, beyond: tuple[float, float]
) -> Integral:
    """Return the sum over the whole numbers from the first of `edges` to before the last.

    `terms` returns, at whole numbers (or at others with one fractional part), units, logs of their
    scale and noise. Between two edges the terms are smooth. `beyond` is what lies outside, with its
    error.

    Raises
    ------
    Exhausted
        If `limit` evaluations do not suffice.
    """
    work = _Work(terms)
    total = float(edges[-1] - edges[0])
    short = WHOLE if total <= WHOLE else SHORT
    if total <= WHOLE:
        edges = edges[[0, -1]]
    low, count = edges[:-1], np.diff(edges)
    if float(np.sum(np.where(count <= short, count, NODES))) > limit:
        raise Exhausted
    runs = work.measured(low, count, short, np.full(low.shape, inf))
    while np.all(np.isfinite(runs.value)):
        outside = abs(beyond[0]) * exp_of(-work.scale) if beyond[0] else 0.0
        goal = SHARE * rtol * (float(np.sum(runs.size)) + outside)
        split = _worst(runs, goal)
        if not split.any():
            break
        left = np.floor(0.5 * runs.count[split])
        if (
            work.evaluations + float(np.sum(np.where(left < short, 2.0 * left, 2.0 * NODES)))
            > limit
        ):
            raise Exhausted
        scale = work.scale
        halves = work.measured(
            np.concatenate([runs.low[split], runs.low[split] + left]),
            np.concatenate([left, runs.count[split] - left]),
            short,
            np.tile(runs.rough[split], 2),
        )
        runs.rescale(exp(scale - work.scale))
        runs = runs.joined(halves, ~split)
    return _found(work, runs, rtol, beyond)


def _found(work: _Work, runs: _Runs, rtol: float, beyond: tuple[float, float]) -> Integral:
    """Return the sum of all runs and of what lies beyond."""
    unit = exp_of(work.scale)
    with np.errstate(over="ignore", invalid="ignore"):
        value = unit * _added(runs.value) + beyond[0]
        if not np.isfinite(value):
            error = nan if np.isnan(value) else 0.0
            return Integral(value, error, work.evaluations, value == inf, work.scale)
        size = unit * float(np.sum(runs.size)) + abs(beyond[0])
        error = unit * float(np.sum(runs.error) + np.sum(runs.noise)) + beyond[1]
    return Integral(value, error, work.evaluations, error <= rtol * size, work.scale)


def _worst(runs: _Runs, goal: float) -> np.ndarray:
    """Return which runs to halve: the worst ones, until the others are within the goal."""
    able = (runs.error > runs.noise) & ~runs.final
    error = np.where(able, runs.error, 0.0)
    order = np.argsort(error)
    split = np.zeros(error.shape, bool)
    split[order] = np.cumsum(error[order]) > goal
    return split & able


def exp_of(x: float) -> float:
    """Return exp x, +inf where it overflows."""
    return exp(x) if x < 709.0 else inf


def _added(values: Any) -> float:
    """Return the sum, exact but for the last rounding where it is finite."""
    total = float(np.sum(values))
    return fsum(values) if abs(total) < inf else total
