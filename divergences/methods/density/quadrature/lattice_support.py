"""On which outcomes the mass of discrete distributions lies, and where to look for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, sqrt

import numpy as np

from divergences.measures.density import Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.scipy_adapter import SciPyAdapter
from divergences.measures.univariate import Lattice

SPREAD = 3.0  # standard deviations on either side of the mean between which most of the mass is
PARTS = 6  # into which that stretch is cut
NARROW = 64.0  # outcomes, the first of the widths that double
HEAVY = 2.0**50  # distance from the end of a support at which there is no mean to speak of
UNDERFLOW = -100.0  # logs of probabilities next to which -inf is a loss, not a zero
UNSEEN = -100.0  # log of a mass that no sum notices


class Grid:
    """The outcomes of some distributions: whole numbers, or all shifted by one fraction of one.

    Attributes
    ----------
    low, high
        The ends of the union of the supports.
    bulk
        Two outcomes between which most of the mass lies, or begins.
    atoms
        All outcomes, where every distribution lists its own; None elsewhere.
    analytic
        Whether all probabilities are those of a formula that holds between whole numbers, too.

    Raises
    ------
    ValueError
        If the outcomes of one distribution lie between those of another.
    """

    def __init__(self, ps: Sequence[Distribution]) -> None:
        self._parts = [part for p in ps for part in components(p)]
        lists = [part.atoms for part in self._parts if isinstance(part, SciPyAdapter)]
        listed = [atoms for atoms in lists if atoms is not None]
        self._atoms = np.unique(np.concatenate(listed)) if listed else np.zeros(0)
        self.atoms = self._atoms if len(listed) == len(self._parts) else None
        self.analytic = all(isinstance(part, Lattice) for part in self._parts)
        self.low = min(float(part.support.low) for part in self._parts)
        self.high = max(float(part.support.high) for part in self._parts)
        self._shift = 0.0 if self.atoms is not None else self._common_shift()
        self._bulks = [] if self.atoms is not None else [self._bulk(p) for p in self._parts]
        lows, highs = zip(*self._bulks, strict=True) if self._bulks else ((self.low,), (self.high,))
        self.bulk = min(lows), max(highs)

    def _common_shift(self) -> float:
        """Return by how much all outcomes differ from whole numbers."""
        places = [self._atoms]
        for part in self._parts:
            ends = [float(part.support.low), float(part.support.high)]
            finite = [end for end in ends if isfinite(end)]
            places.append(np.array(finite or [_median(part)]))
        found = np.concatenate(places)
        shifts = np.unique(found - np.floor(found))
        if len(shifts) > 1:
            raise ValueError(
                "p and q have outcomes that lie between those of the other (they differ from whole "
                f"numbers by {', '.join(f'{shift:.6g}' for shift in shifts[:4])}); a sum over "
                "discrete outcomes needs them on one lattice, one apart."
            )
        return float(shifts[0])

    def _bulk(self, part: Distribution) -> tuple[float, float]:
        low, high = float(part.support.low), float(part.support.high)
        mean, deviation = moments(part)
        if np.isnan(low) or np.isnan(high):
            return np.nan, np.nan
        if isfinite(mean) and isfinite(deviation):
            first, last = mean - SPREAD * deviation, mean + SPREAD * deviation
            first, last = max(first, low), min(last, high)
            if last - first < HEAVY or isfinite(high):
                return self.outcome(first), self.outcome(last)
        if isfinite(low) or isfinite(high):
            end = low if isfinite(low) else high
            return end, end
        middle = self.outcome(_median(part))
        return middle, middle

    def outcome(self, x: float) -> float:
        """Return the last outcome up to `x`."""
        return float(np.floor(x - self._shift)) + self._shift

    def edges(self, low: float, high: float) -> np.ndarray:
        """Return where to cut the outcomes from `low` to `high`: in order, from low to high + 1."""
        widths = NARROW * 2.0 ** np.arange(0.0, max(np.log2((high - low) / NARROW + 1.0), 1.0))
        found = [np.array([low, high + 1.0]), self._atoms, self._atoms + 1.0]
        for part, (first, last) in zip(self._parts, self._bulks, strict=True):
            ends = float(part.support.low), float(part.support.high) + 1.0
            inside = first + np.floor((last - first) * np.arange(PARTS + 1) / PARTS)
            found += [inside, first - widths, last + widths, ends[0] + widths, ends[1] - widths]
            found.append(np.array(ends))
        edges = np.unique(np.concatenate(found))
        return edges[(edges >= low) & (edges <= high + 1.0)]


def components(p: Distribution) -> Iterator[Distribution]:
    """Yield the distributions that `p` is a mixture of, at all levels, or `p` itself."""
    if isinstance(p, Mixture):
        for component in p.components:
            yield from components(component)
    else:
        yield p


def moments(part: Distribution) -> tuple[float, float]:
    """Return mean and standard deviation, infinite or NaN where they do not exist."""
    if isinstance(part, SciPyAdapter):
        return part.moments
    with np.errstate(all="ignore"):
        return float(part.mean), sqrt(max(float(part.variance), 0.0))  # type: ignore[attr-defined]


def _median(part: Distribution) -> float:
    return float(np.asarray(part.quantile(np.asarray(0.5))))  # type: ignore[attr-defined]


def log_density(p: Distribution, x: np.ndarray) -> np.ndarray:
    """Return the log-probability of `p`, which is analytic, between whole numbers."""
    if isinstance(p, Mixture):
        logs = np.stack([log_density(c, x) for c in p.components])
        with np.errstate(divide="ignore"):
            return np.logaddexp.reduce(logs + np.log(p.weights)[:, None], axis=0)
    inside = (x >= p.support.low) & (x <= p.support.high)
    logs = np.asarray(p.log_density(np.where(inside, x, p.support.low), np), dtype=float)  # type: ignore[attr-defined]
    return np.where(inside, logs, -np.inf)


def underflows(
    ps: Sequence[Distribution], k: np.ndarray, logs: np.ndarray, infinite: np.ndarray
) -> bool:
    """Return whether a term is infinite only because the logarithm of a mass was taken too late.

    Distributions of `scipy.stats` that state no `logpmf` of their own have -inf where the mass is
    below the floating-point numbers. `infinite` is the log of the other mass where a term is
    infinite, and -inf elsewhere; the outcome where that is largest decides.

    Raises
    ------
    ValueError
        If the term matters.
    """
    at = int(np.argmax(infinite))
    for p, log in zip(ps, logs, strict=True):
        for part in components(p):
            inside = part.support.low <= k[at] <= part.support.high
            if log[at] > -np.inf or not isinstance(part, SciPyAdapter) or not inside:
                continue
            if not _fades(part, float(k[at])):
                continue
            if infinite[at] > UNSEEN:
                raise ValueError(
                    f"the log-probability of {part!r} at {k[at]:.15g} is -inf, though that is "
                    "inside its support: it has underflowed, and the result depends on it. Pass "
                    "a family of divergences, or a distribution whose logpmf does not underflow."
                )
            return True
    return False


def _fades(part: SciPyAdapter, zero: float) -> bool:
    """Whether the masses between the mean and an outcome that has none fade below the numbers."""
    mean = moments(part)[0]
    seen = zero + float(np.rint(mean - zero)) if isfinite(mean) else zero
    if part.atoms is not None or not np.isfinite(part.log_prob(np.asarray(seen))):
        return False
    while abs(seen - zero) > 1.0:
        middle = zero + float(np.trunc(0.5 * (seen - zero)))
        if np.isfinite(part.log_prob(np.asarray(middle))):
            seen = middle
        else:
            zero = middle
    return float(part.log_prob(np.asarray(seen))) < UNDERFLOW
