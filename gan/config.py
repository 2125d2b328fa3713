"""Settings of the experiments: how discriminators are trained and how they are evaluated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gan.checks import check_settings, instance, real, replace_fields


@dataclass(frozen=True)
class Config:
    """Settings of one identity experiment; the defaults are the quick recipe.

    The numbers of samples are Fibonacci numbers, for which lattices are the most even.

    Attributes
    ----------
    width, depth : int
        Units per hidden layer and number of hidden layers of the discriminator.
    batch : int
        Fresh samples of P, and as many of Q, in every training step.
    steps : int
        Training steps; a multiple of `chunks`.
    chunks : int
        Calls of the compiled scan that share the steps; progress is visible between them.
    learning_rate : float
        Peak rate of Adam; it falls to zero along a half cosine.
    averaged : float
        Fraction of the steps, at the end, over which parameters are averaged.
    seeds : int
        Independently initialised and trained discriminators per pair.
    replicates : int
        Independent sets of held-out samples; their spread is the standard error.
    held_out : int
        Samples of P, and as many of Q, in each of these sets.
    """

    width: int = 64
    depth: int = 3
    batch: int = 377
    steps: int = 4000
    chunks: int = 20
    learning_rate: float = 1e-2
    averaged: float = 0.25
    seeds: int = 2
    replicates: int = 8
    held_out: int = 17711

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        check_settings(
            self,
            ("width", "depth", "batch", "steps", "chunks", "seeds", "replicates", "held_out"),
            {"learning_rate": "positive", "averaged": "from 0 to 1"},
        )
        if self.steps % self.chunks:
            raise ValueError(f"steps={self.steps} is not a multiple of chunks={self.chunks}")
        if self.replicates < 2:
            raise ValueError("a standard error needs replicates >= 2")


@dataclass(frozen=True)
class Effort:
    """Settings that a hard pair needs in place of those of `Config`.

    Attributes
    ----------
    width, batch, steps
        As in `Config`.
    """

    width: int
    batch: int
    steps: int


@dataclass(frozen=True)
class SaturationConfig:
    """Settings of the saturation experiment.

    Attributes
    ----------
    thetas : tuple of float
        Distances of the segments, with a sign.
    theta : float
        The distance at which training is followed.
    points : int
        Even points on each segment; all of them are the batch.
    width, depth : int
        Units per hidden layer and number of hidden layers of the discriminator.
    learning_rate : float
        Of plain gradient descent, whose rate of convergence theory knows.
    steps : int
        Training steps.
    checkpoints : int
        At how many of them, in geometric progression, to look.
    seeds : int
        Discriminators at each distance.
    """

    thetas: tuple[float, ...] = (-2.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0)
    theta: float = 1.0
    points: int = 16
    width: int = 16
    depth: int = 2
    learning_rate: float = 0.2
    steps: int = 30_000
    checkpoints: int = 51
    seeds: int = 4

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        thetas = self.thetas
        if isinstance(thetas, str) or not isinstance(thetas, Sequence) or not thetas:
            raise TypeError(f"thetas is {thetas!r}; it must be a sequence of distances.")
        replace_fields(self, thetas=tuple(real("each of thetas", theta) for theta in thetas))
        check_settings(
            self,
            ("points", "width", "depth", "steps", "checkpoints", "seeds"),
            {"learning_rate": "positive", "theta": "finite"},
        )
        if self.theta not in self.thetas or self.theta == 0.0:
            raise ValueError(f"theta={self.theta} is not one of thetas={self.thetas}, or is zero")
        if self.checkpoints < 2 or self.steps < self.checkpoints:
            raise ValueError("steps >= checkpoints >= 2 are needed for a slope")

    @property
    def stops(self) -> list[int]:
        """The steps after which to look."""
        return np.unique(np.geomspace(1, self.steps, self.checkpoints).round().astype(int)).tolist()


@dataclass(frozen=True)
class GameConfig:
    """Settings of a game whose true value is followed while it is played.

    Attributes
    ----------
    target : str
        Name of the data, one of those that `gan.Pair.of` takes.
    objective : str
        Name of what the players minimise, one of `gan.f_gan.OBJECTIVES`.
    steps, d_steps : int
        Steps of the generator, and of the discriminator before each of them.
    batch : int
        Samples of the data, and of the generator, in every step.
    generator_rate, discriminator_rate : float
        Peak rates of Adam, which fall to a tenth along half a cosine.
    noise, codes, generator_width, generator_depth : int
        Dimension and number of codes, units per hidden layer and hidden layers of the generator.
    sigma : float
        Initial standard deviation of the generator's noise.
    learn_sigma : bool
        Whether it is trained.
    width, depth : int
        Units per hidden layer and number of hidden layers of the discriminator.
    gamma : float
        Weight of the penalties R1 and R2 on the discriminator's slope; 0 for none.
    ema : float
        Decay, a step, of the moving average of the generator; 0 for none.
    checks : int
        How often the game is stopped to look.
    seeds : int
        Games, independently initialised.
    probe_width, probe_depth, probe_batch, probe_steps : int
        Of the probe: a fresh discriminator that is trained at every check, the generator frozen.
    replicates, held_out : int
        Independent sets of held-out samples, and samples of either side in each.
    """

    target: str = "mixture"
    objective: str = "non-saturating"
    steps: int = 1500
    d_steps: int = 5
    batch: int = 256
    generator_rate: float = 1e-3
    discriminator_rate: float = 2e-3
    noise: int = 1
    codes: int = 256
    generator_width: int = 32
    generator_depth: int = 2
    sigma: float = 0.3
    learn_sigma: bool = True
    width: int = 64
    depth: int = 2
    gamma: float = 0.0
    ema: float = 0.0
    checks: int = 15
    seeds: int = 3
    probe_width: int = 64
    probe_depth: int = 3
    probe_batch: int = 377
    probe_steps: int = 500
    replicates: int = 8
    held_out: int = 17711

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        reals = ("generator_rate", "discriminator_rate", "sigma")
        others = ("target", "objective", "learn_sigma", "gamma", "ema", *reals)
        wholes = [name for name in self.__dataclass_fields__ if name not in others]
        ranges = {"gamma": "zero or more", "ema": "at least 0 and less than 1"}
        check_settings(self, wholes, dict.fromkeys(reals, "positive") | ranges)
        instance("objective", self.objective, str)
        if self.steps % self.checks:
            raise ValueError(f"steps={self.steps} is not a multiple of checks={self.checks}")
        if self.replicates < 2:
            raise ValueError("a standard error needs replicates >= 2")


GAMES = {
    "mixture": GameConfig(),
    "ring-8": GameConfig(
        target="ring-8",
        steps=3000,
        d_steps=1,
        noise=2,
        codes=4096,
        generator_width=128,
        generator_depth=3,
        sigma=0.15,
        learn_sigma=False,
        width=128,
        depth=3,
        ema=0.998,
        probe_steps=2000,
    ),
}
"""Settings of the games that ``python -m gan train`` knows, by their targets."""
