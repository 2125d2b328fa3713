"""Tasks that know their truth, contenders, and how either meets the other.

To add to the leaderboard, write a module beside this one with a list TASKS and a list CONTENDERS,
and name it in ``benchmarks/estimators.py``. Contenders meet the tasks of their own groups.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import divergences as dv

LEVEL = 0.95
ROUNDING = 1e-12  # of a value that is exact, with no standard error


@dataclass(frozen=True)
class Task:
    """A quantity whose true value is known, of distributions that can be sampled.

    `truth` is a function, for it may take seconds. `draw(rng, n, repetitions)` returns argument
    tuples for `quantity`, one for each repetition or a single one with repetitions along the first
    axis of its batch.
    """

    group: str
    name: str
    quantity: Callable[..., Any]
    truth: Callable[[], float]
    draw: Callable[[np.random.Generator, int, int], list[tuple[Any, ...]]]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Contender:
    """An estimator: a method of the library, or a function of task and arguments for a peer."""

    name: str
    groups: tuple[str, ...]
    method: dv.Method | None = None
    estimate: Callable[[Task, tuple[Any, ...]], Any] | None = None  # a value, or an Estimate

    def __call__(self, task: Task, measures: tuple[Any, ...]) -> Any:
        """Return what it finds."""
        if self.estimate is not None:
            return self.estimate(task, measures)
        return task.quantity(*measures, method=self.method)


def exact(quantity: Callable[..., Any], *of: Any) -> float:
    """Return a quantity of distributions that are known."""
    return float(quantity(*of))


def library(*methods: dv.Method, groups: tuple[str, ...]) -> list[Contender]:
    """Return methods of the library as contenders under their own names."""
    return [Contender(repr(method), groups, method) for method in methods]


def run(
    tasks: list[Task], contenders: list[Contender], repetitions: int
) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Yield the jobs, one for each task and sample size; each returns its rows."""
    for task in tasks:
        field = [c for c in contenders if task.group in c.groups]
        for n in task.sizes:
            yield partial(_rows, task, n, field, repetitions)


def _rows(task: Task, n: int, field: list[Contender], repetitions: int) -> list[dict[str, Any]]:
    """Return a row for each contender that does not refuse, all given the same samples."""
    seed = zlib.crc32(f"{task.group}/{task.name}/{n}".encode())
    draws = task.draw(np.random.default_rng(seed), n, repetitions)
    rows = []
    for contender in field:
        start = time.process_time()
        try:
            found = [contender(task, measures) for measures in draws]
        except ValueError:  # such as a histogram in five dimensions
            continue
        seconds = time.process_time() - start
        values = np.concatenate([np.ravel(getattr(x, "value", x)) for x in found])
        errors = np.concatenate([_errors(x) for x in found])
        ends = np.concatenate([_interval(x) for x in found], axis=-1)
        about = {"group": task.group, "task": task.name, "n": n, "estimator": contender.name}
        rows.append({**about, **_score(values, errors, ends, task.truth(), seconds)})
    return rows


def _errors(found: Any) -> np.ndarray:
    error = getattr(found, "standard_error", None)
    size = np.size(getattr(found, "value", found))
    return np.full(size, np.nan) if error is None else np.ravel(error)


def _interval(found: Any) -> np.ndarray:
    """Return the ends of the confidence intervals; NaN where there is none."""
    if getattr(found, "standard_error", None) is None:
        return np.full((2, np.size(getattr(found, "value", found))), np.nan)
    return np.array([np.ravel(end) for end in found.confidence_interval(LEVEL)])


def _score(
    values: np.ndarray, errors: np.ndarray, ends: np.ndarray, truth: float, seconds: float
) -> dict[str, Any]:
    """Return bias, root mean square error, coverage and time; None for what is not finite."""
    off = values - truth
    finite = bool(np.isfinite(values).all())
    known = np.isfinite(errors).any()
    # An interval that cannot be given does not cover.
    covered = (ends[0] - ROUNDING <= truth) & (truth <= ends[1] + ROUNDING)
    return {
        "truth": truth,
        "repetitions": values.size,
        "bias": float(off.mean()) if finite else None,
        "rmse": float(np.sqrt((off**2).mean())) if finite else None,
        "coverage": float(covered.mean()) if known else None,
        "standard_error": float(np.nanmean(errors)) if finite and known else None,
        "seconds": seconds / values.size,
    }
