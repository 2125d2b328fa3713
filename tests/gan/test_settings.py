"""Settings and arguments that cannot be honoured are refused by their names, before any work."""

import jax
import numpy as np
import pytest
from scipy import stats

import gan
from gan.config import SaturationConfig
from gan.saturation import run_saturation

CLASSES = [gan.Config, gan.Recipe, SaturationConfig]


def fields(kind: type) -> list[tuple[type, str]]:
    """Names of the settings of a class whose values are of the type `kind`."""
    return [
        (settings, name)
        for settings in CLASSES
        for name, value in vars(settings()).items()
        if type(value) is kind
    ]


def case_id(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("settings", "name"), fields(int), ids=case_id)
def test_whole_numbers_are_positive_whole_numbers(settings, name):
    for value in (0, -1):
        with pytest.raises(ValueError, match=rf"^{name} is {value}; it must be at least 1\.$"):
            settings(**{name: value})
    for value in (2.5, 64.0, "64", None, True):
        with pytest.raises(TypeError, match=rf"^{name} is .*; it must be a whole number\.$"):
            settings(**{name: value})


@pytest.mark.parametrize(("settings", "name"), fields(float), ids=case_id)
def test_real_numbers_are_numbers_within_their_bounds(settings, name):
    beyond = (np.nan, np.inf) if name == "theta" else (np.nan, np.inf, -0.1)
    for value in beyond:
        with pytest.raises(ValueError, match=rf"^{name} is .*; it must be "):
            settings(**{name: value})
    for value in ("0.1", None, True):
        with pytest.raises(TypeError, match=rf"^{name} is .*; it must be a number\.$"):
            settings(**{name: value})


def test_settings_become_plain_numbers():
    config = gan.Config(width=np.int64(8), learning_rate=np.float32(0.5))
    assert type(config.width) is int
    assert type(config.learning_rate) is float


@pytest.mark.parametrize(("setting", "value"), [("chunks", 7), ("replicates", 1)])
def test_settings_that_contradict_each_other_are_refused(setting, value):
    with pytest.raises(ValueError, match=setting):
        gan.Config(**{setting: value})


PAIR, CONFIG, KEY = gan.targets["normal-mu-1"], gan.Config(), jax.random.key(0)
MISTAKES = {
    "pair": lambda: gan.train_discriminator("normal-mu-1", CONFIG, KEY),
    "config": lambda: gan.train_discriminator(PAIR, gan.Recipe(), KEY),
    "key is 0": lambda: gan.train_discriminator(PAIR, CONFIG, 0),
    "key is an array of shape": lambda: gan.train_discriminator(
        PAIR, CONFIG, jax.random.split(KEY)
    ),
    r"pairs\[1\] is str": lambda: gan.run_identity([PAIR, "ring-8"], CONFIG, 0),
    "config is Recipe": lambda: gan.run_identity([PAIR], gan.Recipe(), 0),
    "seed is -1": lambda: gan.run_identity([PAIR], CONFIG, -1),
    "seed is 0.0": lambda: gan.run_identity([PAIR], CONFIG, 0.0),
    "config is Config": lambda: run_saturation(CONFIG, 0),
    "seed is 4294967296": lambda: run_saturation(SaturationConfig(), 2**32),
    "logits_fake": lambda: gan.value_function([1.0], []),
    "logits_real": lambda: gan.value_function(1.0, [0.0]),
    "q is int": lambda: gan.optimal_logits(stats.norm(), 2),
    "recipe": lambda: gan.Discriminator(recipe=CONFIG),
    "embedding": lambda: gan.Discriminator(embedding="circle"),
    "name": lambda: gan.Pair(1, PAIR.p, PAIR.q),
    "p is int": lambda: gan.Pair("", 1, PAIR.q),
    "p has 1 dimensions and q has 2": lambda: gan.Pair("", PAIR.p, gan.targets["ring-8"].q),
}


@pytest.mark.parametrize("words", MISTAKES)
def test_arguments_that_make_no_sense_are_named(words):
    with pytest.raises((TypeError, ValueError), match=rf"^{words}\b"):
        MISTAKES[words]()
