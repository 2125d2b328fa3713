"""True divergences of two densities that can be evaluated, by trapezoids.

A generator with noise is a mixture of thousands of normals. On a grid that is finer than the noise
the trapezoidal rule converges geometrically for such densities, so that halving the spacing shows
how far it has come. In more than two dimensions, or where a grid would miss mass, the mean over
samples of both takes its place, with a standard error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from gan.checks import random_key
from gan.distributions import Source
from gan.evaluation import in_double_precision
from gan.generators import Noisy
from gan.sampling import independent
from gan.sources import source

POINTS = 2**21
"""Points that a grid may have, at most."""

BLOCK = 2**11
"""Points at which densities are evaluated at a time."""

MISSED = 1e-6
"""Mass of either density that a grid may miss, at most."""

SAMPLES = 2**16
"""Samples of each density for the mean over samples."""


def true_js(p: Any, q: Any, *, key: jax.Array | None = None) -> dv.Estimate:
    """Jensen-Shannon divergence of two densities that are known, in nats.

    Parameters
    ----------
    p, q
        The data and the generator, such as a `gan.Noisy`: distributions in a form that
        `gan.Pair.of` takes, with log-densities.
    key : jax.Array, optional
        Key of the samples that place the grid, or that are averaged over.

    Returns
    -------
    Estimate
        By trapezoids, ``info["halving"]`` is by how much half of the spacing has changed the value,
        and ``info["missed"]`` the mass that the grid misses; or by samples, with a standard error.

    Raises
    ------
    TypeError, ValueError
        If p or q is no such distribution, or their dimensions differ.

    Examples
    --------
    >>> import gan
    >>> round(gan.true_js("normal", gan.targets["normal-mu-2"].q).value, 6)
    0.336831
    """
    key = jax.random.key(0) if key is None else random_key("key", key)
    with jax.enable_x64(True):
        first, second = _known(p, q)
        grid = _on_grid(first, second, key)
        if grid is None:
            return _by_samples(first, second, key)
        return grid.estimate(lambda grid: grid.js, (0.0, float(np.log(2))))


@dataclass(frozen=True)
class Grid:
    """Two densities on an even grid of the line or the plane.

    Attributes
    ----------
    nodes : array
        The points, one axis for each dimension, and the last for their coordinates.
    log_p, log_q : array
        Log-densities there.
    spacing : float
        Distance of neighbouring points.
    missed : float
        Mass that the grid misses, of either density.
    """

    nodes: np.ndarray
    log_p: np.ndarray
    log_q: np.ndarray
    spacing: float
    missed: float

    @property
    def coarse(self) -> "Grid":
        """Every other point."""
        every = (slice(None, None, 2),) * self.log_p.ndim
        return Grid(
            self.nodes[every], self.log_p[every], self.log_q[every], 2 * self.spacing, self.missed
        )

    @property
    def js(self) -> float:
        """JS by trapezoids."""
        with np.errstate(invalid="ignore"):
            return float(_js(self.log_p, self.log_q, np)) * self.spacing**self.log_p.ndim

    def divergence(self, quantity: Callable[..., Any], **options: Any) -> float:
        """Return a divergence of the pmfs that the densities are, each divided by its sum."""
        sides = (dv.Logits(side.ravel()) for side in (self.log_p, self.log_q))
        return float(quantity(*sides, **options))

    def estimate(
        self, value: Callable[["Grid"], float], bounds: tuple[float, float]
    ) -> dv.Estimate:
        """Return a function of the grid, and how much half of the spacing changes it."""
        fine = value(self)
        halving = fine - value(self.coarse) if np.isfinite(fine) else 0.0
        info = {"halving": halving, "missed": self.missed, "points": self.log_p.size}
        method = f"Trapezoids(spacing={self.spacing:.3g})"
        return dv.Estimate(value=fine, method=method, bounds=bounds, info=info)


def true_divergence(
    p: Any, q: Any, quantity: Callable[..., Any], *, key: jax.Array | None = None, **options: Any
) -> dv.Estimate:
    """Divergence of two densities on the line or in the plane that are known, in nats.

    Parameters
    ----------
    p, q
        As `true_js` takes them.
    quantity : callable
        A divergence of `divergences` of two pmfs, such as ``dv.kl_divergence``.
    key : jax.Array, optional
        Key of the samples that place the grid.
    **options
        Arguments of the quantity, such as alpha.

    Returns
    -------
    Estimate
        The quantity of both densities on a grid finer than their structure, each divided by its
        sum; ``info["halving"]`` is by how much half of the spacing has changed it.

    Raises
    ------
    TypeError, ValueError
        If p or q is no such distribution, or needs a grid too large.

    Examples
    --------
    >>> import divergences as dv
    >>> import gan
    >>> p, q = gan.targets["normal-mu-2"].p, gan.targets["normal-mu-2"].q
    >>> round(gan.true_divergence(p, q, dv.kl_divergence).value, 6)
    2.0
    """
    grid = on_grid(p, q, jax.random.key(0) if key is None else random_key("key", key))
    if grid is None:
        raise ValueError("the densities need more dimensions or points than a grid can have.")

    return grid.estimate(lambda g: g.divergence(quantity, **options), (0.0, float("inf")))


def _known(p: Any, q: Any) -> tuple[Source, Source]:
    """Return both distributions in double precision; raise unless they have log-densities."""
    first, second = source("p", p), source("q", q)
    if first.dim != second.dim:
        raise ValueError(f"p has {first.dim} dimensions and q has {second.dim}.")
    first, second = in_double_precision((first, second))
    try:
        for side in (first, second):
            side.logpdf(jnp.zeros((1, side.dim)))
    except TypeError as error:
        raise TypeError(f"p and q must have log-densities: {error}") from error
    return first, second


def on_grid(p: Any, q: Any, key: jax.Array) -> Grid | None:
    """Return the densities on a grid, or None if it would be too large or misses mass."""
    with jax.enable_x64(True):
        return _on_grid(*_known(p, q), key)


def _on_grid(p: Source, q: Source, key: jax.Array) -> Grid | None:
    if p.dim > 2:
        return None
    samples = [
        np.asarray(side.sample(k, 4096, independent))
        for side, k in zip((p, q), jax.random.split(key), strict=True)
    ]
    # Half of the finest scale: of the generator's noise, or else of the spread of the narrower.
    scales = [float(side.sigma) for side in (p, q) if isinstance(side, Noisy)]
    spacing = 0.5 * min([*scales, *(0.1 * float(np.min(np.std(x, axis=0))) for x in samples)])
    pooled = np.concatenate(samples)
    reach = 0.5 * np.ptp(pooled, axis=0) + 20 * spacing
    low, high = np.min(pooled, axis=0) - reach, np.max(pooled, axis=0) + reach
    if np.prod((high - low) / spacing + 1) > POINTS:
        return None
    axes = [np.arange(a, b, spacing) for a, b in zip(low, high, strict=True)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, p.dim)
    shape = [len(axis) for axis in axes]
    log_p, log_q = (values_at(side.logpdf, nodes).reshape(shape) for side in (p, q))
    volume = spacing**p.dim
    missed = max(abs(1.0 - volume * float(np.sum(np.exp(side)))) for side in (log_p, log_q))
    nodes = nodes.reshape(*shape, p.dim)
    return Grid(nodes, log_p, log_q, spacing, missed) if missed <= MISSED else None


def values_at(function: Any, nodes: np.ndarray) -> np.ndarray:
    """Return a function of points, such as a module of Equinox, at all nodes."""
    blocks = -(-len(nodes) // BLOCK)
    padded = np.resize(nodes, (blocks * BLOCK, nodes.shape[1])).reshape(blocks, BLOCK, -1)
    # A loop of blocks of one shape: the number of nodes changes with the generator's noise.
    return np.concatenate([np.asarray(_call(function, x)) for x in padded])[: len(nodes)]


@eqx.filter_jit
def _call(function: Any, x: Any) -> jax.Array:
    return function(x)


def _js(log_p: Any, log_q: Any, xp: Any) -> Any:
    """Return the sum of what JS integrates."""
    # 0 log 0 = 0 where either density vanishes.
    terms = [
        xp.where(mass > 0, mass * xp.where(mass > 0, share, 0.0), 0.0)
        for mass, share in zip(
            (xp.exp(log_p), xp.exp(log_q)), _log_shares(log_p, log_q, xp), strict=True
        )
    ]
    return 0.5 * xp.sum(terms[0] + terms[1])


def js_on_grid(p: Source, q: Source, nodes: jax.Array) -> jax.Array:
    """JS by trapezoids on even nodes of the line, which JAX can differentiate."""
    return (nodes[1, 0] - nodes[0, 0]) * _js(p.logpdf(nodes), q.logpdf(nodes), jnp)


def _log_shares(log_p: Any, log_q: Any, xp: Any = jnp) -> tuple[Any, Any]:
    """Return log(2 p / (p + q)) and log(2 q / (p + q))."""
    log_odds = log_p - log_q
    return np.log(2) - xp.logaddexp(0.0, -log_odds), np.log(2) - xp.logaddexp(0.0, log_odds)


@eqx.filter_jit
def _shares_of_samples(p: Source, q: Source, key: jax.Array) -> tuple[jax.Array, jax.Array]:
    of_p, of_q = jax.random.split(key)
    x, y = p.sample(of_p, SAMPLES, independent), q.sample(of_q, SAMPLES, independent)

    def shares(points: jax.Array) -> tuple[jax.Array, jax.Array]:
        return _log_shares(p.logpdf(points), q.logpdf(points))

    on_p, _ = jax.lax.map(shares, x.reshape(-1, BLOCK, p.dim))
    _, on_q = jax.lax.map(shares, y.reshape(-1, BLOCK, p.dim))
    return on_p.reshape(-1), on_q.reshape(-1)


def _by_samples(p: Source, q: Source, key: jax.Array) -> dv.Estimate:
    sides = [np.asarray(side) for side in _shares_of_samples(p, q, key)]
    errors = [np.std(side, ddof=1) / len(side) ** 0.5 for side in sides]
    return dv.Estimate(
        value=0.5 * float(np.mean(sides[0]) + np.mean(sides[1])),
        method=f"MonteCarlo(n={SAMPLES})",
        standard_error=0.5 * float(np.hypot(*errors)),
        bounds=(0.0, float(np.log(2))),
    )
