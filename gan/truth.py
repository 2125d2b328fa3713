"""True values of the identity: log 2 - JS, by quadrature or by disjoint supports.

A quadrature rule turns two densities into two probability vectors on its nodes, and the quadrature
of the Jensen-Shannon integrand *is* the Jensen-Shannon divergence of these vectors. So the truth
is one call of `divergences`. The rules are plain trapezoids after a change of variable that leaves
an analytic, rapidly decaying integrand: their error falls geometrically with the spacing.
"""

import math
from abc import abstractmethod
from dataclasses import dataclass

import equinox as eqx
import jax
import numpy as np

import divergences as dv
from gan.distributions import Distribution


@dataclass(frozen=True)
class Rule:
    """Nodes x_i and logarithms of weights w_i of a quadrature sum w_i f(x_i) on the real line."""

    nodes: np.ndarray
    log_weights: np.ndarray


def trapezoid(low: float, high: float, spacing: float) -> Rule:
    """Plain trapezoid, for analytic densities that have decayed at both ends."""
    nodes = np.arange(low, high + spacing / 2, spacing)
    return Rule(nodes, np.full_like(nodes, np.log(spacing)))


def sinh_sinh(limit: float, spacing: float) -> Rule:
    """Trapezoid in s after ``x = sinh(pi/2 sinh s)``, for densities with algebraic tails."""
    s = trapezoid(-limit, limit, spacing).nodes
    inner = np.pi / 2 * np.sinh(s)
    return Rule(np.sinh(inner), np.log(spacing * np.pi / 2 * np.cosh(s) * np.cosh(inner)))


def half_lines(low: float, high: float, spacing: float) -> Rule:
    """Trapezoid in s after ``|x| = exp(s - exp(-s))``, for densities with a kink at zero.

    Each half line has its own doubly exponential rule, so the kink is an end point of both.
    """
    s = trapezoid(low, high, spacing).nodes
    log_x = s - np.exp(-s)
    log_weight = np.log(spacing) + log_x + np.log1p(np.exp(-s))
    x = np.exp(log_x)
    return Rule(np.concatenate([-x, x]), np.concatenate([log_weight, log_weight]))


class Truth(eqx.Module):
    """A way to know how far apart P and Q are, in nats."""

    @abstractmethod
    def js(self, p: Distribution, q: Distribution) -> float:
        """JS(P, Q)."""

    @abstractmethod
    def deficit(self, p: Distribution, q: Distribution) -> float:
        """Return log 2 - JS(P, Q), relatively accurate however small; V* is minus its double."""


class Quadrature(Truth):
    """Product quadrature with the same one-dimensional rule along every axis."""

    rule: Rule = eqx.field(static=True)

    def js(self, p: Distribution, q: Distribution) -> float:
        """JS of the discretised densities."""
        return float(dv.jensen_shannon_divergence(*self._discretise(p, q)))

    def deficit(self, p: Distribution, q: Distribution) -> float:
        """Deficit of the discretised densities."""
        return float(dv.jensen_shannon_deficit(*self._discretise(p, q)))

    def grid(self, dim: int) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of shape (n, dim) and log-weights of shape (n,)."""
        nodes = np.meshgrid(*[self.rule.nodes] * dim, indexing="ij")
        log_weights = np.meshgrid(*[self.rule.log_weights] * dim, indexing="ij")
        return np.stack(nodes, axis=-1).reshape(-1, dim), np.sum(log_weights, axis=0).ravel()

    def _discretise(self, *distributions: Distribution) -> list[dv.LogProbs]:
        nodes, log_weights = self.grid(distributions[0].dim)
        with jax.enable_x64(True):
            return [dv.LogProbs(np.asarray(d.logpdf(nodes)) + log_weights) for d in distributions]


class DisjointSupports(Truth):
    """Declares that P and Q live on disjoint sets: JS = log 2 and V* = 0, exactly."""

    def js(self, p: Distribution, q: Distribution) -> float:
        """``log 2`` by declaration."""
        return math.log(2)

    def deficit(self, p: Distribution, q: Distribution) -> float:
        """Zero by declaration."""
        return 0.0
