"""Pairs of densities on which integrals go wrong, and their JS in forty digits."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import divergences as dv


def hard_pairs() -> dict[str, tuple[Any, ...]]:
    """Return pairs on which integrals go wrong, and their JS where trapezoids do not tell."""
    spike = dv.Mixture([dv.Normal(0, 1), dv.Normal(6, 1e-4)], [0.9, 0.1])
    return {
        "N(0, 1) and N(20, 1)": (dv.Normal(0, 1), dv.Normal(20, 1)),
        "N(0, 1) and N(0, 1 + 1e-6)": (
            dv.Normal(0, 1),
            dv.Normal(0, 1 + 1e-6),
            nearly_equal_normals(1 + 1e-6),
        ),
        "N(0, 1) and N(1000, 1)": (dv.Normal(0, 1), dv.Normal(1000, 1), log(2)),  # less e^-125000
        "Student and a spike beside a normal": (
            dv.StudentT(1.5),
            spike,
            student_and_spike(),
        ),
        "Cauchy(0, 1e-3) and Cauchy(0, 1e3)": (dv.Cauchy(0, 1e-3), dv.Cauchy(0, 1e3)),
        "Beta(0.1, 0.1) and Beta(5, 5)": (dv.Beta(0.1, 0.1), dv.Beta(5, 5)),
        "lognormals of widths 0.1 and 4": (dv.LogNormal(0, 0.1), dv.LogNormal(2, 4)),
        "Laplace and uniform": (dv.Laplace(0.3, 1), dv.Uniform(-1, 2)),
        "Gamma(0.05) and exponential": (
            dv.Gamma(0.05, 1),
            dv.Exponential(1),
            gamma_and_exponential(),
        ),
    }


def nearly_equal_normals(scale: float) -> float:
    """Return JS of N(0, 1) and N(0, scale^2)."""
    from mpmath import mpf, npdf

    ends = [-14, -8, -4, -2, -1, 0, 1, 2, 4, 8, 14]
    return in_forty_digits(npdf, lambda x: npdf(x, 0, mpf(scale)), ends)


def student_and_spike() -> float:
    """Return JS of Student's t with 1.5 degrees of freedom and 0.9 N(0, 1) + 0.1 N(6, 1e-8)."""
    from mpmath import beta, mpf, npdf, sqrt
    from mpmath import inf as infinity

    nu, weight, width = mpf(1.5), mpf(0.1), mpf(1e-4)

    def student(x: Any) -> Any:
        return (1 + x * x / nu) ** (-(nu + 1) / 2) / (sqrt(nu) * beta(mpf(0.5), nu / 2))

    def spiked(x: Any) -> Any:
        return mpf(0.9) * npdf(x) + weight * npdf(x, 6, width)

    spike = [6 + k * width for k in (-16, -8, -5, -3, -1, 0, 1, 3, 5, 8, 16)]
    ends = [-infinity, -1000, -50, -10, -5, -2, 0, 2, 4, 5.5, 5.99, *spike]
    return in_forty_digits(student, spiked, [*ends, 6.01, 6.5, 8, 10, 50, 1000, infinity])


def gamma_and_exponential() -> float:
    """Return JS of Gamma(0.05) and the exponential distribution, from densities of log x."""
    from mpmath import exp, gamma, mpf

    shape = mpf(0.05)
    ends = [-3000, -1000, -300, -100, -30, -10, -3, -1, 0, 1, 2, 3, 5, 7]
    return in_forty_digits(
        lambda u: exp(shape * u - exp(u)) / gamma(shape), lambda u: exp(u - exp(u)), ends
    )


def in_forty_digits(p: Callable[..., Any], q: Callable[..., Any], ends: list[Any]) -> float:
    """Return JS of two densities in the arithmetic of mpmath."""
    from mpmath import log as log_
    from mpmath import quad as quad_
    from mpmath import workdps

    def share(a: Any, b: Any) -> Any:
        return a * log_(2 * a / (a + b)) / 2 if a else a

    with workdps(40):
        value: Any = quad_(lambda x: share(p(x), q(x)) + share(q(x), p(x)), ends)
        return float(value)
