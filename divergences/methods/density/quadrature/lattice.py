"""Sums over whole numbers of functions of log-probabilities, with a bound of what is left out.

From where the mass is, a window of whole numbers is doubled until what lies beyond is negligible:
the terms fall at least geometrically, at a rate taken from the last ones and their trend. Where
they fall like a power, as those of the zeta distribution do, what lies beyond n = 2^51 or so is
integrated by the Euler-Maclaurin formula: it is the integral from n - 1/2 plus f'(n - 1/2) / 24.
The window is cut at the ends of supports and, ever more finely, towards the mass of each
distribution, and summed by `runs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, log

import numpy as np

from divergences.measures.distribution import Distribution
from divergences.methods.density.quadrature.adaptive import (
    NEGLIGIBLE,
    UNSEEN,
    Integral,
    Piece,
    integrate,
)
from divergences.methods.density.quadrature.double_exponential import Map, Nodes
from divergences.methods.density.quadrature.integrands import Integrand, rounding
from divergences.methods.density.quadrature.lattice_support import Grid, log_density, underflows
from divergences.methods.density.quadrature.runs import SHORT, Exhausted, add_up, exp_of, total_of

FIRST = 1 << 10  # outcomes on either side of the mass
FARTHEST = 2.0**53  # past which not all whole numbers are floats
POWER = 0.75  # ratio of rates at n and n/2 below which terms fall like a power
LOST = 1e-9  # relative to the largest term, what may lie past `FARTHEST` unseen
NEAR = 30.0  # e-folds from the largest term at which its neighbours do not hide a mode
FINER = 17  # edges around it where they might
STEP = 0.02  # of the differences that give a derivative, relative to the point


def over_lattice(
    integrand: Integrand,
    ps: Sequence[Distribution],
    rtol: float,
    limit: int,
    errors: Sequence[float] | None = None,
) -> Integral:
    """Return the sum over the whole numbers of a function of the log-probabilities of `ps`.

    `errors` are those of the log-probabilities beyond rounding, one for each of `ps`.

    Raises
    ------
    ValueError
        If the outcomes are too many, too far away or on different lattices.
    """
    return _Sum(integrand, ps, rtol, limit, errors).total()


class _Sum:
    """A sum in the making."""

    def __init__(
        self,
        integrand: Integrand,
        ps: Sequence[Distribution],
        rtol: float,
        limit: int,
        errors: Sequence[float] | None,
    ) -> None:
        self.integrand, self.ps, self.rtol, self.limit = integrand, tuple(ps), rtol, limit
        self.errors = np.zeros((len(ps), 1)) if errors is None else np.reshape(errors, (-1, 1))
        self.grid = Grid(ps)
        self.low, self.high = self.grid.low, self.grid.high
        self.evaluations = 0

    def terms(self, k: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the terms at outcomes: units, logs of their scale, and noise."""
        logs = np.stack([np.asarray(p.log_prob(k), dtype=float) for p in self.ps])
        unit, log_scale, noise = self.integrand(logs, rounding(logs) + self.errors)
        log_scale = np.where(np.isinf(unit) & (log_scale < UNSEEN), -inf, log_scale)
        infinite = np.where(np.isinf(unit), log_scale, -inf)
        if np.any(infinite > -inf) and underflows(self.ps, k, logs, infinite):
            log_scale = np.where(np.isinf(unit), -inf, log_scale)
        return unit, log_scale, np.where(np.isfinite(noise), noise, 0.0)

    def log_terms(self, k: np.ndarray) -> np.ndarray:
        """Return logs of the sizes of terms."""
        self.evaluations += k.size
        unit, log_scale, _ = self.terms(k)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(
                log_scale + np.log(np.abs(unit)), nan=-inf, posinf=inf, neginf=-inf
            )

    def total(self) -> Integral:
        """Return the sum."""
        if any(self._infinite_beyond(i) for i in range(len(self.ps))):
            return Integral(inf, 0.0, 0, True)
        if self.grid.atoms is not None:
            return total_of(self.terms, self.grid.atoms, self.rtol)
        low, high = self.grid.bulk
        if not (isfinite(low) and isfinite(high)):
            return Integral(np.nan, np.nan, 0, False)
        low, high = max(self.low, low - FIRST), min(self.high, high + FIRST)
        top = float(np.max(self.log_terms(self.grid.edges(low, high)[:-1])))
        lowest, *below = self._end(-1.0, low, high, top)
        highest, *above = self._end(1.0, high, low, top)
        beyond = below[0] + above[0], below[1] + above[1]
        if not isfinite(beyond[0]):
            return Integral(beyond[0], 0.0, self.evaluations, beyond[0] == inf)
        try:
            found = add_up(
                self.terms,
                self._towards_mode(self.grid.edges(lowest, highest)),
                self.rtol,
                self.limit - self.evaluations,
                beyond,
            )
        except Exhausted:
            raise ValueError(
                f"the masses of {self._names} are spread over more outcomes than "
                f"max_evaluations={self.limit} allows, and too unevenly to be summed otherwise."
            ) from None
        return found._replace(evaluations=self.evaluations + found.evaluations)

    def _infinite_beyond(self, i: int) -> bool:
        """Whether the i-th mass alone gives infinite terms, and its support ends past the others'.

        Such a mass may be too small for a floating-point number.
        """
        others = [p.support for p in self.ps[:i] + self.ps[i + 1 :]]
        if not others:
            return False
        logs = np.where(np.arange(len(self.ps)) == i, 0.0, -inf)[:, None]
        with np.errstate(invalid="ignore"):
            unit, log_scale, _ = self.integrand(logs, np.zeros_like(logs))
        own = self.ps[i].support
        past = own.low < min(s.low for s in others) or own.high > max(s.high for s in others)
        return bool(past and np.isinf(unit[0]) and log_scale[0] > -inf)

    @property
    def _names(self) -> str:
        return " and ".join(map(repr, self.ps))

    def _towards_mode(self, edges: np.ndarray) -> np.ndarray:
        """Return edges with more of them around the largest term, so that runs do not miss it."""
        low, high = edges[0], edges[-1]
        while high - low > SHORT and len(edges) > 2:
            edges = np.union1d(edges, np.floor(np.linspace(low, high, FINER) - low) + low)
            logs = self.log_terms(edges[:-1])
            at = int(np.argmax(logs))
            first, last = max(at - 1, 0), min(at + 1, len(logs) - 1)
            if min(logs[first], logs[last]) > logs[at] - NEAR:
                break
            low, high = edges[first], edges[at + 1]
        return edges

    def _end(
        self, side: float, edge: float, other: float, top: float
    ) -> tuple[float, float, float]:
        """Return where the sum may end on one side, and what lies beyond, with its error."""
        last = self.low if side < 0 else self.high
        while edge != last:
            if abs(edge) > FARTHEST:
                raise ValueError(
                    f"the masses of {self._names} reach past 2^53, where floating-point numbers "
                    "do not tell all outcomes apart."
                )
            width = abs(edge - other)
            step = max(1.0, width // 64.0)
            halfway = width // 2.0
            k = edge - side * np.array([0.0, step, halfway, halfway + step])
            here, before, middle, inner = (float(x) for x in self.log_terms(k))
            top = max(top, here, middle)
            if here == before == -inf or top == inf:
                break
            rate, at_half = (here - before) / step, (middle - inner) / step
            # Rates that approach their limit like 1/k do not pass this one.
            limit = max(rate, 2.0 * rate - at_half)
            if limit < -4.0 / width:
                left = here + limit - log(-np.expm1(limit))
                if left < top - NEGLIGIBLE + log(width):
                    return edge, 0.0, exp_of(left)
            elif last == inf and POWER * at_half < rate < 0.25 * at_half:
                left, far = _power_rest(here, middle, width), width > FARTHEST / 4.0
                if far and self.grid.analytic:
                    return edge, *self._integrated(edge)
                if left < (top + log(LOST) if far else top - NEGLIGIBLE):
                    return edge, 0.0, exp_of(left)
            elif abs(last) == inf and width > FARTHEST / 4.0 and rate >= at_half >= 0.0:
                return edge, inf, 0.0  # terms that do not begin to fall
            edge += side * width
            edge = max(edge, last) if side < 0 else min(edge, last)
        return edge, 0.0, 0.0

    def _integrated(self, edge: float) -> tuple[float, float]:
        """Return the sum over all outcomes past `edge`, and its error."""
        start = edge + 0.5

        def logs(nodes: Nodes) -> tuple[np.ndarray, np.ndarray]:
            found = np.stack([log_density(p, nodes.x) for p in self.ps])
            return found, np.tile(nodes.jitter, (len(self.ps), 1))

        chart = Map(start, inf, 0.0, start)
        low, high = chart.range
        piece = Piece(chart, logs, np.concatenate([[low], np.arange(np.ceil(low), high), [high]]))
        found = integrate(self.integrand, [piece], self.rtol, self.limit)
        self.evaluations += found.evaluations
        if not isfinite(found.value):
            return found.value, 0.0
        x = start * (1.0 + STEP * np.array([-2.0, -1.0, 1.0, 2.0]))
        at = np.stack([log_density(p, x) for p in self.ps])
        unit, log_scale, _ = self.integrand(at, rounding(at))
        f = unit * np.exp(log_scale)
        slope = float(f[0] - 8.0 * f[1] + 8.0 * f[2] - f[3]) / (12.0 * STEP * start)
        correction = slope / 24.0
        # The next term of the formula is smaller by about k^2 / start^2 of this one's, k^2 < 1e3.
        return found.value + correction, found.error + abs(correction) * (1e3 / start**2 + 1e-4)


def _power_rest(here: float, middle: float, width: float) -> float:
    """Return the log of a bound of what lies past the last term, where they fall like a power.

    The exponent is that from halfway on; it holds for terms whose exponent does not decrease.
    """
    spare = (middle - here) / log(2.0) - 1.0
    return here + log(width) - log(spare) + log(2.0) if spare > 0.05 else inf
