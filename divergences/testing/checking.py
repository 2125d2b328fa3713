"""`check_divergence`: anybody's implementation against the laws and the exact values."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Any

import numpy as np

from divergences.api.members import member_of
from divergences.testing import behaviour, claims
from divergences.testing.accuracy import error_in_ulps
from divergences.testing.cases import NO_CASE, Case, agreed, flushed, hostile, simple, sums_to_one
from divergences.testing.claims import Law
from divergences.testing.convention import Takes, Unit, find, stated
from divergences.testing.implementation import (
    Implementation,
    NotFiniteError,
    RaisedError,
    name_of,
)
from divergences.testing.members import Member, members
from divergences.testing.report import STATUSES, Counterexample, Errors, LawReport, Report, line
from divergences.testing.shrinking import shrink

LAWS = (*claims.LAWS, *behaviour.LAWS)
SECONDS = 2.0  # to make counterexamples simpler
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def check_divergence(
    func: Callable[..., Any],
    like: str | Callable[..., Any] | Member,
    *,
    takes: Takes | None = None,
    arguments: tuple[str, ...] | None = None,
    unit: Unit | None = None,
    dtype: Any = np.float64,
    order: float | None = None,
    gradient: Callable[..., Any] | None = None,
    batched: Callable[..., Any] | None = None,
    expected_failures: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Report:
    """Check an implementation of a divergence or entropy against its laws and exact values.

    What the function means is found first: bits, Q before P, squares, factors, logarithms. All that
    follows is measured in that convention.

    Parameters
    ----------
    func : callable
        Takes one distribution or two, as arrays of one dimension (a quantity of a joint
        distribution: of two), and returns a number.
    like : str, function of the library, or Member
        The quantity that it should be: ``"kl_divergence"``, ``divergences.kl_divergence``.
    takes : {"masses", "logs"} or callable, optional
        What it is called with: masses, their logarithms, or what a function such as
        ``torch.tensor`` makes of an array of masses. Default: masses or logs, as its values say.
    arguments : tuple of str, optional
        ``("p", "q")`` or ``("q", "p")``. Default: as its values say.
    unit : {"nats", "bits", "base 10"} or pair of callables, optional
        Its unit, or functions from nats to its values and back. Default: as its values say.
    dtype : dtype, default float64
        Of the masses: float64 or float32. Roundings are measured by its epsilon.
    order : float, optional
        Of a quantity of any order, such as ``"renyi_divergence"``.
    gradient : callable, optional
        Called as ``gradient(func, argnums=(0, 1))``, as `jax.grad` is; returns a function of the
        same arguments that gives a tuple of arrays. Default: no gradient is checked.
    batched : callable, optional
        Like `func`, but for batches: outcomes lie along the last axis. If it has a parameter
        ``axis``, that is checked too. Default: no batch is checked.
    expected_failures : mapping, optional
        Reasons by the names of laws that are known not to hold. A law that does hold, or holds but
        for roundings, fails then.
    name : str, optional
        What the function is called in the report.

    Returns
    -------
    Report
        ``report[law].status`` is "pass", "rounding", "fail", "accuracy", "error", "not claimed",
        "nothing checked" or "expected failure"; ``report.ok`` tells whether all is well.

    Raises
    ------
    ValueError
        If a name is not known, or an order is missing.
    TypeError
        If `func` cannot be called, or `like` is no quantity of pmfs.

    Examples
    --------
    >>> import numpy as np
    >>> from divergences.testing import check_divergence
    >>> def kl(p, q):
    ...     return np.sum(p * np.log2(p / q))
    >>> report = check_divergence(kl, "kl_divergence")
    >>> report.convention.name
    'in bits'
    >>> report["additivity"].status, report["disjoint supports"].status
    ('fail', 'fail')
    >>> print(report["value"].counterexample.line)
    kl(np.array([0.0, 1.0]), np.array([0.0, 1.0]))  # NaN
    """
    member, dtype = resolved(like, order), np.dtype(dtype)
    expected = dict(expected_failures or {})
    _refuse(func, takes, arguments, dtype, expected)
    convention = find(func, member, takes, arguments, unit, dtype)
    name = name or name_of(func, "func")
    f = Implementation(func, name, member, convention, dtype, batched, gradient)
    deadline = time.monotonic() + SECONDS
    found = (_expected(_examine(f, law, deadline), expected.get(law.name)) for law in LAWS)
    laws = {law.name: law for law in found}
    return Report(name, repr(member), convention, str(dtype), laws, _errors(f))


def claimed(
    like: Any, order: float | None = None, batched: Any = None, gradient: Any = None, **_: Any
) -> list[str]:
    """Return the names of the laws that `check_divergence` checks, without calling anything."""
    member = resolved(like, order)
    nats = stated("nats", member)
    f = Implementation(len, "", member, nats, np.dtype(float), batched, gradient)
    return [law.name for law in LAWS if law.claimed(f)]


def resolved(like: Any, order: float | None = None) -> Member:
    """Return the member that is meant by its name, its function or itself."""
    if isinstance(like, Member):
        return like
    found = member_of(getattr(like, "func", like))
    if found is None:
        raise TypeError(f"like is {like!r}, which is no function of the library.")
    return _with_order(found.name, order)


@lru_cache  # exact values are kept by member
def _with_order(name: str, order: float | None) -> Member:
    every = members(orders=(0.5 if order is None else order,))
    found = [m for m in every if m.name == name]
    if not found:
        raise TypeError(f"{name} asks where outcomes lie; check_divergence knows pmfs only.")
    if order is None and isinstance(found[0].function, partial):
        raise ValueError(f"{name} is of any order; say which by order=.")
    return found[0]


def _refuse(func: Any, takes: Any, arguments: Any, dtype: Any, expected: Mapping[str, str]) -> None:
    """Refuse options that say nothing."""
    if not callable(func):
        raise TypeError(f"func is {func!r}; it is the function to check.")
    if not (takes is None or callable(takes) or takes in ("masses", "logs")):
        raise ValueError(f"takes is {takes!r}; it is 'masses', 'logs' or a function of masses.")
    if arguments not in (None, ("p",), ("p", "q"), ("q", "p")):
        raise ValueError(f"arguments is {arguments!r}; it is ('p', 'q') or ('q', 'p').")
    if dtype not in DTYPES:
        raise ValueError(f"dtype is {dtype}; it is float64 or float32.")
    names = [law.name for law in LAWS]
    for law in expected:
        if law not in names:
            close = get_close_matches(law, names, n=3, cutoff=0.0)
            raise ValueError(f"expected_failures names {law!r}; close to it: {', '.join(close)}.")


def _cases(f: Implementation, law: Law) -> Iterator[tuple[str, Case]]:
    """Yield the cases of a law with the names of their regions, the simplest first."""
    if law.cases is not None:
        yield from (("", case) for case in law.cases(f))
        return
    count, dtype = int(law.copies * f.member.arity), f.dtype.str
    yield from (("simple", case) for case in simple(count, f.member.joint, dtype))
    if law.hostile:
        for region, case in hostile(f.member, dtype):
            yield region, flushed(case) if f.convention.flushes else case


def _examine(f: Implementation, law: Law, deadline: float) -> LawReport:
    """Check a law on all its cases, and make the worst counterexample simple."""
    if not law.claimed(f):
        return LawReport(law.name, law.says, "not claimed")
    status, worst, cases, broken = "nothing checked", None, 0, 0
    for _, case in _cases(f, law):
        found, _ = _judge(f, law, case)
        if found == NO_CASE:
            continue
        cases += 1
        broken += found != "pass"
        if worst is None or STATUSES.index(found) > STATUSES.index(status):
            status, worst = found, case
    if worst is None or status == "pass":
        return LawReport(law.name, law.says, status, cases)

    def shows(case: Case) -> bool:
        return _agreed(f, case) and _judge(f, law, case)[0] == status

    if law.cases is None:
        worst = shrink(worst, shows, deadline)
    _, message = _judge(f, law, worst)
    outcomes = int(np.prod(worst[0].shape[-1 - f.member.joint :]))
    example = Counterexample(worst, message, line(f.calls, f.convention, message), outcomes)
    return LawReport(law.name, law.says, status, cases, broken, example)


def _judge(f: Implementation, law: Law, case: Case) -> tuple[str, str]:
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


def _agreed(f: Implementation, case: Case) -> bool:
    """Whether everybody must agree on the value for a case of a law."""
    return (len(case) == f.member.arity and agreed(f.member, case)) or all(map(sums_to_one, case))


def _expected(law: LawReport, reason: str | None) -> LawReport:
    """Return a finding in the light of what was expected."""
    if reason is None:
        return law
    if law.status in ("pass", "rounding", "nothing checked", "not claimed"):
        return replace(law, status="fail", reason=f"expected to fail ({reason}): {law.status}")
    return replace(law, status="expected failure", reason=reason)


def _errors(f: Implementation) -> dict[str, Errors]:
    """Return the errors in units in the last place, by region."""
    found: dict[str, list[float]] = {}
    (law,) = (law for law in LAWS if law.name == "accuracy")
    for region, case in _cases(f, law):
        f.forget()
        try:
            error = error_in_ulps(f, *case)
        except (NotFiniteError, RaisedError):
            error = np.inf
        if error is not None:
            found.setdefault(region, []).append(error)
    return {region: Errors(tuple(errors)) for region, errors in found.items()}
