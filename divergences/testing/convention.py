"""What an implementation means by its arguments and its numbers: found before it is judged.

It may answer in bits, take Q first, square, halve or double, or take logarithms. None of that is
wrong. `find` looks for the simplest convention in which the values for three ordinary cases are
right, and everything after is measured in it.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

from divergences.measures.discrete import LogProbs
from divergences.testing import oracle
from divergences.testing.members import Member
from divergences.testing.tolerance import info

Array = np.ndarray
Takes = str | Callable[[Array], Any]
Unit = str | tuple[Callable[[Any], Any], Callable[[Any], Any]]

UNITS = {"nats": None, "bits": 2.0, "base 10": 10.0}
POWERS = {"": 1.0, "squared": 2.0, "square root": 0.5}
FACTORS = {"": 1.0, "twice": 2.0, "half": 0.5, "four times": 4.0, "eight times": 8.0}
RTOL = 1e-5  # some compute in single precision
DIGITS = 60

# Two of four outcomes and a simpler one; what is asked first must be defined for everybody.
PAIRS = (
    ([8, 4, 3, 1], [2, 5, 4, 5]),
    ([1, 9, 2, 4], [5, 1, 7, 3]),
    ([4, 12], [8, 8]),
)
TABLES = ([[4, 3], [2, 7]], [[8, 1, 2], [1, 3, 1]], [[1, 6], [7, 2]])
# Of these quantities the root of a sum is taken, whose roundings are of order one before it.
ROOTS = {"hellinger_distance": 2.0, "jensen_shannon_distance": 2.0}


@dataclass(frozen=True)
class Convention:
    """What an implementation takes, and how its values follow from ours.

    Attributes
    ----------
    name
        In words; empty if values are as ours.
    to, back
        From our value in nats to the implementation's, and from its floats to ours.
    takes
        "masses", "logs", or a function that makes what the implementation takes of masses.
    swapped
        Whether Q comes first.
    rising
        Whether its values increase with ours.
    known
        Whether the values of the ordinary cases were right.
    totals
        What becomes of masses whose total is not one.
    flushes
        Whether subnormal numbers are taken to be zero, as XLA does.
    """

    name: str
    to: Callable[[Any], Any]
    back: Callable[[float], float]
    takes: Takes = "masses"
    swapped: bool = False
    rising: bool = True
    known: bool = True
    totals: str = ""
    flushes: bool = False

    def arguments(self, ps: Sequence[Array]) -> list[Any]:
        """Return what the implementation is called with, for distributions P, or P and Q."""
        ordered = ps[::-1] if self.swapped else ps
        if callable(self.takes):
            return [self.takes(p.copy()) for p in ordered]
        with np.errstate(divide="ignore"):
            return [np.log(p) if self.takes == "logs" else p.copy() for p in ordered]

    def exact(self, functional: Any, ps: Sequence[Array]) -> Any:
        """Return our exact value, in nats, of the floats that the implementation gets."""
        if self.takes != "logs":
            return oracle.value(functional, *ps)
        with np.errstate(divide="ignore"):
            return oracle.value(functional, *(LogProbs(np.log(p)) for p in ps))

    def in_its_unit(self, exact: Any) -> Any:
        """Return the exact value in the implementation's unit."""
        return _in_unit(self.to, exact)

    def __str__(self) -> str:
        takes = getattr(self.takes, "__name__", self.takes)
        words = [self.name or "values as ours", f"takes {takes}"]
        words += ["subnormal numbers are zero"] * self.flushes
        words += ["Q first"] * self.swapped + [f"totals: {self.totals}"] * bool(self.totals)
        return ", ".join(words)


@lru_cache(maxsize=10_000)  # every law asks for the same values
def _in_unit(to: Callable[[Any], Any], exact: Any) -> Any:
    with mpmath.workdps(DIGITS):
        try:
            return mpmath.mpf(to(exact))
        except (TypeError, AttributeError):  # a function of floats only
            return mpmath.mpf(to(float(exact)))


def stated(unit: Unit, member: Member) -> Convention:
    """Return the convention of a unit that the user states."""
    if isinstance(unit, tuple):
        to, back = unit
        return Convention("unit as stated", to, back, rising=float(to(0.3)) > float(to(0.2)))
    if unit not in UNITS:
        raise ValueError(
            f"unit is {unit!r}; it is one of {', '.join(map(repr, UNITS))}, a pair of functions "
            "(from nats, back to nats), or None to find it."
        )
    return scaled(member, unit, "", "")


def conventions(member: Member) -> Iterator[Convention]:
    """Yield the conventions that are tried, the simplest first."""
    units = UNITS if member.has_unit else ["nats"]
    parts = sorted(
        itertools.product(units, FACTORS, POWERS),
        key=lambda x: sum(map(bool, (x[0] != "nats", *x[1:]))),
    )
    for unit, factor, power in parts:
        yield scaled(member, unit, factor, power)
    yield Convention("exp(-x)", lambda x: mpmath.exp(-x), _minus_log, rising=False)


def _minus_log(y: float) -> float:
    return -math.log(y) if y > 0.0 else math.inf


def scaled(member: Member, unit: str, factor: str, power: str) -> Convention:
    """Return the convention of a unit, a factor and a power, by their names."""
    base, by, exponent = UNITS[unit], FACTORS[factor], POWERS[power]
    unit_power = member.laws.unit_power

    def to(x: Any) -> Any:
        nats = 1 if base is None else mpmath.log(base) ** unit_power
        return by * (mpmath.mpf(x) / nats) ** exponent

    def back(y: float) -> float:
        nats = 1.0 if base is None else math.log(base) ** unit_power
        return math.copysign(abs(y / by) ** (1.0 / exponent), y) * nats

    words = [f"in {unit}"] if unit != "nats" else []
    return Convention(", ".join(words + [w for w in (factor, power) if w]), to, back)


def ordinary(member: Member, dtype: Any) -> list[tuple[Array, ...]]:
    """Return cases on which every implementation is defined."""
    cases = [(t,) for t in TABLES] if member.joint else [p[: member.arity] for p in PAIRS]
    return [tuple(np.array(p, dtype) / 16 for p in case) for case in cases]


def find(
    func: Callable[..., Any],
    member: Member,
    takes: Takes | None,
    arguments: tuple[str, ...] | None,
    unit: Unit | None,
    dtype: Any,
) -> Convention:
    """Return the simplest convention in which `func` is right on the ordinary cases.

    Without one, the convention that the arguments state: then it is its values that are wrong.
    """
    cases = ordinary(member, dtype)
    units = list(conventions(member)) if unit is None else [stated(unit, member)]
    takings = ("masses", "logs") if takes is None else (takes,)
    may_swap = arguments is None and member.arity == 2 and not member.laws.symmetric
    orders = (False, True) if may_swap else (arguments == ("q", "p"),)
    values = {
        (taking, swapped): _values(func, Convention("", float, float, taking, swapped), cases)
        for taking in takings
        for swapped in orders
    }
    exacts = [oracle.value(member.functional, *case) for case in cases]
    for convention in units:
        expected = [float(convention.in_its_unit(exact)) for exact in exacts]
        for (taking, swapped), found in values.items():
            if np.allclose(found, expected, rtol=RTOL, atol=0.0):
                right = replace(convention, takes=taking, swapped=swapped)
                totals = _totals(func, right, cases[0], found[0])
                return replace(right, totals=totals, flushes=_flushes(func, right, member, dtype))
    return replace(units[0], takes=takings[0], swapped=orders[0], known=False)


def _values(
    func: Callable[..., Any], convention: Convention, cases: Sequence[tuple[Array, ...]]
) -> list[float]:
    """Return the values of some cases, NaN where there is none."""
    return [_value(func, convention.arguments(case)) for case in cases]


def _value(func: Callable[..., Any], arguments: Sequence[Any]) -> float:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return float(func(*arguments))
        except Exception:  # whatever it raises, there is no value
            return math.nan


def _totals(
    func: Callable[..., Any], convention: Convention, case: tuple[Array, ...], value: float
) -> str:
    """Return what becomes of masses whose total is three."""
    thrice = _value(func, convention.arguments([3.0 * p for p in case]))
    if math.isnan(thrice):
        return "must be one"
    return "divides by them" if math.isclose(thrice, value, rel_tol=RTOL) else "taken as they are"


def _flushes(func: Callable[..., Any], convention: Convention, member: Member, dtype: Any) -> bool:
    """Whether the value for a subnormal mass is that for zero, where these differ."""
    if member.arity == 1:
        return False
    p, tiny = np.array([0.5, 0.5], dtype), info(dtype).tiny / 2  # their quotient is finite
    values = [
        float(convention.in_its_unit(convention.exact(member.functional, (p, q))))
        for q in (np.array([1, tiny], dtype), np.array([1, 0], dtype))
    ]
    found = _value(func, convention.arguments((p, np.array([1, tiny], dtype))))
    differ = values[0] != values[1] and abs(values[0]) < float(info(dtype).max)
    return bool(differ and np.isclose(found, values[1], rtol=RTOL))
