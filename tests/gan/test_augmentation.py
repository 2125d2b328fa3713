"""Augmentation: what classifiers learn from, gains, the report, the figure and the command."""

import json
import signal
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import gan
from gan import augmentation
from gan.augmentation import AugmentConfig, AugmentRecord, run_augmentation, shifted
from gan.augmentation_report import gains
from gan.cli import augment, main
from gan.digits import Digits

RECORD = AugmentRecord(5, 0, none=0.8, generated=0.7, copies=0.8, noise=0.8, shifts=0.9)


def test_classifiers_learn_from_the_chosen_images_and_what_is_added(monkeypatch):
    digits, given = Digits.load(), []
    centres = np.stack([digits.held_out[digits.labels == c].mean(axis=0) for c in range(10)])

    def train_on(images, labels, config, adam, key, on_check):
        given.append((images, labels))
        on_check(None, None)
        # A generator that has found the mean image of every class.
        draw = lambda key, labels: centres[labels]  # noqa: E731
        return SimpleNamespace(generator=SimpleNamespace(draw=draw))

    monkeypatch.setattr(augmentation, "train_on", train_on)
    config = AugmentConfig(per_class=(2, 5), added=5, seeds=2)
    found = list(run_augmentation(config, 0))
    assert [(r.per_class, r.seed) for r in found] == [(2, 0), (2, 1), (5, 0), (5, 1)]
    assert found[0] == next(iter(run_augmentation(config, 0)))
    known = zip(digits.training, digits.training_labels, strict=True)
    rows = {row.tobytes(): label for row, label in known}
    for (images, labels), record in zip(given, [*found, found[0]], strict=True):
        assert np.bincount(labels).tolist() == [record.per_class] * 10
        assert [rows[image.tobytes()] for image in images] == labels.tolist()
        assert 0.3 < record.none < 1.0
        assert record.generated > record.none  # these were made of the held-out digits
    assert len({images.tobytes() for images, _ in given}) == 4


def test_shifts_are_by_a_pixel_at_most_and_padded():
    image = np.random.default_rng(0).uniform(-1, 1, (8, 8))
    moved = shifted(np.tile(image.ravel(), (500, 1)), np.random.default_rng(1))
    wide = np.pad(image, 1, constant_values=-1.0)
    possible = {wide[i : i + 8, j : j + 8].tobytes() for i in range(3) for j in range(3)}
    assert {x.tobytes() for x in moved} == possible


def test_gains_are_paired():
    records = [
        RECORD,
        replace(RECORD, seed=1, none=0.6, generated=0.7),
        replace(RECORD, per_class=9),
    ]
    found = {(gain.per_class, gain.way): gain for gain in gains(records)}
    generated = found[5, "generated"]
    # Differences of -0.1 and 0.1: mean 0, standard error 0.1.
    assert (generated.mean, generated.standard_error) == pytest.approx((0.0, 0.1))
    assert found[9, "shifts"].mean == pytest.approx(0.1)
    assert found[9, "shifts"].standard_error is None


@pytest.mark.parametrize("interrupted", [False, True])
def test_command_writes_a_report_and_a_figure(interrupted, monkeypatch, tmp_path, capsys):
    def fake(config, seed, progress, finished):
        assert finished == []
        assert config == AugmentConfig(per_class=(5, 20), seeds=1)
        progress()
        yield RECORD
        if interrupted:
            signal.raise_signal(signal.SIGINT)
            time.sleep(60)
        yield replace(RECORD, per_class=20)

    monkeypatch.setattr(augment, "run_augmentation", fake)
    arguments = ["augment", "digits", "--per-class", "5", "20", "--seeds", "1"]
    assert main([*arguments, "--out", str(tmp_path)]) == (130 if interrupted else 0)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["experiment"] == "augment"
    assert report["complete"] is not interrupted
    assert report["gains"][0]["mean"] == pytest.approx(-0.1)
    assert (tmp_path / "augment.png").read_bytes().startswith(b"\x89PNG")
    assert "-10.0" in capsys.readouterr().out


def test_finished_repetitions_are_not_made_again(monkeypatch, tmp_path, capsys):
    config = AugmentConfig(per_class=(2, 3), seeds=2)
    made = []

    def train_on(images, labels, config, adam, key, on_check):
        made.append(len(labels) // 10)
        if made == [2, 2, 3]:
            raise ZeroDivisionError  # stands for a kill: nothing is written after it
        draw = lambda key, labels: np.resize(images, (len(labels), 64))  # noqa: E731
        return SimpleNamespace(generator=SimpleNamespace(draw=draw))

    monkeypatch.setattr(augmentation, "train_on", train_on)
    arguments = ["augment", "digits", "--per-class", "2", "3", "--seeds", "2"]
    arguments += ["--out", str(tmp_path)]
    with pytest.raises(ZeroDivisionError):
        main(arguments)
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "--resume", "--seed", "1"])
    assert "argument --resume" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
    assert made == [2, 2, 3, 3, 3]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"]
    assert report["records"] == [vars(record) for record in run_augmentation(config, 0)]


def test_settings_that_make_no_sense_are_refused(capsys):
    with pytest.raises(ValueError, match="each of per_class is 51; it must be at least 1 and less"):
        AugmentConfig(per_class=(51,))
    with pytest.raises(ValueError, match="per_class is empty"):
        AugmentConfig(per_class=())
    with pytest.raises(TypeError, match="config is Config"):
        run_augmentation(gan.Config(), 0)
    with pytest.raises(SystemExit, match="2"):
        main(["augment", "digits", "--per-class", "51"])
    assert "each of per_class is 51" in capsys.readouterr().err
