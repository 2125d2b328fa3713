"""The laws that an estimator is checked on, as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isnan, log
from typing import Any

from divergences.testing.estimators import tasks
from divergences.testing.estimators.checks import (
    check_arguments,
    check_bounds,
    check_consistency,
    check_coverage,
    check_extreme,
    check_repetition,
    check_unequal,
    is_density,
    unchanged,
)
from divergences.testing.estimators.estimator import Estimator
from divergences.testing.estimators.tasks import JS, KL, MI, Task
from divergences.testing.examining import Law
from divergences.testing.implementation import NotFiniteError, RaisedError


def _has_interval(f: Estimator) -> bool:
    draw = tasks.tasks(f.quantity, f.kind, f.dimension)[0].draw(f.sizes[1], 0)
    try:
        return not isnan(f(draw).low)
    except (NotFiniteError, RaisedError):
        return False


def _of(make: Any) -> Callable[[Estimator], Iterator[tuple[Task]]]:
    return lambda f: ((task,) for task in make(f.quantity, f.kind, f.dimension))


def _is(*quantities: str) -> Callable[[Estimator], bool]:
    return lambda f: f.quantity in quantities


def _every(quantity: str, kind: str, dimension: int | None) -> tuple[Task, ...]:
    return tasks.tasks(quantity, kind, dimension) + tasks.zero_tasks(quantity, kind, dimension)


VALUES, ZEROS, ALL = _of(tasks.tasks), _of(tasks.zero_tasks), _of(_every)
SORTED = "{v}[np.argsort({v} if {v}.ndim == 1 else {v}[:, 0])]"
BY_X = tuple(f"{v}[np.argsort(x if x.ndim == 1 else x[:, 0])]" for v in "xy")
NAMED = "np.array([7, 3, 12, 5, 20, 1, 9, 16, 11, 2, 19, 4, 17, 8, 13, 6, 15, 10, 18, 14])[{v}]"
REVERSED = "{v}[..., ::-1]"
_ORDER = unchanged(SORTED, words="in ascending order")
_ORDER_OF_PAIRS = unchanged(*BY_X, words="where x ascends")
_NAMES = unchanged(NAMED, words="under other labels")
_ORDER_OF_COUNTS = unchanged(REVERSED, words="in the reverse order")
_SWAPPED = unchanged("y", "x", words="when the two are exchanged")
_TRANSPOSED = unchanged("{v}.T", words="when the two are exchanged")


def _scale(f: Estimator) -> float:
    return (f.dimension or 1) * log(3) * is_density(f)


LAWS: tuple[Law, ...] = (
    Law("consistency", "errors fall as observations are added", check_consistency, cases=VALUES),
    Law(
        "equal distributions",
        "it tends to zero where P = Q",
        check_consistency,
        _is(KL, JS),
        cases=ZEROS,
    ),
    Law("independence", "it tends to zero there", check_consistency, _is(MI), cases=ZEROS),
    Law(
        "bounds",
        "in the mean it lies between the quantity's bounds, but for errors",
        check_bounds,
        lambda f: not is_density(f),
        cases=ALL,
    ),
    Law(
        "unequal samples",
        "more observations of one side do no harm",
        check_unequal,
        _is(KL, JS),
        cases=VALUES,
    ),
    Law(
        "order of observations",
        "the order of observations does not matter",
        lambda f, task: (_ORDER_OF_PAIRS if f.quantity == MI else _ORDER)(f, task),
        lambda f: f.kind != "counts",
        cases=VALUES,
    ),
    Law(
        "translation",
        "it does not depend on where zero is",
        unchanged("{v} + 64.0", words="when 64 is added"),
        lambda f: f.kind == "samples",
        cases=ALL,
    ),
    Law(
        "rescaling",
        "it does not depend on the unit of observations; an entropy moves by its logarithm",
        unchanged("3.0 * {v}", moves=_scale, words="for three times the observations"),
        lambda f: f.kind == "samples",
        cases=ALL,
    ),
    Law(
        "reflection",
        "it does not depend on the sign of observations",
        unchanged("-{v}", words="when signs are changed"),
        lambda f: f.kind == "samples",
        cases=ALL,
    ),
    Law(
        "relabelling",
        "it does not depend on what outcomes are called, or on their order",
        lambda f, task: (_NAMES if f.kind == "labels" else _ORDER_OF_COUNTS)(f, task),
        lambda f: f.kind != "samples",
        cases=ALL,
    ),
    Law(
        "outcomes not seen",
        "a count of zero changes it by less than it errs",
        unchanged(
            "np.concatenate([{v}, np.zeros_like({v}[..., :1])], axis=-1)",
            words="with a count of zero",
            allowed=lambda n: (1 + log(n)) / n,  # one pseudo-count more
        ),
        lambda f: f.kind == "counts",
        cases=ALL,
    ),
    Law(
        "symmetry",
        "it is the same when the two are exchanged",
        lambda f, task: (_TRANSPOSED if f.kind == "counts" and f.quantity == MI else _SWAPPED)(
            f, task
        ),
        _is(JS, MI),
        cases=ALL,
    ),
    Law(
        "ties",
        "repeated values, or symbols of which none is repeated, are no NaN",
        check_extreme,
        cases=_of(tasks.ties),
    ),
    Law("constants", "a constant is no NaN", check_extreme, cases=_of(tasks.constants)),
    Law("repetition", "the same sample gives the same again", check_repetition, cases=VALUES),
    Law("arguments", "arguments are left as they are", check_arguments, cases=VALUES),
    Law(
        "coverage",
        "intervals cover the truth as often as they say",
        check_coverage,
        _has_interval,
        cases=VALUES,
    ),
)
