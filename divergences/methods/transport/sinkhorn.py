"""Sinkhorn's algorithm, by OTT-JAX: entropic optimal transport in any dimension."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Method
from divergences.measures.points import PointCloud
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import namespace

WHOLE = 1 << 22  # entries of a cost matrix that is kept in memory
ROWS = 256  # of a larger one, at a time


@dataclass(frozen=True)
class Sinkhorn(Method):
    """The solver of OTT-JAX, in O(n m) time an iteration and O(n) memory.

    Parameters
    ----------
    threshold
        How far, at most, the first marginal may be from what it should be.
    max_iterations
        After how many iterations to give up; ``info["converged"]`` says whether it did.

    References
    ----------
    Cuturi, "Sinkhorn distances: lightspeed computation of optimal transport", NIPS (2013); Cuturi
    et al., "Optimal transport tools (OTT)", arXiv:2201.12324.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.methods.Sinkhorn()
    Sinkhorn(threshold=1e-06, max_iterations=10000)
    """

    threshold: float = 1e-6
    max_iterations: int = 10_000

    def transport(self, member: Any, p: PointCloud, q: PointCloud) -> Estimate:
        """Return an entropic transport divergence; `member` knows its epsilon."""
        xp = namespace(p.points, q.points)
        small = p.points.shape[0] * q.points.shape[0] <= WHOLE
        solve = _solver(member.order, self.threshold, self.max_iterations, None if small else ROWS)
        arguments = p.points, p.masses, q.points, q.masses, member.epsilon
        if backend(xp).compiles:
            value, error, converged = solve(*arguments)
        else:
            import jax

            with jax.enable_x64(True):
                value, error, converged = (np.asarray(x)[()] for x in solve(*arguments))
            if not converged:
                warnings.warn(
                    f"{self!r} has not converged; raise max_iterations or epsilon.", stacklevel=2
                )
        info = {"epsilon": member.epsilon, "converged": converged}
        return Estimate(value, repr(self), error, info=info)


@cache
def _solver(
    order: float, threshold: float, max_iterations: int, rows: int | None
) -> Callable[..., tuple[Array, Array, Array]]:
    """Return the compiled function from points, masses and epsilon to divergence and error.

    It also says whether the solver has converged. A cost matrix not kept in memory is made so many
    `rows` at a time.
    """
    ott = _ott()
    import jax
    import jax.numpy as jnp

    def solve(
        x: Array, a: Array | None, y: Array, b: Array | None, epsilon: Array
    ) -> tuple[Array, Array, Array]:
        value, out = ott.sinkhorn_divergence(
            ott.PointCloud,
            x,
            y,
            a=a,
            b=b,
            cost_fn=ott.EuclideanP(order),
            epsilon=epsilon,
            batch_size=rows,
            solve_kwargs={"threshold": threshold, "max_iterations": max_iterations},
        )
        # The derivative by the mass at a point is the difference of the potentials there.
        (f, g), (own, _), (_, other) = out.potentials
        variance = _variance(a, f - own, jnp) + _variance(b, g - other, jnp)
        return value, jnp.sqrt(variance), jnp.all(jnp.asarray(out.converged))

    return jax.jit(solve)


def _variance(mass: Array | None, potential: Array, xp: Any) -> Array:
    """Return the variance of the mean of the potential."""
    n = potential.shape[0]
    share = xp.full((n,), 1.0 / n) if mass is None else mass
    rest = 1.0 - xp.sum(share**2)
    square = xp.sum((share * (potential - share @ potential)) ** 2)
    return xp.where(rest > 0, square / xp.where(rest > 0, rest, 1.0), xp.inf)


def _ott() -> SimpleNamespace:
    """Return what is needed of OTT-JAX."""
    with warnings.catch_warnings():
        # It imports jaxopt, which warns that it is no longer maintained.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return SimpleNamespace(
                EuclideanP=import_module("ott.geometry.costs").EuclideanP,
                PointCloud=import_module("ott.geometry.pointcloud").PointCloud,
                sinkhorn_divergence=import_module(
                    "ott.tools.sinkhorn_divergence"
                ).sinkhorn_divergence,
            )
        except ImportError as error:
            raise ImportError(
                'the Sinkhorn divergence needs OTT-JAX: pip install "divergences[transport]"'
            ) from error
