"""Settings of one run: how discriminators are trained and how they are evaluated."""

from dataclasses import dataclass


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
        if self.steps % self.chunks:
            raise ValueError(f"steps={self.steps} is not a multiple of chunks={self.chunks}")
        if self.replicates < 2:
            raise ValueError("a standard error needs replicates >= 2")
