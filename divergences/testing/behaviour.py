"""Laws of calls: what a function does with its arguments, dtypes, batches, axes and gradients.

The checks are as in `laws`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np

from divergences.testing.cases import NO_CASE, Case, simple
from divergences.testing.convention import DIGITS
from divergences.testing.examining import Law
from divergences.testing.implementation import (
    Implementation,
    NotFiniteError,
    as_array,
    name_of,
    number,
    run,
)
from divergences.testing.laws import check_value, equal

Array = np.ndarray

FEW = 12  # cases of laws that do not depend on the numbers
LEADING = ((2,), (4,), (2, 2))  # shapes of batches, of two, three and more outcomes
STEEP = 0.05  # roots of smaller numbers have steep gradients
GRADIENT = 64.0  # epsilons, of terms of order one and the entries of the gradient


def few(f: Implementation) -> Iterator[Case]:
    """Yield cases of all sizes."""
    cases = simple(f.member.arity, f.member.joint, np.dtype(f.dtype).str)
    yield from cases[:: max(1, len(cases) // FEW)]


def batches(f: Implementation) -> Iterator[Case]:
    """Yield stacks of distributions: two rows, four, and two by two."""
    by_shape: dict[tuple[int, ...], list[Case]] = {}
    for case in simple(f.member.arity, f.member.joint, np.dtype(f.dtype).str):
        if case[0].size > 1:
            by_shape.setdefault(case[0].shape, []).append(case)
    for cases, leading in zip(by_shape.values(), LEADING, strict=True):
        count = int(np.prod(leading))
        rows = [cases[(k + 1) * len(cases) // (count + 1)] for k in range(count)]
        stacks = [np.stack(side) for side in zip(*rows, strict=True)]
        yield tuple(s.reshape(*leading, *s.shape[1:]) for s in stacks)


def interiors(f: Implementation) -> Iterator[Case]:
    """Yield cases without zeros, some of them again with an outcome impossible under all."""
    cases = simple(f.member.arity, f.member.joint, np.dtype(f.dtype).str)
    inside = [c for c in cases if c[0].shape[-1] > 1 and all((p > 0).all() for p in c)]
    yield from inside[:: max(1, len(inside) // FEW)]
    for case in inside[:2]:
        yield tuple(np.concatenate([p, np.zeros_like(p[..., :1])], axis=-1) for p in case)
    if f.member.arity == 2:
        yield inside[-1][0], inside[-1][0]


def check_repetition(f: Implementation, *ps: Array) -> str | None:
    """Check that a call gives the same bits again."""
    first, second = (float(number(f.call(f.func, f.name, *ps))) for _ in range(2))
    f.value(first)
    return None if first == second else f"{first}, then {second}"


def check_arguments(f: Implementation, *ps: Array) -> str | None:
    """Check that the arguments are left as they are."""
    f.call(f.func, f.name, *ps)
    given, fresh = f.convention.arguments(ps), f.convention.arguments(ps)
    f.value(number(run(f.func, given)))
    for changed, right in zip(given, fresh, strict=True):
        if not np.array_equal(as_array(changed), as_array(right)):
            return f"the function changes what it is given, to {as_array(changed).tolist()}"
    return None


def check_dtype(f: Implementation, *ps: Array) -> str | None:
    """Check that results are no narrower than arguments, and that single precision is taken."""
    bytes_ = np.dtype(f.dtype).itemsize
    f.value(f.result(*ps))
    found = number(f.result(*ps)).dtype
    if found.itemsize < bytes_:
        return f"a result of {found} for arguments of {np.dtype(f.dtype)}"
    if bytes_ <= 4 or callable(f.convention.takes):
        return None
    narrow = [p.astype(np.float32) for p in ps]
    return check_value(replace(f, dtype=np.dtype(np.float32), width="roundings"), *narrow)


def check_batch(f: Implementation, *stacks: Array) -> str | None:
    """Check that each row of a batch has the value that it has alone."""
    return _check_rows(f, stacks, as_array(_batched(f, *stacks)))


def check_axis(f: Implementation, *stacks: Array) -> str | None:
    """Check that outcomes may lie along the first axis."""
    moved = [np.moveaxis(s, -1, 0).copy() for s in stacks]
    return _check_rows(f, stacks, as_array(_batched(f, *moved, axis=0)))


def _batched(f: Implementation, *stacks: Array, **keywords: Any) -> Any:
    assert f.batched is not None
    name = f.name if f.batched is f.func else name_of(f.batched, "batched")
    return f.call(f.batched, name, *stacks, **keywords)


def _check_rows(f: Implementation, stacks: Case, results: Array) -> str | None:
    leading = stacks[0].shape[: -1 - f.member.joint]
    if results.shape != leading:
        return f"a result of shape {results.shape} for a batch of shape {leading}"
    for index in np.ndindex(leading):
        row, alone = f.value(results[index]), f(*(s[index] for s in stacks))
        if not equal(row, alone):
            return f"{row} in the batch at {list(index)}, {alone} alone"
    return None


def check_gradient(f: Implementation, *ps: Array) -> str | None:
    """Check the gradient along directions in which totals do not change.

    Those that divide by totals and those that do not agree there. By logs, the derivative by a mass
    is that by its logarithm over the mass.
    """
    assert f.gradient is not None
    exact = f.exact(*ps)
    slope = _slope(f, exact)
    if slope is None:
        return NO_CASE
    name = f"{name_of(f.gradient, 'gradient')}({f.name}, argnums={tuple(range(len(ps)))})"
    result = f.call(f.derivatives, name, *ps)
    found = [as_array(g) for g in (result if isinstance(result, tuple | list) else [result])]
    if f.convention.swapped:
        found.reverse()
    for p, g, right in zip(ps, found, f.exact_gradient(*ps), strict=True):
        if g.shape != p.shape:
            return f"a gradient of shape {g.shape} by an argument of shape {p.shape}"
        if np.isnan(g).any():
            raise NotFiniteError(f"NaN in the gradient {g.tolist()}")
        inside, top = p.ravel() > 0, int(np.argmax(p))
        by_mass = g.ravel() / np.where(inside, p.ravel(), 1) if _by_logs(f) else g.ravel()
        by_mass = by_mass.astype(np.float64)
        for i in np.flatnonzero(inside):
            expected = float(slope * (right[i] - right[top]))
            difference = float(by_mass[i] - by_mass[top])
            scale = max(1.0, abs(by_mass[i]), abs(by_mass[top]))
            if not abs(difference - expected) <= GRADIENT * f.eps * scale:
                return (
                    f"the derivative along outcome {i} less outcome {top} is {difference!r}, but "
                    f"{expected!r} is right"
                )
    return None


def _by_logs(f: Implementation) -> bool:
    return f.convention.takes == "logs"


def _slope(f: Implementation, exact: Any) -> Any:
    """Return the derivative of the implementation's value by ours; None where there is none.

    There is none at kinks, and of units that are functions of floats only.
    """
    to, one = f.convention.to, mpmath.mpf(1)
    with mpmath.workdps(DIGITS):
        try:
            if not isinstance(to(one), mpmath.mpf):
                return None
        except (TypeError, AttributeError):
            return None
        smooth = f.root == 1.0 and mpmath.almosteq(2 * to(one), to(2 * one))
        kink = exact == 0 and f.member.laws.metric_power == 1.0
        if kink or (not smooth and float(exact) < STEEP):
            return None
        step = mpmath.mpf(10) ** (-DIGITS // 3)
        return (to(exact + step) - to(exact - step)) / (2 * step) if exact else to(one)


def _takes_axis(f: Implementation) -> bool:
    if f.batched is None or f.member.joint:
        return False
    try:
        return "axis" in inspect.signature(f.batched).parameters
    except (TypeError, ValueError):  # a function that does not show its parameters
        return False


LAWS = (
    Law("repetition", "a call gives the same bits again", check_repetition, cases=few),
    Law("arguments", "arguments are left as they are", check_arguments, cases=few),
    Law("dtype", "results are as wide as arguments", check_dtype, cases=few, width="roundings"),
    Law(
        "batch",
        "a row of a batch has the value that it has alone",
        check_batch,
        lambda f: f.batched is not None,
        cases=batches,
    ),
    Law("axis", "outcomes may lie along another axis", check_axis, _takes_axis, cases=batches),
    Law(
        "gradient",
        "the gradient is the exact derivative",
        check_gradient,
        lambda f: f.gradient is not None,
        width="roundings",
        cases=interiors,
    ),
)
