"""Named pairs of distributions that know their true value."""

from dataclasses import dataclass, field
from functools import cached_property

import equinox as eqx
import jax

from gan.distributions import Distribution
from gan.networks import Embedding, Identity
from gan.sampling import Points, shifted_lattice
from gan.truth import DisjointSupports, Truth


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
    truth : Truth
        How log 2 - JS(P, Q) is known.
    embedding : Embedding
        Coordinates in which the discriminator sees the samples.
    """

    name: str
    p: Distribution
    q: Distribution
    truth: Truth
    embedding: Embedding = field(default_factory=Identity)

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
        return 0.0 - 2 * self.truth.deficit(self.p, self.q)

    @cached_property
    def js(self) -> float:
        """JS(P, Q) in nats."""
        return self.truth.js(self.p, self.q)

    @property
    def saturates(self) -> bool:
        """Whether the supports are disjoint, so that V* = 0 is approached but never attained."""
        return isinstance(self.truth, DisjointSupports)
