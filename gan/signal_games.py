"""Generators of signals, judged by the law that makes the real ones."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jax
import numpy as np
import optax

from gan.blurred import Blurred
from gan.checks import instance, whole
from gan.digits import DigitsConfig, optimizer
from gan.game import OBJECTIVES
from gan.generators import Push
from gan.networks import Identity, LogitNetwork, Whitening, leaky, perceptron
from gan.penalties import R1, R2
from gan.playing import Trained, train
from gan.resuming import Earlier, so_far, start_of
from gan.sample_quality import Quality, quality
from gan.sampling import independent
from gan.signals import SIGNALS, peaks

JUDGED = 2000
"""Signals of either side that are compared."""


@dataclass(frozen=True)
class SignalConfig(DigitsConfig):
    """Settings of generators of signals: those of digits, other defaults, and the signal.

    Attributes
    ----------
    target : str
        Name of the signal, one of `gan.signals.SIGNALS`.
    """

    gamma: float = 0.03
    steps: int = 8000
    batch: int = 64
    rate: float = 2e-3
    seeds: int = 3
    target: str = "beats"

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        super().__post_init__()
        if self.target not in SIGNALS:
            raise ValueError(f"target is {self.target!r}; it is {' or '.join(SIGNALS)}.")


@dataclass(frozen=True)
class SignalQuality:
    """How like the real ones some signals are.

    Attributes
    ----------
    quality : Quality
        Of as many signals of either kind.
    time_mean, time_spread, height_mean, height_spread : float
        Mean and standard deviation of the time and of the height of the highest point, less those
        of the real signals and in shares of them.
    spectrum : float
        Sum of the absolute differences of the two mean power spectra, over the sum of the real one.
    """

    quality: Quality
    time_mean: float
    time_spread: float
    height_mean: float
    height_spread: float
    spectrum: float

    @classmethod
    def of(cls, real: np.ndarray, other: np.ndarray) -> "SignalQuality":
        """Compare signals of shape (n, length) with real ones."""
        (times, height), (of_time, of_height) = peaks(real), peaks(other)
        first, second = (np.mean(np.abs(np.fft.rfft(x)) ** 2, axis=0) for x in (real, other))
        spectrum = float(np.sum(np.abs(first - second)) / np.sum(first))
        return cls(
            quality=quality(real, other),
            time_mean=float(np.mean(of_time) / np.mean(times) - 1),
            time_spread=float(np.std(of_time) / np.std(times) - 1),
            height_mean=float(np.mean(of_height) / np.mean(height) - 1),
            height_spread=float(np.std(of_height) / np.std(height) - 1),
            spectrum=spectrum,
        )


@dataclass(frozen=True)
class SignalRecord:
    """How good the signals of one generator are.

    Attributes
    ----------
    seed : int
        Number of the generator.
    found : SignalQuality
        Of its signals.
    ceiling : SignalQuality
        Of as many real signals in their place.
    cpu_seconds : float
        Processor time of training and judging; the first generator's holds the compilation.
    """

    seed: int
    found: SignalQuality
    ceiling: SignalQuality
    cpu_seconds: float


@dataclass(frozen=True)
class Signals:
    """Real and generated signals, of shape (n, length)."""

    real: np.ndarray
    fake: np.ndarray


def run_signals(
    config: SignalConfig,
    seed: int,
    progress: Callable[[Trained], None] = lambda trained: None,
    earlier: Earlier[SignalRecord] = Earlier(),  # noqa: B008
) -> Iterator[tuple[SignalRecord, Signals, Trained]]:
    """Train one generator after another; yield how good each is, its signals, and itself.

    Parameters
    ----------
    config : SignalConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Told, at every check, the game that is going on; it may raise.
    earlier : Earlier
        What an earlier run has left: the games that it has finished are not played again.
    """
    instance("config", config, SignalConfig)
    return _run(config, whole("seed", seed, 0, 2**32), progress, earlier)


def _run(
    config: SignalConfig,
    seed: int,
    progress: Callable[[Trained], None],
    earlier: Earlier[SignalRecord],
) -> Iterator[tuple[SignalRecord, Signals, Trained]]:
    adam, resume = optimizer(config), earlier.current
    for number in range(len(earlier.records), config.seeds):
        before = start_of(resume)
        trained = _train(config, adam, _keys(seed, number)[:3], resume, before, progress)
        resume = None
        signals, other = _drawn(config, trained, seed, number)
        found, ceiling = (SignalQuality.of(signals.real, x) for x in (signals.fake, other))
        record = SignalRecord(number, found, ceiling, time.process_time() - before)
        yield record, signals, trained


def _keys(seed: int, number: int) -> jax.Array:
    """Return three keys of a game, and three of the signals that judge it."""
    return jax.random.split(jax.random.fold_in(jax.random.key(seed), number), 6)


def _train(
    config: SignalConfig,
    adam: optax.GradientTransformation,
    keys: jax.Array,
    resume: Trained | None,
    before: float,
    progress: Callable[[Trained], None],
) -> Trained:
    if resume is not None and int(resume.state.step) == config.steps:
        return resume
    data, width, depth = SIGNALS[config.target], config.width, config.depth
    unchanged = Whitening(np.zeros(data.dim, np.float32), np.eye(data.dim, dtype=np.float32))
    made = Push(keys[0], data.dim, config.noise, width=width, depth=depth)
    mlp = perceptron(keys[1], data.dim, "scalar", width, depth, leaky)
    return train(
        Blurred(data, config.sigma),
        Blurred(made, config.sigma),
        OBJECTIVES[config.objective],
        key=keys[2],
        steps=config.steps,
        batch=config.batch,
        discriminator=LogitNetwork(Identity(), unchanged, mlp),
        optimizers=(adam, adam),
        penalties=(R1(config.gamma), R2(config.gamma)),
        ema=config.ema,
        checks=config.checks,
        on_check=so_far(progress, resume, before),
        resume=resume,
    )


def signals_of(config: SignalConfig, trained: Trained, seed: int, number: int) -> Signals:
    """Return signals of a generator, the one of this number in the run of this seed."""
    return _drawn(config, trained, seed, number)[0]


def _drawn(
    config: SignalConfig, trained: Trained, seed: int, number: int
) -> tuple[Signals, np.ndarray]:
    """Return real and generated signals, and as many real ones in the place of the latter."""
    data = SIGNALS[config.target]
    real, other, fake = (
        np.asarray(source.sample(key, JUDGED, independent))
        for source, key in zip(
            (data, data, trained.generator.base), _keys(seed, number)[3:], strict=True
        )
    )
    return Signals(real, fake), other
