"""Named pairs of distributions that know their true value."""

from dataclasses import dataclass, field
from functools import cached_property
from math import log

import equinox as eqx
import jax

import divergences as dv
from gan.distributions import Distribution
from gan.networks import Embedding, Identity
from gan.sampling import Points, shifted_lattice


class Game(eqx.Module):
    """The part of a pair that computation needs; games of equal shapes stack for `vmap`."""

    p: Distribution
    q: Distribution
    embedding: Embedding

    def sample(
        self, key: jax.Array, n: int, points: Points = shifted_lattice
    ) -> tuple[jax.Array, jax.Array]:
        """Carry n fresh uniform points to samples of P, and n others to samples of Q."""
        key_p, key_q = jax.random.split(key)
        real = self.p.transport(points(key_p, n, self.p.uniforms))
        fake = self.q.transport(points(key_q, n, self.q.uniforms))
        return real, fake


@dataclass(frozen=True)
class Pair:
    """Two distributions, the data P and the generator's Q, with their true value.

    Attributes
    ----------
    name : str
        Name in the registry.
    p, q : Distribution
        Samplers and log-densities.
    embedding : Embedding
        Coordinates in which the discriminator sees the samples.
    disjoint : bool
        Whether P and Q live on disjoint sets, by declaration: then JS = log 2 and V* = 0.
    """

    name: str
    p: Distribution
    q: Distribution
    embedding: Embedding = field(default_factory=Identity)
    disjoint: bool = False

    @property
    def dim(self) -> int:
        """Dimension of the sample space."""
        return self.p.dim

    @property
    def game(self) -> Game:
        """What training and evaluation need of this pair."""
        return Game(self.p, self.q, self.embedding)

    @cached_property
    def v_star(self) -> float:
        """V* = 2 JS - 2 log 2 in nats, relatively accurate however small."""
        if self.disjoint:
            return 0.0
        return -2 * float(dv.jensen_shannon_deficit(self.p.known, self.q.known))

    @cached_property
    def js(self) -> float:
        """JS(P, Q) in nats."""
        if self.disjoint:
            return log(2)
        return float(dv.jensen_shannon_divergence(self.p.known, self.q.known))

    @property
    def saturates(self) -> bool:
        """Whether the supports are disjoint, so that V* = 0 is approached but never attained."""
        return self.disjoint
