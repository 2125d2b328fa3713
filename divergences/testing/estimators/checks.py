"""Checks of the laws of estimators.

A check gets the estimator and a task. It returns None where the law holds, and else what is wrong,
in words. Estimates err; a law is broken by more than the errors of estimates explain.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isinf, isnan, sqrt
from typing import Any

import numpy as np
from scipy.stats import binom

from divergences.testing.estimators import tasks
from divergences.testing.estimators.estimator import REPETITIONS, Estimator
from divergences.testing.estimators.tasks import ENTROPY, KL, Task
from divergences.testing.implementation import NotFiniteError, RaisedError

EXACT = 1e-6  # of the value: some add noise of 1e-10 to break ties
FEW = 8  # samples of which a change is the mean
CHANGE = 0.5  # spreads that a mean change may be
REPEATED = 0.25  # spreads that a second call may differ by
SURE = 4.0  # standard errors of a mean
SHRINKS = 0.75  # to which part of itself an error falls, where observations grow sixteenfold
INTERVALS = 64
LOOSE, UNLIKELY = 0.05, 1e-4  # covering less often than the level less 0.05, by chance


def is_density(f: Estimator) -> bool:
    """Return whether it is a differential entropy, which has no bounds."""
    return f.quantity == ENTROPY and f.kind == "samples"


def check_consistency(f: Estimator, task: Task) -> str | None:
    """Check that the error, and the bias by itself, falls as observations are added."""
    assert task.truth is not None
    small, large = (f.values(task, n) - task.truth for n in (f.sizes[0], f.sizes[2]))
    least = EXACT * max(1.0, abs(task.truth))
    error = [sqrt(np.mean(x**2)) for x in (small, large)]
    bias = [abs(float(np.mean(x))) for x in (small, large)]
    sure = [float(np.std(x)) / sqrt(REPETITIONS) for x in (small, large)]
    stays = error[1] > SHRINKS * error[0] + least
    biased = bias[1] > max(SURE * sure[1] + least, SHRINKS * (bias[0] + sure[0]))
    if not (stays or biased):
        return None
    means = [told(f, float(np.mean(x)) + task.truth) for x in (small, large)]
    return (
        f"in the mean {means[0]} from {f.sizes[0]} observations and {means[1]} from {f.sizes[2]}, "
        f"but {told(f, task.truth)} is right"
    )


def check_bounds(f: Estimator, task: Task) -> str | None:
    """Check that estimates lie between the quantity's bounds in the mean, but for errors."""
    least, greatest = f.member.laws.bounds
    for n in f.sizes[:2]:
        values = f.values(task, n)
        mean, slack = float(np.mean(values)), SURE * float(np.std(values)) / sqrt(REPETITIONS)
        slack += 1.0 / sqrt(n)
        if not least - slack <= mean <= greatest + slack:
            return f"in the mean {told(f, mean)} from {n} observations, beyond a bound"
    return None


def check_unequal(f: Estimator, task: Task) -> str | None:
    """Check that more observations of one side alone do no harm."""
    assert task.truth is not None
    few, many = f.sizes[1:]
    error = sqrt(np.mean((f.values(task, few) - task.truth) ** 2))
    for n, m in ((many, few), (few, many)):
        values = f.values(task, n, m) - task.truth
        mean, sure = float(np.mean(values)), float(np.std(values)) / sqrt(REPETITIONS)
        if not abs(mean) <= SURE * sure + 2.0 * error:
            return (
                f"in the mean {told(f, mean + task.truth)} from {n} observations of P and {m} of "
                f"Q, but {told(f, task.truth)} is right"
            )
    return None


def told(f: Estimator, nats: float) -> str:
    """Return a value in the unit of the estimator."""
    return f"{float(f.convention.in_its_unit(nats)):.4g}"


def unchanged(
    *expressions: str,
    words: str,
    moves: Callable[[Estimator], float] = lambda f: 0.0,
    allowed: Callable[[int], float] = lambda n: 0.0,
) -> Callable[[Estimator, Task], str | None]:
    """Return the check that estimates from expressions of x and y are as before, or moved by.

    An expression in which ``{v}`` stands is that of each variable. A change that is `allowed` from
    so many observations is none.
    """

    def pair(f: Estimator, task: Task, seed: int) -> tuple[float, float]:
        draw = task.draw(f.sizes[1], seed)
        each = len(expressions) == 1
        after = [expressions[0].format(v=v) for v in draw.names] if each else expressions
        return f(draw).value, f(draw, *after).value

    def check(f: Estimator, task: Task) -> str | None:
        pairs = [pair(f, task, seed) for seed in range(FEW)]
        changes = [(b - a if a != b else 0.0) - moves(f) for a, b in pairs]
        if np.isfinite(changes).all():
            sure = SURE * float(np.std(changes)) / sqrt(FEW)
            least = max(EXACT * max(1.0, abs(pairs[0][0])), allowed(f.sizes[1]))
            if abs(float(np.mean(changes))) <= max(least, sure, CHANGE * f.spread(task)):
                return None
        before, after = pair(f, task, 0)
        return f"{told(f, before)} becomes {told(f, after)} {words}"

    return check


def check_repetition(f: Estimator, task: Task) -> str | None:
    """Check that the same sample gives the same estimate again."""
    draw = task.draw(f.sizes[1], 0)
    first, second = f(draw).value, f(draw).value
    if abs(first - second) <= max(EXACT * max(1.0, abs(first)), REPEATED * f.spread(task)):
        return None
    again = f(draw).value
    return f"{told(f, first)}, then {told(f, second)} and {told(f, again)}"


def check_arguments(f: Estimator, task: Task) -> str | None:
    """Check that the arguments are left as they are."""
    draw, kept = task.draw(f.sizes[0], 0), []

    def keeping(*arrays: Any) -> Any:
        kept[:] = arrays
        return function(*arrays)

    function, f.func = f.func, keeping
    try:
        f(draw)
    finally:
        f.func = function
    fresh = draw.arrays()[::-1] if f.convention.swapped else draw.arrays()
    same = all(np.array_equal(a, b) for a, b in zip(kept, fresh, strict=True))
    return None if same else "the function changes what it is given"


def check_extreme(f: Estimator, task: Task) -> str | None:
    """Check that an estimate is a number, or the right infinity, or refused by `ValueError`."""
    try:
        value = f(task.draw(f.sizes[0], 0)).value
    except RaisedError as error:
        if isinstance(error.__cause__, ValueError):
            return None
        raise
    if isinf(value) and value != INFINITE.get((f.quantity, f.kind)):
        raise NotFiniteError(f"{value}")
    least, greatest = (-inf, inf) if is_density(f) else f.member.laws.bounds
    slack = 1.0 / sqrt(f.sizes[0])
    if least - slack <= value <= greatest + slack:
        return None
    return f"{told(f, value)} is beyond a bound"


# A constant has the differential entropy -inf; a sample of symbols that differ bounds none.
INFINITE = {
    (ENTROPY, "samples"): -inf,
    (ENTROPY, "counts"): inf,
    (ENTROPY, "labels"): inf,
    **{(KL, kind): inf for kind in tasks.KINDS},
}


def check_coverage(f: Estimator, task: Task) -> str | None:
    """Check that intervals do not cover the truth clearly less often than they should."""
    assert task.truth is not None
    covered = 0
    for seed in range(INTERVALS):
        found = f(task.draw(f.sizes[1], seed))
        if isnan(found.low) or isnan(found.high):
            raise NotFiniteError("an end of the interval is NaN")
        covered += found.low <= task.truth <= found.high
    if binom.cdf(covered, INTERVALS, f.level - LOOSE) > UNLIKELY:
        return None
    return f"{covered} of {INTERVALS} intervals cover {told(f, task.truth)}"
