"""Quadrature of the pairs by plain sums, apart from that of the library.

Each rule is a trapezoid after a change of variable that leaves an analytic, rapidly decaying
integrand, whose error falls geometrically with the spacing.
"""

from functools import cache

import equinox as eqx
import jax
import numpy as np

import gan
from gan.distributions import Distribution
from gan.sampling import independent

# Compiled once for distributions of one kind: by themselves, each of their operations would be.


@eqx.filter_jit
def log_density(distribution: Distribution, x) -> jax.Array:
    return distribution.logpdf(x)


@eqx.filter_jit
def transported(distribution: Distribution, uniforms) -> jax.Array:
    return distribution.transport(uniforms)


@eqx.filter_jit
def _drawn(distribution: Distribution, n: int) -> jax.Array:
    return distribution.transport(independent(jax.random.key(0), n, distribution.uniforms))


def draw(distribution: Distribution, n: int) -> np.ndarray:
    return np.asarray(_drawn(distribution, n))


@cache
def masses(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the nodes under P and under Q."""
    pair = gan.targets[name]
    nodes, log_weights = grid(pair)
    with jax.enable_x64(True):
        return tuple(
            np.exp(np.asarray(log_density(d, nodes)) + log_weights) for d in (pair.p, pair.q)
        )


def trapezoid(low: float, high: float, spacing: float):
    """Plain trapezoid, for analytic densities that have decayed at both ends."""
    nodes = np.arange(low, high + spacing / 2, spacing)
    return nodes, np.full_like(nodes, np.log(spacing))


def sinh_sinh(limit: float, spacing: float):
    """Trapezoid in s after ``x = sinh(pi/2 sinh s)``, for densities with algebraic tails."""
    s, _ = trapezoid(-limit, limit, spacing)
    inner = np.pi / 2 * np.sinh(s)
    return np.sinh(inner), np.log(spacing * np.pi / 2 * np.cosh(s) * np.cosh(inner))


def half_line(low: float, high: float, spacing: float):
    """Trapezoid in s after ``x = exp(s - exp(-s))``."""
    s, _ = trapezoid(low, high, spacing)
    log_x = s - np.exp(-s)
    return np.exp(log_x), np.log(spacing) + log_x + np.log1p(np.exp(-s))


def two_half_lines(low: float, high: float, spacing: float):
    """Return the same on both sides of zero, where the density has a kink."""
    x, log_weights = half_line(low, high, spacing)
    return np.concatenate([-x, x]), np.concatenate([log_weights, log_weights])


def unit_interval(limit: float, spacing: float):
    """Trapezoid in s after ``x = 1/(1 + exp(-s))``."""
    s, log_weights = trapezoid(-limit, limit, spacing)
    return 1 / (1 + np.exp(-s)), log_weights - np.logaddexp(0, s) - np.logaddexp(0, -s)


RULES = {
    **{
        name: trapezoid(-12, 18, 0.05)
        for name in gan.suites["quick"]
        if name.startswith("normal-mu-")
    },
    "laplace-normal": two_half_lines(-4, 4.5, 0.02),
    "cauchy-cauchy": sinh_sinh(4.2, 0.02),
    "ring-8": trapezoid(-12.6, 12.6, 0.06),
    "mixture-mixture": trapezoid(-12, 12, 0.05),
    "student-normal": sinh_sinh(3.8, 0.02),
    "gamma-exponential": half_line(-4, 5.5, 0.02),
    "beta-beta": unit_interval(36, 0.1),
    "beta-mirrored": unit_interval(36, 0.1),
    "covariance-2d": trapezoid(-9, 9, 0.1),
}


def grid(pair: gan.Pair) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of shape (n, dim) and log-weights of shape (n,): the same rule along every axis."""
    nodes, log_weights = RULES[pair.name]
    nodes = np.meshgrid(*[nodes] * pair.dim, indexing="ij")
    log_weights = np.meshgrid(*[log_weights] * pair.dim, indexing="ij")
    return np.stack(nodes, axis=-1).reshape(-1, pair.dim), np.sum(log_weights, axis=0).ravel()
