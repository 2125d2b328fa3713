"""The registry of named pairs and the suites made of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gan.distributions import Cauchy, Laplace, Normal, NormalRing, VerticalSegment
from gan.networks import Stereographic
from gan.pairs import Pair
from gan.truth import DisjointSupports, Quadrature, half_lines, sinh_sinh, trapezoid

_LINE = Quadrature(trapezoid(-12, 18, 0.05))

_PAIRS = (
    *(Pair(f"normal-mu-{mu:g}", Normal(0, 1), Normal(mu, 1), _LINE) for mu in (0, 0.5, 1, 2, 4, 6)),
    Pair("laplace-normal", Laplace(0, 1), Normal(0, 1), Quadrature(half_lines(-4, 4.5, 0.02))),
    Pair(
        "cauchy-cauchy",
        Cauchy(0, 1),
        Cauchy(3, 2),
        Quadrature(sinh_sinh(4.2, 0.02)),
        Stereographic(),
    ),
    Pair(
        "ring-8",
        NormalRing(modes=8, radius=2, scale=0.2),
        Normal([0, 0], [1.5, 1.5]),
        Quadrature(trapezoid(-12.6, 12.6, 0.06)),
    ),
    Pair("parallel-lines", VerticalSegment(0), VerticalSegment(1), DisjointSupports()),
)

targets: Mapping[str, Pair] = MappingProxyType({pair.name: pair for pair in _PAIRS})
"""Every named pair, by name."""

suites: Mapping[str, Sequence[str]] = MappingProxyType({"quick": tuple(targets)})
"""Names of the pairs of each suite."""
