"""What the identity experiment finds: plain records, which reports read."""

from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-3
"""Largest gap V* - V(D), in nats, at which the identity counts as reached for any pair."""


@dataclass(frozen=True)
class PairRecord:
    """Numbers of one pair, in nats; what `report.json` holds.

    Attributes
    ----------
    name, dim
        The pair and the dimension of its sample space.
    v_star, js_true
        True V* = 2 JS - 2 log 2, and JS.
    v_hat, standard_error
        Held-out V(D), a mean over the trained discriminators, and the standard error of its
        *evaluation*: the discriminators are taken as given.
    gap, gap_standard_error, relative_gap
        V* - V(D) with the standard error of its evaluation, and its ratio to |V*|, undefined where
        V* = 0. Where the densities are known it is the mean regret on held-out samples, whose noise
        is of the order of the gap itself; else V* - v_hat.
    tolerance
        Largest gap at which the identity counts as reached: `TOLERANCE`, or if 2 JS or |V*| is
        small two per cent of it; 1e-5 beneath 1e-4.
    js_hat, js_interval
        (v_hat + 2 log 2)/2 and its 95 % interval for evaluation noise. It estimates the lower
        bound on JS that these discriminators prove; it need not reach JS itself.
    saturates
        Whether the supports are disjoint.
    verified
        Whether the gap is at most `tolerance`, and V* not below the 99.99 % interval of v_hat.
    v_seeds, training_spread
        Held-out V(D) of each trained discriminator, and the standard deviation among them: the
        variability of training, which the standard error leaves out.
    v_monte_carlo, v_monte_carlo_standard_error
        The same discriminators on as many independent held-out samples.
    seconds
        Wall time, compilation included; pairs trained together share it equally.
    """

    name: str
    dim: int
    v_star: float
    v_hat: float
    standard_error: float
    gap: float
    gap_standard_error: float
    relative_gap: float | None
    tolerance: float
    js_true: float
    js_hat: float
    js_interval: tuple[float, float]
    saturates: bool
    verified: bool
    v_seeds: tuple[float, ...]
    training_spread: float | None
    v_monte_carlo: float
    v_monte_carlo_standard_error: float
    seconds: float


@dataclass(frozen=True)
class Convergence:
    """V(D) along training, averaged over seeds and over windows of geometrically growing length.

    Every batch is fresh, so these are held-out values of the network of that step.
    """

    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class LogitCurve:
    """Learned logits, one row per seed, the true logit and both densities along the line."""

    x: np.ndarray
    learned: np.ndarray
    true: np.ndarray
    p: np.ndarray
    q: np.ndarray


@dataclass(frozen=True)
class PairResult:
    """What the experiment found for one pair: numbers, and curves to draw."""

    record: PairRecord
    convergence: Convergence
    logits: LogitCurve | None
