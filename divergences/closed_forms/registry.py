"""Which closed form serves which pair of families: one entry each, the nearest by type wins.

The kinds of quantity and what their functions take:

================== ============================================================
``"kl"``           (p, q): KL(P‖Q)
``"entropy"``      (p, p): the entropy of P
``"cross_entropy"``(p, q): the mean of -log q under P
``"order_divergence"``        (p, q, a): R(a) = log(integral of p^a q^(1-a)) / (a (a - 1))
``"order_entropy"``(p, p, a): log(integral of p^a) / (1 - a)
``"js"``           (p, q): the Jensen-Shannon divergence with equal weights
``"wasserstein"``  (p, q, order): the distance W_order
================== ============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

from divergences.measures.distribution import Distribution
from divergences.numerics.typing import Array

Family = type[Distribution]

KINDS = ("kl", "entropy", "cross_entropy", "order_divergence", "order_entropy", "js", "wasserstein")


class Entry(NamedTuple):
    """A closed form, and the condition on parameters under which it holds (None: always)."""

    function: Callable[..., Array]
    holds: Callable[..., bool] | None = None


_ENTRIES: dict[tuple[str, Family, Family], Entry] = {}


def register(
    kind: str, p: Family, q: Family, holds: Callable[..., bool] | None = None
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Enter the decorated function for a pair of families (both the same for one distribution).

    Raises
    ------
    ValueError
        If the kind is unknown, or the pair already has an entry.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; it is one of {', '.join(KINDS)}.")
    key = (kind, p, q)
    if key in _ENTRIES:
        raise ValueError(f"{kind} of {p.__name__} and {q.__name__} is registered already.")

    def enter(function: Callable[..., Array]) -> Callable[..., Array]:
        _ENTRIES[key] = Entry(function, holds)
        return function

    return enter


def lookup(kind: str, p: Family, q: Family) -> Entry | None:
    """Return the entry of the nearest ancestors of two families, the first one's nearest first."""
    mros = [enumerate(c for c in f.__mro__ if issubclass(c, Distribution)) for f in (p, q)]
    near = sorted(product(*mros), key=lambda pair: (pair[0][0] + pair[1][0], pair[0][0]))
    found = (_ENTRIES.get((kind, a, b)) for (_, a), (_, b) in near)
    return next((entry for entry in found if entry is not None), None)


def pairs(kind: str, families: list[Family]) -> Iterator[tuple[Family, Family]]:
    """Yield the ordered pairs among `families` that have an entry."""
    for p, q in product(families, repeat=2):
        if lookup(kind, p, q) is not None:
            yield p, q
