"""Quantities of one order a: integrands of p^a q^(1-a) and p^a, and the sums that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from divergences.core.alpha_term import AlphaTerm
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.methods.density.quadrature.integrands import Integrand, Values, of_f_divergence
from divergences.numerics.special.alpha_term import expm1_over
from divergences.numerics.special.order_sums import HellingerIntegral, PowerSum

STEEP = 100.0  # e-folds of p^a q^(1-a) over the larger mass past which it might overflow


@dataclass(frozen=True)
class OfAlphaTerm(Integrand):
    """T(p, q) of one order, which may be larger than both densities by any factor."""

    order: float

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return T in units of the larger density, or of p^a q^(1-a) where that may overflow."""
        with np.errstate(all="ignore"):
            return self._values(logs, errors)

    def _values(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        found = of_f_divergence(AlphaTerm(self.order), logs[0], logs[1], errors[0], errors[1])
        parts = _steep(self.order, logs[0] - logs[1], errors)
        mirrored = _steep(1.0 - self.order, logs[1] - logs[0], errors[::-1])
        unit, log_scale, noise = found
        for (there, *steep), major in ((parts, logs[0]), (mirrored, logs[1])):
            unit, noise = np.where(there, steep[0], unit), np.where(there, steep[2], noise)
            log_scale = np.where(there, major + steep[1], log_scale)
        return Values(unit, log_scale, noise)


def _steep(b: float, y: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return where T of a greater mass of power b is steep, and there T, its scale and its noise.

    The lesser mass is exp(-y) of the greater. T over the greater is (E - 1 + exp(-y)) / b with
    E = (exp(c y) - 1) / c and c = b - 1; for b <= 1/2 that is 1/(1 - b), to far below a rounding.
    """
    there = (max(b, 1.0) * y > STEEP) & (y < inf)
    y, c = np.where(there, y, STEEP), b - 1.0
    if b <= 0.5:
        unit = np.full_like(y, 1.0 / (1.0 - b))
        return there, unit, np.zeros_like(y), unit * errors[0]
    scale = np.maximum(c * y, 0.0)
    rise, least = expm1_over(-np.asarray(c), y, np), -np.expm1(-y)
    if c <= 0.0:
        rise, falling = expm1_over(np.asarray(c), y, np), np.exp(c * y)
    else:
        least, falling = least * np.exp(-scale), np.ones_like(y)
    return there, (rise - least) / b, scale, rise * errors[0] + falling / b * errors[1]


@dataclass(frozen=True)
class OfMissing(Integrand):
    """q where p is zero."""

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return one, in units of q."""
        missing = (logs[0] == -inf) & (logs[1] > -inf)
        return Values(np.where(missing, 1.0, 0.0), logs[1], np.where(missing, errors[1], 0.0))


@dataclass(frozen=True)
class OfTsallis(Integrand):
    """(p^a - p) / (1 - a), which for a = 1 is -p log p."""

    order: float
    homogeneous = False

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return the quotient in units of p, or of p^a where the quotient may overflow."""
        absent = logs[0] == -inf
        length, b = np.where(absent, 0.0, -logs[0]), np.asarray(1.0 - self.order)
        steep = b * length > 1.0
        near = expm1_over(b, np.where(steep, 0.0, length), np)
        unit = np.where(steep, expm1_over(-b, np.where(steep, length, 0.0), np), near)
        scale = np.where(steep, (b - 1.0) * length, logs[0])
        with np.errstate(over="ignore"):
            noise = errors[0] * ((1.0 + abs(self.order)) * np.abs(unit) + 1.0)
        return Values(
            np.where(absent, 0.0, unit),
            np.where(absent, -inf, scale),
            np.where(absent, 0.0, noise),
        )


@dataclass(frozen=True)
class OfPowers(Integrand):
    """The product of powers of the densities, over exp(shift); zero where one of them is."""

    exponents: tuple[float, ...]
    shift: float = 0.0
    homogeneous = False

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return one, in units of the integrand."""
        exponents = np.asarray(self.exponents)[:, None]
        absent = np.any(logs == -inf, axis=0)
        scale = np.sum(exponents * np.where(absent, 0.0, logs), axis=0) - self.shift
        noise = np.sum(np.abs(exponents) * errors, axis=0)
        return Values(
            np.where(absent, 0.0, 1.0),
            np.where(absent, -inf, scale),
            np.where(absent, 0.0, noise),
        )


class Carried(NamedTuple):
    """A value with the error that those of the sums it comes from amount to."""

    value: float
    error: float


Sum = tuple[float, float]  # a sum, and its error


def of_two(
    member: OrderDivergence, order: float, alpha_term: Sum, missing: Sum, overlap: Sum
) -> Carried:
    """Return a quantity of two distributions from its sums."""

    def value(sign: float) -> float:
        moved = [_moved(x, sign) for x in (alpha_term, missing, overlap)]
        sums = HellingerIntegral(moved[0], np.zeros(()), moved[1], moved[2])
        return float(member.value(sums, np.asarray(order), np))

    return _carried(value)


def of_one(member: OrderEntropy, order: float, tsallis: Sum, log_sum: Sum) -> Carried:
    """Return an entropy from its sums."""

    def value(sign: float) -> float:
        sums = PowerSum(_moved(tsallis, sign), _moved(log_sum, sign))
        return float(member.value(sums, np.asarray(order), np))

    return _carried(value)


def range_of(member: OrderDivergence, order: float) -> tuple[float, float]:
    """Return the range of a divergence, which for negative orders may be negative."""
    return member.laws.bounds if order >= 0.0 else (-inf, inf)


def _moved(x: Sum, sign: float) -> np.ndarray:
    return np.asarray(x[0] if sign == 0.0 else x[0] + sign * x[1])


def _carried(value: Callable[[float], float]) -> Carried:
    """Return the value, and how far it moves when all sums move by their errors."""
    with np.errstate(all="ignore"):
        here = value(0.0)
        ends = [value(sign) for sign in (-1.0, 1.0)]
        return Carried(here, max(abs(end - here) for end in ends) if abs(here) < inf else 0.0)
