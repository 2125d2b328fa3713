"""The registry of named pairs and the suites made of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gan.distributions import Cauchy, Laplace, Normal, VerticalSegment
from gan.mixtures import CorrelatedNormal, NormalMixture
from gan.networks import Stereographic
from gan.pairs import Pair
from gan.shapes import Beta, Gamma, Student

_PAIRS = (
    *(Pair(f"normal-mu-{mu:g}", Normal(0, 1), Normal(mu, 1)) for mu in (0, 0.5, 1, 2, 4, 6)),
    Pair("laplace-normal", Laplace(0, 1), Normal(0, 1)),
    Pair("cauchy-cauchy", Cauchy(0, 1), Cauchy(3, 2), Stereographic()),
    Pair("ring-8", NormalMixture.ring(8, radius=2, scale=0.2), Normal([0, 0], [1.5, 1.5])),
    Pair("parallel-lines", VerticalSegment(0), VerticalSegment(1), disjoint=True),
    Pair(
        "mixture-mixture",
        NormalMixture([[-2], [1]], [0.5, 1], [0.3, 0.7]),
        NormalMixture([[0], [3]], [1, 0.5], [0.6, 0.4]),
    ),
    Pair("student-normal", Student(1), Normal(0, 1), Stereographic()),
    Pair("gamma-exponential", Gamma(2, 1), Gamma(1, 2)),
    Pair("beta-beta", Beta(2, 3), Beta(3, 2)),
    Pair("beta-mirrored", Beta(1, 4), Beta(4, 1)),
    Pair(
        "covariance-2d",
        CorrelatedNormal([0, 0], [[1, 0.8], [0.8, 1]]),
        CorrelatedNormal([0, 0], [[1, -0.5], [-0.5, 1]]),
    ),
    Pair("normal-16d", Normal([0] * 16, [1] * 16), Normal([0.5] * 16, [1] * 16)),
)

targets: Mapping[str, Pair] = MappingProxyType({pair.name: pair for pair in _PAIRS})
"""Every named pair, by name."""

suites: Mapping[str, Sequence[str]] = MappingProxyType({"quick": tuple(targets)})
"""Names of the pairs of each suite."""
