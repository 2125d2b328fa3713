"""How an estimate is shown: as text, by a format specification, and in HTML."""

from __future__ import annotations

import re
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from divergences.numerics.runtime.namespace import is_traced

if TYPE_CHECKING:
    from divergences.core.estimate import Estimate

DIGITS = 2  # of a standard error, to which the value is rounded
UNKNOWN = 6  # digits of a value whose error is not known
FIXED = range(-5, 16)  # powers of ten of numbers that are written without one
MANY = 8  # elements from which an array is cut short
WIDTH, HEIGHT, MARGIN = 240, 16, 8  # of the bar, in pixels
UNSET = re.compile(r"\w+=(?:None|'none'), |(?:, )?\w+=(?:None|'none')")  # settings left as they are


def short(estimate: Estimate) -> str:
    """Return value, standard error and unit."""
    return _with_unit(_numbers(estimate, ""), estimate.unit)


def full(estimate: Estimate) -> str:
    """Return the same with the method, what is certain, and how many observations there were."""
    return f"{short(estimate)} ({'; '.join(_circumstances(estimate))})"


def by(estimate: Estimate, specification: str) -> str:
    """Return the text by a format specification, of the numbers or of the text."""
    if specification[-1:] in {*"eEfFgGn%"}:
        return _with_unit(_numbers(estimate, specification), estimate.unit)
    return format(short(estimate), specification)


def html(estimate: Estimate) -> str:
    """Return value, the interval as a bar, circumstances and warnings."""
    from html import escape

    rows = [f"<strong>{escape(short(estimate))}</strong>", *_bar(estimate)]
    rows.append(f"<small>{escape('; '.join(_circumstances(estimate)))}</small>")
    rows += [f'<small role="note">⚠ {escape(warning)}</small>' for warning in estimate.warnings]
    return "".join(f"<div>{row}</div>" for row in rows)


def _with_unit(numbers: str, unit: str) -> str:
    return f"{numbers} {unit}" if unit else numbers


def _numbers(estimate: Estimate, specification: str) -> str:
    """Return the value, or all of them, each with its standard error."""
    value, error = estimate.value, estimate.standard_error
    if is_traced(value) or is_traced(error):
        return str(value)
    values = np.asarray(value)
    errors = np.broadcast_to(np.nan if error is None else np.asarray(error, float), values.shape)
    exact = error is None and estimate.error_bound is not None

    def one(v: Any, e: Any) -> str:
        if not specification:
            return repr(float(v)) if exact else _rounded(float(v), float(e))
        shown = format(v.item(), specification)
        return shown if np.isnan(e) else f"{shown} ± {format(e.item(), specification)}"

    shown = np.empty(values.shape, dtype=object)
    for i in np.ndindex(values.shape):
        shown[i] = one(values[i], errors[i])
    if not values.ndim:
        return shown.item()
    return np.array2string(
        shown, formatter={"all": str}, separator=", ", threshold=MANY, max_line_width=100
    )


def _rounded(value: float, error: float) -> str:
    """Return value ± error, both to two digits of the error."""
    if not (isfinite(value) and isfinite(error) and error > 0.0):
        shown = f"{value:.{UNKNOWN}g}"
        return shown if np.isnan(error) else f"{shown} ± {error:.{DIGITS}g}"
    exponent = floor(log10(max(abs(value), error)))
    scale = 0 if exponent in FIXED else exponent
    decimals = max(0, DIGITS - 1 - floor(log10(error)) + scale)
    shown = " ± ".join(f"{x / 10.0**scale:.{decimals}f}" for x in (value, error))
    return shown if not scale else f"({shown})e{scale:+03d}"


def _circumstances(estimate: Estimate) -> list[str]:
    """Return the method, certain bounds, numbers of observations, and how many warnings."""
    found = [UNSET.sub("", estimate.method).replace("()", "")]
    bound = estimate.error_bound
    if bound is not None and not is_traced(bound):
        found.append(f"error at most {_at_least(float(np.max(bound, initial=0.0)))}")
    if estimate.n:
        found.append("n = " + ", ".join(map(_count, estimate.n)))
    number = len(estimate.warnings)
    if number:
        found.append(f"{number} warning{'s' if number > 1 else ''}")
    return found


def _at_least(bound: float) -> str:
    """Return a number rounded up."""
    from decimal import ROUND_CEILING, Context

    return f"{Context(prec=DIGITS, rounding=ROUND_CEILING).create_decimal(bound):g}"


def _count(n: Any) -> str:
    """Return a number of observations, or the least and the greatest of a batch."""
    least, greatest = (f"{float(x):.15g}" for x in (np.min(n), np.max(n)))
    return least if least == greatest else f"{least} to {greatest}"


def _bar(estimate: Estimate) -> list[str]:
    """Return the 95 % interval of a number as a picture and as text, if it is finite."""
    if np.ndim(estimate.value) or is_traced(estimate.value) or estimate.interval is None:
        return []
    low, high = map(float, estimate.interval)
    text = f"95 % interval {low:.4g} to {high:.4g}"
    if estimate.error_bound is not None:
        text = f"certainly between {low:.15g} and {high:.15g}"
    value = float(estimate.value)
    if not (isfinite(low) and isfinite(high) and isfinite(value)):
        return [f"<small>{text}</small>"]
    ends = [min(low, value), max(high, value)]
    span = (ends[1] - ends[0]) or 1.0
    if -span <= ends[0] and ends[1] <= 2.0 * span:  # zero is near, and worth seeing
        ends = [min(ends[0], 0.0), max(ends[1], 0.0)]
    scale = (WIDTH - 2 * MARGIN) / ((ends[1] - ends[0]) or 1.0)

    def x(number: float) -> str:
        return f"{MARGIN + (number - ends[0]) * scale:.1f}"

    middle = HEIGHT // 2
    zero = ends[0] <= 0.0 <= ends[1]
    tick = f'<path d="M{x(0.0)} 0V{HEIGHT}" stroke-dasharray="2"/>' if zero else ""
    picture = (
        f'<svg role="img" aria-label="{text}" width="{WIDTH}" height="{HEIGHT}" '
        'stroke="currentColor" fill="currentColor">'
        f"<title>{text}</title>{tick}"
        f'<path d="M{x(low)} {middle}H{x(high)}" stroke-width="3"/>'
        f'<circle cx="{x(value)}" cy="{middle}" r="4"/></svg>'
    )
    return [picture, f"<small>{text}</small>"]
