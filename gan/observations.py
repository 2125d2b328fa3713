"""Arrays of observations: a part to learn from, and a part that training never sees."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gan.distributions import Source
from gan.sampling import Points, shifted_lattice

HELD_OUT = 0.25
"""Share of the observations that are held out."""


class Observations(Source):
    """The empirical distribution of given observations.

    Attributes
    ----------
    train : array of shape (n, d)
        Observations to learn from; samples are drawn from them with replacement.
    held_out : array of shape (m, d)
        Those that values are measured on.
    """

    train: np.ndarray
    held_out: np.ndarray

    @classmethod
    def of(cls, name: str, value: Any) -> "Observations":
        """Check an array of shape (n,) or (n, d), and hold a random quarter of it out."""
        x = numbers(name, value, 8)
        order = np.random.default_rng(0).permutation(len(x))
        kept = max(2, round(HELD_OUT * len(x)))
        return cls(x[order[kept:]], x[order[:kept]])

    @property
    def dim(self) -> int:
        """Number of columns."""
        return self.train.shape[-1]

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n of those to learn from, with replacement."""
        del points
        chosen = jax.random.randint(key, (n,), 0, self.train.shape[0])
        return jnp.asarray(self.train)[chosen]


def load(name: str, path: Path) -> Observations:
    """Read observations from a .npy file, and hold a random quarter of them out."""
    return Observations.of(name, read(name, path))


def read(name: str, path: Path) -> np.ndarray:
    """Read an array from a .npy file, which must not hold Python objects."""
    try:
        return np.load(path, allow_pickle=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValueError(f"{name}: {path} cannot be read: {reason}.") from error
    except (ValueError, EOFError) as error:
        raise ValueError(
            f"{name}: {path} is no .npy file of numbers (pickled objects are not read): {error}"
        ) from error


def numbers(name: str, value: Any, minimum: int) -> np.ndarray:
    """Return observations as float64 of shape (n, d); raise unless there are `minimum` of them."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(f"{name} is a masked array with masked entries; drop those observations.")
    try:
        x = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of numbers: {error}") from None
    if x.dtype.kind not in "fiu":
        raise TypeError(f"{name} has dtype {x.dtype}; observations are real numbers.")
    if x.ndim not in (1, 2):
        raise ValueError(f"{name} has shape {x.shape}; pass (n,) or (n, d), flattening each.")
    if len(x) < minimum or x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; at least {minimum} observations are needed.")
    x = x.reshape(len(x), -1).astype(np.float64)
    if not np.all(np.isfinite(x)):
        raise ValueError(f"{name} holds NaN or infinity in {np.sum(~np.isfinite(x))} places.")
    return x
