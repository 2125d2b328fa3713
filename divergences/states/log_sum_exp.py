"""The normaliser and the entropy of logits that come in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.measures import checks
from divergences.measures.discrete import Logits
from divergences.measures.pytrees import Wrapper
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.sums import added, compensated_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import (
    as_scalar,
    cast,
    namespace,
    result_dtype,
    working_dtype,
)


@dataclass(frozen=True, eq=False)
class LogSumExpState(Wrapper):
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

    Logits of JAX stay arrays of JAX, and the state is an argument and a result of functions that
    JAX transforms: the carry of ``jax.lax.scan`` from the first chunk on, and what a ``jax.jit``
    returns. Results are in the dtype of the logits, at least single precision, and have gradients.
    Everything else is computed in double precision by NumPy.

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
        temperature = 1.0
        if isinstance(logits, Logits):
            logits, temperature = logits.values, logits.temperature
        xp = _serving(logits)
        z = checks.numeric("logits", logits, xp)
        z = cast(z, working_dtype(xp, result_dtype(xp, z)), xp) / temperature
        if z.shape[-1] == 0:
            return self
        checks.logs("logits", z, None, z.dtype, xp)
        top = xp.max(stop_gradient(z, xp), axis=-1)
        with np.errstate(all="ignore"):
            below = xp.where(z == -xp.inf, xp.inf, top[..., None] - z)
        mass = xp.exp(-below)
        cost = xp.where(mass > 0.0, mass * xp.where(mass > 0.0, below, 0.0), 0.0 * mass)
        words = xp.stack([xp.stack(compensated_sum(x, xp)) for x in (mass, cost)], axis=1)
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
        xp = namespace(self._top, other._top)
        top = xp.maximum(self._top, other._top)
        return LogSumExpState(top, added(self._below(top, xp), other._below(top, xp), xp))

    def result(self) -> Array:
        """Return log(sum exp z), for each of the batch."""
        top, (z, _), low, xp = self._found()
        with np.errstate(all="ignore"):
            return as_scalar(top + xp.log1p((z - 1.0) + low[0]), xp)

    def entropy(self, base: float | None = None) -> Array:
        """Return the entropy of the softmax, in nats unless `base` is given."""
        unit = checks.unit_of(base)
        _, (z, cost), low, xp = self._found()
        with np.errstate(all="ignore"):
            value = xp.log1p((z - 1.0) + low[0]) + cost / z
            return as_scalar(xp.where(z > 0.0, value, xp.nan) / unit, xp)

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

    def _below(self, top: Array, xp: Any) -> Array:
        """Return the words on the scale of a greater logit."""
        assert self._top is not None
        assert self._words is not None
        with np.errstate(all="ignore"):
            drop = xp.where(top == self._top, 0.0, top - self._top)
            scale = xp.exp(-drop)
            mass, cost = self._words[:, 0], self._words[:, 1]
            moved = cost + xp.where(scale > 0.0, drop, 0.0) * mass
            return xp.stack([scale * mass, scale * moved], axis=1)

    def _found(self) -> tuple[Array, Array, Array, Any]:
        if self._top is None or self._words is None:
            raise ValueError("the state has no logits; a distribution needs an outcome.")
        return self._top, *self._words, namespace(self._top)

    def __repr__(self) -> str:
        return f"LogSumExpState of {'nothing' if self._top is None else 'logits'}"


def _serving(logits: Any) -> Any:
    """Return the namespace that computes: JAX's for its own arrays, else NumPy's."""
    xp = namespace(logits)
    return xp if backend(xp).compiles else np
