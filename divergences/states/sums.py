"""Sums over the outcomes of finite distributions that are too long for memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from divergences.api.members import member_of
from divergences.core import Array, FDivergence, Functional
from divergences.functionals.entropy import CrossEntropy, Entropy
from divergences.functionals.mutual_information import MutualInformation
from divergences.measures import checks
from divergences.measures.discrete import PROBABILITIES
from divergences.measures.pytrees import Wrapper
from divergences.methods import partial_sums
from divergences.numerics.floats.sums import added
from divergences.numerics.runtime.namespace import is_traced, namespace
from divergences.states.chunks import masses_of


@dataclass(frozen=True, eq=False)
class SumState(Wrapper):
    """The sum over outcomes that an entropy or f-divergence is, taken chunk by chunk.

        D(P‖Q) = ∑_i T(p_i, q_i S/R) / S,   S = ∑_i p_i,   R = ∑_i q_i

    T is the term of the quantity. Probabilities are summed in one pass: their totals are nearly
    one, and what they lack is corrected at the end. Weights, whose totals are unknown before they
    have been summed, take two passes; so do distributions so nearly equal that the correction would
    show. Then `needs_second_pass` is true, and ``state.second_pass()`` returns an empty state that
    knows the totals: give it the same chunks, in any order.

    Parameters
    ----------
    quantity : callable or str
        An f-divergence or its relative (``dv.kl_divergence``, ``dv.jensen_shannon_distance``, ...),
        ``dv.entropy`` or ``dv.cross_entropy``, or its name. Quantities of an order
        or a weight are not served.

    Raises
    ------
    TypeError
        If it is another quantity.

    Notes
    -----
    Totals and sums are double words, so merging loses nothing that shows. Chunks have outcomes
    along their last axis and the batch of distributions before it. Memory is that of one chunk, in
    double precision. The total of probabilities must be 1 to within 1.5e-8, as everywhere; that of
    weights lies between 1e-100 and 1e100.

    What is certified is right to the few units in the last place that the quantity is of whole
    arrays. Two passes certify values from 2^-90 on (2^-45 of entropies and the total variation
    distance), and distributions of equal totals.

    Chunks that JAX traces are summed by JAX, in double precision, so that from the first chunk on a
    state is the carry of ``jax.lax.scan``, and what a ``jax.jit`` returns; a negative mass makes
    the sums NaN there. Call `result` outside.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    >>> empty = dv.states.SumState(dv.kl_divergence)
    >>> left, right = empty.update(p[:2], q[:2]), empty.update(p[2:], q[2:])
    >>> round(float(left.merge(right).result(base=2)), 12)
    0.25
    >>> state = dv.states.SumState("entropy").update(dv.Weights([2, 1])).update(dv.Weights([1]))
    >>> again = state.second_pass().update(dv.Weights([2, 1, 1]))
    >>> float(again.result(base=2))
    1.5
    """

    quantity: Callable[..., Any] | str
    _kinds: tuple[str, ...] = ()
    _words: Array | None = None
    _ratio: Array | None = None  # of the totals, in the second pass
    _totals: Array | None = None  # found in the first pass

    def __post_init__(self) -> None:
        """Find the quantity."""
        member = member_of(self.quantity)
        served = isinstance(member, FDivergence | Entropy | CrossEntropy)
        if not served or isinstance(member, MutualInformation) or _parameter(member) is not None:
            name = self.quantity if isinstance(self.quantity, str) else "quantity"
            raise TypeError(
                f"{name} is no sum of terms of two masses; pass entropy, cross_entropy or an "
                "f-divergence, such as kl_divergence."
            )
        object.__setattr__(self, "quantity", member.name)
        super().__post_init__()

    @property
    def _member(self) -> Functional:
        member = member_of(self.quantity)
        assert member is not None
        return member

    @property
    def _summed(self) -> FDivergence | None:
        member = self._member
        return member if isinstance(member, FDivergence) else None

    def update(self, p: Any, q: Any = None) -> SumState:
        """Return the state after a chunk of outcomes more.

        Parameters
        ----------
        p, q : array_like or Weights
            Masses of the same outcomes, along the last axis; batches broadcast. Without `q` for the
            entropy. All chunks of a side are probabilities, or all are `Weights`.

        Raises
        ------
        ValueError
            If a mass is negative, shapes do not agree, or chunks are of different kinds.
        TypeError
            If a chunk is no array of masses, or `q` is given or lacking.
        """
        one = self.quantity == "entropy"
        if one != (q is None):
            raise TypeError(f"{self.quantity} is of {'P alone' if one else 'P and Q: pass both'}.")
        sides = {"p": p} if one else {"p": p, "q": q}
        kinds, arrays = zip(*(masses_of(name, x) for name, x in sides.items()), strict=True)
        if self._kinds not in ((), kinds):
            raise ValueError(
                f"chunks were {' and '.join(self._kinds)} so far, and this one is "
                f"{' and '.join(kinds)}; pass all chunks alike."
            )
        if len({x.shape[-1] for x in arrays}) > 1:
            raise ValueError(
                f"p ({arrays[0].shape[-1]}) and q ({arrays[-1].shape[-1]}) have different numbers "
                "of outcomes; chunks hold the same outcomes of both."
            )
        ratios = self._ratio
        if ratios is None:
            ratios = partial_sums.first_ratios(self._summed, "weights" not in kinds)
        words, *leasts = partial_sums.part(self._summed, arrays[0], arrays[-1], ratios)
        for name, least in zip(sides, leasts, strict=False):
            if least < 0.0:
                raise ValueError(
                    f"{name} has a negative entry ({least!r}); masses are not negative."
                )
        return self._with(kinds, words)

    def merge(self, other: SumState) -> SumState:
        """Return the state of both parts together.

        Raises
        ------
        ValueError
            If they are of different quantities, kinds, passes or batches.
        TypeError
            If `other` is no `SumState`.
        """
        if not isinstance(other, SumState):
            raise TypeError(f"other is a {type(other).__name__}; states merge with their like.")
        alike = self.quantity == other.quantity and _equal(self._ratio, other._ratio)
        if not alike or (self._kinds and other._kinds and self._kinds != other._kinds):
            raise ValueError(f"{self!r} and {other!r} do not merge; give them one history.")
        if other._words is None:
            return self
        return self._with(other._kinds, other._words)

    @property
    def needs_second_pass(self) -> bool:
        """Whether the sums of one pass do not determine the result."""
        if (known := self._in_numpy()) is not self:
            return known.needs_second_pass
        return self._ratio is None and self._words is not None and not self._value()[1].all()

    def second_pass(self) -> SumState:
        """Return an empty state that knows the totals.

        Raises
        ------
        ValueError
            If the state has no totals, or is of the second pass itself.
        """
        if self._words is None or self._ratio is not None:
            raise ValueError(f"{self!r} has no totals of a first pass.")
        if (known := self._in_numpy()) is not self:
            return known.second_pass()
        self._check()
        ratio = partial_sums.ratio_of(self._summed, self._words)
        return SumState(self.quantity, self._kinds, None, ratio, self._words[:, :2])

    def result(self, base: float | None = None) -> Array:
        """Return the quantity of the whole, in nats unless `base` is given.

        Raises
        ------
        ValueError
            If there are no outcomes, a total of probabilities is not one, a second pass is needed
            or has seen other masses than the first, or not even two passes certify the result.
        """
        unit = checks.unit_of(base) ** self._member.laws.unit_power
        if self._words is None:
            raise ValueError(f"{self!r} has no outcomes; a distribution needs one.")
        if (known := self._in_numpy()) is not self:
            return known.result(base)
        self._check()
        value, certified = self._value()
        if not certified.all():
            if self._ratio is None:
                raise ValueError(
                    "one pass does not determine the result, as needs_second_pass says; give the "
                    "same chunks to state.second_pass()."
                )
            raise ValueError(
                f"{self.quantity} is {float(np.min(value))!r} or so, less than sums in two passes "
                "certify; pass whole arrays to the function."
            )
        return (np.asarray(value) / unit)[()]

    def to_dict(self) -> dict[str, Any]:
        """Return the state as numbers, strings and lists, for JSON."""
        arrays = {"words": self._words, "ratio": self._ratio, "totals": self._totals}
        lists = {k: None if x is None else x.tolist() for k, x in arrays.items()}
        return {"state": "SumState", "quantity": self.quantity, "kinds": list(self._kinds), **lists}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> SumState:
        """Return the state that `to_dict` wrote."""
        if record.get("state") != "SumState":
            raise ValueError(f"record is of {record.get('state')!r}, not of a SumState.")
        arrays = (record[k] for k in ("words", "ratio", "totals"))
        return cls(
            record["quantity"],
            tuple(record["kinds"]),
            *(None if x is None else np.array(x, np.float64) for x in arrays),
        )

    def _with(self, kinds: tuple[str, ...], words: Array) -> SumState:
        if self._words is not None:
            if self._words.shape != words.shape:
                raise ValueError(
                    f"batches of shape {self._words.shape[2:]} and {words.shape[2:]} do not agree; "
                    "all chunks have one batch."
                )
            xp = next((namespace(x) for x in (self._words, words) if is_traced(x)), np)
            words = added(self._words, words, xp)
        return replace(self, _kinds=kinds, _words=words)

    def _in_numpy(self) -> SumState:
        """Return the state with arrays of NumPy."""
        arrays = {"_words": self._words, "_ratio": self._ratio, "_totals": self._totals}
        others = {k: x for k, x in arrays.items() if not isinstance(x, np.ndarray | None)}
        if any(map(is_traced, others.values())):
            raise TypeError(
                f"{self!r} is traced by JAX, and its sums are not known; return it from the "
                "transformed function, and ask for results outside."
            )
        return replace(self, **{k: np.asarray(x) for k, x in others.items()}) if others else self

    def _value(self) -> tuple[Array, Array]:
        assert self._words is not None
        if self._ratio is not None:
            return partial_sums.in_two_passes(self._summed, self._words, self._ratio)
        if "weights" in self._kinds:
            empty = np.full(self._words.shape[2:], np.nan)
            return empty, np.zeros(empty.shape, bool)
        return partial_sums.in_one_pass(self._summed, self._words)

    def _check(self) -> None:
        """Refuse wrong totals, and those of other masses than the first pass has seen."""
        assert self._words is not None
        for k, kind in enumerate(self._kinds):
            unit = PROBABILITIES if kind == "probabilities" else None
            total = self._words[0, k]
            partial_sums.check_total("pq"[k], total, unit)
            if self._totals is not None:
                before = self._totals[0, k]
                if not np.allclose(total, before, rtol=1e-14, atol=0.0, equal_nan=True):
                    raise ValueError(
                        f"{'pq'[k]} has the total {float(np.max(total))!r} in the second pass and "
                        f"{float(np.max(before))!r} in the first; give the same chunks to both."
                    )

    def __repr__(self) -> str:
        which = "" if self._ratio is None else ", second pass"
        return f"SumState of {self.quantity}{which}"


def _parameter(member: Functional | None) -> Any:
    """Return the parameter that a quantity depends on, or None."""
    return member.parameter if isinstance(member, FDivergence) else None


def _equal(a: Array | None, b: Array | None) -> bool:
    if a is None or b is None:
        return a is b
    return is_traced(a) or is_traced(b) or np.array_equal(a, b)
