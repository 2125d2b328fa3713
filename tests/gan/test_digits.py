"""Digits: data and ceiling, what a run yields, the report, the sheet and the command."""

import json
import signal
import time
from dataclasses import replace

import jax
import numpy as np
import pytest

import gan
from gan.cli import digits as command
from gan.cli import main, train
from gan.digits import Digits, DigitsConfig, DigitsRecord, Sheet, run_digits
from gan.digits_report import mosaic, spread
from gan.game import Rules, init
from gan.playing import adam_in_turn

SMALL = DigitsConfig(
    steps=300, batch=30, noise=4, width=32, depth=2, checks=1, seeds=2, rate=3e-3, ema=0.9
)
QUALITY = gan.Quality(0.9, 0.6, 1.0, 0.8, 0.97, 1.0)
KEY = jax.random.key(0)
RECORD = DigitsRecord(0, QUALITY, 10.0)
PLAYERS = gan.Conditional(KEY, 64, 10, width=2), gan.Projection(KEY, 64, 10, width=2)
RULES = Rules(gan.relativistic, *adam_in_turn(1, 1), batch=1, d_steps=1, ema=0.0)
STATE = init(RULES, *PLAYERS, KEY)
TRAINED = gan.Trained(*PLAYERS, STATE, ())
IMAGES = np.zeros((10, 8, 64))
SHEET = Sheet(IMAGES, IMAGES, IMAGES)


def test_training_never_sees_what_judges():
    digits = Digits.load()
    assert digits.training.shape == (1000, 64)
    assert digits.held_out.shape == (797, 64)
    assert (digits.training.min(), digits.training.max()) == (-1.0, 1.0)
    rows = {row.tobytes() for row in digits.training}
    assert not any(row.tobytes() in rows for row in digits.held_out)
    ceiling = digits.ceiling()
    assert min(ceiling.precision, ceiling.recall, ceiling.coverage, ceiling.class_right) > 0.95
    # Either set comes from the same writers: densities near 1, and neighbours as near.
    assert ceiling.density == pytest.approx(1.0, abs=0.05)
    assert ceiling.nearest_training_ratio == pytest.approx(1.0, abs=0.05)


def test_run_yields_every_generator_and_its_sheet():
    checks = []
    found = list(run_digits(SMALL, 0, checks.append))
    assert [record.seed for record, *_ in found] == [0, 1]
    assert [int(check.state.step) for check in checks] == [300, 300]
    first, second = (record.quality for record, *_ in found)
    assert first != second
    # A tenth is right before training, and by chance.
    assert min(first.class_right, second.class_right) > 0.3
    digits = Digits.load()
    for _, sheet, _ in found:
        assert sheet.real.shape == sheet.fake.shape == sheet.copied.shape == (10, 8, 64)
        assert np.all(np.abs(sheet.fake) <= 1)
        for row, label in zip(sheet.real, range(10), strict=True):
            assert np.array_equal(row, digits.held_out[digits.labels == label][:8])
        distances = np.linalg.norm(sheet.fake[3, 5] - digits.training, axis=1)
        assert np.array_equal(sheet.copied[3, 5], digits.training[np.argmin(distances)])


def test_spread_is_that_over_generators():
    assert spread([]) == (None, None)
    assert spread([RECORD])[1] is None
    mean, deviation = spread([RECORD, replace(RECORD, quality=replace(QUALITY, recall=0.8))])
    assert (mean["recall"], deviation["recall"]) == pytest.approx((0.7, 0.2 / 2**0.5))
    assert (mean["precision"], deviation["precision"]) == (0.9, 0.0)


def test_mosaic_keeps_images_upright():
    images = np.arange(2 * 3 * 64).reshape(2, 3, 64)
    tiles = mosaic(images)
    assert tiles.shape == (18, 27)
    np.testing.assert_array_equal(tiles[9:17, 18:26], images[1, 2].reshape(8, 8))


@pytest.mark.parametrize("interrupted", [False, True])
def test_command_writes_a_report_and_a_sheet(interrupted, monkeypatch, tmp_path, capsys):
    def fake(config, seed, progress, earlier):
        assert config == DigitsConfig(objective="saturating", seeds=2)
        progress()
        yield RECORD, SHEET, TRAINED
        if interrupted:
            signal.raise_signal(signal.SIGINT)
            time.sleep(60)
        yield replace(RECORD, seed=1), SHEET, TRAINED

    monkeypatch.setattr(command, "run_digits", fake)
    arguments = ["train", "digits", "--objective", "sat", "--seeds", "2", "--out", str(tmp_path)]
    assert main(arguments) == (130 if interrupted else 0)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["experiment"] == "train"
    assert report["complete"] is not interrupted
    assert len(report["records"]) == (1 if interrupted else 2)
    assert report["records"][0]["quality"]["recall"] == report["mean"]["recall"] == 0.6
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    for i in range(len(report["records"])):
        loaded = gan.load(tmp_path / f"game-{i}.eqx")
        x = np.zeros((1, 74))
        assert np.array_equal(loaded.discriminator(x), TRAINED.discriminator(x))
        drawn = loaded.generator.draw(KEY, [3])
        assert np.array_equal(drawn, TRAINED.generator.draw(KEY, [3]))
    assert "coverage" in capsys.readouterr().out


class Killed(Exception):
    """Stands for a kill: nothing is written after it."""


def test_a_killed_run_is_resumed_bit_for_bit(monkeypatch, tmp_path, capsys):
    tiny = replace(SMALL, steps=30, batch=10, noise=2, width=8, checks=3)
    monkeypatch.setattr(train, "DigitsConfig", lambda: tiny)
    arguments = ["train", "digits", "--out"]

    def dying(config, seed, progress, earlier):
        calls = []

        def last(trained):
            calls.append(trained)
            if len(calls) == 5:  # the second check of the second game
                raise Killed
            progress(trained)

        return run_digits(config, seed, last, earlier)

    assert main([*arguments, str(tmp_path / "whole")]) == 0
    folder = tmp_path / "killed"
    with monkeypatch.context() as patched:
        patched.setattr(command, "run_digits", dying)
        with pytest.raises(Killed):
            main([*arguments, str(folder)])
    assert not (folder / "report.json").exists()
    checkpoint = folder / "partial" / "checkpoint"
    assert len(json.loads((checkpoint / "report.json").read_text())["records"]) == 1
    assert int(gan.load(checkpoint / "game-1.eqx").state.step) == 10
    # A kill between the renaming of two checkpoints.
    checkpoint.rename(checkpoint.with_name("checkpoint.old"))
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, str(folder), "--resume", "--seed", "1"])
    assert "other settings: seed." in capsys.readouterr().err
    assert main([*arguments, str(folder), "--resume"]) == 0
    names = {"report.json", "digits.png", "game-0.eqx", "game-1.eqx"}
    assert {path.name for path in folder.iterdir()} == names
    for name in names - {"report.json"}:
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    found, whole = (
        json.loads((place / "report.json").read_text())["records"]
        for place in (folder, tmp_path / "whole")
    )
    assert [r["quality"] for r in found] == [r["quality"] for r in whole]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"checks": 7}, "steps=4000 is not a multiple of checks=7"),
        ({"objective": "hinge"}, "objective is 'hinge'"),
        ({"gamma": 0.0}, "gamma is 0.0; it must be positive"),
        ({"batch": 0}, "batch is 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        DigitsConfig(**settings)
    with pytest.raises(TypeError, match="config is Config"):
        run_digits(gan.Config(), 0)
