"""Named pairs: those of the quick suite, further ones, and hard ones."""

from math import log
from typing import cast

import numpy as np

import divergences as dv
from gan.config import Effort
from gan.distributions import Distribution, Family, VerticalSegment
from gan.mixtures import NormalMixture
from gan.named import NAMED
from gan.networks import Fourier, Stereographic
from gan.pairs import Pair
from gan.plane import Bend, Box, Checkerboard, Image, Map, Rotation, grid_25, moons, swiss_roll
from gan.shapes import Beta, Gamma, Student
from gan.truth import true_js


def _normal(loc: float, scale: float) -> Family:
    return Family(dv.Normal(loc, scale))


def _shift(dim: int) -> Pair:
    """Return normals in `dim` dimensions at a Mahalanobis distance of 2."""
    step = 2 / dim**0.5
    p, q = (Family(dv.DiagonalNormal([mean] * dim, [1] * dim)) for mean in (0, step))
    return Pair(f"normal-{dim}d", p, q)


def _padded(dim: int) -> Pair:
    """Return N(0, 1) and N(2, 1), and beside them coordinates that tell nothing."""
    rest = [0] * (dim - 1)
    p, q = (Family(dv.DiagonalNormal([mean, *rest], [1] * dim)) for mean in (0, 2))
    return Pair(f"padded-{dim}d", p, q)


def _covariance(dim: int) -> Pair:
    """Return normals whose first two coordinates are correlated in one of two ways."""
    sides = []
    for correlation in (0.8, -0.5):
        matrix = np.eye(dim)
        matrix[0, 1] = matrix[1, 0] = correlation
        sides.append(Family(dv.MultivariateNormal([0] * dim, matrix)))
    return Pair(f"covariance-{dim}d", *sides)


def _mapped(name: str, pair: Pair, *maps: Map) -> Pair:
    """Return the images of both sides by the same maps, whose JS is that of the pair."""
    p, q = cast(Distribution, pair.p), cast(Distribution, pair.q)
    for by in maps:
        p, q = Image(p, by), Image(q, by)
    return Pair(name, p, q, exact=lambda: pair.js)


def _on_grid(name: str, p: Distribution, q: Distribution, effort: Effort | None = None) -> Pair:
    """Return a pair of mixtures of many normals, whose JS the trapezoidal rule knows."""
    return Pair(name, p, q, effort=effort, exact=lambda: true_js(p, q).value)


QUICK = (
    *(
        Pair(f"normal-mu-{mu:g}", NAMED["normal"], Family(dv.Normal(mu, 1)))
        for mu in (0, 0.5, 1, 2, 4, 6)
    ),
    Pair("laplace-normal", NAMED["laplace"], NAMED["normal"]),
    Pair("cauchy-cauchy", NAMED["cauchy"], Family(dv.Cauchy(3, 2)), Stereographic()),
    Pair("ring-8", NAMED["ring-8"], Family(dv.DiagonalNormal([0, 0], [1.5, 1.5]))),
    Pair("parallel-lines", VerticalSegment(0), VerticalSegment(1), disjoint=True),
    Pair(
        "mixture-mixture",
        NAMED["mixture"],
        NormalMixture([[0], [3]], [1, 0.5], [0.6, 0.4]),
    ),
    Pair("student-normal", NAMED["student"], NAMED["normal"], Stereographic()),
    Pair("gamma-exponential", NAMED["gamma"], Gamma(1, 2)),
    Pair("beta-beta", NAMED["beta"], Beta(3, 2)),
    Pair("beta-mirrored", Beta(1, 4), Beta(4, 1)),
    Pair(
        "covariance-2d",
        Family(dv.MultivariateNormal([0, 0], [[1, 0.8], [0.8, 1]])),
        Family(dv.MultivariateNormal([0, 0], [[1, -0.5], [-0.5, 1]])),
    ),
    Pair(
        "normal-16d",
        Family(dv.DiagonalNormal([0] * 16, [1] * 16)),
        Family(dv.DiagonalNormal([0.5] * 16, [1] * 16)),
    ),
)

_RING, _EIGHT = NAMED["ring-8"], NormalMixture.ring(8, radius=2, scale=0.2)
_TURNED = Image(_EIGHT, Rotation(np.pi / 8))

FURTHER = (
    *(Pair(f"normal-mu-{mu:g}", _normal(0, 1), _normal(mu, 1)) for mu in (0.1, 3)),
    *(Pair(f"normal-scale-{s:g}", _normal(0, 1), _normal(0, s)) for s in (0.5, 2, 5)),
    Pair("normal-both", _normal(0, 1), _normal(1, 0.5)),
    Pair("laplace-laplace", NAMED["laplace"], Family(dv.Laplace(1, 1))),
    Pair("laplace-scale", NAMED["laplace"], Family(dv.Laplace(0, 2))),
    Pair("cauchy-scale", NAMED["cauchy"], Family(dv.Cauchy(0, 3)), Stereographic()),
    Pair("cauchy-normal", NAMED["cauchy"], _normal(0, 1), Stereographic()),
    Pair("student-student", Student(1), Student(2), Stereographic()),
    Pair("student-cauchy", Student(1), NAMED["cauchy"], Stereographic()),
    Pair("mixture-normal", NAMED["mixture"], _normal(0.1, 1.6)),
    Pair("mixture-apart", NAMED["mixture"], NormalMixture([[-6], [6]], [1, 1], [0.5, 0.5])),
    Pair("mixture-weights", NAMED["mixture"], NormalMixture([[-2], [1]], [0.5, 1], [0.7, 0.3])),
    Pair("gamma-gamma", Gamma(3, 1), NAMED["gamma"]),
    Pair("gamma-scale", NAMED["gamma"], Gamma(2, 2)),
    Pair("exponential-exponential", NAMED["exponential"], Gamma(1, 3)),
    Pair("beta-uniform", NAMED["beta"], Beta(1, 1)),
    Pair("beta-narrow", Beta(5, 2), Beta(2, 5)),
    Pair(
        "mixture-2d",
        NormalMixture([[-1, 0], [1, 1]], 0.5, 0.5),
        Family(dv.DiagonalNormal([0, 0.5], [1, 1])),
    ),
    Pair("ring-8-wide", _RING, NormalMixture.ring(8, radius=2, scale=0.4)),
    _on_grid("ring-8-turned", _RING, _TURNED),
    _on_grid(
        "ring-8-missing", _RING, NormalMixture(NormalMixture.ring(8, 2, 0.2).means[:7], 0.2, 1 / 7)
    ),
    _on_grid("moons", *moons()),
    *(_shift(dim) for dim in (2, 4, 64)),
    *(_padded(dim) for dim in (2, 4, 16, 64)),
    *(_covariance(dim) for dim in (4, 16, 64)),
    _mapped("normal-2d-rotated", _shift(2), Rotation(1.0)),
    _mapped("normal-2d-bent", _shift(2), Bend(0.5)),
    _mapped("normal-2d-bent-rotated", _shift(2), Bend(0.5), Rotation(1.0)),
    _mapped("covariance-2d-rotated", QUICK[-2], Rotation(0.5)),
    Pair("parallel-lines-far", VerticalSegment(0), VerticalSegment(10), disjoint=True),
    Pair("squares", Box([0, 0], [1, 1]), Box([1.5, 0], [2.5, 1]), disjoint=True),
    Pair("cubes-4d", Box([0] * 4, [1] * 4), Box([1.2] * 4, [2.2] * 4), disjoint=True),
    Pair("intervals", Box([0], [1]), Box([1.5], [2.5]), disjoint=True),
)

_WIDE = Effort(width=128, batch=987, steps=8000)

HARD = (
    # Of 377 points of a batch, one in eighty lies where both sides have mass.
    Pair(
        "normal-mu-8",
        _normal(0, 1),
        _normal(8, 1),
        effort=Effort(width=64, batch=987, steps=8000),
    ),
    Pair(
        "checkerboard",
        Checkerboard(),
        Box([0, 0], [4, 4]),
        Fourier(np.pi, (1, 3, 5, 7)),
        effort=_WIDE,
        exact=lambda: 0.75 * log(4 / 3),
    ),
    Pair(
        "grid-25",
        grid_25(),
        NormalMixture(grid_25().means, (1 + 0.05**2) ** 0.5, 1 / 25),
        Fourier(np.pi, (1, 2, 4, 8)),
        effort=_WIDE,
    ),
    _on_grid("swiss-roll", swiss_roll(), NormalMixture([[0, 0]], 1.5, 1.0), effort=_WIDE),
)
