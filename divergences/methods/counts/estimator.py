"""What every estimate of entropy from counts gives: the information quantities of two variables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import inf
from typing import Any

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.measures.counts import Tallies
from divergences.methods.counts.table import Table, table
from divergences.numerics.excess import log_one_over


class EntropyEstimator(Method, ABC):
    """Estimates the entropy, and from it whatever is a sum of entropies."""

    @abstractmethod
    def entropy(self, table: Table) -> tuple[Array, Array, dict[str, Array]]:
        """Return the entropy of each row in nats, its standard error, and what else is known."""

    def mean_code_length(self, p: Tallies, q: Tallies | None) -> Estimate:
        """Return the entropy of P."""
        if q is not None:
            raise ValueError(
                f"{self!r} estimates entropies, not cross-entropies; pass PlugIn(smoothing=...), "
                "Zhang() or Dirichlet(...)."
            )
        value, error, info = self._entropy(p)
        return estimate(self, p, value, error, info=info)

    def perplexity(self, p: Tallies) -> Estimate:
        """Return exp of the entropy; the standard error is carried along to first order."""
        value, error, info = self._entropy(p)
        value = np.exp(value)
        return estimate(self, p, value, value * error, (1.0, inf), info)

    def from_uniform(self, member: Perspective, p: Tallies) -> Estimate:
        """Return what the entropy lacks of the logarithm of the number of outcomes."""
        excess_only(self, member)
        value, error, info = self._entropy(p)
        raw = np.log(p.alphabet) - value
        info["unprojected"] = raw
        return estimate(self, p, np.maximum(raw, 0.0), error, info=info)

    def conditional_code_length(self, p: Tallies, shape: tuple[int, int]) -> Estimate:
        """Return H(X, Y) - H(X), with the standard error of the plug-in estimate."""
        joint, first, _ = marginals(p, shape)
        value = self._entropy(joint)[0] - self._entropy(first)[0]
        rows = first.counts[..., :, None].astype(np.float64)
        error = _spread(p, log_one_over(*_ones_for_none(joint, shape, rows)))
        return estimate(self, p, value, error)

    def dependence(self, member: Perspective, p: Tallies, shape: tuple[int, int]) -> Estimate:
        """Return H(X) + H(Y) - H(X, Y), with the standard error of the plug-in estimate."""
        excess_only(self, member)
        joint, first, second = marginals(p, shape)
        raw = self._entropy(first)[0] + self._entropy(second)[0] - self._entropy(joint)[0]
        rows = first.counts[..., :, None].astype(np.float64)
        columns = second.counts[..., None, :].astype(np.float64)
        total = joint.total[..., None, None]
        n, expected = _ones_for_none(joint, shape, rows * (columns / total))
        info = {"unprojected": raw}
        return estimate(self, p, np.maximum(raw, 0.0), _spread(p, np.log(n / expected)), info=info)

    def _entropy(self, p: Tallies) -> tuple[Array, Array, dict[str, Array]]:
        rows = table(p)
        value, error, info = self.entropy(rows)
        return (
            value.reshape(rows.shape),
            error.reshape(rows.shape),
            {k: v.reshape(rows.shape) for k, v in info.items()},
        )


def estimate(
    method: Method,
    p: Tallies,
    value: Array,
    error: Array | None,
    bounds: tuple[float, float] = (0.0, inf),
    info: dict[str, Any] | None = None,
) -> Estimate:
    """Return an `Estimate` of the shape of the batch; an infinite value has no standard error.

    Its ``info`` has the number of observations of P and Good and Turing's estimate of the share of
    P that they cover, 1 - f1/N for f1 outcomes seen once.
    """
    if error is not None:
        error = np.where(np.isfinite(value), error, np.nan)[()]
    known = {"observations": p.total, "coverage": 1.0 - (p.counts == 1).sum(axis=-1) / p.total}
    facts = {k: v[()] for k, v in {**known, **(info or {})}.items()}
    return Estimate(value[()], repr(method), error, bounds=bounds, info=facts)


def honest(error: Array, table: Table) -> Array:
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


def marginals(p: Tallies, shape: tuple[int, int]) -> tuple[Tallies, Tallies, Tallies]:
    """Return the counts of a pair of variables and of each of them."""
    joint = p.counts.reshape(*p.counts.shape[:-1], *shape)
    kept = None if p.kept is None else p.kept.reshape(*p.kept.shape[:-1], *shape)
    parts = [
        Tallies(joint.sum(axis=a), None if kept is None else kept.any(axis=a), p.missing)
        for a in (-1, -2)
    ]
    return p, parts[0], parts[1]


def _ones_for_none(p: Tallies, shape: tuple[int, int], other: Array) -> tuple[Array, Array]:
    """Return joint counts and what they are compared with, both 1 where nothing was observed."""
    n = p.counts.reshape(*p.counts.shape[:-1], *shape).astype(np.float64)
    return np.where(n > 0, n, 1.0), np.where(n > 0, other, 1.0)


def _spread(p: Tallies, influence: Array) -> Array:
    """Return the standard error of the mean of a function of the outcome over the observations."""
    flat = influence.reshape(p.counts.shape)
    share = p.counts / p.total[..., None]
    mean = (share * flat).sum(axis=-1, keepdims=True)
    return np.sqrt((share * (flat - mean) ** 2).sum(axis=-1) / p.total)


def positive(name: str, x: Any) -> None:
    """Refuse a setting that is not a positive number."""
    if isinstance(x, bool) or not isinstance(x, int | float | np.number) or not x > 0:
        raise ValueError(f"{name} is {x!r}; pass a positive number.")


def excess_only(method: Method, member: Perspective) -> None:
    """Refuse a quantity that is not a cross-entropy less an entropy."""
    if not member.excess_length:
        raise ValueError(
            f"{method!r} estimates entropies, and {member.name} is no sum of entropies; pass "
            "PlugIn(smoothing=...) or Jackknife(smoothing=...)."
        )
