"""Signals: their laws, peaks, how they are judged, the report, the figure and the command."""

import json
import signal
import time
from dataclasses import replace
from types import SimpleNamespace

import jax
import numpy as np
import pytest

import gan
from gan import signal_games
from gan.blurred import Blurred
from gan.cli import main
from gan.cli import signals as command
from gan.game import Rules, init
from gan.networks import Identity, LogitNetwork, leaky
from gan.playing import adam_in_turn
from gan.signal_games import (
    SignalConfig,
    SignalQuality,
    SignalRecord,
    Signals,
    run_signals,
)
from gan.signals import SIGNALS, peaks

KEY = jax.random.key(0)
QUALITY = SignalQuality(gan.Quality(0.9, 0.6, 1.0, 0.8), 0.01, 0.02, 0.03, 0.04, 0.05)
RECORD = SignalRecord(0, QUALITY, QUALITY, 10.0)
PLAYERS = (
    Blurred(gan.Push(KEY, 64, noise=4, width=4), 0.1),
    LogitNetwork.untrained(
        Identity(), jax.random.normal(KEY, (99, 64)), 4, 1, KEY, activation=leaky
    ),
)
RULES = Rules(gan.relativistic, *adam_in_turn(1, 1), batch=1, d_steps=1, ema=0.0)
TRAINED = gan.Trained(*PLAYERS, init(RULES, *PLAYERS, KEY), ())


def test_highest_point_is_that_of_a_parabola():
    t = np.arange(64) / 64
    vertices, heights = np.array([0.2, 0.413, 0.7]), np.array([1.0, 10.0, -3.0])
    x = heights[:, None] - 50 * (t - vertices[:, None]) ** 2
    found = peaks(x)
    np.testing.assert_allclose(found[0], vertices, rtol=1e-12)
    np.testing.assert_allclose(found[1], heights, rtol=1e-12)
    times, tops = peaks([[3.0, 2.0, 1.0, 0.0], [0.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0]])
    assert times.tolist() == [0.0, 0.75, 0.0]
    assert tops.tolist() == [3.0, 3.0, 1.0]


def test_beats_peak_where_the_r_wave_is():
    time_of, height = peaks(SIGNALS["beats"].sample(KEY, 4000))
    error = 4000**-0.5
    assert np.mean(time_of) == pytest.approx(0.42, abs=4 * 0.02 * error + 5e-4)
    assert np.std(time_of) == pytest.approx(0.02, rel=0.05)
    # Q and S pull the height of 10 down, and its spread of 1.2 little.
    assert 9.6 < np.mean(height) < 10.0
    assert np.std(height) == pytest.approx(1.2, rel=0.1)


def test_tones_have_two_to_five_periods():
    x = np.asarray(SIGNALS["tones"].sample(KEY, 2000))
    power = np.mean(np.abs(np.fft.rfft(x)) ** 2, axis=0)
    assert np.sum(power[2:6]) > 0.8 * np.sum(power)
    assert abs(np.mean(x)) < 0.1


def test_noise_is_added_in_the_game():
    base = SIGNALS["beats"]
    # Twice as many values as 64,000 give the spread of a spread.
    plain, noisy = (np.asarray(Blurred(base, sigma).sample(KEY, 1000)) for sigma in (0.0, 0.5))
    assert np.std(noisy - plain) == pytest.approx(0.5, abs=4 * 0.5 / 128_000**0.5)


def test_errors_are_shares_of_the_real():
    real = np.asarray(SIGNALS["beats"].sample(KEY, 200), np.float64)
    same = SignalQuality.of(real, real)
    assert (same.time_mean, same.height_spread, same.spectrum) == (0.0, 0.0, 0.0)
    louder = SignalQuality.of(real, 1.1 * real)
    assert (louder.height_mean, louder.height_spread) == pytest.approx((0.1, 0.1))
    assert louder.spectrum == pytest.approx(0.21)
    assert (louder.time_mean, louder.time_spread) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert louder.quality == gan.quality(real, 1.1 * real)


def test_run_yields_every_generator_and_its_signals(monkeypatch):
    given, checks = [], []

    def train(data, generator, objective, *, on_check, discriminator, **settings):
        logits = discriminator(data.sample(KEY, 3))
        given.append((objective, logits.shape, settings["steps"], settings["penalties"]))
        state = SimpleNamespace(average=generator, discriminator=discriminator)
        on_check(None, state)
        return SimpleNamespace(generator=generator)

    monkeypatch.setattr(signal_games, "train", train)
    monkeypatch.setattr(signal_games, "JUDGED", 50)
    config = SignalConfig(steps=20, noise=2, width=4, depth=1, seeds=2)
    found = list(run_signals(config, 0, checks.append))
    penalties = gan.R1(0.03), gan.R2(0.03)
    assert given == [(gan.relativistic, (3,), 20, penalties)] * 2
    assert [record.seed for record, *_ in found] == [0, 1]
    assert len(checks) == 2
    for record, signals, _ in found:
        assert signals.real.shape == signals.fake.shape == (50, 64)
        assert record.found == SignalQuality.of(signals.real, signals.fake)
        # Untrained, and real ones.
        assert record.found.quality.coverage < 0.5 < record.ceiling.quality.coverage


@pytest.mark.parametrize("interrupted", [False, True])
def test_command_writes_a_report_and_a_figure(interrupted, monkeypatch, tmp_path, capsys):
    x = np.asarray(SIGNALS["tones"].sample(KEY, 20))

    def fake(config, seed, progress, earlier):
        assert config == SignalConfig(objective="non-saturating", seeds=2, target="tones")
        progress()
        yield RECORD, Signals(x, x), TRAINED
        if interrupted:
            signal.raise_signal(signal.SIGINT)
            time.sleep(60)
        yield replace(RECORD, seed=1), Signals(x, x), TRAINED

    monkeypatch.setattr(command, "run_signals", fake)
    arguments = ["train", "tones", "--objective", "ns", "--seeds", "2", "--out", str(tmp_path)]
    assert main(arguments) == (130 if interrupted else 0)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["experiment"] == "train"
    assert report["complete"] is not interrupted
    assert report["records"][0]["found"]["quality"]["recall"] == 0.6
    assert (tmp_path / "signals.png").read_bytes().startswith(b"\x89PNG")
    assert "+4.0" in capsys.readouterr().out
    loaded = gan.load(tmp_path)
    z = np.linspace(-1, 1, 128).reshape(2, 64)
    assert np.array_equal(loaded.discriminator(z), TRAINED.discriminator(z))
    assert main(["sample", str(tmp_path), "-n", "3", "--seed", "0"]) == 0
    without_noise = TRAINED.generator.base.sample(KEY, 3)
    assert np.array_equal(np.load(tmp_path / "samples.npy"), without_noise)


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="target is 'speech'; it is beats or tones"):
        SignalConfig(target="speech")
    with pytest.raises(TypeError, match="config is Config"):
        run_signals(gan.Config(), 0)
