"""Refusals in words: settings and arguments that cannot be honoured name themselves."""

from collections.abc import Iterable
from numbers import Integral, Real
from types import UnionType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def whole(name: str, value: Any, minimum: int = 1, below: int | None = None) -> int:
    """Return `value` as an int; raise unless it is a whole number from `minimum`, under `below`."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; it must be a whole number.")
    number = int(value)
    if number < minimum or (below is not None and number >= below):
        upper = "" if below is None else f" and less than {below}"
        raise ValueError(f"{name} is {value!r}; it must be at least {minimum}{upper}.")
    return number


def real(name: str, value: Any, condition: str = "finite") -> float:
    """Return `value` as a float; raise unless it is a finite number that meets the condition."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; it must be a number.")
    number = float(value)
    if not (np.isfinite(number) and _CONDITIONS[condition](number)):
        raise ValueError(f"{name} is {value!r}; it must be {condition}.")
    return number


_CONDITIONS = {
    "finite": lambda x: True,
    "positive": lambda x: x > 0,
    "zero or more": lambda x: x >= 0,
    "between 0 and 1": lambda x: 0 < x < 1,
    "from 0 to 1": lambda x: 0 <= x <= 1,
    "at least 0 and less than 1": lambda x: 0 <= x < 1,
    "more than 0 and at most 1": lambda x: 0 < x <= 1,
}


def replace_fields(settings: object, **values: object) -> None:
    """Put checked values into a frozen dataclass, from its ``__post_init__``."""
    for name, value in values.items():
        object.__setattr__(settings, name, value)


def check_settings(settings: object, wholes: Iterable[str], reals: dict[str, str]) -> None:
    """Check fields of a frozen dataclass: whole numbers of at least one, and real numbers.

    Parameters
    ----------
    settings : dataclass
        What is checked; the fields become plain int and float, which JSON can hold.
    wholes : iterable of str
        Names of the whole numbers.
    reals : dict
        Names of the real numbers, and the condition that each must meet.
    """
    for name in wholes:
        replace_fields(settings, **{name: whole(name, getattr(settings, name))})
    for name, condition in reals.items():
        replace_fields(settings, **{name: real(name, getattr(settings, name), condition)})


def instance(name: str, value: Any, kind: type | UnionType) -> None:
    """Raise unless `value` is of the class `kind`, or of one of several."""
    if not isinstance(value, kind):
        given = value.__name__ if isinstance(value, type) else type(value).__name__
        kinds = kind.__args__ if isinstance(kind, UnionType) else (kind,)
        wanted = " or ".join(k.__name__ for k in kinds)
        raise TypeError(f"{name} is {given}; it must be an instance of {wanted}.")


def random_key(name: str, value: Any) -> jax.Array:
    """Return `value` if it is one key of JAX; raise otherwise."""
    if isinstance(value, jax.Array):
        if jnp.issubdtype(value.dtype, jax.dtypes.prng_key) and value.ndim == 0:
            return value
        if value.dtype == jnp.uint32 and value.shape == (2,):
            return value
    shown = f"an array of shape {value.shape}" if hasattr(value, "shape") else repr(value)
    raise TypeError(f"{name} is {shown}; it must be one key of JAX, such as jax.random.key(0).")
