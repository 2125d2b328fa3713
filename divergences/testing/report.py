"""What a check found: a status for each law, with the simplest counterexample."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from divergences.testing.cases import Case
from divergences.testing.convention import Convention

# From the best to the worst; the last three are not among what `check_divergence` looks for.
STATUSES = ("pass", "rounding", "accuracy", "error", "fail")
OTHERS = ("not claimed", "nothing checked", "expected failure")
GOOD = {"pass", "rounding", "not claimed", "expected failure"}


class Call(NamedTuple):
    """What was called, with which masses, and what came of it."""

    name: str
    masses: tuple[np.ndarray, ...]
    keywords: dict[str, Any]
    result: Any


@dataclass(frozen=True)
class Counterexample:
    """The simplest case found in which a law is broken.

    Attributes
    ----------
    arrays
        The distributions, as masses.
    message
        What is wrong.
    line
        The calls as Python code, with exact floats; the message is its comment.
    outcomes
        The number of outcomes; for an estimator of samples, of observations.
    """

    arrays: Case
    message: str
    line: str
    outcomes: int


@dataclass(frozen=True)
class LawReport:
    """What was found about a law.

    Attributes
    ----------
    name, says
        The law.
    status
        "pass"; "rounding", if it is broken by roundings of terms of order one; "fail";
        "accuracy", if digits are lost that the arguments determine; "error", if the function
        raised; "not claimed"; "nothing checked"; or "expected failure".
    cases, broken
        In how many cases it was checked, and in how many it does not hold.
    counterexample
        The simplest case in which it does not hold, or None.
    reason
        Why a failure is expected, if one is.
    """

    name: str
    says: str
    status: str
    cases: int = 0
    broken: int = 0
    counterexample: Counterexample | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether it holds but for roundings, or need not."""
        return self.status in GOOD

    @property
    def message(self) -> str:
        """What is wrong, in a line."""
        if self.counterexample:
            return self.counterexample.line
        return self.reason

    def __str__(self) -> str:
        return f"{self.name}: {self.status}" + (f"\n{self.message}" if self.message else "")


@dataclass(frozen=True)
class Errors:
    """Errors in one region, in units in the last place."""

    ulps: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The greatest."""
        return max(self.ulps)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return float(np.median(self.ulps))


@dataclass(frozen=True)
class Report:
    """What `check_divergence` found.

    ``report["data processing"]`` is what was found about a law, a `LawReport`.

    Attributes
    ----------
    function, like
        The names of the function and of the quantity that it should be.
    convention
        What it means by its arguments and values; everything else is measured in it.
    dtype
        Of the masses; of an estimator what it takes, such as "samples".
    laws
        The findings, by the laws' names.
    errors
        Errors in units in the last place, by regions of distributions.
    """

    function: str
    like: str
    convention: Convention
    dtype: str
    laws: dict[str, LawReport]
    errors: dict[str, Errors] = field(default_factory=dict)

    def __getitem__(self, law: str) -> LawReport:
        try:
            return self.laws[law]
        except KeyError:
            raise KeyError(f"no law {law!r}; there are {', '.join(self.laws)}") from None

    @property
    def ok(self) -> bool:
        """Whether every law holds but for roundings, or was expected not to."""
        return all(law.ok for law in self.laws.values())

    @property
    def checked(self) -> list[str]:
        """The names of the laws that were checked."""
        return [law.name for law in self.laws.values() if law.status != "not claimed"]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as numbers, strings, lists and dicts, for `json.dump`."""
        return {
            "function": self.function,
            "like": self.like,
            "convention": str(self.convention),
            "convention_known": self.convention.known,
            "dtype": self.dtype,
            "ok": self.ok,
            "laws": {name: _law_as_dict(law) for name, law in self.laws.items()},
            "ulp": {
                name: {"worst": _plain(e.worst), "median": _plain(e.median), "cases": len(e.ulps)}
                for name, e in self.errors.items()
            },
        }

    def __str__(self) -> str:
        """Return a table of the laws, and the errors by region."""
        known = str(self.convention) if self.convention.known else "no convention fits its values"
        lines = [f"{self.function} as {self.like} ({self.dtype}): {known}", ""]
        width = max(map(len, self.laws))
        for law in self.laws.values():
            lines.append(f"{law.name:{width}}  {law.status:16} {law.cases or '':>5}".rstrip())
            if law.message:
                lines.append(f"  {law.message}")
        if self.errors:
            worst = ", ".join(f"{name} {e.worst:.2g}" for name, e in self.errors.items())
            text = f"worst ulp: {worst}"
            lines += ["", *textwrap.wrap(text, 100)]
        return "\n".join(lines)


def _law_as_dict(law: LawReport) -> dict[str, Any]:
    example = law.counterexample
    return {
        "says": law.says,
        "status": law.status,
        "cases": law.cases,
        "broken": law.broken,
        "reason": law.reason,
        "counterexample": example
        and {
            "arrays": [p.tolist() for p in example.arrays],
            "message": example.message,
            "line": example.line,
        },
    }


def _plain(x: float) -> float | str:
    """Return a number that JSON has, or the name of one that it lacks."""
    return float(x) if np.isfinite(x) else str(float(x))


def line(calls: list[Call], convention: Convention, message: str) -> str:
    """Return calls as Python code to paste, with a comment."""
    texts = dict.fromkeys(_call(call, convention) for call in calls)
    return f"{', '.join(texts)}  # {' '.join(message.split())}"


def _call(call: Call, convention: Convention) -> str:
    masses = call.masses[::-1] if convention.swapped else call.masses
    arguments = [_argument(p, convention) for p in masses]
    arguments += [f"{key}={value!r}" for key, value in call.keywords.items()]
    return f"{call.name}({', '.join(arguments)})"


def _argument(p: np.ndarray, convention: Convention) -> str:
    dtype = "" if p.dtype == np.float64 else f", np.{p.dtype}"
    array = f"np.array({p.tolist()}{dtype})"
    if convention.takes == "masses":
        return array
    made_by = convention.takes if isinstance(convention.takes, str) else convention.takes.__name__
    return f"{'np.log' if made_by == 'logs' else made_by}({array})"
