"""Points where derivatives are checked, on every library that has them, and how far off one is."""

import mpmath
import numpy as np

from divergences.testing import oracle
from divergences.testing.regions import JOINT_REGIONS, REGIONS, unit
from tests.together import MEASURES

ULPS = 8.0
EPS = 2.0**-52
INSIDE = ("generic", "close", "near_uniform", "near_certain", "wide", "nearly_disjoint")
INSIDE_JOINT = ("dependent", "nearly_independent", "nearly_determined")
BOTH = ("probabilities", "logits")


def moderate(p):
    """Masses down to 1e-30 rather than 1e-300: slopes grow with their quotients."""
    return unit(p ** np.where(p < 1e-30, 0.1, 1.0))


def draws(member, kind, count=4):
    """Points inside the simplex: a list of arrays, in batches, for each argument of the member."""
    rng = np.random.default_rng(5)
    points = []
    for name in INSIDE_JOINT if member.joint else INSIDE:
        for _ in range(count):
            drawn = [JOINT_REGIONS[name](rng, (2, 3))] if member.joint else REGIONS[name](rng, 5)
            points.append([moderate(p) for p in drawn[: member.arity]])
    batches = [np.stack(side) for side in zip(*points, strict=True)]
    return [np.log(x) for x in batches] if kind == "logits" else batches


def not_smooth(member, xs):
    """Whether the point is a kink of the member: |p - q| at p = q."""
    return member.name == "total_variation_distance" and np.any(xs[0] == xs[1])


def limit(member, ps, side, index):
    """Return the limit of a derivative by a mass that vanishes, infinities included."""
    slopes = []
    direction = [np.zeros_like(p) for p in ps]
    direction[side][index] = 1.0
    for mass in (1e-40, 1e-80):
        near = [p.copy() for p in ps]
        near[side][index] = mass
        slopes.append(oracle.derivative(member.functional, tuple(near), tuple(direction)))
    change = float(slopes[1] - slopes[0])
    return float(slopes[1]) if abs(change) < 1e-6 else np.copysign(np.inf, change)


def units(member, kind, found, xs):
    """How far the gradients `found` are off, in units in the last place of the largest entry."""
    measures = [MEASURES[kind](x) for x in xs]
    exact = oracle.gradient(member.functional, *measures)
    value = float(oracle.value(member.functional, *measures))
    errors = []
    for got, true, x in zip(found, exact, xs, strict=True):
        with mpmath.workdps(50):
            gaps = [abs(mpmath.mpf(float(g)) - t) for g, t in zip(np.ravel(got), true, strict=True)]
        # Slopes are projected: their mean, about the value itself per unit of mass, is
        # subtracted. The largest entry is that of the slopes before.
        mean = value / np.sum(x) if kind == "probabilities" else value * np.exp(np.max(x))
        scale = float(max(abs(t) for t in true)) + mean
        if (member.name, kind) == ("cross_entropy", "logits"):
            scale += 1.0  # q - p, of masses that are each rounded
        errors.append(float(max(gaps)) / (EPS * scale) if scale else float(max(gaps)))
    return max(errors)
