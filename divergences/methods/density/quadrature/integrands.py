"""Integrands as functions of log-densities: a value, the log of its scale, and its rounding error.

The value of the integrand is ``unit * exp(log_scale)``, so that densities as small as exp(-1e300)
do no harm. The term is homogeneous, T(e^a, e^b) = e^m T(e^(a-m), e^(b-m)), with m = max(a, b)
one of the arguments is one, and the other and their difference come from a - b alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from divergences.core import FDivergence
from divergences.methods.density.quadrature.double_exponential import EPS
from divergences.numerics.floats.normalised_pair import Pair

ROUNDINGS = 4.0  # of a log-density, beyond those that are in proportion to it


class Values(NamedTuple):
    """Values of an integrand, and bounds of their rounding errors, in units of exp(log_scale)."""

    unit: np.ndarray
    log_scale: np.ndarray
    noise: np.ndarray


class Integrand(ABC):
    """A function of the log-densities at a point."""

    homogeneous = True  # of degree one in the densities
    kinked = False  # where the first two densities cross

    @abstractmethod
    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return values for log-densities of shape (densities, points), known to `errors`."""


@dataclass(frozen=True)
class OfFDivergence(Integrand):
    """T(p, q) of an f-divergence."""

    member: FDivergence

    @property
    def kinked(self) -> bool:  # type: ignore[override]
        """Whether T is of first order in p - q."""
        return not self.member.smooth

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return T in units of the larger density."""
        return of_f_divergence(self.member, logs[0], logs[1], errors[0], errors[1])


@dataclass(frozen=True)
class OfMixture(Integrand):
    """sum_j w_j T(p_j, m) of an f-divergence, with m = sum_j w_j p_j."""

    member: FDivergence
    weights: np.ndarray

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return the mean in units of the mixture."""
        weighted = logs + np.log(self.weights)[:, None]
        top = np.max(weighted, axis=0)
        dead = top == -inf
        with np.errstate(all="ignore"):
            shares = np.exp(weighted - top)
            mixture = np.where(dead, -inf, top + np.log(np.sum(shares, axis=0)))
            error = np.max(np.where(weighted == -inf, 0.0, errors), axis=0) + 2.0 * EPS
            unit, noise = np.zeros_like(top), np.zeros_like(top)
            for log, own, weight in zip(logs, errors, self.weights, strict=True):
                part = of_f_divergence(self.member, log, mixture, own, error)
                scale = np.where(dead, 0.0, np.exp(part.log_scale - mixture))
                unit, noise = unit + weight * scale * part.unit, noise + weight * scale * part.noise
        return Values(unit, mixture, noise)


class OfMass(Integrand):
    """p itself."""

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return one, in units of p."""
        present = logs[0] > -inf
        return Values(np.where(present, 1.0, 0.0), logs[0], np.where(present, errors[0], 0.0))


@dataclass(frozen=True)
class OfCrossEntropy(Integrand):
    """-p log q, with q the second density, or p itself."""

    homogeneous = False

    def __call__(self, logs: np.ndarray, errors: np.ndarray) -> Values:
        """Return -log q in units of p."""
        log_p, log_q = logs[0], logs[-1]
        absent = log_p == -inf
        unit = np.where(absent, 0.0, -log_q)
        with np.errstate(over="ignore"):
            noise = errors[0] * np.abs(unit) + errors[-1]
        return Values(unit, log_p, np.where(absent, 0.0, noise))


def of_f_divergence(
    member: FDivergence, a: np.ndarray, b: np.ndarray, error_a: np.ndarray, error_b: np.ndarray
) -> Values:
    """Return T(e^a, e^b) in units of the larger, and what errors of a and b do to it."""
    dead = (a == -inf) & (b == -inf)
    with np.errstate(all="ignore"):
        log_ratio = np.where(dead, 0.0, a - b)
        size = np.abs(log_ratio)
        # Ratios past exp(700) are shared between both, so that neither leaves the range of floats.
        shift = np.where(size < 1400.0, np.maximum(size - 700.0, 0.0), 0.0)
        greater, lesser = np.exp(shift), np.exp(shift - size)
        gap = -np.expm1(-size) * greater
        above = log_ratio >= 0.0
        p, q = np.where(above, greater, lesser), np.where(above, lesser, greater)
        pair = Pair(p, q, np.where(above, gap, -gap), log_ratio)
        unit = member.terms(pair, np)
        by_p, by_q = member.gradients(pair, np)
        by_p, by_q = np.where(p > 0, np.abs(p * by_p), 0.0), np.where(q > 0, np.abs(q * by_q), 0.0)
        noise = by_p * error_a + by_q * error_b + lesser * (error_a + error_b) ** 2
        noise = noise + 4.0 * EPS * np.abs(unit)
    scale = np.maximum(a, b) - shift
    nan = np.isnan(a) | np.isnan(b)
    unit = np.where(dead, 0.0, np.where(nan, np.nan, unit))
    return Values(unit, scale, np.where(dead, 0.0, noise))


def rounding(log: np.ndarray) -> np.ndarray:
    """Return how wrong a log-density may be that is computed with care: a few of its own ulps."""
    return EPS * (ROUNDINGS + np.abs(np.where(np.isinf(log), 0.0, log)))
