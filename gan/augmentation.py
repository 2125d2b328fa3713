"""Data augmentation: what generated digits are worth to a classifier that has few real ones.

A generator is trained on the few images themselves. A support vector machine learns from them, from
them and what the generator makes, and from them and copies: plain ones, which tell it nothing but
let it fit more closely, copies with noise, and copies shifted by a pixel.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import jax
import numpy as np

from gan.checks import check_settings, instance, replace_fields, whole
from gan.digits import Digits, DigitsConfig, optimizer, train_on
from gan.game import State
from gan.playing import Check

WAYS = ("none", "generated", "copies", "noise", "shifts")
"""What the real images are augmented by."""

_SIDE = 8
_MOST = 50
"""Images per class that the smallest class of training surely has."""


@dataclass(frozen=True)
class AugmentConfig:
    """Settings of the experiment.

    Attributes
    ----------
    per_class : tuple of int
        Numbers of real images of each class.
    added : int
        Images of each class that are added.
    noise : float
        Standard deviation of the noise on copies; images are from -1 to 1.
    seeds : int
        Repetitions, each with images and a generator of its own.
    game : DigitsConfig
        How generators are trained; its own seeds do not count.
    """

    per_class: tuple[int, ...] = (5, 10, 20, 50)
    added: int = 100
    noise: float = 0.25
    seeds: int = 5
    game: DigitsConfig = field(default_factory=DigitsConfig)

    def __post_init__(self) -> None:
        """Refuse settings that the experiment cannot honour."""
        numbers = tuple(whole("each of per_class", n, 1, _MOST + 1) for n in self.per_class)
        replace_fields(self, per_class=numbers)
        check_settings(self, ("added", "seeds"), {"noise": "positive"})
        if not numbers:
            raise ValueError("per_class is empty; name at least one number of images.")


@dataclass(frozen=True)
class AugmentRecord:
    """Shares of the 797 held-out digits that are classified rightly, in one repetition.

    Attributes
    ----------
    per_class, seed : int
        Real images of each class, and number of the repetition.
    none, generated, copies, noise, shifts : float
        With the real images alone, and with what is added to them.
    """

    per_class: int
    seed: int
    none: float
    generated: float
    copies: float
    noise: float
    shifts: float


def run_augmentation(
    config: AugmentConfig,
    seed: int,
    progress: Callable[[], None] = lambda: None,
    finished: Sequence[AugmentRecord] = (),
) -> Iterator[AugmentRecord]:
    """Compare ways of augmentation; yield a record for each number of images and repetition.

    Parameters
    ----------
    config : AugmentConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Called now and then; it may raise.
    finished : sequence of AugmentRecord
        Records that an earlier run with the same settings and seed has yielded: they are not made
        again. Each repetition depends on its own numbers alone.
    """
    instance("config", config, AugmentConfig)
    done = {(record.per_class, record.seed) for record in finished}
    missing = [
        (count, number)
        for count in config.per_class
        for number in range(config.seeds)
        if (count, number) not in done
    ]
    return _run(config, whole("seed", seed, 0, 2**32), progress, missing)


def _run(
    config: AugmentConfig,
    seed: int,
    progress: Callable[[], None],
    repetitions: Sequence[tuple[int, int]],
) -> Iterator[AugmentRecord]:
    digits, adam = Digits.load(), optimizer(config.game)

    def on_check(check: Check, state: State) -> None:
        del check, state
        progress()

    for count, number in repetitions:
        rng = np.random.default_rng([seed, number, count])
        chosen = _choose(digits.training_labels, count, rng)
        real, labels = digits.training[chosen], digits.training_labels[chosen]
        # Of each class as many, in the order of `labels`.
        more = np.repeat(np.arange(10), config.added)
        copied = real[_choose(labels, config.added, rng, replace=True)]
        key = jax.random.fold_in(jax.random.key(seed), number * (_MOST + 1) + count)
        of_game, of_images = jax.random.split(key)
        trained = train_on(real, labels, config.game, adam, of_game, on_check)
        added = {
            "none": copied[:0],
            "generated": np.asarray(trained.generator.draw(of_images, more)),
            "copies": copied,
            "noise": copied + config.noise * rng.standard_normal(copied.shape),
            "shifts": shifted(copied, rng),
        }
        yield AugmentRecord(
            per_class=count,
            seed=number,
            **{
                way: _accuracy(
                    np.concatenate([real, x]), np.concatenate([labels, more[: len(x)]]), digits
                )
                for way, x in added.items()
            },
        )


def _choose(
    labels: np.ndarray, count: int, rng: np.random.Generator, replace: bool = False
) -> np.ndarray:
    """Choose as many of each class, in the order of the classes."""
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return np.concatenate([rng.choice(members, count, replace) for members in classes])


def shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move each image by up to one pixel along either axis; what comes in is white."""
    wide = np.pad(images.reshape(-1, _SIDE, _SIDE), ((0, 0), (1, 1), (1, 1)), constant_values=-1.0)
    rows, columns = rng.integers(0, 3, (2, len(images), 1)) + np.arange(_SIDE)
    each = np.arange(len(images))[:, None, None]
    return wide[each, rows[:, :, None], columns[:, None, :]].reshape(len(images), -1)


def _accuracy(images: np.ndarray, labels: np.ndarray, digits: Digits) -> float:
    from sklearn.svm import SVC

    predicted = SVC().fit(images, labels).predict(digits.held_out)
    return float(np.mean(predicted == digits.labels))
