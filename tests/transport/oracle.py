"""Definitions of distances of weighted points in high precision, the floats taken as exact."""

from fractions import Fraction

import mpmath

DIGITS = 60


def shares(points, masses=None):
    """Return (point, mass) pairs of total mass one; fractions, so that equal levels stay equal."""
    masses = [1] * len(points) if masses is None else masses
    exact = [Fraction(float(m)) for m in masses]
    return [(mpmath.mpf(float(x)), m / sum(exact)) for x, m in zip(points, exact, strict=True)]


def value(functional, x, y, a=None, b=None):
    """Return the functional of x with masses a and y with masses b, as a float."""
    with mpmath.workdps(DIGITS):
        return float(functional.definition(mpmath.mp, shares(x, a), shares(y, b)))
