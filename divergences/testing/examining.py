"""Laws on cases: what is found of each, with one case in which it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from divergences.numerics.runtime.names import closest
from divergences.testing.cases import NO_CASE
from divergences.testing.implementation import NotFiniteError, RaisedError
from divergences.testing.report import STATUSES, Counterexample, LawReport

Shrink = Callable[[Any, Callable[[Any], bool]], Any]


@dataclass(frozen=True)
class Law:
    """A law of values.

    Attributes
    ----------
    name
        In a word or three.
    says
        What it says, in a sentence.
    check
        The function that checks it.
    claimed
        Whether the quantity obeys it.
    copies
        Of how many pairs (or single distributions) it speaks; 1.5 for three distributions P, Q, R.
    width
        What roundings are no finding: "bits" for none, "ulps", or "roundings".
    hostile
        Whether it is also checked on the hostile regions.
    otherwise
        The status where it is broken.
    cases
        The cases, if it has its own: these are not made simpler.
    """

    name: str
    says: str
    check: Callable[..., str | None]
    claimed: Callable[[Any], bool] = lambda f: True
    copies: float = 1.0
    width: str = "ulps"
    hostile: bool = False
    otherwise: str = "fail"
    cases: Callable[[Any], Iterable[tuple[Any, ...]]] | None = None


class UnderTest(Protocol):
    """What laws are checked on."""

    width: str

    def forget(self) -> None:
        """Begin a new case."""

    def counterexample(self, case: Any, message: str) -> Counterexample:
        """Return a case in which the law does not hold, as it is reported."""
        ...


def examine(f: Any, law: Law, cases: Iterable[Any], simpler: Shrink | None = None) -> LawReport:
    """Check a law on all cases; the worst is made simpler by `simpler(case, shows_the_same)`."""
    if not law.claimed(f):
        return LawReport(law.name, law.says, "not claimed")
    status, worst, count, broken = "nothing checked", None, 0, 0
    for case in cases:
        found, _ = judge(f, law, case)
        if found == NO_CASE:
            continue
        count += 1
        broken += found != "pass"
        if worst is None or STATUSES.index(found) > STATUSES.index(status):
            status, worst = found, case
    if worst is None or status == "pass":
        return LawReport(law.name, law.says, status, count)
    if simpler and law.cases is None:
        worst = simpler(worst, lambda case: judge(f, law, case)[0] == status)
    _, message = judge(f, law, worst)
    return LawReport(law.name, law.says, status, count, broken, f.counterexample(worst, message))


def judge(f: UnderTest, law: Law, case: Any) -> tuple[str, str]:
    """Return the status of a law for one case, and what is wrong."""
    f.forget()
    f.width = law.width
    try:
        wrong = law.check(f, *case)
        if wrong is None or wrong == NO_CASE:
            return wrong or "pass", ""
        if law.otherwise != "fail":
            return law.otherwise, wrong
        f.forget()
        f.width = "roundings"
        return "fail" if law.check(f, *case) else "rounding", wrong
    except NotFiniteError as error:
        return "fail", str(error)
    except RaisedError as error:
        return "error", str(error)


def expected_or_not(law: LawReport, reason: str | None) -> LawReport:
    """Return a finding in the light of what was expected."""
    if reason is None:
        return law
    if law.status in ("pass", "rounding", "nothing checked", "not claimed"):
        return replace(law, status="fail", reason=f"expected to fail ({reason}): {law.status}")
    return replace(law, status="expected failure", reason=reason)


def refuse_unknown(expected: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse reasons for laws that are not there."""
    known = list(names)
    for law in expected:
        if law not in known:
            close = closest(law, known)
            raise ValueError(f"expected_failures names {law!r}; close to it: {close}.")
