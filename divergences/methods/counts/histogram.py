"""Points counted in bins, which are then a discrete distribution like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.score import Score, ScoreEstimate
from divergences.measures.counts import CountTable
from divergences.measures.sample import Sample
from divergences.methods.counts.jackknife import Jackknife

RULES = ("fd", "scott", "sturges")
CELLS = 1 << 22  # which a histogram of points in several dimensions soon has


@dataclass(frozen=True)
class Histogram(Method):
    """Entropy and divergences of the histograms of samples.

    Both samples are counted in the same bins, chosen from all observations together, and any method
    for counts does the rest: it says what becomes of empty bins and of the bias. A divergence is
    that of the histograms, which is less than that of the distributions. To an entropy the mean
    log volume of the bins is added:

        H(P) ≈ H(counts) + ∑_i n_i / n log v_i

    Parameters
    ----------
    bins : {"fd", "scott", "sturges"}, int, or edges, default "fd"
        A rule, applied to each coordinate of all N observations: bins of width 2 IQR N^(-1/3)
        (Freedman & Diaconis) or (24 √π)^(1/3) σ N^(-1/3) (Scott), or 1 + log2 N of them (Sturges).
        Or the number of bins of equal width from the least to the greatest observation. Or
        increasing edges; in more than one dimension, one sequence of edges for each coordinate.
    counts : Method, default ``Jackknife()``
        A method for `Counts`. ``PlugIn(smoothing=...)`` with one of its named smoothing policies
        fills empty bins; without one KL is infinite where only P has observations.

    Notes
    -----
    The standard error is that of the method for counts; it leaves out what bins hide. Bins of a
    rule are chosen after seeing the observations, which it does not account for either. The number
    of cells multiplies with every dimension: past two, other methods need fewer observations.

    Raises
    ------
    ValueError
        If `bins` is no rule, number or increasing sequence, observations lie outside the edges, a
        coordinate does not vary, a sample is weighted, or there would be more than 4 million cells.
    TypeError
        If `counts` does not estimate what is asked for.

    References
    ----------
    Freedman & Diaconis, "On the histogram as a density estimator", Z. Wahrsch. Verw. Gebiete 57
    (1981); Scott, "On optimal and data-based histograms", Biometrika 66 (1979); Sturges, "The
    choice of a class interval", J. Am. Stat. Assoc. 21 (1926).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(0, 1, 1000)), dv.Sample(rng.normal(2, 1, 1000))
    >>> js = dv.jensen_shannon_divergence(x, y, method=dv.methods.Histogram())  # truth: 0.3368
    >>> round(float(js), 2), js.info["bins"]
    (0.34, (26,))
    """

    bins: str | int | Sequence[Any] = "fd"
    counts: Method = field(default_factory=Jackknife)

    def __post_init__(self) -> None:
        """Refuse what is no policy."""
        bins = self.bins
        if isinstance(bins, str):
            known = bins in RULES
        elif isinstance(bins, int | np.integer):
            known = not isinstance(bins, bool) and bins >= 1
        else:
            known = np.ndim(bins[0] if isinstance(bins, Sequence) else bins) <= 1
        if not known:
            raise ValueError(
                f"bins is {bins!r}; pass one of {', '.join(map(repr, RULES))}, a number of bins, "
                "or increasing edges."
            )

    def cross_entropy(self, p: Sample, q: Sample | None) -> Estimate:
        """Estimate the entropy of P, or the cross-entropy of P and Q."""
        edges = self._edges([p] if q is None else [p, q])
        side = _counted(p, edges)
        found = self._found("cross_entropy", edges, side, None if q is None else _counted(q, edges))
        volumes = np.log(np.diff(edges[0]))
        for more in edges[1:]:
            volumes = np.add.outer(volumes, np.log(np.diff(more)))
        share = side.counts / side.total
        mean = float(np.sum(share * volumes.ravel()))
        spread = float(np.sum(share * (volumes.ravel() - mean) ** 2) / side.total) ** 0.5
        # Where volumes differ, both errors come from the same counts: at worst they add.
        error = found.standard_error + spread
        score = found.score or Score(found.value, found.standard_error, 0.0, False)
        return replace(
            found,
            value=found.value + mean,
            standard_error=error,
            bounds=(-np.inf, np.inf),
            score=score._replace(error=score.error + spread),
            transform=partial(np.add, mean),
        )

    def f_divergence(self, member: FDivergence, p: Sample, q: Sample) -> Estimate:
        """Estimate an f-divergence of the histograms."""
        edges = self._edges([p, q])
        return self._found("f_divergence", edges, member, _counted(p, edges), _counted(q, edges))

    def information_radius(self, member: FDivergence, shares: Array, *ps: Sample) -> Estimate:
        """Estimate the mean divergence of several histograms from their weighted mixture."""
        edges = self._edges(ps)
        sides = tuple(_counted(p, edges) for p in ps)
        return self._found("information_radius", edges, member, sides, shares)

    def _found(self, family: str, edges: list[Array], *operands: Any) -> ScoreEstimate:
        """Return what the method for counts finds, and name the bins."""
        function = getattr(self.counts, family, None)
        if function is None:
            raise TypeError(
                f"counts is {self.counts!r}, which is no method for this quantity "
                f"({family.replace('_', ' ')}); pass another, such as PlugIn()."
            )
        found = function(*operands)
        info = {**found.info, "bins": tuple(len(side) - 1 for side in edges)}
        return replace(found, method=repr(self), info=info)

    def _edges(self, samples: Sequence[Sample]) -> list[Array]:
        """Return the edges of the bins along each coordinate."""
        if any(sample.weights is not None for sample in samples):
            raise ValueError("Histogram counts observations, and takes samples without weights.")
        points = np.concatenate([sample.points for sample in samples])
        dim = points.shape[1]
        if isinstance(self.bins, str | int | np.integer):
            edges = [_spaced(column, self.bins) for column in points.T]
        else:
            given: Any = self.bins
            several = np.ndim(given[0]) == 1
            edges = [np.asarray(side, np.float64) for side in (given if several else [given])]
            if len(edges) != dim:
                raise ValueError(
                    f"bins has edges for {len(edges)} coordinate(s) and the observations have "
                    f"{dim}; pass one sequence for each."
                )
            for column, side in zip(points.T, edges, strict=True):
                _check(column, side)
        cells = prod(len(side) - 1 for side in edges)
        if cells > CELLS:
            raise ValueError(
                f"there would be {cells:.3g} cells; pass fewer bins, edges that fit the data, or "
                "another method."
            )
        return edges


def _spaced(x: Array, bins: str | int) -> Array:
    """Return edges of bins of equal width."""
    low, high = float(np.min(x)), float(np.max(x))
    if not low < high:
        raise ValueError("a coordinate has one value only; there is nothing to put into bins.")
    if not isinstance(bins, str):
        return np.linspace(low, high, int(bins) + 1)
    if bins == "sturges":
        width = (high - low) / (1.0 + np.log2(len(x)))
    elif bins == "scott":
        width = (24.0 * np.pi**0.5 / len(x)) ** (1.0 / 3.0) * float(np.std(x))
    else:
        quarter, three_quarters = np.quantile(x, [0.25, 0.75])
        width = 2.0 * float(three_quarters - quarter) * len(x) ** (-1.0 / 3.0)
    count = np.ceil((high - low) / width) if width > 0.0 else np.inf
    if count > CELLS:
        raise ValueError(
            f"bins={bins!r} would make {count:.3g} bins, because most observations are close "
            "together and some far away; pass edges, such as quantiles."
        )
    return np.linspace(low, high, int(count) + 1)


def _check(x: Array, edges: Array) -> None:
    if edges.ndim != 1 or len(edges) < 2 or not np.all(np.diff(edges) > 0.0):
        raise ValueError("bins must be two or more increasing edges.")
    outside = int(np.count_nonzero((x < edges[0]) | (x > edges[-1])))
    if outside:
        raise ValueError(
            f"{outside} observation(s) are outside the edges {edges[0]:g} ... {edges[-1]:g}; widen "
            "them."
        )


def _counted(sample: Sample, edges: list[Array]) -> CountTable:
    """Return the counts of observations in all cells; the last bins include their upper edge."""
    shape = tuple(len(side) - 1 for side in edges)
    index = [
        np.minimum(np.searchsorted(side, column, side="right") - 1, len(side) - 2)
        for column, side in zip(sample.points.T, edges, strict=True)
    ]
    cells = np.ravel_multi_index(index, shape)
    return CountTable(np.bincount(cells, minlength=prod(shape)), None, np.asarray(False))
