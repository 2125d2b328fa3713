"""What a public function was asked for, as one record that handlers pass on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from divergences.measures import checks


class Options(NamedTuple):
    """The keyword arguments that public functions share, by their names."""

    base: Any = None
    axis: Any = -1
    keepdims: bool = False
    where: Any = None
    method: Any = None


class Call(NamedTuple):
    """A family of functionals, its member, and the measures by the names of their arguments."""

    family: str  # as the function of `divergences.dispatch` is named
    member: Any  # a `Functional`, or None where the family has one member alone
    measures: dict[str, Any]
    options: Options
    alpha: Any = None  # the order or orders, of families that have one
    weights: Any = None  # of the distributions of an information radius

    @property
    def members(self) -> tuple[Any, ...]:
        """Return what methods take before the measures: the member, where there is a choice."""
        return () if self.member is None else (self.member,)

    @property
    def unit(self) -> float:
        """Return how many nats make one unit of `base`."""
        return checks.unit_of(self.options.base)

    @property
    def unit_power(self) -> float:
        """Return the power of the unit that the quantity has."""
        if self.family == "perplexity":
            return 0.0
        return 1.0 if self.member is None else self.member.laws.unit_power

    def with_options(self, **changes: Any) -> Call:
        """Return the call with other options."""
        return self._replace(options=self.options._replace(**changes))


Families: TypeAlias = dict[str, Callable[[Call], Any]]  # what a handler computes, by its names
