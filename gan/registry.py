"""The registry of named pairs and the suites made of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gan.named_pairs import FURTHER, HARD, QUICK
from gan.pairs import Pair

targets: Mapping[str, Pair] = MappingProxyType(
    {pair.name: pair for pair in (*QUICK, *FURTHER, *HARD)}
)
"""Every named pair, by name."""

suites: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "quick": tuple(pair.name for pair in QUICK),
        "full": tuple(targets),
        "hard": (*(pair.name for pair in HARD), "ring-8", "normal-64d"),
    }
)
"""Names of the pairs of each suite."""
