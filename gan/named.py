"""Distributions by name, of which pairs and games are made."""

from collections.abc import Mapping
from types import MappingProxyType

import divergences as dv
from gan.distributions import Distribution, Family
from gan.mixtures import NormalMixture
from gan.shapes import Beta, Gamma, Student

NAMED: Mapping[str, Distribution] = MappingProxyType(
    {
        "normal": Family(dv.Normal(0, 1)),
        "laplace": Family(dv.Laplace(0, 1)),
        "cauchy": Family(dv.Cauchy(0, 1)),
        "student": Student(1),
        "exponential": Gamma(1, 1),
        "gamma": Gamma(2, 1),
        "beta": Beta(2, 3),
        "mixture": NormalMixture([[-2], [1]], [0.5, 1], [0.3, 0.7]),
        "ring-8": NormalMixture.ring(8, radius=2, scale=0.2),
    }
)
"""Every named distribution, by name."""
