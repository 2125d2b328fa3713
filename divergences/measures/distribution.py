"""Distributions known by a formula: what every family states, and what follows from it.

A family is a frozen dataclass whose fields are its parameters. They broadcast against each other,
are checked once, when an instance is made, and may be NumPy or JAX arrays.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from divergences.measures import array_likes, randomness
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import is_floating, is_real, is_staged, namespace
from divergences.numerics.typing import Array

Kind = TypeVar("Kind", bound="Distribution")


class Domain(Enum):
    """What values a parameter may have."""

    REAL = "finite"
    POSITIVE = "positive and finite"
    UNIT = "between 0 and 1"
    OPEN_UNIT = "above 0 and not above 1"
    COUNT = "a whole number, 0 or more"
    ABOVE_ONE = "above 1 and finite"
    NONZERO = "finite and not zero"
    NONNEGATIVE = "finite and not negative"
    INSIDE_UNIT = "strictly between 0 and 1"

    def excludes(self, x: Array, xp: Any) -> Array:
        """Whether each element of `x` is outside; NaN is let through, to come out as NaN."""
        if self is Domain.UNIT:
            return (x < 0) | (x > 1)
        if self is Domain.OPEN_UNIT:
            return (x <= 0) | (x > 1)
        if self is Domain.COUNT:
            return (x < 0) | xp.isinf(x) | (xp.floor(x) < x)
        if self is Domain.REAL:
            return xp.isinf(x)
        if self is Domain.NONZERO:
            return xp.isinf(x) | (x == 0)
        if self is Domain.NONNEGATIVE:
            return xp.isinf(x) | (x < 0)
        if self is Domain.INSIDE_UNIT:
            return (x <= 0) | (x >= 1)
        return xp.isinf(x) | (x <= (1.0 if self is Domain.ABOVE_ONE else 0.0))


@dataclass(frozen=True)
class Support:
    """The least interval that holds all outcomes of a scalar, or of each coordinate of a vector.

    Attributes
    ----------
    low, high
        Its ends, which may be infinite.
    lattice
        Whether the outcomes are the whole numbers in it, not all of it.
    """

    low: Any
    high: Any
    lattice: bool = False

    def contains(self, x: Array, xp: Any) -> Array:
        """Whether each element of `x` is in the support."""
        inside = (x >= self.low) & (x <= self.high)
        return inside & (xp.floor(x) == x) if self.lattice else inside

    def inner(self, xp: Any) -> Array:
        """Return an outcome that is not an end (for a lattice, its low end)."""
        if self.lattice:
            return self.low
        low, high = xp.asarray(self.low), xp.asarray(self.high)
        bounded, low = xp.isfinite(high), xp.where(xp.isinf(low), -1.0, low)
        return xp.where(bounded, 0.5 * (low + xp.where(bounded, high, 0.0)), low + 1.0)


@dataclass(frozen=True, eq=False)
class Distribution(ABC):
    """A probability distribution known by a formula, or a batch of them.

    Subclasses are frozen dataclasses of parameters and JAX pytrees. JAX is told so when the first
    instance of a class is made after ``import jax``, so import it before you make distributions
    that are to be arguments of `jax.jit`, `jax.grad` or `jax.vmap`.
    """

    domains: ClassVar[Mapping[str, Domain]] = {}  # of parameters; the others are finite reals

    def __init_subclass__(cls, **domains: Domain) -> None:
        """Take the domains of parameters as arguments of the class."""
        super().__init_subclass__()
        cls.domains = {**cls.domains, **domains}

    def __post_init__(self) -> None:
        kind = type(self).__name__
        raw = self.parameters
        xp = namespace(*raw.values())
        if not backend(xp).special:
            raise TypeError(f"parameters of {kind} are arrays of {xp.__name__}; pass NumPy or JAX.")
        for name, value in raw.items():
            array = _parameter(f"{name} of {kind}", value, xp)
            domain = self.domains.get(name, Domain.REAL)
            _check(f"{name} of {kind}", array, domain, xp)
            object.__setattr__(self, name, array)
        self.check()
        if "jax" in sys.modules:
            _register(type(self))

    def check(self) -> None:
        """Check how the parameters go together; `__post_init__` has checked each of them."""
        shapes = {name: tuple(x.shape) for name, x in self.parameters.items()}
        try:
            np.broadcast_shapes(*shapes.values())
        except ValueError:
            raise ValueError(
                f"parameters of {type(self).__name__} have shapes that do not broadcast: {shapes}."
            ) from None

    @property
    def parameters(self) -> dict[str, Array]:
        """The parameters by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def xp(self) -> Any:
        """The array namespace of the parameters."""
        return namespace(*self.parameters.values())

    def moved(self, xp: Any) -> Self:
        """Return the distribution with its parameters as arrays of `xp`.

        A loop of JAX must not close over NumPy arrays: JAX keeps them in the precision of the
        moment, and fails when the same array is used in another.
        """
        if self.xp is xp:
            return self
        return remade(type(self), [xp.asarray(x) for x in self.parameters.values()])

    @property
    def dim(self) -> int:
        """Dimension of an outcome: 0 for a scalar, d for a vector of d coordinates."""
        return 0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch of distributions; () for a single one."""
        return np.broadcast_shapes(*(x.shape for x in self.parameters.values()))

    @property
    def closed_quantile(self) -> bool:
        """Whether quantiles take no search."""
        return True

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences on why densities or distribution functions may be wrong in many digits."""
        return ()

    @property
    def density_error(self) -> float:
        """How wrong the density may be everywhere, beyond a few units in its last place."""
        return 0.0

    def missing_tail(self) -> float | None:
        """Return a point from which on the distribution function is known to be wrong, or None."""
        return None

    @property
    @abstractmethod
    def support(self) -> Support:
        """Where the outcomes lie."""

    @abstractmethod
    def log_prob(self, x: Array) -> Array:
        """Return the log of the density (or of the probability) at `x`, -inf off the support."""

    @abstractmethod
    def draw(self, source: randomness.Source, shape: tuple[int, ...]) -> Array:
        """Return samples; `shape` is that of the result but for the axis of coordinates."""

    def sample(self, rng: Any = None, shape: int | tuple[int, ...] = ()) -> Array:
        """Return samples of the given shape, before the axes of the batch and of coordinates.

        Parameters
        ----------
        rng
            An int, a NumPy Generator or a JAX key; None is fresh entropy.
        shape
            How many samples.
        """
        shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
        return self.draw(randomness.source(rng), shape + self.batch_shape)

    def entropy(self) -> Array:
        """Return the entropy in nats, where it has a closed form.

        Raises
        ------
        TypeError
            If the family has none.
        """
        raise TypeError(
            f"the entropy of {type(self).__name__} has no closed form; "
            "divergences.entropy computes it."
        )


def _parameter(name: str, value: Any, xp: Any) -> Array:
    array_likes.unmasked(name, value)
    array_likes.unlabelled(name, value)
    try:
        array = xp.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of numbers: {error}") from None
    if not is_real(array, xp):
        raise TypeError(f"{name} has dtype {array.dtype}; pass real numbers.")
    if backend(xp).native:
        return array.astype(np.float64)
    return array if is_floating(xp, array.dtype) else array.astype(xp.asarray(0.0).dtype)


def _check(name: str, x: Array, domain: Domain, xp: Any) -> None:
    if is_staged(x):
        return
    bad = domain.excludes(x, xp)
    if bool(xp.any(bad)):
        worst = float(xp.reshape(x, (-1,))[int(xp.argmax(xp.reshape(bad, (-1,))))])
        raise ValueError(f"{name} is {worst!r}; it must be {domain.value}.")


def remade(kind: type[Kind], parameters: Iterable[Any]) -> Kind:
    """Return an instance with the given parameters, which are not checked."""
    made = object.__new__(kind)
    for field, value in zip(fields(kind), parameters, strict=True):
        object.__setattr__(made, field.name, value)
    return made


@cache
def _register(kind: type[Distribution]) -> None:
    """Tell JAX that the parameters are leaves; remade instances are not checked again."""
    import jax

    names = tuple(field.name for field in fields(kind))

    def flatten(distribution: Distribution) -> tuple[tuple[Array, ...], None]:
        return tuple(getattr(distribution, name) for name in names), None

    def unflatten(_: None, leaves: Any) -> Distribution:
        return remade(kind, leaves)

    jax.tree_util.register_pytree_node(kind, flatten, unflatten)
