"""Named pairs of distributions that know their true value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any, Self

import equinox as eqx
import jax
import numpy as np

import divergences as dv
from gan.checks import instance
from gan.config import Effort
from gan.distributions import Family, Source
from gan.networks import Embedding, Identity, Stereographic
from gan.sampling import Points, shifted_lattice
from gan.sources import Sampled, source


class Game(eqx.Module):
    """The part of a pair that computation needs; games of equal shapes stack for `vmap`."""

    p: Source
    q: Source
    embedding: Embedding

    def sample(
        self, key: jax.Array, n: int, points: Points = shifted_lattice
    ) -> tuple[jax.Array, jax.Array]:
        """Draw n fresh samples of P, and n others of Q."""
        key_p, key_q = jax.random.split(key)
        return self.p.sample(key_p, n, points), self.q.sample(key_q, n, points)

    @property
    def has_densities(self) -> bool:
        """Whether both sides have a log-density."""
        return self.p.has_density and self.q.has_density


@dataclass(frozen=True)
class Pair:
    """Two distributions, the data P and the generator's Q, with their true value.

    Attributes
    ----------
    name : str
        Name in the registry.
    p, q : Source
        What can be sampled; mostly a `Distribution`, with a log-density.
    embedding : Embedding
        Coordinates in which the discriminator sees the samples.
    disjoint : bool
        Whether P and Q live on disjoint sets, by declaration: then JS = log 2 and V* = 0.
    effort : Effort, optional
        What the experiment's settings are raised to for this pair.
    exact : callable, optional
        Returns the true JS where `divergences` does not know both distributions, or is slow.
    """

    name: str
    p: Source
    q: Source
    embedding: Embedding = field(default_factory=Identity)
    disjoint: bool = False
    effort: Effort | None = None
    exact: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be trained on."""
        instance("name", self.name, str)
        instance("p", self.p, Source)
        instance("q", self.q, Source)
        instance("embedding", self.embedding, Embedding)
        if self.p.dim != self.q.dim:
            raise ValueError(f"p has {self.p.dim} dimensions and q has {self.q.dim}.")

    @classmethod
    def of(
        cls, p: Any, q: Any, name: str | None = None, embedding: Embedding | None = None
    ) -> Self:
        """Make a pair of what you have.

        Parameters
        ----------
        p, q
            The data and the generator's distribution, each in one of five forms:

            - a distribution of `gan`, `divergences` or `scipy.stats`;
            - a tuple of two functions, ``sampler(key, n)`` and ``log_density(x)``, written in
              `jax.numpy`; samples have shape (n, d), or (n,) for scalars;
            - such a sampler alone;
            - an array of shape (n, d), or (n,) for scalars, or the path of a .npy file of one. A
              random quarter of the observations is held out for evaluation;
            - a name: normal, laplace, cauchy, student, exponential, gamma, beta, mixture, ring-8.
        name : str, optional
            What the pair is called; by default "p | q", by their names or classes.
        embedding : Embedding, optional
            Coordinates in which the discriminator sees the samples. By default the samples
            themselves, but for families on the line without a variance, the circle.

        Returns
        -------
        Pair
            Its ``js`` and ``v_star`` are known if `divergences` knows both distributions, or on
            the line, if both have log-densities.

        Raises
        ------
        TypeError, ValueError
            If p or q is in none of these forms or not well made, or their dimensions differ.

        Examples
        --------
        >>> from scipy import stats
        >>> import divergences as dv
        >>> import gan
        >>> round(gan.Pair.of(stats.norm(0, 1), dv.Normal(2, 1)).js, 6)
        0.336831
        """
        sides = source("p", p), source("q", q)
        if embedding is None:
            heavy = any(_lacks_variance(side) for side in sides)
            embedding = Stereographic() if heavy else Identity()
        labels = [x if isinstance(x, str) else type(x).__name__ for x in (p, q)]
        return cls(" | ".join(labels) if name is None else name, *sides, embedding)

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
        if self.exact is not None:
            return 2 * (self.js - log(2))
        self.require_truth()
        return -2 * float(dv.jensen_shannon_deficit(self.p.known, self.q.known))

    @cached_property
    def js(self) -> float:
        """JS(P, Q) in nats."""
        if self.disjoint:
            return log(2)
        if self.exact is not None:
            return self.exact()
        self.require_truth()
        if self.v_star > -0.5:  # log 2 minus the deficit: nothing cancels, and it is at hand
            return log(2) + self.v_star / 2
        return float(dv.jensen_shannon_divergence(self.p.known, self.q.known))

    @property
    def saturates(self) -> bool:
        """Whether the supports are disjoint, so that V* = 0 is approached but never attained."""
        return self.disjoint

    def require_truth(self) -> None:
        """Raise unless the true JS can be had.

        Raises
        ------
        ValueError
            If P or Q has no density that `divergences` can integrate.
        """
        for name, side in (("p", self.p), ("q", self.q)):
            if not self.disjoint and self.exact is None and side.known is None:
                raise ValueError(
                    f"the true JS of {self.name!r} is not known, because {name} has no density "
                    "that `divergences` can integrate. Train a discriminator and evaluate it."
                )


def _lacks_variance(side: Source) -> bool:
    known = side.known if isinstance(side, Family | Sampled) else None
    variance = getattr(known, "variance", 1.0)
    return side.dim == 1 and not np.all(np.isfinite(variance))
