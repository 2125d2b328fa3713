"""What every estimate of entropy from counts gives: the information quantities of two variables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, ClassVar

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.score import Score, ScoreEstimate
from divergences.measures.counts import CountTable
from divergences.methods.counts.information import combined, conditional_parts, information_parts
from divergences.methods.counts.stirling_series import surprisal
from divergences.methods.counts.table import Table, table

WELL_COVERED = 0.8  # below, intervals are known to fail: docs/background/which_estimator.md


class EntropyEstimator(Method, ABC):
    """Estimates the entropy, and from it whatever is a sum of entropies."""

    has_bias: ClassVar[bool] = True  # beyond what the standard error of its entropies holds
    by_jackknife: ClassVar[bool] = False  # whether its standard error is the jackknife's

    @abstractmethod
    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the entropy of each row in nats, its standard error, and what else is known."""

    def cross_entropy(self, p: CountTable, q: CountTable | None) -> Estimate:
        """Return the entropy of P."""
        if q is not None:
            raise ValueError(
                f"{self!r} estimates entropies, not cross-entropies; pass PlugIn(smoothing=...), "
                "Zhang() or Dirichlet(...)."
            )
        value, error, info = self._entropy(p)
        return estimate(self, p, value, error, info=info)

    def perplexity(self, p: CountTable) -> Estimate:
        """Return exp of the entropy; the standard error is carried along to first order."""
        value, error, info = self._entropy(p)
        value = np.exp(value)
        return estimate(self, p, value, value * error, (1.0, inf), info)

    def entropy_deficit(self, member: FDivergence, p: CountTable) -> Estimate:
        """Return what the entropy lacks of the logarithm of the number of outcomes."""
        excess_only(self, member)
        value, error, info = self._entropy(p)
        raw = np.log(p.alphabet) - value
        info["unprojected"] = raw
        return estimate(self, p, np.maximum(raw, 0.0), error, info=info)

    def conditional_entropy(self, p: CountTable, shape: tuple[int, int]) -> Estimate:
        """Return H(X, Y) - H(X)."""
        value, score = combined(self, shape, conditional_parts(p, shape))
        return estimate(self, p, value, score.error)

    def mutual_information(
        self, member: FDivergence, p: CountTable, shape: tuple[int, int], greatest: float = inf
    ) -> Estimate:
        """Return H(X) + H(Y) - H(X, Y), set to the nearest value from 0 to `greatest`."""
        excess_only(self, member)
        raw, score = combined(self, shape, information_parts(p, shape))
        return information(self, p, raw, score, greatest)

    def influence(self, table: Table) -> Array:
        """Return how observations of each distinct count move the entropy.

        The variance of the entropy is that of the influence over the observations, to first order.
        Here it is the plug-in's.
        """
        total = table.total[table.row]
        return surprisal(table.count, total) / np.sqrt(total)

    def interaction(self, table: Table) -> Array:
        """Return what two observations of one outcome move together beyond what each of them does.

        Here it is the plug-in's, -1/(N n).
        """
        return -1.0 / (table.total[table.row] * table.count)

    def unseen_error(self, table: Table, error: Array) -> Array:
        """Return the part of the error that neither influence nor second order accounts for."""
        influence = self.influence(table)
        seen = table.mean((influence - table.mean(influence)[table.row]) ** 2)
        seen = seen + 0.5 * (table.distinct - 1.0) / table.total**2
        return np.sqrt(np.maximum(error**2 - seen, 0.0))

    def _entropy(self, p: CountTable) -> tuple[Array, Array, dict[str, Array]]:
        rows = table(p)
        value, error, info = self.entropy(rows)
        return (
            value.reshape(rows.shape),
            error.reshape(rows.shape),
            {k: v.reshape(rows.shape) for k, v in info.items()},
        )


def estimate(
    method: Method,
    p: CountTable,
    value: Array,
    error: Array,
    bounds: tuple[float, float] = (0.0, inf),
    info: dict[str, Any] | None = None,
    *,
    others: Sequence[CountTable] = (),
    score: Score | None = None,
    transform: Callable[[Array], Array] = np.asarray,
    warnings: Sequence[str] = (),
) -> Estimate:
    """Return an `Estimate` of the shape of the batch; nothing bounds an infinite value.

    Its ``info`` has the number of observations of P and Good and Turing's estimate of the share of
    P that they cover, 1 - f1/N for f1 outcomes seen once. Below 0.8 a warning says so, of any of
    the samples. A side that is known is none.
    """
    p, *others = (side for side in (p, *others) if not side.known)
    error = np.where(np.isfinite(value), error, inf)[()]
    known = {"observations": p.total, "coverage": coverage(p)}
    facts = {k: v[()] for k, v in {**known, **(info or {})}.items()}
    noticed = (*_low_coverage(p, *others), *warnings)
    return ScoreEstimate(
        value[()],
        repr(method),
        error,
        None,
        bounds,
        facts,
        noticed,
        score=score,
        transform=transform,
    )


def information(
    method: Method, p: CountTable, raw: Array, score: Score, greatest: float
) -> Estimate:
    """Return an estimate of mutual information, set to the nearest value that it can have."""
    value = np.clip(raw, 0.0, greatest)
    score = score._replace(value=np.clip(score.value, 0.0, greatest))
    info = {"unprojected": raw}
    return estimate(method, p, value, score.error, (0.0, greatest), info, score=score)


def coverage(p: CountTable) -> Array:
    """Return Good and Turing's estimate of the share of a distribution that a sample has seen."""
    return 1.0 - (p.counts == 1).sum(axis=-1) / p.total


def _low_coverage(*sides: CountTable) -> tuple[str, ...]:
    """Warn if a sample has seen too little of its distribution."""
    least = min(np.min(np.where(side.missing, 1.0, coverage(side))) for side in sides)
    if least >= WELL_COVERED:
        return ()
    warning = (
        f"A sample has seen about {100.0 * least:.0f} % of its distribution (Good and Turing's "
        "estimate); what the estimate says of the rest is extrapolated."
    )
    return (warning,)


def floor_standard_error(error: Array, table: Table) -> Array:
    """Return a standard error that does not vanish where the counts only happen to say nothing.

    Errors of first order vanish for equal counts, where that of second order, (K - 1)/2N^2 in the
    variance of K frequencies, remains. If but one outcome was seen, the error is what another one
    seen once would add. If every outcome was seen once, nothing bounds the entropy.
    """
    total, distinct = table.total, table.distinct
    error = np.maximum(error, np.sqrt(0.5 * (distinct - 1.0)) / total)
    odds = 1.0 / (total + 1.0)
    another = -(odds * np.log(odds) + (1.0 - odds) * np.log1p(-odds))
    error = np.where(distinct == 1.0, another, error)
    return np.where(distinct == total, np.inf, error)


def positive(name: str, x: Any) -> None:
    """Refuse a setting that is not a positive number."""
    if isinstance(x, bool) or not isinstance(x, int | float | np.number) or not x > 0:
        raise ValueError(f"{name} is {x!r}; pass a positive number.")


def excess_only(method: Method, member: FDivergence) -> None:
    """Refuse a quantity that is not a cross-entropy less an entropy."""
    if not member.is_relative_entropy:
        raise ValueError(
            f"{method!r} estimates entropies, and {member.name} is no sum of entropies; pass "
            "PlugIn(smoothing=...) or Jackknife(smoothing=...)."
        )
