"""Files of trained players: nothing is lost, and what is foreign or damaged is refused."""

import dataclasses
import json

import equinox as eqx
import jax
import numpy as np
import optax
import pytest

import gan
from gan.playing import adam_in_turn, make_discriminator
from gan.saving import NAME

KEY = jax.random.key(0)
DATA = gan.targets["mixture-mixture"].p
DISCRIMINATOR = eqx.filter_jit(make_discriminator)(DATA, KEY, width=4, depth=1)
SETTINGS = {
    "key": KEY, "steps": 6, "batch": 21, "checks": 3, "discriminator": DISCRIMINATOR,
    "optimizers": adam_in_turn(6, 1),
}  # fmt: skip


def bits(tree) -> list[bytes]:
    leaves = [x for x in jax.tree.leaves(tree) if isinstance(x, jax.Array | np.ndarray)]
    typed = [jax.random.key_data(x) if x.dtype == KEY.dtype else x for x in leaves]
    return [np.asarray(x).tobytes() for x in typed]


@pytest.fixture(scope="module")
def game():
    """One game, and what there was of it at the first check."""
    seen = []
    generator = gan.Noisy(KEY, 1, noise=2, codes=8, sigma=0.3, sigma_min=0.1, width=4)
    trained = gan.train(
        "mixture", generator, on_check=lambda check, state: seen.append((check, state)), **SETTINGS
    )
    check, state = seen[0]
    first = gan.playing.Trained(state.average, state.discriminator, state, (check,), {})
    return trained, first


def test_nothing_is_lost(game, tmp_path):
    trained, _ = game
    assert gan.save(tmp_path / "a" / "b", trained) == tmp_path / "a" / "b" / NAME
    loaded = gan.load(tmp_path / "a" / "b")
    assert bits(loaded.state) == bits(trained.state)
    assert jax.tree.structure(loaded.state) == jax.tree.structure(trained.state)
    assert (loaded.history, loaded.settings) == (trained.history, trained.settings)
    assert bits(loaded.generator) == bits(trained.generator)


def test_training_goes_on_bit_for_bit(game, tmp_path):
    trained, first = game
    loaded = gan.load(gan.save(tmp_path / "first.eqx", first))
    again = gan.train("mixture", loaded.generator, resume=loaded, **SETTINGS)
    assert bits(again.state) == bits(trained.state)
    assert again.history == trained.history


def test_files_of_others_are_refused(game, tmp_path):
    file = gan.save(tmp_path, game[0])
    content = file.read_bytes()
    line = content.index(b"\n")
    later = content.replace(b"gan.Trained 1 ", b"gan.Trained 2 ", 1)
    changed = bytes([content[-1] ^ 1])
    for damaged, words in (
        (b"", "was not written by gan.save"),
        (json.dumps({"format": "gan.Trained"}).encode(), "was not written by gan.save"),
        (content[1:], "was not written by gan.save"),
        (later, "by a later version"),
        (content[:-1], "is damaged"),
        (content[:-1] + changed, "is damaged"),
        (content[: line + 2] + b" " + content[line + 2 :], "is damaged"),
    ):
        file.write_bytes(damaged)
        with pytest.raises(ValueError, match=words):
            gan.load(tmp_path)
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        gan.load(tmp_path / "nowhere.eqx")
    with pytest.raises(TypeError, match=r"^path is int"):
        gan.load(3)
    with pytest.raises(TypeError, match=r"^trained is State"):
        gan.save(tmp_path, game[0].state)


class Scaled(eqx.Module):
    factor: jax.Array
    dim: int = eqx.field(static=True, default=1)

    def sample(self, key, n):
        return self.factor * jax.random.normal(key, (n, 1))


def test_players_of_ones_own_are_passed_again(game, tmp_path):
    sgd = optax.sgd(0.1), optax.sgd(0.1)
    own, discriminator = Scaled(np.ones(1)), DISCRIMINATOR
    state = gan.game.init(gan.game.Rules(gan.saturating, *sgd, 1, 1, 0.0), own, discriminator, KEY)
    trained = gan.playing.Trained(own, discriminator, state, ())
    file = gan.save(tmp_path, trained)
    with pytest.raises(TypeError, match=r"the generator is a .*Scaled.*; pass generator="):
        gan.load(file)
    with pytest.raises(TypeError, match="pass the same as optimizers"):
        gan.load(file, generator=own)
    with pytest.raises(ValueError, match=r"shapes \[\(1,\)\], and what it is to fill has \[\(2,\)"):
        gan.load(file, generator=Scaled(np.ones(2)), optimizers=sgd)
    assert bits(gan.load(file, generator=own, optimizers=sgd).state) == bits(state)


def test_double_precision_is_not_rounded(game, tmp_path):
    with jax.enable_x64(True):
        generator = gan.Push(KEY, 1, noise=2, width=4)
        discriminator = gan.networks.LogitNetwork.untrained(
            gan.networks.Stereographic(), jax.random.normal(KEY, (9, 2)), 4, 1, KEY
        )
        rules = gan.game.Rules(gan.saturating, *adam_in_turn(1, 1), 1, 1, 0.0)
        state = gan.game.init(rules, generator, discriminator, KEY)
        trained = dataclasses.replace(game[0], generator=generator, state=state)
        file = gan.save(tmp_path, trained)
        assert bits(gan.load(file).state) == bits(state)
    with pytest.raises(ValueError, match=r"float64; load it within jax\.enable_x64"):
        gan.load(file)
