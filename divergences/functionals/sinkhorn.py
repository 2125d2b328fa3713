"""Sinkhorn divergence: transport smoothed by entropy, less what the smoothing adds.

Feydy, Sejourne, Vialard, Amari, Trouve & Peyre, "Interpolating between optimal transport and MMD
using Sinkhorn divergences", AISTATS (2019), equation 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from divergences.core import Array, Laws, Transport
from divergences.numerics.observations.transport_1d import check_order

SHARE = 0.05  # of the cost of a typical distance: the smoothing by default
ROUNDS = 400  # of the definition's iteration


@dataclass(frozen=True, eq=False)
class SinkhornDivergence(Transport):
    """The cost is |x - y|^order; the smoothing `epsilon` is in its unit."""

    order: float = 2.0
    epsilon: Any = None
    name = "sinkhorn_divergence"
    laws = Laws(symmetric=True, metric_power=None, data_processing=0, unit_power=0.0)

    def __post_init__(self) -> None:
        """Refuse an order below 1 or infinite, and an epsilon that is not positive."""
        check_order(self.order, "finite")
        if isinstance(self.epsilon, int | float) and not self.epsilon > 0:
            raise ValueError(f"epsilon is {self.epsilon!r}; it must be positive.")

    def fitted(self, scale: Callable[[], Array]) -> SinkhornDivergence:
        """Return the member with its epsilon, 5 % of the cost of a typical distance."""
        if self.epsilon is not None:
            return self
        return replace(self, epsilon=SHARE * scale() ** self.order)

    def definition(self, mp: Any, *measures: list[Any]) -> Any:
        """Return OT(P, Q) - OT(P, P) / 2 - OT(Q, Q) / 2 by alternating scaling."""
        p, q = measures

        def cost(first: list[Any], second: list[Any]) -> Any:
            kernel = [
                [mp.exp(-(abs(x - y) ** self.order) / self.epsilon) for y, _ in second]
                for x, _ in first
            ]
            u, v = [mp.mpf(1)] * len(first), [mp.mpf(1)] * len(second)
            for _ in range(ROUNDS):
                u = [
                    1 / mp.fsum(k * w * b for k, w, (_, b) in zip(row, v, second, strict=True))
                    for row in kernel
                ]
                v = [
                    1 / mp.fsum(k * w * a for k, w, (_, a) in zip(column, u, first, strict=True))
                    for column in zip(*kernel, strict=True)
                ]
            dual = mp.fsum(a * mp.log(w) for w, (_, a) in zip(u, first, strict=True))
            return self.epsilon * (
                dual + mp.fsum(b * mp.log(w) for w, (_, b) in zip(v, second, strict=True))
            )

        return cost(p, q) - (cost(p, p) + cost(q, q)) / 2


SINKHORN_DIVERGENCE = SinkhornDivergence()
