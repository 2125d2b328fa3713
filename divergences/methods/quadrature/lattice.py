"""Sums over whole numbers of functions of log-probabilities, with a bound of what is left out.

From where the mass is, windows of whole numbers are summed and doubled until what lies beyond is
negligible: the terms fall at least geometrically, at a rate taken from the last ones and their
trend. Where they fall like a power, as those of the zeta distribution do, what lies beyond n is
integrated by the Euler-Maclaurin formula: it is the integral from n - 1/2 plus f'(n - 1/2) / 24.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, inf, isfinite, log

import numpy as np

from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.univariate import Lattice
from divergences.methods.quadrature.engine import NEGLIGIBLE, UNSEEN, Integral, Piece, integrate
from divergences.methods.quadrature.integrands import Integrand, rounding
from divergences.methods.quadrature.maps import EPS, Map, Nodes

FIRST = 1 << 10  # outcomes on either side of the mass
HEAVY = 1 << 15  # outcomes after which terms that do not fall geometrically are integrated
STEP = 0.02  # of the differences that give a derivative, relative to the point


def over_lattice(
    integrand: Integrand, ps: Sequence[Distribution], rtol: float, limit: int
) -> Integral:
    """Return the sum over the whole numbers of a function of the log-probabilities of `ps`.

    Raises
    ------
    Unresolved
        If the terms do not show whether their sum converges.
    """
    return _Sum(integrand, ps, rtol, limit).total()


class _Sum:
    """A sum in the making."""

    def __init__(
        self, integrand: Integrand, ps: Sequence[Distribution], rtol: float, limit: int
    ) -> None:
        self.integrand, self.ps, self.rtol, self.limit = integrand, ps, rtol, limit
        self.low = min(float(p.support.low) for p in ps)
        self.high = max(float(p.support.high) for p in ps)
        self.evaluations = 0

    def terms(self, k: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the terms at whole numbers: units, logs of their scale, and noise."""
        self.evaluations += k.size
        logs = np.stack([np.asarray(p.log_prob(k), dtype=float) for p in self.ps])
        unit, log_scale, noise = self.integrand(logs, rounding(logs))
        log_scale = np.where(np.isinf(unit) & (log_scale < UNSEEN), -inf, log_scale)
        return unit, log_scale, np.where(np.isfinite(noise), noise, 0.0)

    def log_terms(self, k: np.ndarray) -> np.ndarray:
        """Return logs of the sizes of terms."""
        unit, log_scale, _ = self.terms(k)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(
                log_scale + np.log(np.abs(unit)), nan=-inf, posinf=inf, neginf=-inf
            )

    def total(self) -> Integral:
        """Return the sum."""
        low, high = self._bulk()
        if not (isfinite(low) and isfinite(high)):
            return Integral(np.nan, np.nan, 0, False)
        logs = self.log_terms(np.arange(low, high + 1.0))
        top = float(np.max(logs))
        beyond = []
        for side in (-1.0, 1.0):
            edge, left = self._end(side, low if side < 0 else high, top)
            low, high = (edge, high) if side < 0 else (low, edge)
            beyond.append(left)
        unit, log_scale, noise = self.terms(np.arange(low, high + 1.0))
        with np.errstate(over="ignore", invalid="ignore"):
            weight = np.exp(log_scale)
            values = np.where((unit == 0.0) | (weight == 0.0), 0.0, unit * weight)
        if not np.all(np.isfinite(values)):
            return Integral(
                float(np.sum(values)), 0.0, self.evaluations, bool(np.any(values == inf))
            )
        extra, slack = beyond[0][0] + beyond[1][0], beyond[0][1] + beyond[1][1]
        value = fsum(values) + extra
        size = fsum(np.abs(values)) + abs(extra)
        error = fsum(noise * weight) + EPS * size + slack if isfinite(value) else 0.0
        return Integral(value, error, self.evaluations, error <= self.rtol * size or value == inf)

    def _bulk(self) -> tuple[float, float]:
        """Return an interval that holds most of the mass, or its beginning if that is too much."""
        middles = [x for p in self.ps for x in _middles(p)]
        low, high = max(self.low, min(middles) - FIRST), min(self.high, max(middles) + FIRST)
        return (low, high) if not high - low > self.limit else (low, low + HEAVY)

    def _end(self, side: float, edge: float, top: float) -> tuple[float, tuple[float, float]]:
        """Return where the sum may end on one side, and what lies beyond, with its error."""
        last, width = self.low if side < 0 else self.high, float(FIRST)
        while edge != last:
            inner = edge - side * np.array([0.0, 1.0, 0.5 * width, 0.5 * width + 1.0])
            here, before, *halfway = self.log_terms(inner)
            if here == before == -inf:
                break
            rate, at_half = float(here - before), float(halfway[0] - halfway[1])
            # Rates that approach their limit like 1/k do not pass this one.
            limit = max(rate, 2.0 * rate - at_half)
            if limit < -4.0 / width:
                left = float(here) + limit - log(-np.expm1(limit))
                if left < max(top, float(here)) - NEGLIGIBLE + log(width):
                    return edge, (0.0, exp(left))
            elif width >= HEAVY and rate < 0.0:
                return edge, self._integrated(edge)
            elif width >= HEAVY and rate >= at_half >= 0.0:  # terms that do not begin to fall
                return edge, (inf, 0.0)
            width *= 2.0
            if width > self.limit:
                raise ValueError(
                    f"the masses of {' and '.join(map(repr, self.ps))} are spread over more "
                    f"outcomes than max_evaluations={self.limit} allows."
                )
            edge = max(edge - width, last) if side < 0 else min(edge + width, last)
        return edge, (0.0, 0.0)

    def _integrated(self, edge: float) -> tuple[float, float]:
        """Return the sum over all whole numbers past `edge`, and its error."""
        for p in self.ps:
            if not isinstance(p, Lattice):
                raise ValueError(
                    f"{p!r} falls like a power, and is known at whole numbers only; pass the "
                    "family of divergences, such as Zeta."
                )
        start = edge + 0.5

        def logs(nodes: Nodes) -> tuple[np.ndarray, np.ndarray]:
            found = [np.asarray(p.log_density(nodes.x, np), dtype=float) for p in self.ps]  # type: ignore[attr-defined]
            return np.stack(found), np.tile(nodes.jitter, (len(self.ps), 1))

        chart = Map(start, inf, 0.0, start)
        low, high = chart.range
        piece = Piece(chart, logs, np.concatenate([[low], np.arange(np.ceil(low), high), [high]]))
        found = integrate(self.integrand, [piece], self.rtol, self.limit)
        self.evaluations += found.evaluations
        if not isfinite(found.value):
            return found.value, 0.0
        x = start * (1.0 + STEP * np.array([-2.0, -1.0, 1.0, 2.0]))
        at = np.stack([np.asarray(p.log_density(x, np), dtype=float) for p in self.ps])  # type: ignore[attr-defined]
        unit, log_scale, _ = self.integrand(at, rounding(at))
        f = unit * np.exp(log_scale)
        slope = float(f[0] - 8.0 * f[1] + 8.0 * f[2] - f[3]) / (12.0 * STEP * start)
        correction = slope / 24.0
        # The next term of the formula is smaller by about k^2 / start^2 of this one's, k^2 < 1e3.
        return found.value + correction, found.error + abs(correction) * (1e3 / start**2 + 1e-4)


def _middles(p: Distribution) -> list[float]:
    """Return outcomes between which most of the mass lies."""
    if isinstance(p, Mixture):
        return [x for c in p.components for x in _middles(c)]
    return [float(x) for x in p.quantile(np.array([0.01, 0.99]))]  # type: ignore[attr-defined]
