"""What is found while games are played: plain records, which reports read."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CheckRecord:
    """What is known of one game at one check, in nats.

    Attributes
    ----------
    seed, step
        Number of the game, and steps of its generator.
    js_true, v_star
        True JS of the data and the generator, and V* = 2 JS - 2 log 2.
    halving
        By how much half of the spacing of the grid has changed js_true; None if it is no grid's.
    v_play, v_play_standard_error, js_play, gap_play
        Held-out V(D) of the discriminator in play with its standard error, (V + 2 log 2)/2, and
        V* - V.
    v_probe, v_probe_standard_error, js_probe, gap_probe
        The same of the probe.
    sigma
        Standard deviation of the generator's noise.
    cosine_play, cosine_probe
        Cosine between the gradient of E log(1 - D) by the generator's parameters and that of
        2 JS, with either discriminator; None but on the line.
    js_at_least
        Lower confidence bound of JS, at 95 %, by the held-out V(D) of the discriminator in play.
    js_average
        True JS of the generator with the moving average of its parameters; None without one.
    f_true, f_play, f_probe
        In the game of an f-divergence: the supremum of its variational form, by the exact
        divergence, and the exact value of that form for either discriminator; None otherwise.
    """

    seed: int
    step: int
    js_true: float
    v_star: float
    halving: float | None
    v_play: float
    v_play_standard_error: float
    js_play: float
    gap_play: float
    v_probe: float
    v_probe_standard_error: float
    js_probe: float
    gap_probe: float
    sigma: float
    cosine_play: float | None
    cosine_probe: float | None
    js_at_least: float | None = None
    js_average: float | None = None
    f_true: float | None = None
    f_play: float | None = None
    f_probe: float | None = None


@dataclass(frozen=True)
class Picture:
    """The data and the first generator: both densities on the line, or samples in the plane."""

    x: np.ndarray
    real: np.ndarray
    fake: np.ndarray
