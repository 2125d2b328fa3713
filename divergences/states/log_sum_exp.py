"""The normaliser and the entropy of logits that come in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures import checks
from divergences.measures.discrete import Logits
from divergences.numerics.floats.sums import added, compensated_sum


@dataclass(frozen=True, eq=False)
class LogSumExpState:
    """The logarithm of the sum of exp of logits, and their entropy, in one pass.

        L = m + log Z,   Z = ∑_i e^(z_i - m)

        H = log Z + ∑_i (m - z_i) e^(z_i - m) / Z

    m is the greatest logit so far. No summand is negative, so neither cancels. For a divergence,
    ``numpy.exp(z - L)`` of a chunk are probabilities, which a `SumState` takes.

    Notes
    -----
    Chunks have outcomes along their last axis, such as a shard of a vocabulary, and the batch
    before it. A logit of -inf is probability zero; logits of -inf throughout give L = -inf and the
    entropy NaN. Each time that the greatest logit rises, what was summed before is rounded once.

    A probability exp(z - L) has the rounding errors of L and of the exponential. Divergences of
    nearly equal logits feel them: pass whole rows to the functions there.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> empty = dv.states.LogSumExpState()
    >>> state = empty.update([0.0, 0.0]).merge(empty.update([0.0, 0.0]))
    >>> float(state.entropy(base=2))
    2.0
    >>> np.exp(np.zeros(2) - state.result())
    array([0.25, 0.25])
    """

    _top: Array | None = None
    _words: Array | None = None  # Z and the sum of (m - z) exp(z - m), as double words

    def update(self, logits: Any) -> LogSumExpState:
        """Return the state after a chunk of logits more.

        Parameters
        ----------
        logits : array_like or Logits
            Outcomes along the last axis; all chunks have one batch.

        Raises
        ------
        ValueError
            If a logit is +inf, or the batch is another one.
        TypeError
            If it is no array of real numbers.
        """
        if isinstance(logits, Logits):
            z = checks.numeric("logits", logits.values, np).astype(np.float64) / logits.temperature
        else:
            z = checks.numeric("logits", logits, np).astype(np.float64)
        if z.shape[-1] == 0:
            return self
        checks.logs("logits", z, None, np.float64, np)
        top = z.max(axis=-1)
        with np.errstate(all="ignore"):
            below = np.where(z == -np.inf, np.inf, top[..., None] - z)
        mass = np.exp(-below)
        cost = np.where(mass > 0.0, mass * np.where(mass > 0.0, below, 0.0), 0.0 * mass)
        words = np.stack([np.stack(compensated_sum(x, np)) for x in (mass, cost)], axis=1)
        return self.merge(LogSumExpState(top, words))

    def merge(self, other: LogSumExpState) -> LogSumExpState:
        """Return the state of both parts together.

        Raises
        ------
        ValueError
            If they are of different batches.
        TypeError
            If `other` is no `LogSumExpState`.
        """
        if not isinstance(other, LogSumExpState):
            raise TypeError(f"other is a {type(other).__name__}; states merge with their like.")
        if self._top is None or other._top is None:
            return other if self._top is None else self
        if self._top.shape != other._top.shape:
            raise ValueError(
                f"batches of shape {self._top.shape} and {other._top.shape} do not agree; all "
                "chunks have one batch."
            )
        top = np.maximum(self._top, other._top)
        return LogSumExpState(top, added(self._below(top), other._below(top)))

    def result(self) -> Array:
        """Return log(sum exp z), for each of the batch."""
        top, (z, _), low = self._found()
        with np.errstate(all="ignore"):
            return (top + np.log1p((z - 1.0) + low[0]))[()]

    def entropy(self, base: float | None = None) -> Array:
        """Return the entropy of the softmax, in nats unless `base` is given."""
        unit = checks.unit_of(base)
        _, (z, cost), low = self._found()
        with np.errstate(all="ignore"):
            value = np.log1p((z - 1.0) + low[0]) + cost / z
            return (np.where(z > 0.0, value, np.nan) / unit)[()]

    def to_dict(self) -> dict[str, Any]:
        """Return the state as lists of numbers, for JSON."""
        lists = (None if x is None else x.tolist() for x in (self._top, self._words))
        return dict(zip(("state", "top", "words"), ("LogSumExpState", *lists), strict=True))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> LogSumExpState:
        """Return the state that `to_dict` wrote."""
        if record.get("state") != "LogSumExpState":
            raise ValueError(f"record is of {record.get('state')!r}, not of a LogSumExpState.")
        return cls(*(None if record[k] is None else np.array(record[k]) for k in ("top", "words")))

    def _below(self, top: Array) -> Array:
        """Return the words on the scale of a greater logit."""
        assert self._top is not None
        assert self._words is not None
        with np.errstate(all="ignore"):
            drop = np.where(top == self._top, 0.0, top - self._top)
            scale = np.exp(-drop)
            mass, cost = np.moveaxis(self._words, 1, 0)
            moved = cost + np.where(scale > 0.0, drop, 0.0) * mass
            return np.stack([scale * mass, scale * moved], axis=1)

    def _found(self) -> tuple[Array, Array, Array]:
        if self._top is None or self._words is None:
            raise ValueError("the state has no logits; a distribution needs an outcome.")
        return self._top, *self._words

    def __repr__(self) -> str:
        return f"LogSumExpState of {'nothing' if self._top is None else 'logits'}"
