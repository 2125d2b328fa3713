"""Handwritten digits: class-conditional generators, judged by digits that they have not seen.

The data are the 1797 images of 8 x 8 pixels that come with scikit-learn (Alpaydin and Kaynak 1998),
from -1 to 1: 1000 to train on and 797 to judge by.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import jax
import numpy as np
import optax

from gan.checks import check_settings, instance, whole
from gan.conditional import Conditional, Labelled, Projection
from gan.game import OBJECTIVES, State
from gan.penalties import R1, R2
from gan.playing import Check, Trained, train
from gan.resuming import Earlier, so_far, start_of
from gan.sample_quality import Quality, nearest, quality

TRAINING = 1000
"""Images to train on."""

SHOWN = 8
"""Images of each class on the sheet."""


@dataclass(frozen=True)
class DigitsConfig:
    """Settings of generators of digits.

    Attributes
    ----------
    objective : str
        Name of what is minimised, one of `gan.game.OBJECTIVES`.
    gamma : float
        Weight of the penalties R1 and R2.
    steps, batch : int
        Steps of the generator, one of the discriminator before each, and images of either side.
    rate : float
        Peak rate of Adam (0, 0.99), which falls to a twentieth along half a cosine.
    ema : float
        Decay, a step, of the moving average of the generator.
    sigma : float
        Standard deviation of the noise that both sides' images have in the game.
    noise, width, depth : int
        Dimension of the generator's noise, units per hidden layer and hidden layers of either.
    checks : int
        How often to look, in training.
    seeds : int
        Generators, independently initialised.
    """

    objective: str = "relativistic"
    gamma: float = 1.0
    steps: int = 4000
    batch: int = 60
    rate: float = 1e-3
    ema: float = 0.998
    sigma: float = 0.05
    noise: int = 24
    width: int = 128
    depth: int = 3
    checks: int = 20
    seeds: int = 5

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        check_settings(
            self,
            ("steps", "batch", "noise", "width", "depth", "checks", "seeds"),
            {
                "gamma": "positive",
                "rate": "positive",
                "sigma": "zero or more",
                "ema": "at least 0 and less than 1",
            },
        )
        if self.objective not in OBJECTIVES:
            raise ValueError(f"objective is {self.objective!r}; it is {' or '.join(OBJECTIVES)}.")
        if self.steps % self.checks:
            raise ValueError(f"steps={self.steps} is not a multiple of checks={self.checks}")


@dataclass(frozen=True)
class DigitsRecord:
    """How good the digits of one generator are.

    Attributes
    ----------
    seed : int
        Number of the generator.
    quality : Quality
        Of as many digits as are held out, with the same classes, beside those.
    cpu_seconds : float
        Processor time of training and judging; the first generator's holds the compilation.
    """

    seed: int
    quality: Quality
    cpu_seconds: float


@dataclass(frozen=True)
class Sheet:
    """Images by class: held out, generated, and those of training that are nearest to these."""

    real: np.ndarray
    fake: np.ndarray
    copied: np.ndarray


@dataclass(frozen=True)
class Digits:
    """The images, of shape (n, 64), and their classes."""

    training: np.ndarray
    training_labels: np.ndarray
    held_out: np.ndarray
    labels: np.ndarray

    @classmethod
    def load(cls) -> "Digits":
        """Split the images at random, always alike."""
        from sklearn.datasets import load_digits

        x, labels = (np.asarray(part) for part in load_digits(return_X_y=True))
        order = np.random.default_rng(0).permutation(len(x))
        x, labels = x[order] / 8 - 1, labels[order]
        return cls(x[:TRAINING], labels[:TRAINING], x[TRAINING:], labels[TRAINING:])

    def ceiling(self) -> Quality:
        """Return the quality of as many images to train on: what a perfect generator could reach.

        The nearest image of training is another one, for an image of training.
        """
        count = len(self.held_out)
        labels = self.labels, self.training_labels[:count]
        found = quality(self.held_out, self.training[:count], labels)
        others = nearest(self.training[:count], self.training, 1)[1]
        ratio = np.median(others) / np.median(nearest(self.held_out, self.training)[1])
        return replace(found, nearest_training_ratio=float(ratio))


def run_digits(
    config: DigitsConfig,
    seed: int,
    progress: Callable[[Trained], None] = lambda trained: None,
    earlier: Earlier[DigitsRecord] = Earlier(),  # noqa: B008
) -> Iterator[tuple[DigitsRecord, Sheet, Trained]]:
    """Train one generator after another; yield how good it is, how its digits look, and itself.

    Parameters
    ----------
    config : DigitsConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Told, at every check, the game that is going on; it may raise.
    earlier : Earlier
        What an earlier run has left: the games that it has finished are not played again.
    """
    instance("config", config, DigitsConfig)
    return _run(config, whole("seed", seed, 0, 2**32), progress, earlier)


def _run(
    config: DigitsConfig,
    seed: int,
    progress: Callable[[Trained], None],
    earlier: Earlier[DigitsRecord],
) -> Iterator[tuple[DigitsRecord, Sheet, Trained]]:
    digits = Digits.load()
    adam = optimizer(config)
    resume = earlier.current
    for number in range(len(earlier.records), config.seeds):
        before, (key, of_digits) = start_of(resume), _keys(seed, number)[:2]
        trained = train_on(
            digits.training,
            digits.training_labels,
            config,
            adam,
            key,
            so_far(progress, resume, before),
            resume,
        )
        resume = None
        fake = np.asarray(trained.generator.draw(of_digits, digits.labels))
        found = quality(digits.held_out, fake, digits.labels, training=digits.training)
        record = DigitsRecord(number, found, time.process_time() - before)
        yield record, sheet_of(trained, seed, number), trained


def _keys(seed: int, number: int) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return the keys of a game, and of the digits that judge it and are shown of it."""
    key = jax.random.fold_in(jax.random.key(seed), number)
    # The first three are those of `train_on`.
    *_, of_digits, of_sheet = jax.random.split(key, 5)
    return key, of_digits, of_sheet


def optimizer(config: DigitsConfig) -> optax.GradientTransformation:
    """Return Adam as the settings have it; games with the same one share what is compiled."""
    rate = optax.cosine_decay_schedule(config.rate, config.steps, alpha=0.05)
    return optax.adam(rate, b1=0.0, b2=0.99)


def train_on(
    images: np.ndarray,
    labels: np.ndarray,
    config: DigitsConfig,
    adam: optax.GradientTransformation,
    key: jax.Array,
    on_check: Callable[[Check, State], None],
    resume: Trained | None = None,
) -> Trained:
    """Train a generator on some of the images."""
    if resume is not None and int(resume.state.step) == config.steps:
        return resume
    of_generator, of_discriminator, of_game = jax.random.split(key, 3)
    data = Labelled(images, labels, config.sigma)
    dim, classes = images.shape[1], len(data.classes)
    width, depth = config.width, config.depth
    return train(
        data,
        Conditional(
            of_generator, dim, classes, config.noise, config.sigma, width=width, depth=depth
        ),
        OBJECTIVES[config.objective],
        key=of_game,
        steps=config.steps,
        batch=config.batch,
        discriminator=Projection(of_discriminator, dim, classes, width=width, depth=depth),
        optimizers=(adam, adam),
        penalties=(R1(config.gamma), R2(config.gamma)),
        ema=config.ema,
        checks=config.checks,
        on_check=on_check,
        resume=resume,
    )


def sheet_of(trained: Trained, seed: int, number: int) -> Sheet:
    """Return the sheet of a generator, the one of this number in the run of this seed."""
    digits, generator, key = Digits.load(), trained.generator, _keys(seed, number)[2]
    classes = np.arange(generator.classes)
    real = np.stack([digits.held_out[digits.labels == c][:SHOWN] for c in classes])
    fake = np.asarray(generator.draw(key, np.repeat(classes, SHOWN)))
    copied = digits.training[nearest(fake, digits.training)[0]]
    return Sheet(real, fake.reshape(real.shape), copied.reshape(real.shape))
