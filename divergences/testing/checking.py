"""`check_divergence`: anybody's implementation against the laws and the exact values."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from divergences.testing import behaviour, laws
from divergences.testing.accuracy import error_in_ulps
from divergences.testing.cases import Case, agreed, flushed, hostile, simple, sums_to_one
from divergences.testing.convention import Takes, Unit, find, stated
from divergences.testing.examining import Law, examine, expected_or_not, refuse_unknown
from divergences.testing.implementation import (
    Implementation,
    NotFiniteError,
    RaisedError,
    name_of,
)
from divergences.testing.members import Member, resolved
from divergences.testing.report import Errors, Report
from divergences.testing.shrinking import shrink

LAWS = (*laws.LAWS, *behaviour.LAWS)
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
    found = (examine(f, law, _cases(f, law), partial(_shrink, f, deadline)) for law in LAWS)
    findings = {law.name: expected_or_not(law, expected.get(law.name)) for law in found}
    return Report(name, repr(member), convention, str(dtype), findings, _errors(f))


def claimed(
    like: Any, order: float | None = None, batched: Any = None, gradient: Any = None, **_: Any
) -> list[str]:
    """Return the names of the laws that `check_divergence` checks, without calling anything."""
    member = resolved(like, order)
    nats = stated("nats", member)
    f = Implementation(len, "", member, nats, np.dtype(float), batched, gradient)
    return [law.name for law in LAWS if law.claimed(f)]


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
    refuse_unknown(expected, [law.name for law in LAWS])


def _cases(f: Implementation, law: Law) -> Iterator[Case]:
    """Yield the cases of a law, the simplest first."""
    return (case for _, case in _by_region(f, law)) if law.cases is None else iter(law.cases(f))


def _by_region(f: Implementation, law: Law) -> Iterator[tuple[str, Case]]:
    """Yield the cases of a law that has none of its own, with the names of their regions."""
    count, dtype = int(law.copies * f.member.arity), f.dtype.str
    yield from (("simple", case) for case in simple(count, f.member.joint, dtype))
    if law.hostile:
        for region, case in hostile(f.member, dtype):
            yield region, flushed(case) if f.convention.flushes else case


def _shrink(f: Implementation, deadline: float, case: Case, shows: Callable[[Case], bool]) -> Case:
    """Return a simpler case on which everybody must agree and that shows the same."""

    def agrees(case: Case) -> bool:
        return (len(case) == f.member.arity and agreed(f.member, case)) or all(
            map(sums_to_one, case)
        )

    return shrink(case, lambda case: agrees(case) and shows(case), deadline)


def _errors(f: Implementation) -> dict[str, Errors]:
    """Return the errors in units in the last place, by region."""
    found: dict[str, list[float]] = {}
    (law,) = (law for law in LAWS if law.name == "accuracy")
    for region, case in _by_region(f, law):
        f.forget()
        try:
            error = error_in_ulps(f, *case)
        except (NotFiniteError, RaisedError):
            error = np.inf
        if error is not None:
            found.setdefault(region, []).append(error)
    return {region: Errors(tuple(errors)) for region, errors in found.items()}
