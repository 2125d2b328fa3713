"""The estimator under test: its calls, and what it gives for many samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from divergences.testing.convention import Convention
from divergences.testing.estimators.tasks import Draw, Task
from divergences.testing.implementation import NotFiniteError, RaisedError, number, run
from divergences.testing.members import Member
from divergences.testing.report import Counterexample

Array = np.ndarray
REPETITIONS = 16  # samples of each task and size


class Found(NamedTuple):
    """An estimate in nats, and the ends of its interval: NaN if it has none."""

    value: float
    low: float
    high: float


@dataclass(eq=False)
class Estimator:
    """An estimator under test, measured in its convention.

    Attributes
    ----------
    func, name
        The function, and how it is called in what is printed.
    member
        The quantity that it should estimate.
    kind
        What it takes: "samples", "counts" or "labels".
    dimension
        Of samples; None for arrays of one axis.
    sizes
        Numbers of observations, three that grow.
    level
        How often its intervals should cover.
    convention
        What it means by its arguments and values.
    """

    func: Callable[..., Any]
    name: str
    member: Member
    kind: str
    dimension: int | None
    sizes: tuple[int, int, int]
    level: float
    convention: Convention
    width: str = "ulps"
    drawn: list[Draw] = field(default_factory=list)
    calls: dict[str, None] = field(default_factory=dict)
    known: dict[Any, Array] = field(default_factory=dict)

    @property
    def quantity(self) -> str:
        """The name of the quantity."""
        return self.member.name

    def forget(self) -> None:
        """Begin a new case: no call belongs to it yet."""
        self.drawn.clear()
        self.calls.clear()

    def __call__(self, draw: Draw, *expressions: str) -> Found:
        """Return the estimate from what was drawn, or from expressions of it."""
        expressions = expressions or draw.names
        ordered = expressions[::-1] if self.convention.swapped else expressions
        if self.drawn != [draw]:
            self.drawn[:] = [draw]
            self.calls.clear()
        self.calls[f"{self.name}({', '.join(ordered)})"] = None
        found = read(run(self.func, draw.arrays(*ordered)))
        if isnan(found.value):
            raise NotFiniteError("NaN")
        value, *ends = (float(self.convention.back(y)) for y in found)
        return Found(value, *sorted(ends))

    def values(self, task: Task, n: int, m: int | None = None) -> Array:
        """Return estimates from `REPETITIONS` samples."""
        key = task, n, m
        if key not in self.known:
            draws = [task.draw(n, seed, m) for seed in range(REPETITIONS)]
            found = np.array([self(draw).value for draw in draws])
            if np.isinf(found).any():
                raise NotFiniteError(f"{found[np.isinf(found)][0]}, where the truth is a number")
            self.known[key] = found
        else:
            self.drawn[:] = [task.draw(n, REPETITIONS - 1, m)]
            self.calls = {f"{self.name}({', '.join(self.drawn[0].names)})": None}
        return self.known[key]

    def spread(self, task: Task) -> float:
        """Return the standard deviation of estimates of the middle size."""
        return float(np.std(self.values(task, self.sizes[1])))

    def counterexample(self, case: tuple[Task, ...], message: str) -> Counterexample:
        """Return a case in which a law does not hold, with the calls since `forget`."""
        (draw,) = self.drawn
        arrays = tuple(draw.arrays())
        text = f"{draw.code}; {', '.join(self.calls)}  # {' '.join(message.split())}"
        return Counterexample(arrays, f"{case[0].name}: {message}", text, len(arrays[0]))


def read(result: Any) -> Found:
    """Return what a result says: a number, (value, low, high), or an object that has these."""
    if isinstance(result, tuple | list) and len(result) == 3:
        return Found(*(float(number(x)) for x in result))
    interval = getattr(result, "confidence_interval", None)
    value = float(number(getattr(result, "value", result)))
    if interval is None:
        return Found(value, np.nan, np.nan)
    ends: Any = interval() if callable(interval) else interval
    try:
        low, high = ends
    except (TypeError, ValueError) as error:
        raise RaisedError(f"the interval is {ends!r}, no pair of numbers") from error
    return Found(value, float(number(low)), float(number(high)))
