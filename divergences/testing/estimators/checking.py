"""`check_estimator`: anybody's estimator against laws, and tasks whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from divergences.testing.convention import UNITS, Convention, Unit, scaled, stated
from divergences.testing.estimators.estimator import Estimator
from divergences.testing.estimators.laws import LAWS
from divergences.testing.estimators.tasks import JS, KINDS, KL, QUANTITIES, tasks
from divergences.testing.examining import examine, expected_or_not, refuse_unknown
from divergences.testing.implementation import NotFiniteError, RaisedError, name_of
from divergences.testing.members import Member, resolved
from divergences.testing.report import Report

SIZES = (100, 400, 1600)
LEVEL = 0.95
AS_OURS = Convention("", float, float)
GROWTH = 16  # from the least size to the greatest
NEAR, NEAREST = 0.08, 0.2  # relative errors up to which the first and the best unit are taken


def check_estimator(
    func: Callable[..., Any],
    like: str | Callable[..., Any] | Member,
    takes: str = "samples",
    *,
    dimension: int | None = None,
    sizes: tuple[int, int, int] = SIZES,
    arguments: tuple[str, ...] | None = None,
    unit: Unit | None = None,
    level: float = LEVEL,
    expected_failures: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Report:
    """Check an estimator of entropy, KL, JS or mutual information against laws and known truths.

    Its unit is found first: nats, bits, base 10, a root; and for KL which sample comes first. A law
    is broken by more than the errors of estimates explain, in samples drawn with fixed seeds.

    Parameters
    ----------
    func : callable
        Takes a sample, or two, and returns a number, or ``(value, low, high)``, or an object with
        ``value`` and ``confidence_interval``. Mutual information is of two arrays of pairs, or of
        one table of counts.
    like : str, function of the library, or Member
        The quantity that it should estimate: ``"entropy"``, ``"kl_divergence"``,
        ``"jensen_shannon_divergence"`` or ``"mutual_information"``.
    takes : {"samples", "counts", "labels"}, default "samples"
        What it is called with: floats, counts of outcomes, or integers that name outcomes.
    dimension : int, optional
        Of samples, which are then arrays of shape (n, dimension). Default: arrays of shape (n,).
    sizes : tuple of three ints, default (100, 400, 1600)
        Numbers of observations; the last is at least 16 times the first.
    arguments : tuple of str, optional
        ``("p", "q")`` or ``("q", "p")``. Default: as its values say.
    unit : {"nats", "bits", "base 10"} or pair of callables, optional
        Its unit, or functions from nats to its values and back. Default: as its values say.
    level : float, default 0.95
        How often its intervals should cover the truth.
    expected_failures : mapping, optional
        Reasons by the names of laws that are known not to hold. A law that does hold fails then.
    name : str, optional
        What the function is called in the report.

    Returns
    -------
    Report
        As `check_divergence` gives it, without errors in units in the last place.

    Raises
    ------
    ValueError
        If a name is not known, or sizes do not grow.
    TypeError
        If `func` cannot be called, or `like` is no quantity of the library.

    Examples
    --------
    >>> import numpy as np
    >>> from divergences.testing import check_estimator
    >>> def plug_in(counts):
    ...     p = counts[counts > 0] / counts.sum()
    ...     return -np.sum(p * np.log2(p)) + 1 / 20
    >>> report = check_estimator(plug_in, "entropy", "counts")
    >>> report.convention.name, report["consistency"].status, report["relabelling"].status
    ('in bits', 'fail', 'pass')
    """
    member, expected = resolved(like), dict(expected_failures or {})
    _refuse(func, member, takes, dimension, sizes, arguments, expected)
    name = name or name_of(func, "func")
    f = Estimator(func, name, member, takes, dimension, sizes, level, AS_OURS)
    f.convention = _convention(f, arguments, unit)
    laws = (examine(f, law, law.cases(f)) for law in LAWS if law.cases)
    found = {law.name: expected_or_not(law, expected.get(law.name)) for law in laws}
    return Report(name, member.name, f.convention, takes, found)


def claimed(like: Any, takes: str = "samples", **_: Any) -> list[str]:
    """Return the names of the laws that `check_estimator` checks, without calling anything."""
    f = Estimator(len, "", resolved(like), takes, None, SIZES, LEVEL, AS_OURS)
    return [law.name for law in LAWS if law.name == "coverage" or law.claimed(f)]


def _convention(f: Estimator, arguments: tuple[str, ...] | None, unit: Unit | None) -> Convention:
    """Return the convention in which estimates from large samples are about right."""
    units = list(_units(f.member)) if unit is None else [stated(unit, f.member)]
    both = arguments is None and f.quantity == KL
    orders = (False, True) if both else (arguments == ("q", "p"),)
    every = [replace(u, takes=f.kind, swapped=s) for u in units for s in orders]
    found = {s: list(_estimates(f, s)) for s in orders}
    errors = [max(_errors(c, found[c.swapped])) for c in every]
    near = [c for c, error in zip(every, errors, strict=True) if error <= NEAR]
    best = int(np.argmin(errors))
    if near or errors[best] <= NEAREST:
        return near[0] if near else every[best]
    return replace(every[0], known=False)


def _units(member: Member) -> Iterator[Convention]:
    for power in ("", "square root") if member.name == JS else ("",):
        yield from (scaled(member, unit, "", power) for unit in UNITS)


def _estimates(f: Estimator, swapped: bool) -> Iterator[tuple[float, float]]:
    """Yield mean estimates from large samples, as the function gives them, beside the truth."""
    given = replace(f, convention=replace(AS_OURS, swapped=swapped), known={})
    for task in tasks(f.quantity, f.kind, f.dimension):
        try:
            mean = np.mean([given(task.draw(f.sizes[2], seed)).value for seed in range(3)])
        except (NotFiniteError, RaisedError):
            mean = np.nan
        assert task.truth is not None
        yield float(mean), task.truth


def _errors(convention: Convention, found: list[tuple[float, float]]) -> Iterator[float]:
    for mean, truth in found:
        right = float(convention.in_its_unit(truth))
        yield abs(mean / right - 1.0) if np.isfinite(mean) else np.inf


def _refuse(
    func: Any,
    member: Member,
    takes: str,
    dimension: int | None,
    sizes: tuple[int, ...],
    arguments: tuple[str, ...] | None,
    expected: Mapping[str, str],
) -> None:
    """Refuse options that say nothing."""
    if not callable(func):
        raise TypeError(f"func is {func!r}; it is the function to check.")
    if member.name not in QUANTITIES:
        raise ValueError(f"like is {member.name}; it is one of {', '.join(QUANTITIES)}.")
    if takes not in KINDS:
        raise ValueError(f"takes is {takes!r}; it is one of {', '.join(map(repr, KINDS))}.")
    if dimension is not None and (takes != "samples" or dimension < 1):
        raise ValueError(f"dimension is {dimension}; it is that of samples, 1 or more.")
    grow = len(sizes) == 3 and sizes[0] < sizes[1] < sizes[2] >= GROWTH * sizes[0] > 0
    if not grow:
        raise ValueError(f"sizes is {sizes}; three that grow, by {GROWTH} times or more in all.")
    if arguments not in (None, ("p",), ("p", "q"), ("q", "p")):
        raise ValueError(f"arguments is {arguments!r}; it is ('p', 'q') or ('q', 'p').")
    refuse_unknown(expected, [law.name for law in LAWS])
