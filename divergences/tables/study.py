"""What is computed of a column of two tables: its counts, and the library's quantities of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.api.jensen_shannon import jensen_shannon_divergence
from divergences.api.kullback_leibler import jeffreys_divergence
from divergences.api.transport import wasserstein_distance
from divergences.core import Array, Estimate
from divergences.measures.counts import Counts
from divergences.measures.sample import Sample
from divergences.methods import Permutation, PlugIn
from divergences.tables.columns import NUMBERS, UNITS, Column
from divergences.tables.result import Row

QUANTITIES = ("JS", "W1", "PSI")
MOST_CATEGORIES = 500  # rarer ones are counted together
SHOWN = 5  # categories that a note names


@dataclass(frozen=True)
class Study:
    """With which quantities, and how finely, columns are compared."""

    quantities: tuple[str, ...]
    bins: int
    level: float
    base: float | None
    permutation: Permutation

    @property
    def unit(self) -> str:
        """The unit of JS and PSI."""
        named = {None: "nat", 2: "bit", 10: "hartley"}
        return named.get(self.base, f"log {self.base:g}" if self.base else "")

    def rows(self, name: str, x: Column, y: Column) -> Iterator[Row]:
        """Yield the rows of a column of both tables."""
        kinds = [side.kind for side in (x, y) if side.kind != "empty"]
        if len(set(kinds)) > 1:
            raise TypeError(
                f"column {name!r} is {kinds[0]} in reference ({x.dtype}) and {kinds[1]} in current "
                f"({y.dtype}); make it of one kind in both, or leave it out of columns=."
            )
        kind = kinds[0] if kinds else "empty"
        if kind == "other":
            yield Row(name, kind, notes=(f"not compared: {x.dtype}.",))
            return
        if len(kinds) < 2:
            owners = [
                k for k, side in zip(("reference", "current"), (x, y), strict=True) if not side.size
            ]
            yield Row(name, kind, notes=(f"no values in {' and '.join(owners)}.",))
        elif kind in NUMBERS:
            yield from self._of_numbers(name, kind, x, y)
        else:
            yield from self._of_categories(name, kind, x, y)
        if x.missing or y.missing:
            n, m = (np.array([side.missing, side.size]) for side in (x, y))
            shares = [100.0 * side.missing / (side.missing + side.size) for side in (x, y)]
            note = f"{shares[0]:.3g} % missing in reference, {shares[1]:.3g} % in current."
            yield from self._of_counts(name, "missing", n, m, (note,))

    def _of_numbers(self, name: str, kind: str, a: Column, b: Column) -> Iterator[Row]:
        x, y = a.numbers, b.numbers
        if x is None:  # in lazy tables, whose engine has counted
            n, m = (np.array(list(side.counts.values())) for side in (a, b))
            constant = _if_constant(n, next(iter(a.counts)))
        else:
            n, m = binned(x, y, self.bins)
            constant = _if_constant(n, x[0])
        yield from self._of_counts(name, kind, n, m, constant)
        if "W1" not in self.quantities:
            return
        if x is None:
            note = "no W1: it needs all values, and of lazy tables only counts are read."
            yield Row(name, kind, "W1", notes=(note,))
        elif np.isfinite(x).all() and np.isfinite(y).all():
            found = wasserstein_distance(Sample(x), Sample(y))
            yield self._row(name, kind, "W1", found, UNITS[kind])
        else:
            yield Row(name, kind, "W1", notes=("no W1: there are infinite values.",))

    def _of_categories(self, name: str, kind: str, x: Column, y: Column) -> Iterator[Row]:
        labels = sorted({*x.counts, *y.counts}, key=str)
        n, m = (np.array([side.counts.get(label, 0) for label in labels]) for side in (x, y))
        notes = [*_if_constant(n, labels[0])]
        for owner, own, other in (("reference", n, m), ("current", m, n)):
            lone = np.flatnonzero(other == 0)
            if len(lone):
                most = sorted(lone, key=lambda i, own=own: -own[i])[:SHOWN]
                words = ", ".join(repr(labels[i]) for i in most)
                more = f" and {len(lone) - SHOWN:,} more" if len(lone) > SHOWN else ""
                notes.append(f"only in {owner}: {words}{more} ({_rows(int(own[lone].sum()))}).")
        if len(labels) > MOST_CATEGORIES:
            n, m = together(n, m, MOST_CATEGORIES)
            notes.append(
                f"{len(labels):,} categories; those beyond the {MOST_CATEGORIES} most frequent are "
                "counted as one."
            )
        yield from self._of_counts(name, kind, n, m, tuple(notes))

    def _of_counts(
        self, name: str, kind: str, n: Array, m: Array, notes: tuple[str, ...]
    ) -> Iterator[Row]:
        """Yield JS, with p, and PSI of two vectors of counts."""
        p, q = Counts(n), Counts(m)
        if "JS" in self.quantities:
            found = jensen_shannon_divergence(p, q, base=self.base)
            test = jensen_shannon_divergence(p, q, method=self.permutation)
            row = self._row(name, kind, "JS", found, self.unit)
            yield row._replace(p=float(test.info["p_value"]), notes=(*notes, *row.notes))
            notes = ()
        if "PSI" in self.quantities:
            smoothed = PlugIn("krichevsky-trofimov")
            found = jeffreys_divergence(p, q, base=self.base, method=smoothed)
            row = self._row(name, kind, "PSI", found, self.unit)
            yield row._replace(notes=(*notes, *row.notes))

    def _row(self, name: str, kind: str, quantity: str, found: Estimate, unit: str) -> Row:
        low, high = map(float, found.confidence_interval(self.level))
        return Row(
            name, kind, quantity, float(found.value), low, high, unit=unit, notes=found.warnings
        )


def binned(x: Array, y: Array, bins: int) -> tuple[Array, Array]:
    """Return the counts of numbers in bins (a, b] of about equal counts of both together.

    Each value has its own bin if there are no more than `bins`. No bin is empty in both.
    """
    x, y = np.sort(x), np.sort(y)
    pooled = np.sort(np.concatenate([x, y]), kind="stable")  # merges two runs
    last_of_equals = np.append(pooled[1:] != pooled[:-1], True)
    if np.count_nonzero(last_of_equals) <= bins:
        edges = pooled[last_of_equals][:-1]
    else:
        ranks = np.ceil(np.arange(1, bins) * (len(pooled) / bins)).astype(np.int64) - 1
        edges = np.unique(pooled[ranks])
        edges = edges[edges < pooled[-1]]
    n, m = (
        np.diff(np.searchsorted(side, edges, side="right"), prepend=0, append=len(side))
        for side in (x, y)
    )
    return n, m


def together(n: Array, m: Array, most: int) -> tuple[Array, Array]:
    """Return the counts of the most frequent categories of both together, and of all others."""
    order = np.argsort(-(n + m), kind="stable")
    kept, rest = order[:most], order[most:]
    return np.append(n[kept], n[rest].sum()), np.append(m[kept], m[rest].sum())


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _if_constant(counts: Array, value: Any) -> tuple[str, ...]:
    return (f"constant: {value!s} in both.",) if len(counts) == 1 else ()
