"""Where random numbers come from: a seed, a NumPy Generator, a JAX key, or the system's entropy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from divergences.numerics.typing import Array


class NumPySource:
    """Draws by a NumPy Generator."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator
        self.xp = np

    def uniform(self, shape: tuple[int, ...]) -> Array:
        """Return uniforms strictly between 0 and 1."""
        return np.maximum(self.generator.random(shape), 2.0**-54)

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Return standard normals."""
        return self.generator.standard_normal(shape)

    def gamma(self, a: Array, shape: tuple[int, ...]) -> Array:
        """Return gamma variates of shape `a` and scale 1."""
        return self.generator.standard_gamma(a, shape)

    def beta(self, a: Array, b: Array, shape: tuple[int, ...]) -> Array:
        """Return beta variates."""
        return self.generator.beta(a, b, shape)

    def vonmises(self, concentration: Array, shape: tuple[int, ...]) -> Array:
        """Return angles about 0."""
        return self.generator.vonmises(0.0, concentration, shape)

    def poisson(self, rate: Array, shape: tuple[int, ...]) -> Array:
        """Return Poisson variates."""
        return self.generator.poisson(rate, shape).astype(np.float64)

    def binomial(self, n: Array, p: Array, shape: tuple[int, ...]) -> Array:
        """Return numbers of successes in `n` trials."""
        return self.generator.binomial(np.asarray(n).astype(np.int64), p, shape).astype(np.float64)


class JaxSource:
    """Draws by a JAX key, split before each draw."""

    def __init__(self, key: Array) -> None:
        import jax

        self.key: Array = key
        self.random: Any = jax.random
        self.lax: Any = jax.lax
        self.xp: Any = jax.numpy

    def _next(self) -> Array:
        self.key, key = self.random.split(self.key)
        return key

    def uniform(self, shape: tuple[int, ...]) -> Array:
        """Return uniforms strictly between 0 and 1."""
        dtype = self.xp.asarray(0.0).dtype
        return self.random.uniform(self._next(), shape, minval=self.xp.finfo(dtype).tiny)

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Return standard normals."""
        return self.random.normal(self._next(), shape)

    def gamma(self, a: Array, shape: tuple[int, ...]) -> Array:
        """Return gamma variates of shape `a` and scale 1."""
        return self.random.gamma(self._next(), self.xp.asarray(a), shape)

    def beta(self, a: Array, b: Array, shape: tuple[int, ...]) -> Array:
        """Return beta variates."""
        return self.random.beta(self._next(), self.xp.asarray(a), self.xp.asarray(b), shape)

    def vonmises(self, concentration: Array, shape: tuple[int, ...]) -> Array:
        """Return angles about 0, by rejection from a wrapped Cauchy (Best and Fisher, 1979)."""
        xp = self.xp
        k = xp.broadcast_to(xp.asarray(concentration), shape)
        tau = 1.0 + xp.sqrt(1.0 + 4.0 * k * k)
        rho = (tau - xp.sqrt(2.0 * tau)) / (2.0 * xp.where(k > 0, k, 1.0))
        rho = xp.where(k > 0, xp.maximum(rho, xp.finfo(rho.dtype).eps), 0.5)
        s = (1.0 + rho * rho) / (2.0 * rho)

        def propose(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            key, angle, missing = state
            key, *keys = self.random.split(key, 4)
            u, v, w = (self.random.uniform(one, shape, k.dtype) for one in keys)
            z = xp.cos(xp.pi * u)
            f = (1.0 + s * z) / (s + z)
            c = k * (s - f)
            accepted = (c * (2.0 - c) > v) | (xp.log(c / v) + 1.0 - c >= 0) | (k == 0)
            side = xp.where(w < 0.5, -1.0, 1.0)
            drawn = xp.where(k == 0, side * xp.pi * v, side * xp.arccos(xp.clip(f, -1.0, 1.0)))
            return key, xp.where(missing & accepted, drawn, angle), missing & ~accepted

        start = (self._next(), xp.zeros(shape, k.dtype), xp.ones(shape, bool))
        return self.lax.while_loop(lambda state: xp.any(state[2]), propose, start)[1]

    def poisson(self, rate: Array, shape: tuple[int, ...]) -> Array:
        """Return Poisson variates."""
        draws = self.random.poisson(self._next(), self.xp.asarray(rate), shape)
        return draws.astype(self.xp.asarray(0.0).dtype)

    def binomial(self, n: Array, p: Array, shape: tuple[int, ...]) -> Array:
        """Return numbers of successes in `n` trials."""
        xp = self.xp
        return self.random.binomial(self._next(), xp.asarray(n), xp.asarray(p), shape)


Source = NumPySource | JaxSource


def source(rng: Any) -> Source:
    """Return the source that `rng` stands for; None stands for fresh entropy.

    Raises
    ------
    TypeError
        If `rng` is neither None, an int, a NumPy Generator nor a JAX key.
    """
    if rng is None:
        return NumPySource(np.random.default_rng())
    if isinstance(rng, np.random.Generator):
        return NumPySource(rng)
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool):
        return NumPySource(np.random.default_rng(int(rng)))
    jax = sys.modules.get("jax")
    if jax is not None and isinstance(rng, jax.Array):
        return JaxSource(rng)
    raise TypeError(
        f"rng is {rng!r}; pass an int, a numpy.random.Generator or a JAX key, so that the draws "
        "can be repeated, or None."
    )
