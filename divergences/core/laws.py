"""The laws that quantities obey, as data: tests check them, documentation prints them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Relation:
    """What another quantity of the same distributions says of this one.

    Attributes
    ----------
    formula
        The relation as one would write it.
    source
        Who found it, or where it is proved.
    other
        The name of the other quantity.
    least, greatest
        Functions of the other quantity, in nats, that this one is at least and at most; neither
        ever decreases. Where they are the same function, it is this quantity.
    """

    formula: str
    source: str
    other: str
    lower: Callable[[float], float] | None = None
    upper: Callable[[float], float] | None = None

    def __str__(self) -> str:
        return f"{self.formula} ({self.source})"


@dataclass(frozen=True)
class Laws:
    """The laws that a quantity obeys.

    Attributes
    ----------
    bounds
        Least and greatest possible value, in nats where the quantity has a unit.
    symmetric
        Whether D(P, Q) = D(Q, P), bit for bit.
    dual
        The name of the member that is D(Q, P), with another order; None if there is none, or if the
        quantity is symmetric and so its own.
    at_disjoint
        The value when P and Q share no outcome, or None where it depends on P and Q.
    at_equal
        The value when P = Q, or None where it depends on P.
    metric_power
        The largest a for which D^a is known to be a metric, or None.
    data_processing
        Whether merging outcomes can never increase it (+1), never decrease it (-1), or neither (0).
    convexity
        Whether it is a convex (+1) or concave (-1) function of all its distributions jointly, or is
        not known to be either (0).
    additive
        Whether its values for independent parts add up to that for the whole.
    monotone_in_order
        Whether it never decreases (+1) or never increases (-1) with its order, or has no such law.
    relations
        What other quantities say of it.
    unit_power
        The power of a nat it is measured in: 1, 1/2 for the root of a divergence, 0 for none.
    """

    bounds: tuple[float, float] = (0.0, inf)
    symmetric: bool = False
    dual: str | None = None
    at_disjoint: float | None = None
    at_equal: float | None = 0.0
    metric_power: float | None = None
    data_processing: int = 1
    convexity: int = 0
    additive: bool = False
    monotone_in_order: int = 0
    relations: tuple[Relation, ...] = ()
    unit_power: float = 1.0
