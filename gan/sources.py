"""What a user has, as a source that can be sampled: the forms that `gan.Pair.of` takes."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from gan.distributions import Family, Source
from gan.mixtures import NormalMixture
from gan.named import NAMED
from gan.observations import Observations, load
from gan.sampling import Points, shifted_lattice

Sampler = Callable[[jax.Array, int], Any]
"""Maps a key and n to n samples, of shape (n, d), or (n,) for scalars."""

ELEMENTARY = (
    dv.Normal, dv.Laplace, dv.Cauchy, dv.Logistic, dv.Uniform, dv.Exponential, dv.Gumbel,
    dv.Weibull, dv.Pareto, dv.LogNormal, dv.Rayleigh, dv.DiagonalNormal, dv.MultivariateNormal,
)  # fmt: skip
"""Families whose transport is cheap: lattices become samples."""

FORMS = (
    "a distribution of `gan`, `divergences` or `scipy.stats`; a function sampler(key, n), or a "
    "tuple (sampler, log_density); an array of shape (n,) or (n, d), or the path of a .npy file; "
    "or a name"
)


class RandomFamily(Family):
    """A family whose samples are drawn, because its quantiles are not elementary."""

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent samples, whatever the kind of points."""
        del points
        return jnp.asarray(self.family.sample(key, n)).reshape(n, self.dim)


class Sampled(Source):
    """A source that only its sampler knows, and perhaps a log-density.

    Attributes
    ----------
    sampler : callable
        Function of a key and n, that JAX can trace.
    shape : tuple of int
        Shape of one sample: () or (d,).
    log_density : callable or None
        Function of samples as the sampler gives them.
    known : divergences distribution or None
        The same distribution as `divergences` knows it.
    """

    sampler: Sampler = eqx.field(static=True)
    shape: tuple[int, ...] = eqx.field(static=True)
    log_density: Callable[[Any], Any] | None = eqx.field(static=True, default=None)
    family: Any = eqx.field(static=True, default=None)

    @property
    def dim(self) -> int:
        """Dimension of a sample; 1 for scalars."""
        return math.prod(self.shape)

    @property
    def known(self) -> Any:
        """What `divergences` knows: the family, or on the line a density."""
        if self.family is not None or self.log_density is None or self.dim > 1:
            return self.family
        points = np.asarray(self.sample(jax.random.key(0), 1000), np.float64)
        near = np.quantile(points, np.linspace(0, 1, 11))

        def logpdf(x: np.ndarray) -> np.ndarray:
            with jax.enable_x64(True):
                return np.asarray(self.logpdf(x.reshape(-1, 1))).reshape(x.shape)

        return dv.Density(logpdf, support=(-np.inf, np.inf), points=near.tolist())

    @property
    def has_density(self) -> bool:
        """Whether a log-density was given, or the family has one."""
        return self.log_density is not None or self.family is not None

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent samples, whatever the kind of points."""
        del points
        return jnp.asarray(self.sampler(key, n)).reshape(n, self.dim)

    def logpdf(self, x: Any) -> jax.Array:
        """Return the log-density at `x` of shape (n, d)."""
        density = self.log_density if self.family is None else self.family.log_prob
        if density is None:
            return super().logpdf(x)
        return jnp.asarray(density(jnp.asarray(x).reshape(-1, *self.shape)))


def source(name: str, value: Any, names: Mapping[str, Source] = NAMED) -> Source:
    """Return `value` as a source.

    Parameters
    ----------
    name : str
        What the argument is called, for messages.
    value
        In one of the `FORMS`.
    names : mapping
        Sources by name.

    Raises
    ------
    TypeError, ValueError
        If it is in none of these forms, or not well made.
    """
    if isinstance(value, Source):
        return value
    if isinstance(value, str | Path):
        if str(value).endswith(".npy"):
            return load(name, Path(value))
        if value in names:
            return names[str(value)]
        known = ", ".join(names)
        raise ValueError(f"{name} is {str(value)!r}; it is no .npy file, and no name of: {known}.")
    if _is_distribution(value):
        return _of_family(name, value)
    if isinstance(value, dv.Sample):
        if value.is_symbols:
            raise TypeError(f"{name} is a Sample of symbols; a discriminator sees numbers.")
        if value.weights is not None:
            raise TypeError(f"{name} is a weighted Sample; draw an unweighted one from it.")
        return Observations.of(name, value.points)
    if isinstance(value, tuple) and len(value) == 2 and all(map(callable, value)):
        return _of_sampler(name, *value)
    if callable(value):
        return _of_sampler(name, cast(Sampler, value), None)
    if value is None or not (hasattr(value, "__array__") or isinstance(value, list | tuple)):
        raise TypeError(f"{name} is {type(value).__name__}; pass {FORMS}.")
    return Observations.of(name, value)


def _is_distribution(value: Any) -> bool:
    bases = type(value).__mro__
    return isinstance(value, dv.Distribution) or any(
        base.__module__.startswith("scipy.stats.") for base in bases
    )


def _of_family(name: str, value: Any) -> Source:
    if isinstance(value, dv.Density):
        raise TypeError(
            f"{name} is a Density, which cannot be sampled; pass a tuple (sampler, log_density)."
        )
    if isinstance(value, dv.Distribution) and value.batch_shape:
        raise ValueError(f"{name} is a batch of distributions, {value!r}; pass one.")
    try:  # a mixture takes whatever `divergences` takes for a distribution, and says what is wrong
        family = dv.Mixture([value]).components[0]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
    if isinstance(family, ELEMENTARY):
        return Family(family)
    if isinstance(family, dv.Mixture):
        normals = [c for c in family.components if isinstance(c, dv.Normal)]
        if len(normals) == len(family.components):
            means, scales = [[c.loc] for c in normals], [c.scale for c in normals]
            return NormalMixture(means, scales, family.weights)
    made = RandomFamily(family)
    try:
        jax.eval_shape(lambda key: made.sample(key, 2), jax.random.key(0))
    except Exception:
        shape = (family.dim,) if family.dim else ()
        return Sampled(_on_host(family.sample, shape), shape, None, family)
    return made


def _on_host(draw: Callable[[Any, int], Any], shape: tuple[int, ...]) -> Sampler:
    """Let JAX call a sampler that takes a generator of NumPy."""

    def sampler(key: jax.Array, n: int) -> jax.Array:
        # In single precision always: the thread that calls back does not know of any other.
        result = jax.ShapeDtypeStruct((n, *shape), jnp.float32)

        def call(data: Any) -> np.ndarray:
            return np.asarray(draw(np.random.default_rng(np.asarray(data)), n), np.float32)

        data = jax.random.key_data(key)
        drawn = jax.pure_callback(call, result, data, vmap_method="sequential")
        return drawn.astype(jnp.result_type(float))

    return sampler


def _of_sampler(name: str, sampler: Sampler, log_density: Callable[[Any], Any] | None) -> Source:
    """Try a sampler and its log-density out before they are used."""
    key, other = jax.random.split(jax.random.key(0))
    try:
        first, again, others = (np.asarray(sampler(k, 3)) for k in (key, key, other))
    except Exception as error:
        raise TypeError(
            f"{name} failed as a sampler, called with a key of JAX and n = 3: {error}"
        ) from error
    if first.ndim not in (1, 2) or len(first) != 3 or first.size == 0:
        raise ValueError(
            f"{name} as a sampler returned shape {first.shape} for n = 3; it must return (n, d), "
            "or (n,) for scalars."
        )
    if first.dtype.kind not in "fiu":
        raise TypeError(f"{name} as a sampler returned {first.dtype}; it must return real numbers.")
    if not np.all(np.isfinite(first)):
        raise ValueError(f"{name} as a sampler returned numbers that are not finite.")
    if not np.array_equal(first, again) or np.array_equal(first, others):
        raise ValueError(
            f"{name} as a sampler is no function of its key: it must return the same samples for "
            "the same key, and others for another. Draw by jax.random with that key."
        )
    try:
        jax.eval_shape(lambda k: sampler(k, 3), key)
    except Exception as error:
        raise TypeError(
            f"{name} as a sampler cannot be traced by JAX: write it in jax.numpy and jax.random, "
            f"or pass an array of samples. {str(error).splitlines()[0]}"
        ) from error
    made = Sampled(sampler, first.shape[1:], log_density)
    if log_density is not None:
        _try_density(name, log_density, first)
    return made


def _try_density(name: str, log_density: Callable[[Any], Any], x: np.ndarray) -> None:
    try:
        logs = np.asarray(log_density(jnp.asarray(x)))
    except Exception as error:
        raise TypeError(
            f"the log_density of {name} failed at samples of shape {x.shape}: {error}"
        ) from error
    if logs.shape != (len(x),) or logs.dtype.kind != "f":
        raise ValueError(
            f"the log_density of {name} returned shape {logs.shape} and {logs.dtype} for samples "
            f"of shape {x.shape}; it must return one real number for each sample."
        )
    if not np.all(logs > -np.inf):
        raise ValueError(
            f"the log_density of {name} is {logs.min()} at its own samples; it is not theirs."
        )
