"""The function under test: its calls, and what values its results may stand for."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from divergences.testing import oracle
from divergences.testing.convention import ROOTS, Convention
from divergences.testing.members import Member
from divergences.testing.report import Call, Counterexample, line
from divergences.testing.tolerance import info

Array = np.ndarray

ULPS = 4.0  # by how many units in the last place a value may be off where a law holds
ROUNDINGS = 16.0  # so many epsilons of terms of order one are rounding errors


class NotFiniteError(ArithmeticError):
    """The result is NaN, or an infinity where a number is right: no law holds."""


class RaisedError(Exception):
    """The implementation raised an exception, or returned no number."""


class Value(NamedTuple):
    """The least and the greatest value, in our unit, that a result may stand for, and the result.

    Roundings widen it: not at all, by `ULPS`, or by `ROUNDINGS`.
    """

    low: float
    high: float
    result: float

    def __str__(self) -> str:
        return repr(self.result)


@dataclass(eq=False)
class Implementation:
    """A function under test, measured in its convention.

    Attributes
    ----------
    func, name
        The function, and how it is called in what is printed.
    member
        The quantity that it should be.
    convention
        What it means by its arguments and values.
    dtype
        Of the masses; its epsilon is the measure of roundings.
    batched, gradient
        As in `check_divergence`.
    width
        By what values may be off: "bits" (not at all), "ulps" or "roundings".
    calls
        The calls since `forget`.
    results, errors
        What is known of distributions: calls, and errors in units in the last place.
    """

    func: Callable[..., Any]
    name: str
    member: Member
    convention: Convention
    dtype: Any
    batched: Callable[..., Any] | None = None
    gradient: Callable[..., Any] | None = None
    width: str = "ulps"
    calls: list[Call] = field(default_factory=list)
    results: dict[Any, Call] = field(default_factory=dict)
    errors: dict[Any, float | None] = field(default_factory=dict)

    @cached_property
    def eps(self) -> float:
        """The distance of one and the next float."""
        return float(info(self.dtype).eps)

    @cached_property
    def derivatives(self) -> Callable[..., Any]:
        """The function that `gradient` makes: once, since it may be compiled."""
        assert self.gradient is not None
        return run(self.gradient, [self.func], argnums=tuple(range(self.member.arity)))

    @property
    def root(self) -> float:
        """Which root of a sum the quantity is."""
        return ROOTS.get(self.member.name, 1.0)

    @property
    def order(self) -> float:
        """Its order; zero if it has none."""
        return getattr(self.member.functional, "order", None) or 0.0

    def forget(self) -> None:
        """Begin a new case: no call belongs to it yet."""
        self.calls.clear()

    def call(self, function: Callable[..., Any], name: str, *ps: Array, **keywords: Any) -> Any:
        """Call a function in the convention's way, and take note of it."""
        self.calls.append(Call(name, ps, keywords, None))
        result = run(function, self.convention.arguments(ps), **keywords)
        self.calls[-1] = Call(name, ps, keywords, result)
        return result

    def result(self, *ps: Array) -> Any:
        """Return one floating-point number, of the dtype that the function returned."""
        key = tuple((p.shape, p.dtype, p.tobytes()) for p in ps)
        if key in self.results:
            self.calls.append(self.results[key])
        else:
            self.call(self.func, self.name, *ps)
            self.results[key] = self.calls[-1]
        return number(self.results[key].result)

    def __call__(self, *ps: Array) -> Value:
        """Return what the result may stand for."""
        return self.value(self.result(*ps))

    def value(self, result: Any) -> Value:
        """Return what a result may stand for, as `width` says."""
        y = float(result)
        if math.isnan(y):
            raise NotFiniteError("NaN")
        u = 0.0 if self.width == "bits" else ULPS * self.eps
        ends = [float(self.convention.back(y * scale)) for scale in (1.0 - u, 1.0 + u)]
        low, high = min(ends), max(ends)
        if self.width == "roundings":
            low, high = self._widened(low, -1.0), self._widened(high, 1.0)
        return Value(low, high, y)

    def _widened(self, x: float, sign: float) -> float:
        """Return x moved by the roundings of terms of order one, before any root is taken."""
        if math.isinf(x):
            return x
        total = math.copysign(abs(x) ** self.root, x)
        total += sign * ROUNDINGS * (1.0 + abs(self.order)) * self.eps * max(1.0, abs(total))
        return math.copysign(abs(total) ** (1.0 / self.root), total)

    def counterexample(self, case: tuple[Array, ...], message: str) -> Counterexample:
        """Return a case in which a law does not hold, with the calls since `forget`."""
        outcomes = int(np.prod(case[0].shape[-1 - self.member.joint :]))
        return Counterexample(case, message, line(self.calls, self.convention, message), outcomes)

    def exact(self, *ps: Array) -> Any:
        """Return the exact value of the floats that the implementation gets, in our unit."""
        return _exact(self.member, self.convention.takes == "logs", *_frozen(ps))

    def exact_other(self, other: Member, *ps: Array) -> float:
        """Return the exact value of another quantity of the same distributions."""
        return float(_exact(other, self.convention.takes == "logs", *_frozen(ps[: other.arity])))

    def exact_gradient(self, *ps: Array) -> list[list[Any]]:
        """Return the exact derivatives, in our unit, by the masses."""
        return _gradient(self.member, *_frozen(ps))


def run(function: Callable[..., Any], arguments: Sequence[Any], **keywords: Any) -> Any:
    """Call a function of the user's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*arguments, **keywords)
        except Exception as error:  # whatever it raises is the finding
            raise RaisedError(f"{type(error).__name__}: {error}") from error


def name_of(function: Any, otherwise: str) -> str:
    """Return the name of a function, or another where it has none to call it by."""
    name = getattr(function, "__name__", otherwise)
    return name if name.isidentifier() else otherwise


def as_array(result: Any) -> Array:
    """Return a result as an array of NumPy."""
    try:
        return np.asarray(result.detach() if hasattr(result, "detach") else result)
    except Exception as error:
        raise RaisedError(f"the result is no array: {type(result).__name__}") from error


def number(result: Any) -> Any:
    """Return a result as one number with its dtype."""
    array = as_array(result)
    if array.size != 1 or array.dtype.kind not in "fiuV":
        raise RaisedError(
            f"the result is of shape {array.shape} and dtype {array.dtype}, not one real number"
        )
    return array.reshape(())[()]


def _frozen(ps: Sequence[Array]) -> list[tuple[Any, ...]]:
    return [(p.shape, p.dtype.str, p.tobytes()) for p in ps]


def _thawed(frozen: Sequence[tuple[Any, ...]]) -> list[Array]:
    return [np.frombuffer(data, dtype).reshape(shape) for shape, dtype, data in frozen]


@lru_cache(maxsize=20_000)  # several functions are checked against one quantity
def _exact(member: Member, logs: bool, *frozen: tuple[Any, ...]) -> Any:
    convention = Convention("", float, float, "logs" if logs else "masses")
    return convention.exact(member.functional, _thawed(frozen))


@lru_cache(maxsize=1000)
def _gradient(member: Member, *frozen: tuple[Any, ...]) -> list[list[Any]]:
    return oracle.gradient(member.functional, *_thawed(frozen))
