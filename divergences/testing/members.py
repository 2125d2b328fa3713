"""The members of the library: what has a public function is in every test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

from divergences.api.members import member_of, registry
from divergences.core import Functional, Laws, Located
from divergences.core.order import OrderDivergence, OrderEntropy

# Orders, exact in every dtype, with which quantities of any order are members; the tests of orders
# have others.
ORDERS = (0.375, 3.0)


@dataclass(frozen=True)
class Member:
    """A functional with its public function.

    Attributes
    ----------
    functional
        The definition and its laws.
    function
        What users call.
    arity
        Of how many distributions it is a function.
    joint
        Whether its distribution is that of two variables.
    has_unit
        Whether ``base=`` chooses its unit.
    """

    functional: Functional
    function: Callable[..., Any]
    arity: int
    joint: bool
    has_unit: bool

    @property
    def name(self) -> str:
        """The name of the public function."""
        return self.functional.name

    @property
    def laws(self) -> Laws:
        """The laws it obeys."""
        return self.functional.laws

    def __repr__(self) -> str:
        order = getattr(self.functional, "order", None)
        return self.name if order is None else f"{self.name} of order {order:g}"


def functional_instances() -> tuple[Functional, ...]:
    """Return the members of the public functions, by name."""
    return tuple(member for _, member in sorted(registry().items()))


def members(
    arity: int | None = None, joint: bool | None = None, orders: Sequence[float] = ORDERS
) -> tuple[Member, ...]:
    """Return every member, or those of one arity, or those (not) of a joint distribution.

    Quantities of any order are members with each of `orders`. Members compare pmfs outcome by
    outcome; functionals that also need to know where the outcomes lie are not among them.
    """
    found = (f for f in functional_instances() if not isinstance(f, Located))
    every = (_member(bound) for functional in found for bound in _bound(functional, orders))
    return tuple(m for m in every if arity in (None, m.arity) and joint in (None, m.joint))


@cache
def is_joint(name: str) -> bool | None:
    """Return whether a quantity is one of a joint distribution; None if the library has no such."""
    member = registry().get(name)
    if member is None:
        return None
    return isinstance(inspect.signature(member.function).parameters["axis"].default, tuple)


def _bound(functional: Functional, orders: Sequence[float]) -> Iterator[Functional]:
    """Yield the functional, or if it takes any order, those of `orders`."""
    if isinstance(functional, OrderDivergence | OrderEntropy) and functional.order is None:
        yield from (replace(functional, order=order) for order in orders)
    else:
        yield functional


def _member(functional: Functional) -> Member:
    function = functional.function
    parameters = inspect.signature(function).parameters
    if "alpha" in parameters:
        function = partial(function, alpha=getattr(functional, "order", None))
    return Member(
        functional,
        function,
        arity=1 + ("q" in parameters),
        joint=bool(is_joint(functional.name)),
        has_unit="base" in parameters,
    )


def resolved(like: Any, order: float | None = None) -> Member:
    """Return the member that is meant by its name, its function or itself."""
    if isinstance(like, Member):
        return like
    found = member_of(getattr(like, "func", like))
    if found is None:
        raise TypeError(f"like is {like!r}, which is no function of the library.")
    return _with_order(found.name, order)


@lru_cache  # exact values are kept by member
def _with_order(name: str, order: float | None) -> Member:
    every = members(orders=(0.5 if order is None else order,))
    found = [m for m in every if m.name == name]
    if not found:
        raise TypeError(f"{name} asks where outcomes lie; its cases are pmfs only.")
    if order is None and isinstance(found[0].function, partial):
        raise ValueError(f"{name} is of any order; say which by order=.")
    return found[0]
